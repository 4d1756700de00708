"""The demo as a person meets it: started once, signed in to, looked at."""

import json
import socket
from base64 import b64encode
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.site import RunningSite, enter


def test_a_person_signs_in_and_finds_a_room_with_yesterdays_footage(browser: Browser, site: RunningSite) -> None:
    page = enter(browser.new_context(), site, "chutich")
    assert page.url == f"{site.url}/"
    assert "Bộ phận Một cửa" in page.inner_text("main")


def test_an_extraction_of_the_past_waits_for_a_second_signature(browser: Browser, site: RunningSite) -> None:
    page = enter(browser.new_context(), site, "chanhvanphong")
    page.get_by_role("link", name="Trích xuất số").first.click()
    done = page.locator(".steps li.done").all_inner_texts()
    assert [words.split("\n")[0] for words in done] == ["Đề nghị", "Duyệt lần 1"]
    assert "Hoàng Văn Thắng" in done[1]
    assert page.locator("text=Duyệt bằng mật khẩu").count() == 1


def test_whoever_sends_forms_drop_by_drop_keeps_nobody_out(browser: Browser, site: RunningSite) -> None:
    """More lines than the pages have threads, each with a form that does not end."""
    address = urlsplit(site.url)
    with ExitStack() as lines:
        for _ in range(20):
            line = lines.enter_context(socket.create_connection((address.hostname, address.port), 60))
            line.sendall(f"POST /dang-nhap HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: 900\r\n\r\nx".encode())
        page = enter(browser.new_context(), site, "chutich")
        assert page.url == f"{site.url}/"


def surroundings() -> dict[int, tuple[bytes, bytes]]:
    """The words and the environment of every process that may be asked for them."""
    found = {}
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            with suppress(OSError):
                found[int(each.name)] = (each / "cmdline").read_bytes(), (each / "environ").read_bytes()
    return found


def secrets_of(data: Path) -> dict[str, bytes]:
    """What stands in the secret files of a site, in each way somebody could have written it down."""
    files = [*data.glob("*.password"), data / "session.key", *(data / "keys").iterdir()]
    files += [*(data / "fabric").glob("*.password"), *(data / "fabric").glob("*.key")]
    files += data.glob("recorders/*/archive/private/*")
    known: dict[str, bytes] = {}
    for file in files:
        if file.is_file():
            content = file.read_bytes().strip()
            lines = [line for line in content.splitlines() if len(line) >= 16 and not line.startswith(b"-")]
            known |= {f"{file} {number}": line for number, line in enumerate(lines)}
            known |= {f"{file} hex": content.hex().encode(), f"{file} base64": b64encode(content)[:64]}
    users = json.loads((data / "fabric" / "users.json").read_text("utf-8"))
    texts = [word for word in json.dumps(users).split('"') if len(word) >= 32 and word.count("-") < 4]
    return known | {f"users.json {number}": word.encode() for number, word in enumerate(texts)}


def test_no_secret_stands_in_the_words_or_the_environment_of_any_process(site: RunningSite) -> None:
    """Where it would be read by `ps`, by whatever a child runs, and in every report of a crash."""
    port = urlsplit(site.url).port
    processes = surroundings()
    pages = next(env for _, env in processes.values() if f"MINHBACH_LISTEN=127.0.0.1:{port}\0".encode() in env)
    [data] = [Path(word[14:].decode()) for word in pages.split(b"\0") if word.startswith(b"MINHBACH_DATA=")]
    secrets = secrets_of(data)
    assert len(secrets) > 20
    ours = [pid for pid, (words, env) in processes.items() if str(data).encode() in words + env]
    assert len(ours) >= 5, "the parts of the site, its database and its recorders"
    for pid, (words, env) in processes.items():
        told = [name for name, secret in secrets.items() if secret in words or secret in env]
        assert told == [], (pid, words[:200])
