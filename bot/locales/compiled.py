"""Catalogues as gettext reads them.

The bot reads all of them before it is ready, to tell the platforms what its commands are called. Babel takes half a
second to compile them, so what it has compiled is kept beside its source, as Python keeps what it compiles.
"""

from __future__ import annotations

import gettext
import io
import os
import struct
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def read_catalogue(path: Path) -> gettext.GNUTranslations:
    """What a PO file translates: what it marks as fuzzy or leaves empty it does not. Compiles it where that was not
    done since the file was changed. May be repeated, also by several processes at once. Raises OSError without the
    file."""
    kept = path.with_suffix(".mo")
    changed = path.stat().st_mtime_ns
    # One that is damaged, by a loss of power for example, is compiled anew.
    with suppress(OSError, ValueError, struct.error):
        if kept.stat().st_mtime_ns == changed:
            return gettext.GNUTranslations(io.BytesIO(kept.read_bytes()))
    compiled = _compiled(path)
    with suppress(OSError):  # the folder of a program may be read-only
        _keep(compiled, kept, changed)
    return gettext.GNUTranslations(io.BytesIO(compiled))


def _compiled(path: Path) -> bytes:
    # Here, as it is seldom needed, and takes time and memory of every start.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    binary = io.BytesIO()
    with path.open("rb") as file:
        write_mo(binary, read_po(file))
    return binary.getvalue()


def _keep(compiled: bytes, kept: Path, changed: int) -> None:
    """Whoever reads it meanwhile sees all of it or nothing."""
    with NamedTemporaryFile(dir=kept.parent, prefix=kept.name, delete=False) as file:
        file.write(compiled)
    try:
        os.utime(file.name, ns=(changed, changed))
        Path(file.name).chmod(0o644)
        Path(file.name).replace(kept)
    except OSError:
        Path(file.name).unlink()
        raise
