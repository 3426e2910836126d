"""What every test has: no way to the internet, a database of its own, and no settings of the machine."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples at every run and no time limit: a result must not depend on chance or on the machine's speed.
settings.register_profile("fixed", derandomize=True, database=None, deadline=None)
settings.load_profile("fixed")

SHARED = Path(__file__).parent.parent.parent / "shared"

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _is_loopback(address: object) -> bool:
    return not isinstance(address, tuple) or address[0] in ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere else fails the test that makes it."""

    def guarded(original):  # type: ignore[no-untyped-def]
        def connect(self: socket.socket, address: object) -> object:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address):
                raise AssertionError(f"a test wanted to connect to {address}")
            return original(self, address)

        return connect

    monkeypatch.setattr(socket.socket, "connect", guarded(_connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(_connect_ex))


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests see none of the machine's settings and no `.env`: they run in a folder of their own."""
    from bot.config import Settings

    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real documents beside the project; skips where it is not."""
    if not SHARED.is_dir():
        pytest.skip("the real documents (../shared) are not there")
    return SHARED
