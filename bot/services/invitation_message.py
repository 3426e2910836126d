"""What people are told of invitations to their club's chats on the other platform."""

from __future__ import annotations

from datetime import UTC

from bot.domain.communities import Destination
from bot.domain.members import PersonalInvitation
from bot.domain.messages import Button, LinkButton, Message, Paragraph, Text, Time, text
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.membership_message import LONGEST_NAME, PLATFORM_NAMES


def invitation_message(invitation: PersonalInvitation, say: Translator) -> Message:
    """An invitation, for the one who is invited."""
    _ = say.gettext
    platform = platform_name(invitation.platform, say)
    words = _("The club is on {platform} too. This invitation is for you alone, and works once.", platform=platform)
    ends = Time(invitation.expires_at, say.moment(invitation.expires_at, UTC) + " UTC")
    button = LinkButton(_("Open {platform}", platform=platform), invitation.address)
    there = _("If you are there already, make your accounts one: /link here in private gives you a code for there.")
    blocks = (Paragraph(text(words)), Paragraph((Text(_("Until: ")), ends)))
    return Message((*blocks, Paragraph(text(there, italic=True))), ((button,),))


def refused_words(platform: str, right: str | None, say: Translator) -> str:
    """Why somebody who has joined gets no invitation, in words for them."""
    _ = say.gettext
    name = platform_name(platform, say)
    if right is None:
        return _(
            "The club is on {platform} too. I could not make an invitation just now: try /club join later.",
            platform=name,
        )
    return _(
        "The club is on {platform} too, but I may not invite you there: I lack the right “{right}”. Ask an organiser.",
        platform=name,
        right=_(right),
    )


def cannot_invite(chat: Destination, right: str, say: Translator) -> Message:
    """What organisers are told where the bot may not invite."""
    where = cut(chat.title, LONGEST_NAME) or platform_name(chat.platform, say)
    words = say.gettext(
        "People who join cannot be invited to {chat} on {platform}: I lack the right “{right}”. Give it to me there, "
        "and send invitations with /club members.",
        chat=where,
        platform=platform_name(chat.platform, say),
        right=say.gettext(right),
    )
    return Message((Paragraph(text(words)),))


def used_message(invitation: PersonalInvitation, say: Translator) -> Message:
    """That somebody came by an invitation, for the one who was invited. Whoever has the address can use it, so nobody
    is taken for that person before both accounts have said so."""
    _ = say.gettext
    words = _(
        "Somebody came to {platform} by your invitation. If that is you, make your accounts one: write /link here "
        "and the code there.",
        platform=platform_name(invitation.platform, say),
    )
    return Message((Paragraph(text(words)),), ((Button(_("🔗 Link another account"), "me:link"),),))


def platform_name(platform: str, say: Translator) -> str:
    return say.gettext(PLATFORM_NAMES.get(platform, platform))
