"""Who is in a club, as its organisers see it: a page at a time, and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain import tables
from bot.domain.files import File
from bot.domain.members import PersonalInvitation
from bot.domain.messages import (
    Block,
    Button,
    Heading,
    Line,
    ListBlock,
    Message,
    Option,
    Paragraph,
    Select,
    Text,
    page_buttons,
    rows_of,
    text,
)
from bot.domain.pages import Page
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.membership_message import LONGEST_NAME, PLATFORM_NAMES, platforms_of, role_name
from bot.services.memberships import ClubMember

SHOWN_TOPICS = 120
IN_A_ROW = 4
HEADING = (
    "name",
    "telegram",
    "discord",
    "listener",
    "speaker",
    "topics",
    "organiser",
    "reach",
    "zone",
    "language",
    "joined",
    "invited_to",
    "invited_on",
    "invitation_used_on",
)
"""The columns, in every language the same, so that a program can read them. Flags are 1 and 0, days as in ISO 8601."""


def members_message(
    page: Page[ClubMember], invitations: Mapping[int, PersonalInvitation], community_id: int, say: Translator
) -> Message:
    """A page of those who are in a club, with the newest invitations by member; a button for each that was not used
    sends another."""
    _ = say.gettext
    title = Heading(text(_("Who is in the club")), level=1)
    if not page.total:
        words = _("Nobody has joined yet. /club join, and the button below the club's cards, takes people in.")
        return Message((title, Paragraph(text(words))))
    counted = say.ngettext("{number} member", "{number} members", page.total)
    blocks: list[Block] = [title, Paragraph(text(counted, italic=True))]
    entries = tuple(_entry(one, invitations.get(one.member.id), say) for one in page.shown)
    blocks.append(ListBlock(entries, start=page.first))
    again = [
        Button(f"✉ {number}", f"cmo:invite:{community_id}:{one.member.id}")
        for number, one in enumerate(page.shown, page.first)
        if (given := invitations.get(one.member.id)) is not None and given.used_at is None
    ]
    if again:
        blocks.append(Paragraph(text(_("✉ sends a new invitation; the old one is void then."), italic=True)))
    table = Button("CSV", f"cmo:csv:{community_id}")
    organisers = Button(_("Organisers"), f"cmo:orgs:{community_id}:{page.number}")
    rows = (
        *rows_of(again, IN_A_ROW),
        *page_buttons(f"cmo:list:{community_id}", page.number, page.pages),
        (table, organisers),
    )
    return Message(tuple(blocks), rows)


def organisers_message(page: Page[ClubMember], community_id: int, say: Translator, *, appoints: bool) -> Message:
    """Who organises a club. `appoints`: the reader may change that."""
    _ = say.gettext
    blocks: list[Block] = [
        Heading(text(_("Organisers")), level=1),
        Paragraph(text(_("The administrators of the club's chats organise it, and those whom they appoint."))),
    ]
    if not page.total:
        return Message((*blocks, Paragraph(text(_("Nobody has joined yet, so there is nobody to appoint.")))))
    appointed = tuple((text(member_name(one)),) for one in page.shown if one.membership.organiser)
    action = f"cmo:orgs:{community_id}"
    pages = page_buttons(action, page.number, page.pages)
    if not appoints:
        blocks.append(ListBlock(appointed) if appointed else Paragraph(text(_("Nobody is appointed."))))
        return Message(tuple(blocks), pages)
    options = tuple(Option(member_name(one), str(one.member.id), one.membership.organiser) for one in page.shown)
    blocks.append(Paragraph(text(_("Choose whom to appoint, or to dismiss."), italic=True)))
    select = Select(_("Who is appointed"), f"{action}:{page.number}", options, several=True)
    return Message(tuple(blocks), pages, (select,))


def members_file(members: Sequence[ClubMember], invitations: Mapping[int, PersonalInvitation]) -> File:
    """Everybody in a club as a table for spreadsheets, with the newest invitations by member. Raises UserError where
    they are too many for a file."""
    content = tables.as_csv(HEADING, (_cells(one, invitations.get(one.member.id)) for one in members))
    return File("club-members.csv", tables.MEDIA_TYPE, content.encode(tables.ENCODING))


def member_name(one: ClubMember) -> str:
    """What somebody is called; their number where they call themselves nothing."""
    return cut(" ".join(one.member.name.split()), LONGEST_NAME) or f"#{one.member.id}"


def _entry(one: ClubMember, invitation: PersonalInvitation | None, say: Translator) -> tuple[Line, ...]:
    _ = say.gettext
    platforms = ", ".join(_(PLATFORM_NAMES.get(platform, platform)) for platform in platforms_of(one.member))
    facts = [platforms, role_name(one.membership, say)]
    facts += [_("organiser")] if one.membership.organiser else []
    lines: list[Line] = [(Text(member_name(one), bold=True), Text(" – " + " · ".join(facts)))]
    if one.membership.topics:
        lines.append(text(cut(one.membership.topics, SHOWN_TOPICS), italic=True))
    if invitation is not None:
        platform = _(PLATFORM_NAMES.get(invitation.platform, invitation.platform))
        used = _("came by the invitation to {platform}", platform=platform)
        unused = _("invited to {platform}, not used yet", platform=platform)
        lines.append(text(used if invitation.used_at else unused))
    return tuple(lines)


def _cells(one: ClubMember, invitation: PersonalInvitation | None) -> tuple[str, ...]:
    member, membership = one.member, one.membership
    names = [_name_on(one, platform) for platform in ("telegram", "discord")]
    flags = [str(int(flag)) for flag in (membership.listener, membership.speaker)]
    chosen = [member.reach.value if member.reach else "", member.zone or "", member.language or ""]
    joined = membership.joined_at.date().isoformat()
    invited = ("", "", "")
    if invitation is not None:
        used = invitation.used_at.date().isoformat() if invitation.used_at else ""
        invited = (invitation.platform, invitation.made_at.date().isoformat(), used)
    return (member.name, *names, *flags, membership.topics, str(int(membership.organiser)), *chosen, joined, *invited)


def _name_on(one: ClubMember, platform: str) -> str:
    account = one.member.account_on(platform)
    return (account.name or account.id) if account else ""
