"""The log: no line of it holds a secret, whoever wrote the line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import MASK, redact, set_up_logging

SECRET = "123456789:AAsecretsecretsecret"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_secret_in_an_address_a_value_or_a_traceback_is_masked(
    capsys: pytest.CaptureFixture[str], style: str
) -> None:
    set_up_logging(level="DEBUG", style=style, secrets=[SECRET])
    logging.getLogger("httpx").warning("GET https://api.example.org/bot%s/getMe", SECRET)
    structlog.get_logger("ours").info("asked", address=f"https://api.example.org/bot{SECRET}")
    try:
        raise ValueError(f"no answer from bot{SECRET.replace(':', '%3A')}")
    except ValueError:
        logging.getLogger("telegram").exception("failed")
        structlog.get_logger("ours").exception("failed")
    written = capsys.readouterr().err
    assert "secretsecret" not in written
    assert written.count(MASK) >= 4
    assert "Traceback" in written


def test_json_lines_can_be_read_by_machines(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(level="INFO", style="json", secrets=[])
    structlog.get_logger("ours").info("polled", source=7)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["source"], line["level"], line["logger"]) == ("polled", 7, "info", "ours")
    assert line["timestamp"].endswith("Z")


def test_libraries_that_log_each_request_are_quiet_unless_they_warn(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(level="DEBUG", style="text", secrets=[])
    logging.getLogger("httpx").info("HTTP Request: POST …")
    assert capsys.readouterr().err == ""


def test_a_secret_inside_a_longer_one_leaves_nothing_behind() -> None:
    assert redact("key abcdef", ["abcdef", "abc"]) == f"key {MASK}"
