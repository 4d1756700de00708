"""What a recorder is told, and the sentence for everything it cannot be told."""

from dataclasses import replace
from pathlib import Path

import pytest

from minhbach.edge.config import (
    MOST_STREAMS,
    CameraConfig,
    Config,
    ConfigError,
    DiskConfig,
    Retention,
    combine,
    digest,
    load,
    parse_camera,
    streams,
    with_cameras,
)

SECRET = "hunter2"
URL = f"rtsp://admin:{SECRET}@192.0.2.7/stream1"
CAMERA = f'[[camera]]\nname = "quay-1"\nurl = "{URL}"\n'


def loaded(tmp_path: Path, text: str, archive: Path | None = None) -> Config:
    path = tmp_path / "recorder.toml"
    path.write_text(text, "utf-8")
    return load(path, archive)


def refusal(tmp_path: Path, text: str) -> str:
    """The English sentence; the Vietnamese one stands beside it and neither tells the password."""
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert SECRET not in str(caught.value) + repr(caught.value)
    assert caught.value.vi.endswith(".")
    assert caught.value.vi != caught.value.en
    assert caught.value.__cause__ is None or SECRET not in str(caught.value.__cause__)
    return caught.value.en


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        f"""
[retention]
picture_days = 20
sound_days = 20
minimum_days = 10
intent_lead_hours = 24

[[camera]]
name = "quay-1"
url = "{URL}"
networks = ["192.0.2.0/24", "2001:db8::/32"]

[[camera]]
name = "quay-1"
stream = "sub"
url = "rtsps://192.0.2.7/2"
sound = "own_file"
tls_fingerprint = "ab"
retention = {{ sound_days = 12 }}

[[disk]]
path = "/srv/two"
keep_free_mb = 5
""",
    )
    main, sub = found.cameras
    assert (main.label, sub.label) == ("quay-1", "quay-1/sub")
    assert main.retention == Retention(20, 20, 10, 24)
    assert sub.retention == Retention(20, 12, 10, 24)
    assert sub.retention.intent_lead_us == 24 * 3_600_000_000
    assert [str(each) for each in main.networks] == ["192.0.2.0/24", "2001:db8::/32"]
    assert streams(sub) == [("quay-1", "sub"), ("quay-1", "sub-sound")]
    assert found.disks == (DiskConfig(Path("/srv/two"), 5 << 20),)


def test_the_archive_folder_is_the_first_disk_and_may_have_a_reserve_of_its_own(tmp_path: Path) -> None:
    text = f'{CAMERA}[[disk]]\npath = "/srv/two"\n[[disk]]\npath = "{tmp_path}/archive"\nkeep_free_mb = 7\n'
    found = loaded(tmp_path, text, tmp_path / "archive")
    assert found.archive == tmp_path / "archive"
    assert found.disks == (DiskConfig(tmp_path / "archive", 7 << 20), DiskConfig(Path("/srv/two")))


def test_without_a_disk_the_folder_of_the_file_is_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(tmp_path, CAMERA)
    monkeypatch.chdir(tmp_path)
    assert load(Path("recorder.toml")).archive == tmp_path


def test_no_address_is_ever_shown(tmp_path: Path) -> None:
    found = loaded(tmp_path, CAMERA)
    assert found.cameras[0].url == URL
    assert SECRET not in repr(found)
    assert SECRET not in str(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[camera]\n", "not valid TOML"),
        (f'password = "{SECRET}"\n', "there is no key «password»"),
        (f'{CAMERA}pasword = "{SECRET}"\n', "[[camera]] 1: there is no key «pasword»"),
        ("[retention]\ndays = 3\n", "[retention]: there is no key «days»"),
        ("[retention]\npicture_days = 1.5\n", "«picture_days» must be a whole number"),
        ("[retention]\npicture_days = true\n", "«picture_days» must be a whole number"),
        ("[retention]\npicture_days = 10\n", "minimum_days is not above"),
        ("[retention]\npicture_days = 40000\nsound_days = 40000\n", "days are 0 to 36500"),
        ("[retention]\nminimum_days = -1\n", "minimum_days is not above"),
        ("[retention]\nintent_lead_hours = -1\n", "intent_lead_hours is 0 to 600"),
        ("[retention]\nintent_lead_hours = 601\n", "intent_lead_hours is 0 to 600"),
        ('retention = "30"\n', "«retention» must be a table"),
        ('camera = "quay-1"\n', "«camera» must be a list"),
        ('camera = ["quay-1"]\n', "write [[camera]]"),
        (f'[[camera]]\nurl = "{URL}"\n', "names use only a-z"),
        (f'[[camera]]\nname = "Quầy 1"\nurl = "{URL}"\n', "names use only a-z"),
        (f'[[camera]]\nname = "{"q" * 49}"\nurl = "{URL}"\n', "at most 48"),
        (f'[[camera]]\nname = "../a"\nurl = "{URL}"\n', "names use only a-z"),
        (f'{CAMERA}stream = "a/b"\n', "names use only a-z"),
        (f'[[camera]]\nname = "a"\nurl = "http://x:{SECRET}@y/"\n', "must start with rtsp://"),
        ('[[camera]]\nname = "a"\n', "must start with rtsp://"),
        (f'[[camera]]\nname = "a"\nurl = 7\npassword = "{SECRET}"\n', "«url» must be a quoted string"),
        (f'{CAMERA}url_file = "/etc/x"\n', "either url or url_file"),
        ('[[camera]]\nname = "a"\nurl_file = "/nonexistent/x"\n', "cannot read the address file /nonexistent/x"),
        (f'{CAMERA}sound = "loud"\n', "sound is with_picture, own_file or none"),
        (f"{CAMERA}retention = {{ sound_days = 20 }}\n", 'need sound = "own_file"'),
        (f'{CAMERA}networks = ["everywhere"]\n', "«everywhere» is not a network"),
        (f'{CAMERA}networks = "192.0.2.0/24"\n', "«networks» must be a list"),
        (f"{CAMERA}{CAMERA}", "quay-1 is used twice"),
        ('[[disk]]\npath = "footage"\n', "path must be absolute"),
        ("[[disk]]\n", "path must be absolute"),
        ('[[disk]]\npath = "/srv"\nkeep_free_mb = -1\n', "keep_free_mb not negative"),
        ('[[disk]]\npath = "/srv"\nsize = 3\n', "[[disk]] 1: there is no key «size»"),
        ('[[disk]]\npath = "/srv"\n[[disk]]\npath = "/srv"\n', "/srv is named twice"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path / "absent.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "Qu\xe7y"')
    with pytest.raises(ConfigError, match="not valid TOML"):
        load(tmp_path / "latin.toml")


def test_the_sound_in_its_own_files_takes_no_other_streams_name() -> None:
    main = CameraConfig("a", url=URL, sound="own_file")
    with pytest.raises(ConfigError, match="used twice"):
        combine([main, CameraConfig("a", "main-sound", URL)], [DiskConfig(Path("/srv"))])


def test_more_streams_than_one_entry_names_are_refused() -> None:
    cameras = [CameraConfig(f"camera-{number}", url=URL) for number in range(MOST_STREAMS)]
    disks = [DiskConfig(Path("/srv"))]
    assert len(combine(cameras, disks).cameras) == MOST_STREAMS
    with pytest.raises(ConfigError, match="at most 300 streams"):
        combine([replace(cameras[0], sound="own_file"), *cameras[1:]], disks)


def test_at_least_one_disk_is_needed() -> None:
    with pytest.raises(ConfigError, match="no archive folder"):
        combine([], [])


def test_a_camera_of_the_command_line_has_a_name_and_perhaps_a_stream() -> None:
    assert parse_camera(f"quay-1={URL}") == CameraConfig("quay-1", "main", URL)
    assert parse_camera(f"quay-1/sub={URL}?a=b").url == f"{URL}?a=b"
    assert parse_camera(f"quay-1/sub={URL}").stream == "sub"


def test_an_address_may_stand_in_a_file_so_that_no_process_list_shows_it(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"{URL}\n", "utf-8")
    assert parse_camera(f"quay-1=@{tmp_path}/url").url == URL
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name in ("absent", "bytes"):
        with pytest.raises(ConfigError, match=f"cannot read the address file {tmp_path}/{name}"):
            parse_camera(f"quay-1=@{tmp_path}/{name}")


@pytest.mark.parametrize("argument", ["quay-1", "quay-1=", URL, f"{URL}?x=1", f"=x{SECRET}", f"admin:{SECRET}=x"])
def test_a_camera_without_a_name_or_an_address_is_refused_without_repeating_it(argument: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_camera(argument)
    assert SECRET not in str(caught.value)


def test_a_camera_of_the_command_line_replaces_the_files_of_the_same_label(tmp_path: Path) -> None:
    found = loaded(tmp_path, CAMERA)
    other = replace(found.cameras[0], url="rtsp://198.51.100.1/")
    assert with_cameras(found, [other]).cameras == (other,)
    assert len(with_cameras(found, [replace(other, stream="sub")]).cameras) == 2
    with pytest.raises(ConfigError, match="used twice"):
        with_cameras(found, [replace(other, stream="sub"), replace(other, stream="sub")])


def test_the_digest_tells_configurations_apart_but_not_addresses(tmp_path: Path) -> None:
    found = loaded(tmp_path, CAMERA)
    moved = with_cameras(found, [replace(found.cameras[0], url="rtsp://198.51.100.1/")])
    assert digest(found) == digest(moved)
    assert len(digest(found)) == 64
    kept = with_cameras(found, [replace(found.cameras[0], retention=Retention(31, 31))])
    fuller = combine(found.cameras, [replace(found.disks[0], keep_free_bytes=1)])
    assert len({digest(found), digest(kept), digest(fuller)}) == 3
