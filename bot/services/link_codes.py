"""Codes that join a chat to a community, or an account to a person: both are made, kept and guarded alike."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

import structlog

from bot.domain.communities import LINK_CODE_LENGTH, LINK_CODE_LETTERS, LINK_CODE_LIFE, WRONG_CODES
from bot.locales import N_
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

WRONG = N_(
    "This code does not hold. A code can be used once, within 15 minutes; /link in the other chat makes a new one."
)
TOO_MANY_WRONG = N_("Those were too many wrong codes. Try again in a quarter of an hour.")


def random_code() -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice(LINK_CODE_LETTERS) for _ in range(LINK_CODE_LENGTH))


def hashed(code: str) -> str:
    """What is kept of a code: whoever reads the database cannot use it. With 30 ** 8 codes that live for minutes, a
    slower hash would protect nothing more."""
    return hashlib.sha256(code.encode()).hexdigest()


def types_too_many(uow: UnitOfWork, person: str, *, now: datetime) -> bool:
    """Whether somebody (platform and id) has typed so many wrong codes that theirs are not looked at for a while."""
    if uow.communities.wrong_codes(person, since=now - LINK_CODE_LIFE) < WRONG_CODES:
        return False
    log.warning("too_many_wrong_codes", person=person)
    return True
