"""Settings: read once from the environment and `.env`, checked, frozen, passed in. `.env.example` explains each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.errors import SettingsError
from bot.locales import LANGUAGES, nearest
from bot.readers.addresses import parse_allowed_host

EXAMPLES = {
    "telegram_token": "123456789:AAF0e5xample5token5of5thirty5five5c",
    "telegram_api_base_url": "https://api.telegram.org",
    "telegram_webhook_url": "https://bot.example.org/telegram",
    "telegram_webhook_port": "8443",
    "telegram_webhook_listen": "127.0.0.1",
    "telegram_webhook_secret": "a-long-random-word",
    "discord_token": "the long token from the Bot page of the Discord developer portal",
    "discord_api_base_url": "https://discord.com/api/v10",
    "discord_gateway_url": "wss://gateway.discord.gg/",
    "discord_message_content": "true",
    "calendar_listen": "127.0.0.1:8085",
    "calendar_url": "https://bot.example.org/calendar",
    "database_url": "sqlite:////var/lib/paper-round/paper-round.db",
    "data_dir": "/var/lib/paper-round",
    "administrators": "telegram:123456789, discord:234567890123456789",
    "default_timezone": "Europe/Moscow",
    "default_language": "pt_BR",
    "sources_file": "sources.toml",
    "fetch_max_bytes": "20000000",
    "fetch_timeout_seconds": "60",
    "fetch_concurrency": "8",
    "fetch_host_delay_seconds": "1",
    "fetch_allowed_private_hosts": "feeds.internal, 10.0.0.5, 192.168.0.0/24",
    "poll_interval_minutes": "60",
    "arxiv_api_url": "https://export.arxiv.org/api/query",
    "embeddings_url": "http://127.0.0.1:8080/v1",
    "embeddings_model": "text-embedding-3-small",
    "embeddings_key": "the key that the server asks for",
    "embeddings_timeout_seconds": "30",
    "log_level": "INFO",
    "log_format": "text",
}
"""A good value of each setting: quoted when a bad one stops the start."""

OFF = "off"
"""What a setting is where nobody is to be asked."""
DEFAULT_SOURCES = Path("sources.toml")

Administrator = tuple[Literal["telegram", "discord"], str]


class Settings(BaseSettings):
    """All settings. Names in the environment are the field names in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    telegram_token: SecretStr | None = None
    telegram_api_base_url: str = "https://api.telegram.org"
    telegram_webhook_url: str | None = None
    telegram_webhook_listen: str = "127.0.0.1"
    telegram_webhook_port: Annotated[int, Field(ge=1, le=65535)] = 8443
    telegram_webhook_secret: SecretStr | None = None

    discord_token: SecretStr | None = None
    discord_api_base_url: str = "https://discord.com/api/v10"
    discord_gateway_url: str = "wss://gateway.discord.gg/"
    discord_message_content: bool = False

    calendar_listen: str | None = None
    calendar_url: str | None = None

    data_dir: Path = Path("data")
    database_url: str = ""
    sources_file: Path = DEFAULT_SOURCES

    administrators: Annotated[frozenset[Administrator], NoDecode] = frozenset()
    default_timezone: ZoneInfo = ZoneInfo("UTC")
    default_language: str = "en"

    fetch_max_bytes: Annotated[int, Field(ge=10_000, le=1_000_000_000)] = 20_000_000
    fetch_timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 60.0
    fetch_concurrency: Annotated[int, Field(ge=1, le=100)] = 8
    fetch_host_delay_seconds: Annotated[float, Field(ge=0, le=60)] = 1.0
    fetch_allowed_private_hosts: Annotated[frozenset[str], NoDecode] = frozenset()
    arxiv_api_url: str = "https://export.arxiv.org/api/query"
    poll_interval_minutes: Annotated[int, Field(ge=5, le=10_080)] = 60

    embeddings_url: str | None = None
    embeddings_model: str | None = None
    embeddings_key: SecretStr | None = None
    embeddings_timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @field_validator("telegram_token")
    @classmethod
    def _telegram_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"\d{3,}:[\w-]{10,}", value.get_secret_value()):
            raise ValueError("a token from @BotFather is a number, a colon, and letters and digits")
        return value

    @field_validator("discord_token")
    @classmethod
    def _discord_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[\w.-]{20,}", value.get_secret_value()):
            raise ValueError(
                "a bot token is one long word of letters, digits, dots, - and _ (without “Bot ” before it)"
            )
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        # The characters and length that setWebhook takes for its secret_token.
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("it may hold A-Z, a-z, 0-9, _ and - only, at most 256 of them")
        return value

    @field_validator("telegram_api_base_url", "discord_api_base_url")
    @classmethod
    def _http_address(cls, value: str) -> str:
        return _address(value, ("http", "https")).rstrip("/")

    @field_validator("arxiv_api_url")
    @classmethod
    def _arxiv_address(cls, value: str) -> str:
        return value if value == OFF else _address(value, ("http", "https"))

    @field_validator("embeddings_url")
    @classmethod
    def _embeddings_address(cls, value: str | None) -> str | None:
        if value and (urlsplit(value).query or urlsplit(value).fragment or urlsplit(value).username):
            raise ValueError("it must be an address without ?, # and a name before @; the key has a setting of its own")
        return value and _address(value, ("http", "https")).rstrip("/")

    @field_validator("telegram_webhook_url")
    @classmethod
    def _webhook_address(cls, value: str | None) -> str | None:
        return value and _address(value, ("http", "https"))

    @field_validator("discord_gateway_url")
    @classmethod
    def _gateway_address(cls, value: str) -> str:
        return _address(value, ("ws", "wss"))

    @field_validator("calendar_listen")
    @classmethod
    def _listen(cls, value: str | None) -> str | None:
        if value:
            listening_at(value)
        return value

    @field_validator("calendar_url")
    @classmethod
    def _calendar_address(cls, value: str | None) -> str | None:
        if value and (urlsplit(value).query or urlsplit(value).fragment):
            raise ValueError("it must be an address without ? and #")
        return value and _address(value, ("http", "https")).rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and not value.startswith("sqlite:///"):
            raise ValueError("it must begin with sqlite:/// (other databases are not supported yet)")
        return value

    @field_validator("sources_file")
    @classmethod
    def _sources(cls, value: Path) -> Path:
        # Nothing needs to be there before the first success; a file that somebody names does.
        if value != DEFAULT_SOURCES and not value.is_file():
            raise ValueError(f"there is no file {value}")
        return value

    @field_validator("default_language")
    @classmethod
    def _language(cls, value: str) -> str:
        language = nearest(value)
        if language is None:
            raise ValueError("it must be one of " + ", ".join(LANGUAGES))
        return language

    @field_validator("default_timezone", mode="before")
    @classmethod
    def _zone(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return ZoneInfo(value.strip())
        except (KeyError, ValueError, OSError) as error:  # unknown, malformed, or the name of a folder
            raise ValueError("it is no zone of the IANA time zone database") from error

    @field_validator("administrators", mode="before")
    @classmethod
    def _administrators(cls, value: object) -> object:
        return frozenset(_administrator(word) for word in _words(value)) if isinstance(value, str) else value

    @field_validator("fetch_allowed_private_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        for word in _words(value):
            parse_allowed_host(word)
        return frozenset(word.lower() for word in _words(value))

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if self.telegram_webhook_url and not self.telegram_webhook_secret:
            raise ValueError(
                "TELEGRAM_WEBHOOK_SECRET must be set where TELEGRAM_WEBHOOK_URL is: "
                "without it anybody could send updates in Telegram's name"
            )
        if bool(self.calendar_listen) != bool(self.calendar_url):
            raise ValueError(
                "CALENDAR_LISTEN and CALENDAR_URL belong together: where the bot listens for calendar programs, and "
                "the address by which they reach it from outside"
            )
        if bool(self.embeddings_url) != bool(self.embeddings_model):
            raise ValueError(
                "EMBEDDINGS_URL and EMBEDDINGS_MODEL belong together: where vectors are made, and by which model"
            )
        return self

    @property
    def database(self) -> str:
        """DATABASE_URL, or the SQLite file in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'paper-round.db'}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be seen in a log."""
        held = (self.telegram_token, self.discord_token, self.telegram_webhook_secret, self.embeddings_key)
        return tuple(secret.get_secret_value() for secret in held if secret)

    def administrators_on(self, platform: str) -> frozenset[str]:
        """Ids of the people who run this bot, as one platform knows them."""
        return frozenset(person for where, person in self.administrators if where == platform)


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """The settings of this process. Raises SettingsError naming each wrong variable, the reason and a good value."""
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # taken by BaseSettings, unknown to the checker
    except ValidationError as error:
        lines = [_explain(str(one["loc"][0]) if one["loc"] else "", one["msg"]) for one in error.errors()]
        raise SettingsError("\n".join(lines)) from None  # the cause holds the value, which may be a secret


def _explain(field: str, message: str) -> str:
    reason = message.removeprefix("Value error, ")
    if not field:
        return reason
    return f"{field.upper()} is wrong: {reason}. A good value: {field.upper()}={EXAMPLES[field]}"


def listening_at(value: str) -> tuple[str, int]:
    """Host and port of "127.0.0.1:8085" or "[::1]:8085". Raises ValueError where it is none."""
    try:
        parts = urlsplit(f"//{value}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not port or parts.path or parts.username:
        raise ValueError("it must be a host, a colon and a port from 1 to 65535")
    return host, port


def _words(value: str) -> list[str]:
    return [word for word in re.split(r"[,;\s]+", value) if word]


def _administrator(word: str) -> tuple[str, str]:
    platform, _, person = word.partition(":")
    if platform not in ("telegram", "discord") or not person.isdigit():
        raise ValueError(f"“{word}” is not a platform, a colon and the number of a person there")
    return platform, person


def _address(value: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError("it must be an address that begins with " + " or ".join(f"{scheme}://" for scheme in schemes))
    return value
