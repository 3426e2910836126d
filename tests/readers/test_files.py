from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.documents import NotModified, RawDocument, Validators
from bot.domain.errors import FetchFailed, FetchRefused
from bot.readers.files import SourceFetcher, read_file, read_stdin

NOW = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)


class Asked(Exception):
    """The web was asked for an address."""


class NoWeb:
    """A fetcher that only tells that it was asked."""

    async def fetch(self, address: str, *, validators: Validators | None = None) -> RawDocument | NotModified:
        raise Asked(address)


@pytest.fixture
def issue(tmp_path: Path) -> Path:
    path = tmp_path / "выпуск 5 第五期 copy.md"
    path.write_bytes(b"# An issue\r\n\xff")
    return path


def test_a_file_is_read_byte_for_byte(issue: Path) -> None:
    document = read_file(str(issue), now=NOW)

    assert document == RawDocument(address=str(issue), body=b"# An issue\r\n\xff", fetched_at=NOW)


def test_a_file_may_be_given_as_an_address(issue: Path) -> None:
    document = read_file(issue.as_uri(), now=NOW)

    assert (document.address, document.body) == (issue.as_uri(), b"# An issue\r\n\xff")


def test_a_path_may_begin_at_home(issue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(issue.parent))

    assert read_file(f"~/{issue.name}", now=NOW).body == b"# An issue\r\n\xff"


def test_a_file_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match=r"issue-7\.md could not be read: No such file or directory"):
        read_file(str(tmp_path / "issue-7.md"), now=NOW)


def test_a_folder_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="could not be read: Is a directory"):
        read_file(str(tmp_path), now=NOW)


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    path.write_bytes(b"x" * 1001)

    assert read_file(str(path), now=NOW, max_bytes=1001)
    with pytest.raises(FetchRefused, match=r"is larger than 0\.001 MB"):
        read_file(str(path), now=NOW, max_bytes=1000)


def test_an_endless_file_is_refused() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("this system has no /dev/zero")
    with pytest.raises(FetchRefused):
        read_file("/dev/zero", now=NOW, max_bytes=1000)


def test_standard_input_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff piped")))

    assert read_stdin(now=NOW) == RawDocument(address="-", body=b"\xff piped", fetched_at=NOW)


def test_standard_input_has_the_same_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x" * 1001)))

    with pytest.raises(FetchRefused, match="Standard input is larger"):
        read_stdin(now=NOW, max_bytes=1000)


async def test_a_path_is_fetched_from_the_disk(issue: Path) -> None:
    for address in (str(issue), issue.as_uri()):
        document = await SourceFetcher(NoWeb(), lambda: NOW).fetch(address)
        assert isinstance(document, RawDocument)
        assert document.body == b"# An issue\r\n\xff"


async def test_a_dash_is_fetched_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"piped")))

    document = await SourceFetcher(NoWeb(), lambda: NOW).fetch("-")

    assert isinstance(document, RawDocument)
    assert document.body == b"piped"


@pytest.mark.parametrize("address", ["https://example.org/feed", "HTTP://example.org/", "ftp://example.org/feed"])
async def test_every_other_address_is_left_to_the_web(address: str) -> None:
    with pytest.raises(Asked, match=address):
        await SourceFetcher(NoWeb(), lambda: NOW).fetch(address)
