"""How organisers are asked about a post that tells of a session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.announcements import Announcement, AnnouncementState, readings
from bot.domain.club import ClubSession
from bot.domain.items import Link
from bot.domain.messages import (
    Block,
    Button,
    ButtonRow,
    Heading,
    Line,
    ListBlock,
    Message,
    Paragraph,
    Quote,
    Text,
    text,
)
from bot.domain.session_drafts import Reading
from bot.domain.session_posts import SessionPost
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.series_words import series_words
from bot.services.session_message import moment_line, numbered_title

QUOTED = 400
LONGEST_CHAT = 80
LONGEST_ADDRESS = 80
LONGEST_LABEL = 60
LONGEST_TITLE = 200
MOST_SESSIONS = 4
"""Sessions that are offered for materials: with the way back they are as many rows as Discord allows."""


def announcement_message(
    announcement: Announcement, found: SessionPost | None, say: Translator, *, now: datetime
) -> Message:
    """A post with what it says of sessions, and what can be made of it. `found` None: there is nothing in it by now."""
    _ = say.gettext
    post = announcement.post
    place = Text(cut(post.chat, LONGEST_CHAT) or _("the post"), url=post.url)
    blocks: list[Block] = [
        Heading(text(_heading(found, say)), level=1),
        Paragraph((Text(_("Seen in: ")), place)),
        Quote(text(cut(" ".join(post.text.split()), QUOTED))),
    ]
    if found is None:
        blocks.append(Paragraph(text(_("There is nothing in it by now that could be made a session of."))))
        return Message(tuple(blocks))
    blocks += [*_facts(found, say, now)]
    blocks.append(Paragraph(text(_("Nothing is posted by itself: you decide."), italic=True)))
    return Message(tuple(blocks), _buttons(announcement, found, say))


def attaching_message(announcement: Announcement, sessions: Sequence[ClubSession], say: Translator) -> Message:
    """Which session the materials of a post are of: at most four are offered."""
    _ = say.gettext
    back = Button(_("◀ Back"), f"ann:show:{announcement.id}")
    if not sessions:
        return Message((Paragraph(text(_("No session of the club has taken place yet."))),), ((back,),))
    rows = tuple(
        (Button(cut(numbered_title(one, say), LONGEST_LABEL), f"ann:to:{announcement.id}:{one.id}"),)
        for one in sessions[:MOST_SESSIONS]
    )
    return Message((Paragraph(text(_("Which session are these materials of?"))),), (*rows, (back,)))


def attached_message(session: ClubSession, number: int, say: Translator) -> Message:
    """The materials of a post have become those of a session."""
    words = say.ngettext(
        "{number} link is now among the materials of {title}.",
        "{number} links are now among the materials of {title}.",
        number,
        title=cut(numbered_title(session, say), LONGEST_TITLE),
    )
    button = Button(say.gettext("All materials"), f"mat:list:{session.id}")
    return Message((Paragraph(text(words)),), ((button,),))


def ignored_message(announcement: Announcement, say: Translator) -> Message:
    """Nothing is made of a post, unless somebody thinks again."""
    _ = say.gettext
    words: Line = (Text(_("Ignored: ")), Text(cut(" ".join(announcement.post.text.split()), LONGEST_ADDRESS)))
    return Message((Paragraph(words),), ((Button(_("Undo"), f"ann:back:{announcement.id}"),),))


def _heading(found: SessionPost | None, say: Translator) -> str:
    _ = say.gettext
    if found is None:
        return _("A post about the club")
    if found.when is None:
        return _("A post seems to share materials of a session")
    if found.materials:
        return _("A post seems to announce a session, and to share materials of another")
    return _("A post seems to announce a session")


def _facts(found: SessionPost, say: Translator, now: datetime) -> list[ListBlock]:
    _ = say.gettext
    times = readings(found, now)
    # Several readings are asked about when the session is created.
    facts: list[Line] = [(Text(f"{_('When')}: ", bold=True), *_time(one, say)) for one in times[:1]]
    if len(times) > 1:
        facts.append((Text(_("It can be meant in another way; you are asked about that.")),))
    facts += _links(_("Materials"), found.materials)
    facts += _links(_("Papers"), found.papers)
    facts += _links(_("Sign-up"), [Link(found.sign_up)] if found.sign_up else [])
    facts += _links(_("Call"), [Link(found.call)] if found.call else [])
    return [ListBlock(tuple((one,) for one in facts))] if facts else []


def _time(reading: Reading, say: Translator) -> Line:
    first = moment_line(reading.at, reading.zone, say)
    return (Text(f"{series_words(reading.rule, say)} – "), *first) if reading.rule else first


def _links(name: str, links: Sequence[Link]) -> list[Line]:
    def shown(link: Link) -> Text:
        return Text(cut(link.text or link.url.partition("://")[2], LONGEST_ADDRESS), url=link.url)

    return [(Text(f"{name}: ", bold=True), shown(link)) for link in links]


def _buttons(announcement: Announcement, found: SessionPost, say: Translator) -> tuple[ButtonRow, ...]:
    _ = say.gettext
    first: list[Button] = []
    if found.when is not None:
        first.append(Button(_("📅 Create session"), f"ann:new:{announcement.id}"))
    if found.materials:
        first.append(Button(_("📎 Attach materials"), f"ann:mat:{announcement.id}"))
    if announcement.state is not AnnouncementState.TAKEN_UP:
        first.append(Button(_("Ignore"), f"ann:no:{announcement.id}"))
    return (tuple(first),) if first else ()
