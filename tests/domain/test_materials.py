"""Materials: which addresses and files are taken, and what they are called."""

from __future__ import annotations

from datetime import UTC

import pytest

from bot.domain.errors import UserError
from bot.domain.files import MOST_BYTES
from bot.domain.materials import MaterialKind, address_in, attached, linked, words_fitter, words_to_find
from bot.domain.question_parser import parse_question
from bot.domain.search_plan import Widening, plan_of
from storage.stemming import analyser
from tests.factories import NOW

PDF = b"%PDF-1.7\n"
PPTX = b"PK\x03\x04 slides"


@pytest.mark.parametrize(
    ("typed", "title", "kind"),
    [
        ("https://docs.google.com/presentation/d/abc/edit", "docs.google.com · edit", MaterialKind.SLIDES),
        ("https://www.youtube.com/watch?v=abc", "youtube.com · watch", MaterialKind.RECORDING),
        ("https://example.org/конспект.pdf", None, MaterialKind.NOTES),
        ("https://example.org/", "example.org", MaterialKind.OTHER),
    ],
)
def test_an_address_is_called_by_where_it_leads(typed: str, title: str | None, kind: MaterialKind) -> None:
    new = linked(typed)
    assert new.kind is kind
    assert title in (None, new.title)


def test_an_address_is_found_among_words_that_call_it_something() -> None:
    assert address_in("Slides of Ann https://example.org/a?b=1") == ("https://example.org/a?b=1", "Slides of Ann")
    assert address_in("example.org/a My notes v2.0") == ("https://example.org/a", "My notes v2.0")
    assert address_in("nothing here") == ("", "nothing here")


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "file:///etc/passwd", "nothing", "", "https://", "x" * 5_000])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(UserError):
        linked(typed)


@pytest.mark.parametrize(
    ("name", "content", "kind", "kept"),
    [
        ("slides.pdf", PDF, MaterialKind.SLIDES, "slides.pdf"),
        ("Слайды Анны.PPTX", PPTX, MaterialKind.SLIDES, "slides.pptx"),
        ("会议笔记.md", "# 笔记".encode(), MaterialKind.NOTES, "notes.md"),
        ("../../etc/pass wd.txt", b"text", MaterialKind.NOTES, "pass-wd.txt"),
        ("C:\\temp\\rec.ogg", b"OggS", MaterialKind.RECORDING, "rec.ogg"),
        ("a\u202efdp.pdf", PDF, MaterialKind.SLIDES, "afdp.pdf"),
        ("x" * 300 + ".pdf", PDF, MaterialKind.SLIDES, "x" * 48 + ".pdf"),
        ("nb.ipynb", b' {"cells": []}', MaterialKind.NOTES, "nb.ipynb"),
    ],
)
def test_a_file_gets_a_plain_name(name: str, content: bytes, kind: MaterialKind, kept: str) -> None:
    new = attached(name, content)
    assert new.file is not None
    assert (new.kind, new.file.name) == (kind, kept)
    assert "\u202e" not in new.title
    assert "/" not in new.title


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("virus.exe", b"MZ"),
        ("slides.pdf.exe", PDF),
        ("slides.pdf", b"MZ\x90"),
        ("slides.pptx", PDF),
        ("notes.txt", b"\x00\x01\x02"),
        ("notes.txt", b"\xff\xfe\xfa"),
        ("page.html", b"<script>"),
        ("picture.svg", b"<svg onload=alert(1)>"),
        ("archive.zip", b"PK\x03\x04"),
        ("noending", b"text"),
        ("slides.pdf", b""),
        ("slides.pdf", PDF + b"x" * MOST_BYTES),
    ],
)
def test_a_file_that_is_not_what_it_says_or_none_of_ours_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(UserError):
        attached(name, content)


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("slides", True),
        ("ATTENTION slides", True),
        ('"all you need"', True),
        ('"you all need"', False),
        ("attain", False),
        ("slide", True),
        ("注意力", True),
        ("Привет", True),
        ('"attentive machines"', False),
        ('"attentions is all you needed"', True),
        ("zebra OR slides", True),
        ("zebra OR horse", False),
        ("slides -attention", False),
        ("slides -zebra", True),
        ("-zebra", False),
        ("title:slides author:ann", True),
        ("slides lang:pt", False),
        ("is:saved", False),
        ("", False),
    ],
)
def test_a_material_is_found_by_what_is_asked_for_in_any_script(query: str, fits: bool) -> None:
    words = words_to_find("Slides of Ann", "Attention is all you need", "注意力机制", "приветы, привёт; привет")
    plan = plan_of(parse_question(query, NOW, UTC), Widening(analyser()))
    assert words_fitter(plan)(words) is fits
