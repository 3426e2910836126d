"""Tables as files for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

ENCODING = "utf-8-sig"
"""Excel takes a file for UTF-8 only where it begins with this mark."""
MEDIA_TYPE = "text/csv"
# A spreadsheet takes what begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with its heading (https://www.rfc-editor.org/rfc/rfc4180). No cell is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heading)
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue()


def _plain(value: str) -> str:
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
