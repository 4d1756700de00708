"""An RTSP server of others (gst-rtsp-server) for `test_independent_server`: run by the system's Python, not imported.

Serves /cam on a free port of 127.0.0.1 as the arguments ask: picture (`h264`, `h265`, `h264-reordered`: B pictures),
sound (`aac`, `alaw`) and login (`open`, `basic`, `digest`; user `admin`, password `minh bạch`). Prints its port; ends
when its input closes.
"""

import base64
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

PICTURE = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 bitrate=200 ! rtph264pay",
    "h264-reordered": "x264enc speed-preset=superfast key-int-max=15 bframes=2 b-adapt=false rc-lookahead=0 "
    "sliced-threads=true bitrate=200 ! rtph264pay",
    "h265": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=15 bitrate=200 ! rtph265pay",
}
SOUND = {
    "aac": "audio/x-raw,rate=16000,channels=1 ! voaacenc ! rtpmp4gpay",
    "alaw": "audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay",
}
USER, PASSWORD = "admin", "minh bạch"


def main() -> None:
    picture, sound, login = sys.argv[1:]
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=15/1 "
        f"! {PICTURE[picture]} name=pay0 pt=96 "
        f"audiotestsrc is-live=true wave=white-noise ! {SOUND[sound]} name=pay1 pt={8 if sound == 'alaw' else 97} )"
    )
    if login != "open":
        demand_password(server, factory, login)
    server.get_mount_points().add_factory("/cam", factory)
    loop = GLib.MainLoop()
    server.attach(None)
    print(server.get_bound_port(), flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    loop.run()


def demand_password(server, factory, login: str) -> None:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if login == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(USER, PASSWORD, token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
        auth.add_basic(base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    factory.set_permissions(permissions)


main()
