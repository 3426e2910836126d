"""Brings the catalogues up to date with the texts in the code: `make messages`."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.locales import FOLDER, LANGUAGES

KEYWORDS = {"_": None, "N_": None, "UserError": None, "gettext": None, "ngettext": (1, 2)}
PACKAGES = ("bot", "handlers")


def collect() -> Catalog:
    """All texts that the code shows to people, with the files that they stand in."""
    root = FOLDER.parent.parent
    catalogue = Catalog(project="Paper Round", charset="utf-8")
    for package in PACKAGES:
        found = extract_from_dir(root / package, keywords=KEYWORDS, comment_tags=("Translators:",))
        for file, _line, message, comments, _context in found:
            catalogue.add(message, locations=[(f"{package}/{file}", 0)], auto_comments=comments)
    return catalogue


def update(path: Path, template: Catalog) -> int:
    """Adds what a catalogue lacks and drops what no code says any more. Returns how many texts want a translation.

    May be repeated. English is its own translation.
    """
    language = path.stem
    catalogue = Catalog(locale=language, project="Paper Round", version="", fuzzy=False, header_comment="")
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    # The date would make every run a change.
    made = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.creation_date = made
    for message in catalogue:
        if language == "en" and message.id:
            message.string = message.id
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return len([message for message in catalogue if message.id and not complete(message.string)])


def complete(string: str | tuple[str, ...] | list[str] | None) -> bool:
    """Whether a translation says something in each of its plural forms."""
    return all(string) if isinstance(string, tuple | list) else bool(string)


def main() -> None:
    for language in LANGUAGES:
        # Catalogues keep the messages of their template: each gets one of its own.
        template = collect()
        missing = update(FOLDER / f"{language}.po", template)
        print(f"{language}: {len(template)} texts, {missing} without a translation")  # noqa: T201 -- a tool's output


if __name__ == "__main__":
    main()
