"""Pictures and sounds that teachers send: streamed within a bound, and refused with a sentence where they must be."""

from __future__ import annotations

import asyncio
import io
import random
import struct
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from editor_stand import NAME, SAME, as_person, begin, client, folder, publish, question, save
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import Engine
from tinytag import TinyTag, TinyTagException

from lopso.settings import Settings
from lopso.web import sounds, uploads

MB = 1024 * 1024
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'
#: A frame of 26 milliseconds.
FRAME = b"\xff\xfb\x90\x00" + bytes(413)
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + FRAME * 50
GPS = 0x8825


def ogg(seconds: int, head: bytes = b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00") -> bytes:
    """Give an Ogg file of one stream that says it takes so long."""
    pages = ((2, 0, head), (0, 0, b"OpusTags" + bytes(8)), (4, seconds * 48_000, bytes(100)))
    return b"".join(
        b"OggS\x00" + struct.pack("<BqIIIBB", sort, granule, 7, number, 0, 1, len(packet)) + packet
        for number, (sort, granule, packet) in enumerate(pages)
    )


def m4a(seconds: int, brand: bytes = b"M4A ", sound: bool = True) -> bytes:
    """Give an MPEG-4 file that says it takes so long, with a track of sound or with none."""

    def atom(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(body), name) + body

    mp4a = atom(b"mp4a", bytes(16) + struct.pack(">HHIHH", 1, 16, 0, 44_100, 0) + bytes(60))
    track = atom(b"stsd", bytes(4) + struct.pack(">I", 1) + mp4a)
    for name in (b"stbl", b"minf", b"mdia", b"trak"):
        track = atom(name, track)
    length = atom(b"mvhd", bytes(12) + struct.pack(">II", 1000, seconds * 1000) + bytes(80))
    return atom(b"ftyp", brand + bytes(8)) + atom(b"moov", length + (track if sound else b""))


@pytest.fixture
def settings(tmp_path: Path, engine: Engine) -> Settings:
    return folder(tmp_path, engine)


@pytest.fixture
def web(settings: Settings, engine: Engine, learners: dict[str, int]) -> Iterator[TestClient]:
    with client(settings, engine, learners) as opened:
        yield opened


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, kind, **more)
    return out.getvalue()


def send(web: TestClient, name: str, body: Any, quiz: str = NAME) -> Any:
    return web.put(f"/api/editor/{quiz}/media", params={"name": name}, content=body, headers=SAME)


def waiting(settings: Settings) -> list[Path]:
    return [path for path in (settings.var / "uploads").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "body", "served"),
    [
        ("Ảnh lớp.PNG", picture(), "image/png"),
        ("a.jpeg", picture("JPEG"), "image/jpeg"),
        ("a.webp", picture("WEBP"), "image/webp"),
        ("a.svg", SVG.format('<rect width="3" height="3" fill="url(#g)"/>').encode(), "image/svg+xml"),
        ("a.mp3", MP3, "audio/mpeg"),
        ("b.MP3", FRAME * 50, "audio/mpeg"),
        ("a.ogg", ogg(3), "audio/ogg"),
        (
            "a.ogg",
            ogg(3, b"\x01vorbis" + struct.pack("<IBiiii", 0, 1, 48_000, 0, 64_000, 0) + b"\xb8\x01"),
            "audio/ogg",
        ),
        ("a.m4a", m4a(3), "audio/mp4"),
        ("a.m4a", m4a(3, b"mp42"), "audio/mp4"),
    ],
)
def test_a_good_file_is_kept_and_served_as_what_it_is_and_nothing_else(
    web: TestClient, name: str, body: bytes, served: str
) -> None:
    told = send(web, name, body)
    assert told.status_code == 200, told.text
    found = web.get(told.json()["address"])
    assert found.content == body
    assert found.headers["content-type"] == served
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert "sandbox" in found.headers["content-security-policy"]
    assert send(web, name, body).json() == told.json()


@pytest.mark.parametrize(
    ("name", "body", "status", "said"),
    [
        ("a.exe", b"MZ" + bytes(99), 415, "loại tệp"),
        ("a", picture(), 415, "loại tệp"),
        ("a.gif", b"GIF89a" + bytes(99), 415, "loại tệp"),
        ("a.png", picture("JPEG"), 415, "Tên tệp ghi là PNG"),
        ("a.png", b"<html><script>alert(1)</script>", 415, "Tên tệp ghi là PNG"),
        ("a.jpg", b"PK\x03\x04" + bytes(99), 415, "Tên tệp ghi là JPG"),
        ("a.mp3", b"MZ" + bytes(99), 415, "Tên tệp ghi là MP3"),
        ("a.mp3", b"ID3\x04" + bytes(999), 415, "Tên tệp ghi là MP3"),
        ("a.mp3", b"\xff\xfb" + b"\xff" * 2 * MB, 415, "Tên tệp ghi là MP3"),
        ("a.ogg", MP3, 415, "Tên tệp ghi là OGG"),
        ("a.ogg", b"OggS" + bytes(100), 415, "Tên tệp ghi là OGG"),
        ("a.ogg", ogg(3, b"fishead\x00" + bytes(56)), 415, "Tên tệp ghi là OGG"),
        ("a.m4a", b"\x00\x00\x00\x18ftypM4A " + bytes(99), 415, "Tên tệp ghi là M4A"),
        ("a.m4a", m4a(3, sound=False), 415, "Tên tệp ghi là M4A"),
        ("a.mp3", FRAME * 2, 415, "Tên tệp ghi là MP3"),
        ("a.ogg", ogg(21 * 60), 413, "dài 21 phút; nhiều nhất 20 phút"),
        ("a.m4a", m4a(90 * 60), 413, "dài 90 phút; nhiều nhất 20 phút"),
        ("a.svg", b"not xml", 415, "Tên tệp ghi là SVG"),
        ("a.png", b"", 415, "Tên tệp ghi là PNG"),
        ("a.png", picture()[:60], 415, "hỏng"),
        ("a.jpg", picture("JPEG", (300, 300))[:500], 415, "hỏng"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused_and_leaves_nothing(
    web: TestClient, settings: Settings, name: str, body: bytes, status: int, said: str
) -> None:
    found = send(web, name, body)
    assert found.status_code == status
    assert said in found.json()["error"]
    assert found.json()["fix"]
    assert waiting(settings) == []


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<g ONCLICK="alert(1)"/>',
        '<a href="javascript:alert(1)"><rect/></a>',
        '<use href="https://evil.example/a.svg#x"/>',
        '<use xlink:href="//evil.example/a.svg#x"/>',
        '<image href="https://evil.example/a.png"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
        '<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="https://evil.example"/>',
        '<style>@import "https://evil.example/a.css";</style>',
        "<style>rect { fill: url(https://evil.example/a) }</style>",
        "<rect style=\"fill: url( '//evil.example/a')\"/>",
        '<rect fill="url(https://evil.example/a)"/>',
        '<rect style="fill: u\\72l(https://evil.example/a)"/>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<g xml:base="https://evil.example/"/>',
    ],
)
def test_an_svg_that_runs_or_fetches_is_refused(web: TestClient, settings: Settings, inside: str) -> None:
    found = send(web, "a.svg", SVG.format(inside).encode())
    assert found.status_code == 415
    assert "tự chạy hoặc lấy từ nơi khác" in found.json()["error"]
    assert waiting(settings) == []


@pytest.mark.parametrize(
    "body",
    [
        '<?xml-stylesheet href="https://evil.example/a.css"?>' + SVG.format(""),
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + SVG.format("<text>&b;</text>"),
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG.format("<text>&x;</text>"),
        '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>',
        "<svg><script>alert(1)</script></svg>",
    ],
)
def test_an_svg_of_tricks_is_refused(web: TestClient, body: str) -> None:
    assert send(web, "a.svg", body.encode()).status_code == 415


@pytest.mark.parametrize(
    "inside",
    [
        '<defs><linearGradient id="g"/></defs><rect fill="url(#g)" style="stroke: url(#g)"/><use xlink:href="#g"/>',
        '<sodipodi:namedview xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"/><style>a{fill:red}</style>',
    ],
)
def test_an_ordinary_drawing_is_taken(web: TestClient, inside: str) -> None:
    head = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
    assert send(web, "a.svg", (head + SVG.format(inside)).encode()).status_code == 200


def pieces(total: int, first: bytes = b"\x89PNG\r\n\x1a\n") -> Iterator[bytes]:
    """Give a body piece by piece, without saying how long it is."""
    yield first
    noise = random.Random(1).randbytes(64 * 1024)
    for _number in range(total // len(noise)):
        yield noise


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\x89PNG" + bytes(50 * MB), "Ảnh này lớn hơn 5 MB."),
        (pieces(8 * MB), "Ảnh này lớn hơn 5 MB."),
        (pieces(50 * MB), "quá lớn"),
    ],
    ids=["50 MB", "8 MB, length unsaid", "50 MB, length unsaid"],
)
def test_a_picture_that_is_too_large_is_refused_and_nothing_of_it_is_kept(
    web: TestClient, settings: Settings, body: Any, said: str
) -> None:
    found = send(web, "a.png", body)
    assert found.status_code == 413
    assert said in found.json()["error"]
    assert waiting(settings) == []


def test_a_sound_may_be_larger_than_a_picture_but_not_without_bound(web: TestClient) -> None:
    assert send(web, "a.mp3", MP3 + bytes(9 * MB)).status_code == 200
    assert send(web, "b.mp3", MP3 + bytes(10 * MB)).json()["error"] == "Tệp âm thanh này lớn hơn 10 MB."


def test_ten_megabytes_of_wrong_beginnings_are_given_up_soon(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"\xff\xfb" + b"\xff" * 10 * MB)
    with sounds._Patient(io.FileIO(path)) as file, pytest.raises(TinyTagException):
        TinyTag.get(file_obj=file, tags=False)
    assert file.reads == sounds.MOST_READS + 1


def test_other_requests_stay_as_small_as_before(web: TestClient) -> None:
    sent = {"revision": 0, "base": "", "tab": "a", "body": {"title": "x" * 2 * MB}}
    assert web.put(f"/api/editor/{NAME}", json=sent, headers=SAME).status_code == 413
    assert web.post(f"/api/editor/{NAME}/media/x", content=bytes(2 * MB), headers=SAME).status_code in (404, 413)


def test_memory_stays_flat_while_a_large_sound_streams_in(tmp_path: Path) -> None:
    class Sender:
        """A request whose body never stands in memory as a whole."""

        async def stream(self) -> Any:
            for piece in pieces(9 * MB, MP3):
                yield bytes(piece)

    tracemalloc.start()
    try:
        asyncio.run(uploads._stream(Sender(), tmp_path / "a", uploads.KINDS["mp3"]))  # type: ignore[arg-type]
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (tmp_path / "a").stat().st_size > 8 * MB
    assert peak < 2 * MB


def bomb(width: int, height: int) -> bytes:
    """Give a small PNG file that says it is huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(50_000, 50_000), (9000, 9000), (30_000, 1), (1, 5000)])
def test_a_picture_of_absurd_size_is_refused_before_it_is_opened(web: TestClient, size: tuple[int, int]) -> None:
    found = send(web, "a.png", bomb(*size))
    assert found.status_code == 413
    assert f"{size[0]} × {size[1]}" in found.json()["error"]


@pytest.mark.parametrize("size", [(3000, 2000), (300, 200)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_is_made_small_and_upright_and_forgets_where_it_was_taken(
    web: TestClient, kind: str, size: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(GPS)[1] = "N"
    told = send(web, f"a.{kind.lower()}", picture(kind, size, exif=exif)).json()
    kept = Image.open(io.BytesIO(web.get(told["address"]).content))
    assert kept.size[0] < kept.size[1] <= 1600
    assert not kept.getexif()


def test_names_tell_nothing_and_lead_nowhere(web: TestClient) -> None:
    told = send(web, "../../dap an dung la B.png", picture()).json()
    assert told["file"].startswith("media/anh-")
    assert "dap" not in told["file"]
    for path in (f"/media/quizzes/{NAME}/..%2fquiz.toml", f"/editor/{NAME}/media/..%2f..%2fquiz.toml"):
        assert web.get(path).status_code == 404
    assert web.get(f"/media/quizzes/{NAME}/quiz.toml").status_code == 404
    assert web.get(f"/editor/{NAME}/media/.hidden.png").status_code == 404


def test_what_waits_is_published_with_the_quiz_that_uses_it_and_only_then_shown_to_learners(
    web: TestClient, settings: Settings
) -> None:
    name = begin(web)
    used, unused = (send(web, "a.png", picture(size=size), name).json()["file"] for size in ((20, 20), (21, 21)))
    body = {"title": "Bài", "question": [question(prompt=f"Đây là gì?\n\n![Một hình vuông]({used})")]}
    save(web, name, body)
    learner = f"/media/quizzes/{name}/{used.removeprefix('media/')}"
    assert as_person(web, "trainee").get(learner).status_code == 404
    done = publish(as_person(web, "lan"), name, 2)
    assert done.status_code == 200, done.text
    assert as_person(web, "trainee").get(learner).status_code == 200
    held = [path.name for path in (settings.root / "quizzes" / name / "media").iterdir()]
    assert held == [used.removeprefix("media/")]
    assert unused.removeprefix("media/") not in held


def test_a_picture_without_description_or_that_is_not_there_keeps_a_quiz_from_being_published(web: TestClient) -> None:
    name = begin(web)
    used = send(web, "a.png", picture(), name).json()["file"]
    save(web, name, {"title": "Bài", "question": [question(prompt=f"Gì?\n\n![]({used})")]})
    assert publish(web, name, 2).json()["faults"][0]["place"][:3] == ["question", 0, "prompt"]
    save(web, name, {"title": "Bài", "question": [question(prompt="Gì?\n\n![Hình](media/khong-co.png)")]}, 2)
    assert "khong-co.png" in publish(web, name, 3).json()["faults"][0]["said"]


def test_a_quiz_holds_only_so_much(web: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "QUIZ_LIMIT", 10)
    assert send(web, "a.png", picture()).status_code == 200
    assert "quá nhiều tệp" in send(web, "b.png", picture(size=(9, 9))).json()["error"]
