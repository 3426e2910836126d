"""Logging: facts with an event name, and no secret in any line, whoever writes it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable

import structlog

MASK = "[secret]"

# They write a line for each request, with the address; python-telegram-bot's addresses hold the token.
_CHATTY = (
    "httpx",
    "httpcore",
    "apscheduler",
    "alembic",
    "discord.client",
    "discord.gateway",
    "aiohttp.access",
    "tornado.access",
)


class _Redacting(logging.Formatter):
    """Takes every secret out of the finished line, tracebacks included: the last place that all lines pass."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = tuple(sorted((secret for secret in secrets if secret), key=len, reverse=True))

    def format(self, record: logging.LogRecord) -> str:
        return redact(self._inner.format(record), self._secrets)


def redact(line: str, secrets: Iterable[str]) -> str:
    """The line without the secrets, also where they stand in an address with their colon escaped."""
    for secret in secrets:
        line = line.replace(secret, MASK).replace(secret.replace(":", "%3A"), MASK)
    return line


def set_up_logging(*, level: str, style: str, secrets: Iterable[str]) -> None:
    """Sends all logging to standard error, as `style` "text" or "json". May be repeated; the last call counts."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    plain = structlog.dev.plain_traceback
    render: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if style == "json"
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting(formatter, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
