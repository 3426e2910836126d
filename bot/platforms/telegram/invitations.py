"""Invitations to groups and channels."""

from __future__ import annotations

from datetime import datetime

import structlog
from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.domain.deliveries import Moved, Rejected, RetryLater, Sent, Unknown
from bot.locales import N_
from bot.platforms.telegram.plain import clean, cut_at
from bot.platforms.telegram.send import lacking, outcome_of
from bot.services.ports import Invitation

INVITE = N_("Invite Users via Link")
"""The right as Telegram's settings call it."""
NAME_LIMIT = 32  # https://core.telegram.org/bots/api#createchatinvitelink

log = structlog.get_logger(__name__)


class TelegramInvitations:
    """The `InvitationMaker` of Telegram. That one was used comes as an update, with the one who did."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def make(
        self, chat_id: str, *, expires_at: datetime, name: str
    ) -> Invitation | Rejected | RetryLater | Moved | Unknown:
        try:
            link = await self._bot.create_chat_invite_link(
                int(chat_id),
                expire_date=expires_at,
                member_limit=1,
                name=_shown(name) or None,
            )
        except TelegramError as error:
            outcome = lacking(INVITE, outcome_of(error), error)
            assert not isinstance(outcome, Sent)
            return outcome
        return Invitation(link.invite_link, expires_at)

    async def revoke(self, chat_id: str, address: str) -> bool:
        try:
            await self._bot.revoke_chat_invite_link(int(chat_id), address)
        except BadRequest as error:
            log.info("telegram_invitation_not_revoked", chat=chat_id, reason=error.message)
            return any(word in error.message.upper() for word in ("INVITE_HASH_EXPIRED", "INVITE_REVOKED"))
        except TelegramError as error:
            log.info("telegram_invitation_not_revoked", chat=chat_id, reason=error.message)
            return False
        return True

    async def is_open(self, address: str) -> bool | None:
        """Telegram does not say."""
        return None


def _shown(name: str) -> str:
    words = " ".join(clean(name, mentions=True).split())
    return words[: cut_at(words, NAME_LIMIT)]
