"""What people see of what is kept about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.communities import LINK_CODE_LIFE, shown_code
from bot.domain.members import Account, Member
from bot.domain.messages import Block, Button, Heading, Line, ListBlock, Message, Paragraph, Text, text
from bot.domain.text import cut
from bot.locales import LANGUAGES, N_, Translator, own_name
from bot.services.members import NOTHING_KEPT, AccountCode, Kept
from bot.services.membership_message import LONGEST_NAME, PLATFORM_NAMES, reach_name, role_name

MOST_SEPARATED = 3
"""Buttons that separate accounts: more people hardly have."""
_COUNTED: Mapping[str, str] = {
    "rsvps": N_("Answers for sessions"),
    "nominations": N_("Papers proposed"),
    "nomination_votes": N_("Votes"),
    "words": N_("Messages of the club to you"),
    "invitations": N_("Invitations"),
    "saved_stories": N_("Saved stories"),
    "alerts": N_("Alerts"),
    "opened_stories": N_("Stories that you have opened"),
    "subscriptions": N_("Digests that you have set up"),
}
"""What is counted, by table, in this order; all that there is stands in the file."""


def kept_message(kept: Kept, here: str, say: Translator) -> Message:
    """What is kept of somebody, who asks on the platform `here`."""
    _ = say.gettext
    title = Heading(text(_("What I keep about you")), level=1)
    if not kept.counts:
        return Message((title, Paragraph(text(_(NOTHING_KEPT)))))
    facts = tuple((line,) for line in _facts(kept, say))
    only = _("Only when you last wrote to me here, so that I know where word reaches you.")
    blocks: list[Block] = [title, ListBlock(facts) if facts else Paragraph(text(only))]
    accounts = kept.member.accounts if kept.member else ()
    others = [one for one in accounts if one.platform != here] if len(accounts) > 1 else []
    rows = [
        (Button(_("✂ Separate {account}", account=account_name(one, say)), f"me:part:{one.platform}:{one.id}"),)
        for one in others[:MOST_SEPARATED]
    ]
    file = Button(_("📄 As a file"), "me:file")
    link = Button(_("🔗 Link another account"), "me:link")
    return Message(tuple(blocks), (*rows, (file, link), (Button(_("🗑 Delete everything"), "me:erase"),)))


def code_message(code: AccountCode, say: Translator) -> Message:
    """A code that joins another account, and how it is used."""
    _ = say.gettext
    minutes = int(LINK_CODE_LIFE.total_seconds() // 60)
    life = _(
        "It can be used once, within {minutes} minutes. Whoever has it can become you here, so keep it to yourself.",
        minutes=minutes,
    )
    chats = _("To join chats to one community, write /link in a group or channel.")
    return Message(
        (
            Paragraph(text(_("Write this to me in private on the other platform, and you are one person on both:"))),
            Paragraph(text(f"/link {shown_code(code.code)}", code=True)),
            Paragraph(text(life)),
            Paragraph(text(chats, italic=True)),
        )
    )


def offer_message(other: Member, typed: str, say: Translator) -> Message:
    """Whom a code would join somebody with, before it does. `typed` is the code, as it was made."""
    _ = say.gettext
    names = say.listing(account_name(one, say) for one in other.accounts)
    words = _("Is {account} you too?", account=names)
    what = _(
        "Then both are one person from now on: your answers, places, votes and reminders, and what you may do. If "
        "somebody else gave you this code, it is not you."
    )
    yes = Button(_("✅ Yes, that is me"), f"me:yes:{typed}")
    no = Button(_("✖ No"), "me:no")
    return Message((Paragraph(text(words, bold=True)), Paragraph(text(what))), ((yes, no),))


def linked_message(member: Member, say: Translator) -> Message:
    """That accounts are one person now."""
    _ = say.gettext
    names = say.listing(account_name(one, say) for one in member.accounts)
    words = _("You are one person now: {accounts}. /me shows your accounts, and separates them.", accounts=names)
    return Message((Paragraph(text(words)),))


def erase_message(say: Translator) -> Message:
    """What erasing comes to, before it is done."""
    _ = say.gettext
    what = _(
        "I forget your accounts on all platforms, your memberships, answers, votes, reminders and invitations, what "
        "you have saved, and the digests in our private chat. Your places in sessions to come go to who waits; in "
        "those that were you are counted without a name."
    )
    yes = Button(_("🗑 Delete everything"), "me:erased")
    no = Button(_("✖ Leave it"), "me")
    blocks = (Heading(text(_("Delete everything that I keep about you?"))), Paragraph(text(what)))
    return Message((*blocks, Paragraph(text(_("This cannot be undone.")))), ((yes, no),))


def account_name(account: Account, say: Translator) -> str:
    """An account in words: "Ann (Telegram)"."""
    platform = say.gettext(PLATFORM_NAMES.get(account.platform, account.platform))
    name = cut(" ".join(account.name.split()), LONGEST_NAME)
    return f"{name} ({platform})" if name else platform


def _facts(kept: Kept, say: Translator) -> Iterator[Line]:
    _ = say.gettext
    member = kept.member
    if member is not None:
        yield _fact(_("Accounts"), say.listing(account_name(one, say) for one in member.accounts))
        for name, membership in kept.clubs:
            facts = [cut(name, LONGEST_NAME), role_name(membership, say), membership.topics]
            yield _fact(_("Club"), " · ".join(filter(None, facts)))
        yield _fact(_("I write to you"), reach_name(member, say))
        if member.zone:
            yield _fact(_("Time zone"), member.zone)
        if member.language in LANGUAGES:
            yield _fact(_("Language"), own_name(member.language))
    for table, label in _COUNTED.items():
        if kept.counts.get(table):
            yield _fact(_(label), say.number(kept.counts[table]))


def _fact(name: str, value: str) -> Line:
    return (Text(f"{name}: ", bold=True), Text(value))
