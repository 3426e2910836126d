from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.documents import RawDocument
from bot.domain.errors import ReadError
from bot.domain.sources import SourceKind
from bot.readers.recognise import read

NOW = datetime(2026, 3, 5, 10, tzinfo=UTC)
DATA = Path(__file__).parent.parent / "data"
KINDS = {
    "feeds": SourceKind.FEED,
    "newsletters": SourceKind.NEWSLETTER,
    "webpages": SourceKind.WEBPAGE,
    "telegram": SourceKind.TELEGRAM,
}
# A page without posts, and a page saved as text, can only be told by whoever names the source.
TOLD = {"no_preview.html", "saved.txt"}
DOCUMENTS = sorted(path for folder in KINDS for path in (DATA / folder).iterdir() if path.name not in TOLD)


def document(body: bytes, *, address: str = "document", content_type: str | None = None) -> RawDocument:
    return RawDocument(address, body, NOW, content_type=content_type)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
@pytest.mark.parametrize("name", ["issue.xml", "issue.md", "issue.html", "issue.json", "issue"])
def test_a_kind_is_recognised_by_content_whatever_the_name(path: Path, name: str) -> None:
    found = read(document(path.read_bytes(), address=f"/somewhere/{name}"), now=NOW)
    assert found.kind is KINDS[path.parent.name]


@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream", "text/html; charset=utf-8"])
@pytest.mark.parametrize("name", ["feeds/rss20.xml", "feeds/atom.xml", "feeds/feed.json"])
def test_a_feed_is_one_whatever_the_server_calls_it(name: str, content_type: str) -> None:
    assert read(document((DATA / name).read_bytes(), content_type=content_type), now=NOW).kind is SourceKind.FEED


def test_a_kind_that_is_given_wins() -> None:
    body = (DATA / "newsletters" / "bare.txt").read_bytes()
    assert read(document(body), now=NOW, kind=SourceKind.WEBPAGE).kind is SourceKind.WEBPAGE


@pytest.mark.parametrize("body", [b"", b" \r\n\t\n"])
def test_an_empty_document_is_refused(body: bytes) -> None:
    with pytest.raises(ReadError, match="empty"):
        read(document(body), now=NOW)


def _archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("issue.md", "# Publications")
    return file.getvalue()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"%PDF-1.7\n1 0 obj", "a PDF file"),
        (_archive(), "a ZIP archive"),
        (gzip.compress(b"# Publications"), "gzip"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"GIF89a\x01\0", "GIF"),
        (b"SQLite format 3\0\x10\0", "SQLite"),
        (bytes(range(256)) * 40, "some other format"),
        (b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0>\0\x01\0\0\0", "some other format"),
    ],
    ids=["pdf", "zip", "gzip", "png", "jpeg", "gif", "sqlite", "noise", "program"],
)
@pytest.mark.parametrize("kind", [None, *SourceKind])
def test_a_binary_document_is_refused_as_what_it_is(body: bytes, reason: str, kind: SourceKind | None) -> None:
    with pytest.raises(ReadError, match=reason):
        read(document(body), now=NOW, kind=kind)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "koi8-r", "cp1251"])
def test_a_text_in_any_encoding_is_no_binary_document(encoding: str) -> None:
    text = "# Статьи\n\nСначала картинку по шагам зашумляют, а потом учат сеть делать шаг назад.\n" * 5
    assert read(document(text.encode(encoding)), now=NOW).kind is SourceKind.NEWSLETTER


def test_a_text_with_some_control_characters_is_read() -> None:
    body = (DATA / "newsletters" / "bare.txt").read_bytes().replace(b"\n\n", b"\n\x0c\x1b\x00\n", 3)
    assert read(document(body), now=NOW).damage == "Control characters (6) were dropped."
