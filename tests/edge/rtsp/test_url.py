"""Camera addresses: what a person may type, and that no secret is ever shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.edge.rtsp import url
from minhbach.edge.rtsp.url import BadUrl, Credentials, parse, redact


@pytest.mark.parametrize(
    ("typed", "sent", "user", "password"),
    [
        ("rtsp://h", "rtsp://h/", None, None),
        ("RTSP://h:8554/a?b=c/", "rtsp://h:8554/a?b=c/", None, None),
        ("rtsp://u:p@h/live", "rtsp://h/live", "u", "p"),
        ("rtsp://u:p@ss@h/live", "rtsp://h/live", "u", "p@ss"),
        ("rtsp://u:p/a@h/live", "rtsp://h/live", "u", "p/a"),
        ("rtsp://u:p#?@h:99/live", "rtsp://h:99/live", "u", "p#?"),
        ("rtsp://u:p%40s%3A@h/", "rtsp://h/", "u", "p@s:"),
        ("rtsp://u:100%@h/", "rtsp://h/", "u", "100%"),
        ("rtsp://u:mật-khẩu@h/", "rtsp://h/", "u", "mật-khẩu"),
        ("rtsp://u@h/", "rtsp://h/", "u", ""),
        ("rtsp://h:554/path@x", "rtsp://h:554/path@x", None, None),
        ("  rtsp://h/a  ", "rtsp://h/a", None, None),
        ("rtsp://[fe80::1%eth0]:554/a", "rtsp://[fe80::1%eth0]:554/a", None, None),
        ("rtsps://h:7441/x?enableSrtp", "rtsps://h:7441/x", None, None),
        ("rtsps://h:7441/x?enableSrtp&a=1", "rtsps://h:7441/x?a=1", None, None),
        ("rtsp://h?channel=1", "rtsp://h?channel=1", None, None),
    ],
)
def test_what_people_type_is_read_and_sent_without_the_secret(typed, sent, user, password):
    address, credentials = parse(typed)
    assert address.text == sent
    assert (credentials.user if credentials else None) == user
    assert (credentials.password if credentials else None) == password


def test_the_default_ports_are_554_and_322():
    assert [parse(f"{scheme}://h/")[0].port for scheme in ("rtsp", "rtsps")] == [554, 322]


@pytest.mark.parametrize(
    "typed",
    ["", "h", "http://h/", "rtsp://", "rtsp:///path", "rtsp://h:0/", "rtsp://h:99999/", "rtsp://h:x/", "rtsp://a b/",
     "rtsp://h/a\r\nEvil: yes", "rtsp://::1/", "rtsp://[::1/", "rtsp://h/" + "a" * 5000, "rtsp://u:secret@:1/"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_repeating_it(typed):
    with pytest.raises(BadUrl) as caught:
        parse(typed)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["rtsp://admin:hunter2@h/live", "rtsp://admin:hun/ter2@h/live", "see rtsp://admin:hunter2@h/ for more",
     "rtsp://h/user=admin&password=hunter2&channel=1", "rtsp://h/user=admin_password=hunter2_channel=1_stream=0.sdp",
     "rtsp://h/?pwd=hunter2", "rtsp://h/?a=b&token=hunter2", "rtsps://admin:hunter2@", "rtsp://a:hunter2@h:99999/"],
)  # fmt: skip
def test_redact_shows_no_secret_in_whatever_form(text):
    shown = redact(text)
    assert "hunter2" not in shown
    assert "ter2" not in shown
    assert "***" in shown


def test_redact_leaves_the_rest_as_it_is():
    assert redact("rtsp://u:p@h:554/a?channel=1&subtype=0/") == "rtsp://***@h:554/a?channel=1&subtype=0/"
    assert redact("404 Not Found") == "404 Not Found"


def test_credentials_are_in_no_repr():
    assert "admin" not in repr(Credentials("admin", "hunter2"))
    assert "hunter2" not in repr(Credentials("admin", "hunter2"))


SECRET = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=20)


@given(SECRET, SECRET)
def test_any_user_and_password_survive_percent_encoding_and_are_never_shown(user, password):
    def quoted(text: str) -> str:
        return "".join(f"%{byte:02X}" for byte in text.encode())

    typed = f"rtsp://{quoted(user)}:{quoted(password)}@cam/live"
    address, credentials = parse(typed)
    assert credentials == Credentials(user, password)
    assert address.text == "rtsp://cam/live"
    assert quoted(password) not in redact(typed)


@given(st.text(max_size=80), st.text(max_size=40))
def test_no_base_and_control_of_a_camera_leads_away_from_our_host_at_first(base, control):
    request, _ = parse("rtsp://cam:554/live")
    made = url.base_of(base, request)
    grafted = url.parse(made)[0]
    assert grafted.host == "cam"
    first = url.candidates(made, control, request)[0]
    assert url.is_absolute(control) or first.startswith("rtsp://cam")
