"""A club in which there is one of everything, and a table of who may do what: for tests that must not forget one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import time, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select

from bot.core import Core
from bot.domain.announcements import PostWords
from bot.domain.club import ClubSession, SessionPaper, SessionPlan
from bot.domain.communities import DestinationKind
from bot.domain.materials import linked
from bot.domain.members import Account, Membership
from bot.domain.nominations import read_proposal
from bot.domain.series import Repeat, SeriesRule
from bot.domain.session_drafts import SessionDraft, sketch_of
from handlers.command import Chat, Person, Platform, Reply, Request
from storage.speakers import SpeakerSwap
from storage.tables import Table
from storage.unit_of_work import UnitOfWork
from tests.factories import make_spec
from tests.world import NOW, bot_with

READERS = Chat(Platform.TELEGRAM, "-1001", title="Readers")
OTHERS = Chat(Platform.TELEGRAM, "-2002", title="Others")
ANN, BEN, EVE, HEAD, CHIEF, STRANGER = (
    Person(id_, name, "en")
    for id_, name in zip("123456", ("Quagga Ann", "Quagga Ben", "Eve", "Head", "Chief", "Stranger"), strict=True)
)
SECRET = "Quagga"
"""Stands in every word of the club, so nobody else is ever to read it."""
WRONG_ON_OUR_SIDE = "something went wrong on my side"
PASSING = {"members", "accounts", "private_chats", "chats", "open_forms", "views", "account_codes"}
"""Tables in which somebody who merely asks may leave a trace of themselves."""


OF_CLUB = {
    "community_id": ("community",),
    "session_id": ("session", "second"),
    "nomination_id": ("nomination",),
    "question_id": ("question",),
    "material_id": ("material",),
    "destination_id": ("chat",),
}
"""Columns that say of what a row is, and what of that is the club's."""


class May(Enum):
    """Who may do something: everybody in a chat of the club, its organisers, or Ann, whose it is."""

    EVERYBODY = "everybody"
    ORGANISERS = "organisers"
    ANN = "Ann"
    SELF = "themselves"  # it concerns who presses and nobody else


def private(person: Person) -> Chat:
    return Chat(Platform.TELEGRAM, person.id, private=True, kind=DestinationKind.PRIVATE)


ACTIONS = {
    May.EVERYBODY: """
        rsvp:{session}:going rsvp:{session}:maybe rsvp:{session}:no rsvp:{session}:speak rsvp:{session}:listen
        rsvp:{session}:more rsvp:{session}:guest rsvp:{session}:keep rsvp:{session}:drop
        cs:s:{session} cs:list:1 cq:list:{session}:1 cq:new:{session}:0 cq:ask:{session}:1 cq:mine:{session}
        cq:too:{question} cq:not:{question} mat:list:{session} mat:get:{file}
        nom:list:{community}:1 nom:vote:{nomination}:1:1 nom:in:{nomination}:1:1 nom:show:{nomination}:1
        nom:new:{community} nom:named:{community} nom:again:{view} nom:title:{view} nom:item:1 nom:story:1
        nom:paper:arxiv:2101.00001
        spk:list:{community} spk:yes:{community} spk:no:{community} cal:own:{community} cal:file:{session}
        cm:as:{community} cm:zone:{community} cm:lang:{community} cm:reach:{community} cm:came:{community}
        cm:topics:{community} cm:city:{community} cm:me:{community} cm:leave:{community}
        chist:{community}:1 cr:here:{session} cr:set:{session} cr:me:{community} cr:mine:{community}
        cr:usual:{community} cr:was:{session}:1 club:{community} cm:back:{community}
    """,
    May.ORGANISERS: """
        rsvp:{session}:people:1 rsvp:{session}:add:1 rsvp:{session}:off:{rsvp} rsvp:{session}:pin:{guest}
        rsvp:{session}:csv
        cs:new cs:s:{session}:manage cs:s:{session}:edit cs:s:{session}:all cs:s:{session}:move cs:s:{session}:copy
        cs:s:{session}:cancel cs:s:{session}:why cs:s:{session}:off cs:s:{session}:on cs:s:{session}:chats
        cs:r:{session}:end cs:r:{session}:over cs:r:{session}:skip
        cs:d:{draft} cs:d:{draft}:post cs:d:{draft}:mine:1 cs:d:{draft}:cancel cs:d:{draft}:at:0:1 cs:d:{draft}:more
        cs:d:{draft}:topic:write cs:d:{draft}:tpl
        pick:list:{community}:1 pick:take:{nomination} pick:until:{community} pick:in:{community}:3
        pick:at:{community}:1800000000 pick:write:{community} pick:free:{community} pick:end:{community}
        spk:find:{session} spk:stop:{session} spk:fall:{session}
        cmo:list:{community}:1 cmo:csv:{community} cmo:invite:{community}:{ann} cmo:orgs:{community}:1
        cset:all:{community} cset:zone:{community} cset:lang:{community} cset:place:{community}:write
        cset:leads:{community} cal:club:{community} cr:club:{community} cr:last:{community} cr:log:{session}:1
        cr:who:{session}:0
        ann:new:{announcement} ann:mat:{announcement} ann:to:{announcement}:{session} ann:no:{announcement}
        ann:back:{announcement} ann:show:{announcement}
    """,
    May.ANN: """
        rsvp:{session}:unguest:{guest} cq:drop:{question} cq:hide:{question} cq:name:{question}
        nom:drop:{nomination} nom:undo:{nomination} spk:take:{offer} spk:pass:{offer} spk:swap:{session}
        spk:with:{session}:{second}:{ben} spk:agree:{swap} spk:refuse:{swap}
        mat:new:{session} mat:add:{session} mat:news:{session} mat:name:{material} mat:named:{material}
        mat:kind:{material} mat:drop:{material} mat:back:{material} mat:show:{material}
    """,
    May.SELF: """
        cm:join me me:file me:link me:yes:ABCDEFGH me:no me:part:telegram:1 me:erase me:erased
    """,
}
ROWS = [(may, action) for may, actions in ACTIONS.items() for action in actions.split()]
SUBCOMMANDS = {
    May.EVERYBODY: "next sessions rsvp propose proposals speakers ask materials history stats calendar help",
    May.ORGANISERS: "new edit move cancel copy pick members organisers settings",
    May.SELF: "join leave reminders",
}
NOUNS = {
    "rsvp",
    "cs",
    "cq",
    "mat",
    "nom",
    "spk",
    "cal",
    "chist",
    "cr",
    "club",
    "cm",
    "cmo",
    "cset",
    "pick",
    "ann",
    "me",
}
ELSEWHERE = frozenset(
    (
        *("alert", "alike", "day", "delivery", "digest", "draft", "filter", "instead", "item", "language", "less"),
        *("lesslist", "lesspick", "lessset", "meant"),
        *("lessundo", "more", "post", "rest", "save", "saved", "savedas", "search", "sources", "sub", "subs"),
        *("unlink", "unsave", "watch", "zone"),
    )
)
"""Nouns that have nothing to do with clubs; what strangers do with them is tried in the tests of their handlers."""
MODULES = {
    "rsvp": ("rsvps", "rsvp_people"),
    "cs": ("club_sessions", "session_care", "session_drafts"),
    "cq": ("questions",),
    "mat": ("materials",),
    "nom": ("nominations",),
    "spk": ("speakers",),
    "cal": ("calendars",),
    "cr": ("club_reminders",),
    "cm": ("club_members",),
    "cmo": ("club_organisers",),
    "pick": ("votings",),
    "ann": ("announcements",),
    "me": ("me",),
}
"""Where the verbs of each noun are told from each other. The other nouns have none."""
ANSWERS = {"address": "https://example.org/x", "title": "X", "name": "X", "paper": "https://example.org/x"}
ANSWERS |= {"question": "What is X?", "topics": "X", "city": "Lisbon", "reason": "X", "day": "2026-04-01", "when": "X"}


@dataclass
class World:
    core: Core
    ids: dict[str, int]

    async def press(self, chat: Chat, person: Person, action: str, **facts: Any) -> Reply:
        return await self.core.dispatcher.press(Request(chat, person, action=action, **facts))

    async def club(self) -> dict[str, set[str]]:
        """All that is stored of the club, but for what somebody who asks leaves of themselves: rows as text, by
        table."""
        of_club = {name: {self.ids[one] for one in keys} for name, keys in OF_CLUB.items()}

        def look_up(uow: UnitOfWork) -> dict[str, set[str]]:
            connection = uow.members._connection
            found: dict[str, set[str]] = {}
            for table in Table.metadata.sorted_tables:
                columns = [one for one in table.c if one.name in of_club]
                if table.name not in PASSING and columns:
                    concerned = or_(*(one.in_(of_club[one.name]) for one in columns))
                    found[table.name] = {repr(row) for row in connection.execute(select(table).where(concerned))}
            return found

        return await self.core.database.query(look_up)


class Directory:
    """Chief administers the chat of the other community, and Head that of this one."""

    async def resolve(self, _name: str) -> None:
        return None

    async def missing_right(self, _chat_id: str) -> None:
        return None

    async def is_administrator(self, chat_id: str, person_id: str) -> bool:
        return (chat_id, person_id) in {(OTHERS.id, CHIEF.id), (READERS.id, HEAD.id)}


@asynccontextmanager
async def club_in(folder: Path) -> AsyncIterator[World]:
    """What is somebody's in the club is Ann's; Ben is a plain member, and Head the administrator of its chat."""
    settings = {"calendar_url": "https://calendar.example", "calendar_listen": "127.0.0.1:8099"}
    async with bot_with(folder, **settings) as core:
        core.directories["telegram"] = Directory()  # type: ignore[assignment]  # what is asked of it
        world = World(core, await core.database.run(_stored))
        await world.press(READERS, ANN, f"rsvp:{world.ids['session']}:speak")
        await world.press(READERS, ANN, f"rsvp:{world.ids['session']}:guest", answers={"name": f"{SECRET} guest"})
        await world.press(READERS, BEN, f"rsvp:{world.ids['second']}:speak")
        people = await core.database.query(lambda uow: uow.rosters.everybody(world.ids["session"]))
        world.ids["rsvp"], world.ids["guest"] = (one.rsvp.id for one in people)
        yield world


def _stored(uow: UnitOfWork) -> dict[str, int]:
    here = uow.communities.ensure_destination(READERS.destination, zone="UTC", languages=("en",))
    community = here.community_id
    uow.communities.ensure_destination(OTHERS.destination, zone="UTC", languages=("en",))
    ann, ben = (uow.members.ensure(_account(one), now=NOW).id for one in (ANN, BEN))
    for one in (ann, ben):
        uow.members.put_membership(Membership(community, one, NOW, speaker=one == ann, topics=SECRET))
        uow.clubs.came_from(one, community)
    uow.clubs.token(community)
    club = replace(uow.clubs.get(community), place=SECRET, attendance=True)
    uow.clubs.put(club)
    paper = SessionPaper(f"{SECRET} paper", "https://arxiv.org/abs/2101.00001", "arxiv:2101.00001")
    plan = SessionPlan(f"{SECRET} talk", NOW + timedelta(days=3), "UTC", place=SECRET, papers=(paper,), speakers=2)
    rule = SeriesRule(Repeat.WEEKLY, 4, time(12), "UTC", (NOW + timedelta(days=3)).date())
    series = uow.series.add(community, rule, replace(sketch_of(plan), starts_at=None), uid="s", organiser=None, now=NOW)
    add = uow.club_sessions.add
    session = add(community, plan, uid="one", now=NOW, series_id=series.id, occurrence=rule.start)
    second = add(community, replace(plan, starts_at=NOW + timedelta(days=9)), uid="two", now=NOW)
    return {
        "community": community,
        "chat": here.id,
        "ann": ann,
        "ben": ben,
        "session": session.id,
        "second": second.id,
        **_around(uow, community, ann, ben, session, second),
    }


def _around(
    uow: UnitOfWork, community: int, ann: int, ben: int, session: ClubSession, second: ClubSession
) -> dict[str, int]:
    proposal = read_proposal("https://arxiv.org/abs/2101.00002")
    assert proposal is not None
    ask = uow.questions.add
    material = uow.materials.add(
        session, linked("https://example.org/slides", SECRET), by=ann, now=NOW, announce_at=NOW + timedelta(hours=1)
    )
    offer = uow.speakers.add_offer(session.id, ann, expires_at=NOW + timedelta(days=1), now=NOW)
    swap = uow.speakers.ask_to_swap(SpeakerSwap(0, second.id, ben, session.id, ann, NOW))
    post = PostWords(f"{SECRET} reading club on Saturday 14 March at 18:00", (), NOW, None, SECRET)
    source = uow.sources.add(make_spec(), now=NOW).id
    kept = {"identity": "arxiv:2101.00003", "address": "https://arxiv.org/abs/2101.00003", "title": SECRET}
    view = uow.views.add("proposal", {**kept, "authors": "", "item_id": None, "community": community}, now=NOW)
    draft = SessionDraft(0, community, ann, sketch_of(second.plan))
    return {
        "question": ask(session.id, ann, f"Why the {SECRET}?", anonymous=False, now=NOW),
        "nomination": uow.nominations.add(community, replace(proposal, title=SECRET), proposed_by=ann, now=NOW).id,
        "material": material,
        "file": material,
        "offer": offer.id,
        "swap": swap.id,
        "announcement": uow.announcements.add(community, source, "1", post, now=NOW).id,
        "view": view,
        "draft": uow.session_drafts.add(draft, now=NOW).id,
    }


def _account(person: Person) -> Account:
    return Account("telegram", person.id, person.name, "en")
