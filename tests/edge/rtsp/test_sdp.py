"""Session descriptions: rows B01 to B33 of docs/cameras.md. What some rows ask of the stream itself is in `rtp`."""

import base64

import pytest

from minhbach.edge.rtsp import sdp
from minhbach.edge.rtsp.parameter_sets import audio_config, parameter_sets
from minhbach.edge.rtsp.sdp import BadDescription, Description, Format, Media

SPS, PPS = base64.b64decode("Z01AFuygUBf8uAiAAAADAIAAAAoHixbL"), base64.b64decode("aOvjyyA=")
VPS_265, SPS_265, PPS_265 = (
    base64.b64decode(text)
    for text in (
        "QAEMAf//AWAAAAMAkAAAAwAAAwA/lZgJ",
        "QgEBAWAAAAMAkAAAAwAAAwA/oAUCAWlllZpJMrwFoCAAAAMAIAAAAwFB",
        "RAHBcrRiQA==",
    )
)
VIDEO = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:v\r\n"
AUDIO = "m=audio 0 RTP/AVP 8\r\na=control:a\r\n"


def read(text: str) -> Description:
    return sdp.parse(text.encode("latin-1"))


def only(text: str) -> Media:
    (media,) = read(text).media
    return media


def first_format(text: str) -> Format:
    return only(text).formats[0]


def kept(text: str) -> list[str]:
    return [media.control or "" for media in sdp.receivable(read(text))]


def b64(*sets: bytes) -> str:
    return ",".join(base64.b64encode(s).decode() for s in sets)


def sets_of(sprop: str) -> tuple[bytes, ...]:
    return parameter_sets(first_format(VIDEO + f"a=fmtp:96 sprop-parameter-sets={sprop};packetization-mode=1\r\n"))


def test_complete_sets_are_taken_as_they_are():
    assert sets_of(b64(SPS, PPS)) == (SPS, PPS)


def test_b01_without_sprop_there_are_no_sets_and_the_track_is_kept():
    media = only(VIDEO + "a=fmtp:96 profile-level-id=4D0014;packetization-mode=0\r\n")
    assert parameter_sets(media.formats[0]) == ()
    assert media.formats[0].fmtp["packetization-mode"] == "0"


@pytest.mark.parametrize("sprop", ["", ",", " , "])
def test_b02_empty_sprop_counts_as_missing(sprop):
    assert sets_of(sprop) == ()


@pytest.mark.parametrize(
    "sprop", ["Z0IAH5WoPASaEAAAcIAAFfkIQA==,", b64(SPS), b64(PPS), b64(SPS, b"\x68"), b64(SPS[:6], PPS)]
)
def test_b03_without_both_sps_and_pps_that_parse_none_is_used(sprop):
    assert sets_of(sprop) == ()


@pytest.mark.parametrize("code", [b"\0\0\0\1", b"\0\0\1"])
def test_b04_start_codes_before_and_between_sets_are_taken_out(code):
    assert sets_of(b64(code + SPS, code + PPS)) == (SPS, PPS)
    assert sets_of(b64(code + SPS + code + PPS)) == (SPS, PPS)


@pytest.mark.parametrize("sprop", ["6QDwBE/LCAAAH0gAB1TgIAAAAAA=,AAAAAA==", b64(b"\x09\xf0\0\0\1", b"\x06\5\1\2")])
def test_b05_b08_bytes_that_are_no_parameter_sets_are_not_used(sprop):
    assert sets_of(sprop) == ()


def test_b06_trailing_zeros_are_kept_as_received():
    assert sets_of(f"{b64(SPS + bytes(2))},aO48sAAA") == (SPS + bytes(2), base64.b64decode("aO48sAAA"))


def test_b07_more_than_two_sets_are_all_kept_in_order_of_their_kind():
    assert sets_of(b64(PPS, SPS, PPS + b"\1")) == (SPS, PPS, PPS + b"\1")


def test_b09_padding_blanks_and_the_url_alphabet_are_repaired():
    odd = base64.urlsafe_b64encode(SPS + b"\xfb\xff").decode().rstrip("=")
    assert sets_of(f"{odd[:8]} {odd[8:]},{b64(PPS).rstrip('=')}") == (SPS + b"\xfb\xff", PPS)
    assert sets_of("!!!,???") == ()


def test_b10_h265_sets_are_used_only_when_all_three_kinds_are_there():
    vps, sps, pps = VPS_265, SPS_265, PPS_265
    line = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\na=fmtp:96 sprop-sps={};sprop-pps={};sprop-vps={}\r\n"
    assert parameter_sets(first_format(line.format(b64(sps), b64(pps), b64(vps)))) == (vps, sps, pps)
    assert parameter_sets(first_format(line.format(b64(sps), b64(pps), ""))) == ()
    h264_keys = line.partition("a=fmtp")[0] + f"a=fmtp:96 sprop-parameter-sets={b64(SPS, PPS)}\r\n"
    assert parameter_sets(first_format(h264_keys)) == ()


@pytest.mark.parametrize("level", ["33", "000001", "420029", "xyz"])
def test_b11_profile_level_id_decides_nothing(level):
    text = VIDEO + f"a=fmtp:96 profile-level-id={level};sprop-parameter-sets={b64(SPS, PPS)}\r\n"
    assert parameter_sets(first_format(text)) == (SPS, PPS)


@pytest.mark.parametrize(("number", "encoding"), [(0, "PCMU"), (8, "PCMA"), (14, "MPA"), (26, "JPEG")])
def test_b12_a_static_type_needs_no_rtpmap(number, encoding):
    assert first_format(f"m=audio 0 RTP/AVP {number}\r\n").encoding == encoding


def test_b13_the_number_of_the_media_line_rules_and_fmtp_is_found_in_another_section():
    text = (
        "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
        f"m=audio 0 RTP/AVP 8\r\na=rtpmap:0 pcma/8000/1\r\na=fmtp:96 sprop-parameter-sets={b64(SPS, PPS)}\r\n"
    )
    video, audio = read(text).media
    assert parameter_sets(video.formats[0]) == (SPS, PPS)
    assert (audio.formats[0].payload_type, audio.formats[0].encoding) == (8, "PCMA")
    assert read(text).notes["fmtp_in_other_media"] == 1


def test_b14_a_map_for_a_number_that_is_not_listed_is_not_looked_at():
    text = "m=video 0 RTP/AVP 35\r\na=rtpmap:102 H265/90000\r\na=rtpmap:35 H264/90000\r\n"
    assert [(f.payload_type, f.encoding) for f in only(text).formats] == [(35, "H264")]


def test_b15_a_static_number_mapped_twice_is_what_rfc_3551_says():
    text = "m=audio 0 RTP/AVP 0\r\na=rtpmap:0 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
    assert first_format(text).encoding == "PCMU"
    assert read(text).notes["rtpmap_twice"] == 1


@pytest.mark.parametrize("fmtp", ["97 mode=AAC-hbr;config=1408", " 104 config=1408", "40 config=1408"])
def test_b16_the_only_fmtp_of_a_media_is_used_whatever_its_number(fmtp):
    text = VIDEO + f"m=audio 0 RTP/AVP 104\r\na=rtpmap:104 mpeg4-generic/16000/1\r\na=fmtp:{fmtp}\r\n"
    audio = read(text).media[1].formats[0]
    assert audio_config(audio) == b"\x14\x08"
    assert (audio.encoding, audio.clock_hz, audio.channels) == ("MPEG4-GENERIC", 16000, 1)


def test_b16_audio_without_any_config_costs_only_itself():
    text = VIDEO + "m=audio 0 RTP/AVP 104\r\na=rtpmap:104 mpeg4-generic/16000\r\na=fmtp:104 config=xyz\r\n"
    assert audio_config(read(text).media[1].formats[0]) == b""
    assert "v" in kept(text)


@pytest.mark.parametrize(
    "rtpmap", ["96 H264/90000 ", "96  h264/90000", "96 H264/90000/500", "96 H264 / 90000", "96\tH264/90000"]
)
def test_b17_blanks_case_and_odd_clock_forms_are_read(rtpmap):
    found = first_format(f"m=video 0 RTP/AVP 96\t \r\na=rtpmap:{rtpmap}\r\n")
    assert (found.encoding, found.clock_hz, found.channels) == ("H264", 90000, 1)


def test_b17_a_clock_that_cannot_be_used_costs_only_that_media():
    text = VIDEO + "m=application 0 RTP/AVP 98\r\na=rtpmap:98 META /0\r\n"
    assert [len(media.formats) for media in read(text).media] == [1, 0]
    assert kept(text) == ["v"]


def test_b18_frame_rates_of_any_form_are_ignored():
    for value in ("framerate:0S", "framerate:15.000000", "x-framerate: 5", "framerate:"):
        assert kept(VIDEO + f"a={value}\r\n") == ["v"]


def test_b19_media_rtpmap_and_control_are_enough():
    text = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track0\r\n"
    assert len(text) < 80
    assert kept(text) == ["track0"]


def test_b20_missing_and_repeated_lines_do_not_matter_and_the_last_control_counts():
    text = "v=0\r\ns=a\r\ns=b\r\ni=c\r\n" + VIDEO + "i=d\r\ni=e\r\na=control:last\r\na=control:\r\n"
    assert kept(text) == ["last"]


NOT_NEEDED = [
    "o=-0 0 IN IP4 0.0.0.0", "o=- 1001 1 IN", "o=my name 1 1 IN IP4 h", "o=- -1 0x1F.5 IN IP4", "o=1 2 3",
    "c=IN", "c=IN c=IN IP4 0.0.0.0", "c=IN IPV4 1.2.3.4", "c=In IP4 1.2.3.4", "c=SM SM 1", "c=IN 192.168.4.232",
    "t=now-", "r=0 0", "b=RR:0", "b=TIAS:9", "b=X-AV:z", "b=AS:0", "t=", "=", "nonsense", "a=", "a", "k=clear:x",
]  # fmt: skip


@pytest.mark.parametrize("line", NOT_NEEDED)
def test_b21_b22_b23_lines_that_nobody_needs_are_never_a_reason_to_refuse(line):
    assert kept(f"v=0\r\n{line}\r\n{VIDEO}{line}\r\n{AUDIO}") == ["v", "a"]


@pytest.mark.parametrize(
    "line",
    ["m=application/TP-LINK 0 RTP/AVP smart/1/90000", "m=application/MERCURY", "m=vana 0 RTP/AVP 100", "m=metadata",
     "m=meta 0", "m=text 0 RTP/AVP 99", "m=", "m=video 0 MP2T/AVP 33", "m=audio x RTP/AVP 999 -1 abc"],
)  # fmt: skip
def test_b24_a_media_that_is_not_understood_is_skipped_and_keeps_its_place(line):
    text = VIDEO + line + "\r\na=control:odd\r\n" + AUDIO
    assert kept(text) == ["v", "a"]
    assert [media.index for media in read(text).media] == [0, 1, 2]
    assert read(text).media[1].line == line.partition("=")[2]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\r\n\r\n", "\n\n"])
def test_b25_lines_end_in_any_way_and_the_last_needs_no_end(end):
    text = (VIDEO + AUDIO).replace("\r\n", end)
    assert kept(text) == kept(text.rstrip("\r\n")) == ["v", "a"]


def test_b26_a_metadata_track_is_not_recorded_and_disturbs_nothing():
    text = VIDEO + (
        "m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\n"
        "a=fmtp:107 DecoderTag=h3c-v3 RTCP=0\r\na=control:m\r\n"
    )
    assert kept(text) == ["v"]


def test_b27_talk_back_is_left_out_before_anything_in_it_is_checked():
    text = VIDEO + "a=recvonly\r\n" + AUDIO + "m=audio 0 RTP/AVP 8 0 97 98 99\r\na=sendonly\r\na=control:talk\r\n"
    assert kept(text) == ["v", "a"]


def test_b28_when_every_media_is_sendonly_all_are_receivable():
    text = VIDEO + "a=sendonly\r\n" + AUDIO + "a=sendonly\r\n"
    assert kept(text) == ["v", "a"]


def test_b29_all_types_of_a_media_are_kept_and_every_video_media_is_receivable():
    text = "m=video 0 RTP/AVP 96 97\r\na=rtpmap:96 H264/90000\r\na=rtpmap:97 H265/90000\r\na=control:1\r\n" + VIDEO
    assert [f.encoding for f in read(text).media[0].formats] == ["H264", "H265"]
    assert kept(text) == ["1", "v"]


def test_b30_two_media_may_use_the_same_number():
    text = (
        VIDEO + "m=audio 0 RTP/AVP 96\r\na=rtpmap:96 mpeg4-generic/44100/2\r\na=fmtp:96 config=1210\r\na=control:a\r\n"
    )
    video, audio = read(text).media
    assert (video.formats[0].encoding, audio.formats[0].encoding) == ("H264", "MPEG4-GENERIC")
    assert video.formats[0].fmtp == {}
    assert audio.formats[0].fmtp == {"config": "1210"}


@pytest.mark.parametrize("name", ["カメラ".encode("shift_jis"), "摄像机".encode("gbk"), b"\xff\xfe\x80"])
def test_b31_names_in_any_character_set_pass_through_unchanged(name):
    found = sdp.parse(b"v=0\r\na=charset:Shift_JIS\r\ns=" + name + b"\r\n" + VIDEO.encode())
    assert name in found.text.encode("latin-1")
    assert len(sdp.receivable(found)) == 1


def test_b32_attributes_may_come_in_any_order():
    lines = ["a=fmtp:96 a=b;sprop-parameter-sets=x", "a=control:c", "a=rtpmap:96 H264/90000", "a=recvonly"]
    forward = only("\r\n".join(["m=video 0 RTP/AVP 96", *lines]))
    backward = only("\r\n".join(["m=video 0 RTP/AVP 96", *reversed(lines)]))
    assert forward == backward
    assert forward.formats[0].fmtp == {"a": "b", "sprop-parameter-sets": "x"}


def test_b33_makers_lines_are_ignored_the_text_is_kept_and_the_tool_is_told():
    text = "a=Media_header:MEDIAINFO=494D4B48;\r\na=packetization-supported:DH\r\na=tool:LIVE555 v2013\r\n" + VIDEO
    assert read(text).text == text
    assert read(text).tool == "LIVE555 v2013"


def test_a_description_without_media_is_none():
    for text in ("", "v=0\r\n", "<html>"):
        with pytest.raises(BadDescription):
            read(text)


def test_a_million_lines_and_a_thousand_media_are_bounded():
    assert len(read(VIDEO * 1000).media) == 32
    assert kept("m=video 0 RTP/AVP 96\r\n" + "a=x\r\n" * 300_000) == []
    assert len(only("m=video 0 RTP/AVP " + " ".join(str(n % 128) for n in range(9000))).formats) <= 32
    assert len(first_format(VIDEO + "a=fmtp:96 " + ";".join(f"k{n}=v" for n in range(9000))).fmtp) == 64
