"""Files that are handed to the person at the terminal."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from bot.domain.errors import UserError
from bot.domain.files import MOST_BYTES, File


def keep(file: File, folder: Path) -> Path:
    """Writes a file into a folder and returns where it is. What is there already stays: the new one gets a number.

    Raises OSError.
    """
    named = Path(file.name)
    for number in count(1):
        place = folder / (file.name if number == 1 else f"{named.stem}-{number}{named.suffix}")
        try:
            with place.open("xb") as out:  # refuses links as well, also those that lead nowhere
                out.write(file.content)
        except FileExistsError:
            continue
        return place.absolute()
    raise AssertionError("there is always a next number")


def fetched(path: Path) -> bytes:
    """What is in a file. Raises UserError where it cannot be read, or is too large."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UserError("{path} cannot be read.", path=path) from error
    if len(content) > MOST_BYTES:
        raise UserError("This file is too large: at most {size} MB.", size=MOST_BYTES // 1024**2)
    return content
