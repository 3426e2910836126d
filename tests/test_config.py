"""Settings: what they take, what they refuse and how they say so."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import EXAMPLES, Settings, listening_at, load_settings
from bot.domain.errors import SettingsError

EXAMPLE_FILE = Path(__file__).parent.parent / ".env.example"


def example_lines() -> dict[str, str]:
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE_FILE.read_text("utf-8"), re.M))


def test_the_example_file_names_every_setting_and_no_other() -> None:
    assert {name.lower() for name in example_lines()} == set(Settings.model_fields)


def test_the_example_file_explains_each_setting_or_its_group() -> None:
    paragraphs = re.split(r"\n(?=#)", EXAMPLE_FILE.read_text("utf-8"))
    unexplained = [p for p in paragraphs if re.search(r"^[A-Z_]+=", p, re.M) and not p.startswith("#")]
    assert unexplained == []


def test_the_values_of_the_example_file_are_the_defaults() -> None:
    assert load_settings(EXAMPLE_FILE) == load_settings(None)


def test_every_setting_has_an_example_that_is_itself_a_good_value(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(EXAMPLES) == set(Settings.model_fields)
    for name, value in EXAMPLES.items():
        if name != "discord_token":  # described in words: a token that looks real would trip secret scanners
            monkeypatch.setenv(name.upper(), value)
    load_settings(None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", "not a token"),
        ("TELEGRAM_API_BASE_URL", "api.example.org"),
        ("TELEGRAM_WEBHOOK_URL", "ftp://bot.example.org"),
        ("TELEGRAM_WEBHOOK_PORT", "70000"),
        ("TELEGRAM_WEBHOOK_SECRET", "with spaces in it"),
        ("DISCORD_TOKEN", "Bot abcdefghijklmnopqrstuvwxyz"),
        ("DISCORD_API_BASE_URL", "discord.example.org"),
        ("DISCORD_GATEWAY_URL", "https://gateway.example.org"),
        ("DATABASE_URL", "mysql://localhost/papers"),
        ("SOURCES_FILE", "nowhere/sources.toml"),
        ("ADMINISTRATORS", "joe"),
        ("ADMINISTRATORS", "matrix:12"),
        ("DEFAULT_TIMEZONE", "Mars/Olympus"),
        ("DEFAULT_TIMEZONE", "../../etc/passwd"),
        ("DEFAULT_LANGUAGE", "tlh"),
        ("FETCH_MAX_BYTES", "many"),
        ("FETCH_TIMEOUT_SECONDS", "-1"),
        ("FETCH_CONCURRENCY", "0"),
        ("FETCH_ALLOWED_PRIVATE_HOSTS", "10.0.0.0/99"),
        ("POLL_INTERVAL_MINUTES", "1"),
        ("CALENDAR_LISTEN", "8085"),
        ("CALENDAR_LISTEN", "127.0.0.1:99999"),
        ("CALENDAR_LISTEN", "http://127.0.0.1:8085"),
        ("CALENDAR_URL", "bot.example.org/calendar"),
        ("CALENDAR_URL", "https://bot.example.org/calendar?x=1"),
        ("EMBEDDINGS_URL", "models.example.org"),
        ("EMBEDDINGS_URL", "https://models.example.org/v1?key=1"),
        ("EMBEDDINGS_TIMEOUT_SECONDS", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_bad_value_names_the_variable_and_a_good_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings(None)
    assert f"{name} is wrong: " in str(caught.value)
    assert f"{name}={EXAMPLES[name.lower()]}" in str(caught.value)


def test_all_bad_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    monkeypatch.setenv("DEFAULT_TIMEZONE", "Nowhere")
    with pytest.raises(SettingsError) as caught:
        load_settings(None)
    assert str(caught.value).count(" is wrong: ") == 2


@pytest.mark.parametrize("name", ["TELEGRAM_TOKEN", "DISCORD_TOKEN", "TELEGRAM_WEBHOOK_SECRET"])
def test_a_secret_stands_in_no_error_and_no_printed_settings(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "my secret!")
    with pytest.raises(SettingsError) as caught:
        load_settings(None)
    assert "my secret!" not in str(caught.value)
    assert caught.value.__cause__ is None
    good = "123456789:AAF0e5xample5token5of5thirty5five5c" if name == "TELEGRAM_TOKEN" else "a" * 30
    monkeypatch.setenv(name, good)
    assert good not in repr(load_settings(None))


def test_a_webhook_needs_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "https://bot.example.org/telegram")
    with pytest.raises(SettingsError, match="TELEGRAM_WEBHOOK_SECRET"):
        load_settings(None)


@pytest.mark.parametrize("name", ["CALENDAR_LISTEN", "CALENDAR_URL"])
def test_calendars_need_both_a_place_to_listen_and_an_address(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, EXAMPLES[name.lower()])
    with pytest.raises(SettingsError, match="CALENDAR_LISTEN and CALENDAR_URL belong together"):
        load_settings(None)


@pytest.mark.parametrize("name", ["EMBEDDINGS_URL", "EMBEDDINGS_MODEL"])
def test_finding_by_meaning_needs_both_an_address_and_a_model(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, EXAMPLES[name.lower()])
    with pytest.raises(SettingsError, match="EMBEDDINGS_URL and EMBEDDINGS_MODEL belong together"):
        load_settings(None)


def test_the_key_of_a_model_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDINGS_KEY", "sk-something-long")
    assert load_settings(None).secrets == ("sk-something-long",)
    assert "sk-something-long" not in repr(load_settings(None))


@pytest.mark.parametrize(
    ("value", "host", "port"), [("127.0.0.1:8085", "127.0.0.1", 8085), ("[::1]:80", "::1", 80), ("bot:1", "bot", 1)]
)
def test_a_place_to_listen_is_a_host_and_a_port(value: str, host: str, port: int) -> None:
    assert listening_at(value) == (host, port)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text("DEFAULT_TIMEZONE=Asia/Tokyo\nLOG_LEVEL=debug\n", "utf-8")
    monkeypatch.setenv("DEFAULT_TIMEZONE", "Europe/Lisbon")
    settings = load_settings(file)
    assert settings.default_timezone == ZoneInfo("Europe/Lisbon")
    assert settings.log_level == "DEBUG"


def test_administrators_are_read_for_each_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINISTRATORS", "telegram:1, discord:2; telegram:3")
    settings = load_settings(None)
    assert settings.administrators_on("telegram") == {"1", "3"}
    assert settings.administrators_on("discord") == {"2"}


def test_the_database_is_a_file_in_the_data_directory_unless_somebody_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert load_settings(None).database == f"sqlite:///{tmp_path}/paper-round.db"
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/other.db")
    assert load_settings(None).database == "sqlite:////srv/other.db"


def test_a_language_is_understood_in_any_usual_spelling(monkeypatch: pytest.MonkeyPatch) -> None:
    for spelling, language in (("pt-BR", "pt_BR"), ("zh", "zh_Hans"), ("RU", "ru")):
        monkeypatch.setenv("DEFAULT_LANGUAGE", spelling)
        assert load_settings(None).default_language == language


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings(None).log_level = "ERROR"  # type: ignore[misc]
