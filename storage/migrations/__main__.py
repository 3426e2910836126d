"""`python -m storage.migrations "What it does"`: writes a new step that leads to the tables as they are declared now.

Read it, name its constraints, and set `HEAD` to its number.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from sqlalchemy import create_engine

from storage.migrations import HEAD, configuration, upgrade


def main() -> None:
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'scratch.sqlite3'}")
        upgrade(engine, needed=HEAD, before=print)
        config = configuration()
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.revision(config, " ".join(sys.argv[1:]), autogenerate=True, rev_id=f"{int(HEAD) + 1:04}")
        engine.dispose()


if __name__ == "__main__":
    main()
