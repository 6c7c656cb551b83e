"""Downloads of archives: gone on with where they broke off, verified, and nothing under a name that is not whole."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gangan.core.files import UserError
from gangan.data import archives
from gangan.data.archives import ARCHIVES, Archive, fetch

CONTENT = bytes(range(256)) * 40
Answer = Callable[[BaseHTTPRequestHandler, int], None]  # to a request, of which so many came before


def send(asked: BaseHTTPRequestHandler, content: bytes, status: int = 200, length: int | None = None) -> None:
    asked.send_response(status)
    asked.send_header("Content-Length", str(len(content) if length is None else length))
    asked.end_headers()
    asked.wfile.write(content)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[str]]]:
    """Serve an archive ``x`` over loopback by an answer; the ranges that were asked for, in turn."""
    servers: list[ThreadingHTTPServer] = []
    monkeypatch.setattr(archives, "WAIT", 0)

    def start(answer: Answer, content: bytes = CONTENT) -> list[str]:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.headers.get("Range", ""))
                answer(self, len(asked) - 1)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        wanted = Archive(
            f"http://127.0.0.1:{server.server_port}/x.zip", len(content), hashlib.sha256(content).hexdigest()
        )
        monkeypatch.setitem(ARCHIVES, "x", wanted)
        return asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def from_range(asked: BaseHTTPRequestHandler, content: bytes = CONTENT) -> tuple[bytes, int]:
    """What is asked for, and the status that says so."""
    start = int(asked.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
    return content[start:], 206 if "Range" in asked.headers else 200


def refused(folder: Path) -> str:
    with pytest.raises(UserError) as error:
        fetch("x", folder / "x.zip")
    assert not (folder / "x.zip").exists()
    message = str(error.value)
    assert "\n" not in message
    assert message.startswith(ARCHIVES["x"].address)
    return message


def test_an_archive_is_downloaded_whole(serve, tmp_path: Path) -> None:
    serve(lambda asked, _: send(asked, CONTENT))
    fetch("x", tmp_path / "deep/x.zip")
    assert (tmp_path / "deep/x.zip").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["x.zip"]


def test_a_connection_that_breaks_is_gone_on_with(serve, tmp_path: Path) -> None:
    def answer(asked: BaseHTTPRequestHandler, _: int) -> None:
        rest, status = from_range(asked)
        send(asked, rest[:3000], status, len(rest))

    asked = serve(answer)
    fetch("x", tmp_path / "x.zip")
    assert (tmp_path / "x.zip").read_bytes() == CONTENT
    assert asked == ["", "bytes=3000-", "bytes=6000-", "bytes=9000-"]


def test_a_server_that_knows_no_ranges_is_asked_for_all_again(serve, tmp_path: Path) -> None:
    serve(lambda asked, before: send(asked, CONTENT[: 3000 if before == 0 else None], 200, len(CONTENT)))
    fetch("x", tmp_path / "x.zip")
    assert (tmp_path / "x.zip").read_bytes() == CONTENT


def test_what_came_before_a_server_went_away_is_kept_for_the_next_job(serve, tmp_path: Path) -> None:
    serve(lambda asked, before: send(asked, b"" if before else CONTENT[:3000], 200 if not before else 404, 10_240))
    message = refused(tmp_path)
    assert "3,000 of 10,240 bytes are kept, run again to go on from there" in message
    assert [path.name for path in tmp_path.iterdir()] == [".x.zip.download"]
    asked = serve(lambda asked, _: send(asked, *from_range(asked)))
    fetch("x", tmp_path / "x.zip")
    assert asked == ["bytes=3000-"]
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda asked, _: send(asked, b"gone", 404), "404 Not Found; run again later"),
        (lambda asked, _: send(asked, b"busy", 503), "503 Service Unavailable; run again later"),
        (lambda asked, _: send(asked, CONTENT[:-1]), "gave 10,239 bytes of sha256"),
        (lambda asked, _: send(asked, CONTENT + b"more"), "gave 10,241 bytes of sha256"),
        (lambda asked, _: send(asked, CONTENT[::-1]), "gave 10,240 bytes of sha256"),
        (lambda asked, _: send(asked, b"<!DOCTYPE html><p>not here"), ", a web page; expected 10,240 of"),
        (lambda asked, _: send(asked, b""), "gave 0 bytes of sha256"),
    ],
    ids=["404", "503", "short", "long", "other", "web page", "empty"],
)
def test_what_is_not_the_archive_is_one_line_and_nothing_stays(
    answer: Answer, said: str, serve, tmp_path: Path
) -> None:
    serve(answer)
    assert said in refused(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_busy_at_first_is_asked_again(serve, tmp_path: Path) -> None:
    serve(lambda asked, before: send(asked, b"", 503) if before < 2 else send(asked, CONTENT))
    fetch("x", tmp_path / "x.zip")
    assert (tmp_path / "x.zip").read_bytes() == CONTENT


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "RETRIES", 0)
    monkeypatch.setitem(ARCHIVES, "x", Archive("http://127.0.0.1:1/x.zip", 1, ""))
    assert "Connection refused" in refused(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_addresses_are_those_that_are_published() -> None:
    assert {name: one.size for name, one in ARCHIVES.items()} == {
        "church-outdoor": 2_448_463_466,
        "monet2photo": 305_231_073,
        "summer2winter-yosemite": 132_640_856,
    }
    assert all(len(one.sha256) == 64 for one in ARCHIVES.values())
