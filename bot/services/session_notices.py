"""What organisers are told about the chats in which sessions are shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.club import ClubSession
from bot.domain.communities import Destination
from bot.domain.members import Member
from bot.domain.messages import Button, Message, Paragraph, text
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.reaching import Reaching
from bot.services.session_message import numbered_title
from storage.unit_of_work import UnitOfWork

_TITLE = 200
_CHAT = 80


def telling_of_lost_chats(reaching: Reaching) -> Callable[[UnitOfWork, ClubSession, Destination, datetime], None]:
    """Tells organisers, once for a session and a chat, that it is not shown there any more, and asks where else."""

    def tell(uow: UnitOfWork, session: ClubSession, chat: Destination, now: datetime) -> None:
        def compose(say: Translator, _member: Member) -> Message:
            words = say.gettext(
                "I may not write in {chat} any more, so “{session}” is not kept up to date there. The session itself "
                "stands. Where else shall I show it?",
                chat=cut(chat.title or chat.chat_id, _CHAT),
                session=cut(numbered_title(session, say), _TITLE),
            )
            choose = Button(say.gettext("💬 Chats"), f"cs:s:{session.id}:chats")
            return Message((Paragraph(text(words)),), ((choose,),))

        reaching.tell_organisers(
            uow,
            session.community_id,
            f"card-lost:{session.id}:{chat.id}",
            compose,
            expires_at=session.plan.ends_at,
            now=now,
            session_id=session.id,
        )

    return tell
