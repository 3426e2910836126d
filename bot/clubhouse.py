"""Builds the parts of the reading club: its services, what people may ask of them, and what is done by the clock."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.config import Settings
from bot.platforms.chart.process import ChartProcess
from bot.services.announcements import Announcements
from bot.services.calendars import Calendars
from bot.services.club_history import ClubHistory
from bot.services.club_sessions import ClubSessions
from bot.services.club_settings import SettingsOfClubs
from bot.services.clubs import Clubs
from bot.services.digest_questions import DigestQuestions
from bot.services.invitations import Invitations
from bot.services.materials import Materials
from bot.services.members import Members
from bot.services.memberships import Memberships
from bot.services.nominations import Nominations
from bot.services.papers import Papers
from bot.services.planned_sessions import PlannedSessions
from bot.services.ports import Abilities, ChatDirectory, Clock, InvitationUsed, PaperLookup, Renderer
from bot.services.proposable import Proposable
from bot.services.questions import Questions
from bot.services.reaching import Reaching
from bot.services.reminder_settings import ReminderSettings
from bot.services.reminders import Reminders
from bot.services.rsvp_words import telling
from bot.services.rsvps import Rsvps
from bot.services.session_cards import SessionCards
from bot.services.session_mirrors import SessionMirrors
from bot.services.session_notices import telling_of_lost_chats
from bot.services.session_series import SessionSeriesBook
from bot.services.session_templates import SessionTemplates
from bot.services.session_writer import SessionWriter
from bot.services.speaker_swaps import SpeakerSwaps
from bot.services.speakers import Speakers
from bot.services.votings import Votings
from bot.services.zones import Zones
from handlers.announcements import AnnouncementHandlers
from handlers.calendars import CalendarHandlers
from handlers.club import ClubHandlers, ClubNoun
from handlers.club_history import ClubHistoryHandlers
from handlers.club_members import ClubMemberHandlers
from handlers.club_organisers import ClubOrganiserHandlers
from handlers.club_reminders import ClubReminderHandlers
from handlers.club_sessions import SessionHandlers
from handlers.club_settings import ClubSettingsHandlers
from handlers.materials import MaterialHandlers
from handlers.me import MeHandlers
from handlers.nominations import NominationHandlers
from handlers.questions import QuestionHandlers
from handlers.registry import Handler
from handlers.rsvps import RsvpHandlers
from handlers.speakers import SpeakerHandlers
from handlers.votings import VotingHandlers
from storage.database import Database
from storage.unit_of_work import UnitOfWork

CARDS_SECONDS = 1
MIRRORS_SECONDS = 5
OFFERS_SECONDS = 5
HAND_OVER_SECONDS = 5
LOOK_UP_SECONDS = 30
REMIND_SECONDS = 1
VOTES_SECONDS = 15
SPEAKERS_SECONDS = 15
NUDGES_SECONDS = 300
SERIES_SECONDS = 60
PRUNE_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Clubhouse:
    """The club. `starts` answer deep links (`/start NAME-…`) by their names; `due` is work for the clock: what it is
    called, how many seconds lie between two times, and what to do, which is safe to repeat. `abilities` are those of
    the platforms that are connected, now or later; `invited` is to be told of invitations that were used."""

    clubs: Clubs
    reaching: Reaching
    sessions: ClubSessions
    planned: PlannedSessions
    series: SessionSeriesBook
    rsvps: Rsvps
    cards: SessionCards
    mirrors: SessionMirrors
    calendars: Calendars
    reminders: Reminders
    questions: Questions
    materials: Materials
    handlers: ClubHandlers
    me: MeHandlers
    abilities: Abilities
    invited: InvitationUsed
    starts: Mapping[str, Handler] = field(default_factory=dict)
    due: tuple[tuple[str, int, Callable[[], Awaitable[object]]], ...] = ()


def build_clubhouse(
    database: Database,
    clock: Clock,
    settings: Settings,
    *,
    reaching: Reaching,
    renderers: Mapping[str, Renderer],
    directories: Mapping[str, ChatDirectory],
    paper_lookup: PaperLookup | None,
    digests: DigestQuestions,
) -> Clubhouse:
    """The club over a database. `reaching` is how people and chats are told something, `renderers` are those of the
    platforms that can be written on; `directories` are those of the platforms that are connected, now or later;
    `paper_lookup` is asked what papers are called."""
    abilities = Abilities()
    clubs = Clubs(database, clock, settings.default_timezone, directories=directories)
    memberships = Memberships(database, clock)
    reminders = Reminders(database, clock, reaching)
    votings = Votings(database, clock, reaching)
    speakers = Speakers(database, clock, reaching, telling(reaching), has_materials=_has_materials)
    swaps = SpeakerSwaps(database, clock, reaching, telling(reaching))
    rsvps = Rsvps(database, clock, telling(reaching))
    questions = Questions(database, clock, reaching)
    materials = Materials(database, clock, reaching)
    changed = [
        rsvps.session_changed,
        reminders.session_changed,
        questions.session_changed,
        materials.session_changed,
        votings.settle,
        speakers.session_changed,
    ]
    writer = SessionWriter(on_change=changed, place_speakers=rsvps.place_speakers)
    series = SessionSeriesBook(database, clock, writer)
    mirrors = SessionMirrors(
        database,
        clock,
        random.Random(),  # noqa: S311 -- jitter, no secret
        abilities,
        reaching,
        default_language=settings.default_language,
    )
    cards = SessionCards(
        database,
        clock,
        renderers,
        mirrors=mirrors,
        default_language=settings.default_language,
        chat_lost=telling_of_lost_chats(reaching),
        further=[materials.on_card],
    )
    papers = Papers(database, clock, paper_lookup)
    sessions = ClubSessions(database, clock, writer=writer, series=series, papers=papers)
    planned = PlannedSessions(database, clock, writer)
    nominations = Nominations(database, papers)
    calendars = Calendars(database, clock, base=settings.calendar_url, default_language=settings.default_language)

    people = Members(database, clock, rsvps)
    invitations = Invitations(database, clock, reaching, abilities.invitations)
    members = ClubMemberHandlers(clubs, memberships, invitations)
    organisers = ClubOrganiserHandlers(clubs, memberships, invitations)
    zones = Zones(database, clock, settings.default_timezone)
    club_settings = ClubSettingsHandlers(clubs, SettingsOfClubs(database, zones), memberships)
    reminding = ClubReminderHandlers(clubs, ReminderSettings(database))
    in_calendars = CalendarHandlers(clubs, calendars)
    answers = RsvpHandlers(clubs, rsvps)
    of_sessions = SessionHandlers(
        clubs,
        sessions,
        planned=planned,
        series=series,
        cards=cards,
        templates=SessionTemplates(database, sessions),
    )
    nouns: tuple[ClubNoun, ...] = (
        answers,
        members,
        organisers,
        club_settings,
        reminding,
        NominationHandlers(clubs, nominations, Proposable(database), digests),
        VotingHandlers(clubs, nominations, votings, of_sessions.draw_up),
        SpeakerHandlers(clubs, speakers, swaps),
        in_calendars,
        QuestionHandlers(clubs, questions),
        of_sessions,
        AnnouncementHandlers(
            clubs, Announcements(database, clock, sessions, materials), set_up=of_sessions.actions()["cs"]
        ),
        MaterialHandlers(clubs, materials),
        ClubHistoryHandlers(clubs, ClubHistory(database, ChartProcess(settings.data_dir / "matplotlib"))),
    )
    return Clubhouse(
        abilities=abilities,
        clubs=clubs,
        reaching=reaching,
        sessions=sessions,
        planned=planned,
        series=series,
        rsvps=rsvps,
        cards=cards,
        mirrors=mirrors,
        calendars=calendars,
        reminders=reminders,
        questions=questions,
        me=MeHandlers(people, invitations),
        invited=invitations.used,
        handlers=ClubHandlers(clubs, nouns, show=of_sessions.show),
        materials=materials,
        starts={
            **answers.starts(),
            **members.starts(),
            **organisers.starts(),
            **club_settings.starts(),
            **reminding.starts(),
            **in_calendars.starts(),
        },
        due=(
            ("bring_session_cards_up_to_date", CARDS_SECONDS, cards.bring_up_to_date),
            ("mirror_sessions", MIRRORS_SECONDS, mirrors.do_due),
            ("expire_due_offers", OFFERS_SECONDS, rsvps.expire_due_offers),
            ("look_up_papers", LOOK_UP_SECONDS, papers.look_up_due),
            ("enqueue_due_reminders", REMIND_SECONDS, reminders.enqueue_due),
            ("hand_questions_over", HAND_OVER_SECONDS, questions.hand_over_due),
            ("end_due_votes", VOTES_SECONDS, votings.end_due),
            ("ask_next_speakers", SPEAKERS_SECONDS, speakers.advance_due),
            ("nudge_speakers", NUDGES_SECONDS, speakers.nudge_due),
            ("draw_series_up", SERIES_SECONDS, series.draw_up_due),
            ("announce_materials", HAND_OVER_SECONDS, materials.announce_due),
            ("prune_words", PRUNE_SECONDS, reminders.prune),
            ("prune_materials", PRUNE_SECONDS, materials.prune),
            ("prune_session_drafts", PRUNE_SECONDS, sessions.prune),
        ),
    )


def _has_materials(uow: UnitOfWork, session_id: int) -> bool:
    return uow.materials.number_of(session_id) > 0
