"""One transaction, and everything that can be asked of the database in it."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.domain.communities import Viewer
from bot.domain.items import NOTHING_HIDDEN
from storage.alerts import Alerts
from storage.announcements import Announcements
from storage.associations import Associations
from storage.attendance import Attendance
from storage.calendars import Calendars
from storage.chats import Chats
from storage.club_history import ClubHistory
from storage.club_sessions import ClubSessions
from storage.clubs import Clubs
from storage.communities import Communities
from storage.corrections import Corrections
from storage.deliveries import Deliveries
from storage.digests import Digests
from storage.discussions import Discussions
from storage.documents import Documents
from storage.forms import Forms
from storage.invitations import Invitations
from storage.items import Items
from storage.materials import Materials
from storage.member_data import MemberData
from storage.members import Members
from storage.nominations import Nominations
from storage.papers import Papers
from storage.questions import Questions
from storage.reaching import Reaching
from storage.readings import Readings
from storage.reminders import Reminders
from storage.rosters import Rosters
from storage.search_fts5 import Fts5
from storage.search_index import SearchIndex
from storage.series import Series
from storage.session_cards import SessionCards
from storage.session_drafts import SessionDrafts
from storage.source_chats import SourceChats
from storage.sources import Sources
from storage.speakers import Speakers
from storage.stemming import analyser
from storage.stories import Stories
from storage.subscriptions import Subscriptions
from storage.vectors import Vectors
from storage.views import Views


class UnitOfWork:
    """What happens in it is committed together or not at all; `Database.write` and `read` make one."""

    def __init__(self, connection: Connection) -> None:
        self.search_index = SearchIndex(connection, Fts5(connection), analyser())
        self.sources = Sources(connection, self.search_index)
        self.source_chats = SourceChats(connection)
        self.documents = Documents(connection, self.search_index)
        self.items = Items(connection, self.search_index)
        self.stories = Stories(connection)
        self.associations = Associations(connection)
        self.vectors = Vectors(connection)
        self.chats = Chats(connection)
        self.forms = Forms(connection)
        self.deliveries = Deliveries(connection)
        self.digests = Digests(connection, self.sources.weights)
        self.discussions = Discussions(connection)
        self.corrections = Corrections(connection, self.items.ever)
        self.views = Views(connection)
        self.communities = Communities(connection)
        self.subscriptions = Subscriptions(connection)
        self.members = Members(connection)
        self.invitations = Invitations(connection)
        self.member_data = MemberData(connection)
        self.clubs = Clubs(connection)
        self.club_sessions = ClubSessions(connection)
        self.session_cards = SessionCards(connection)
        self.reaching = Reaching(connection)
        self.rosters = Rosters(connection)
        self.session_drafts = SessionDrafts(connection)
        self.series = Series(connection)
        self.nominations = Nominations(connection)
        self.papers = Papers(connection)
        self.speakers = Speakers(connection)
        self.calendars = Calendars(connection)
        self.reminders = Reminders(connection)
        self.readings = Readings(connection)
        self.questions = Questions(connection)
        self.attendance = Attendance(connection)
        self.announcements = Announcements(connection)
        self.alerts = Alerts(connection)
        self.materials = Materials(connection)
        self.club_history = ClubHistory(connection)

    def hidden_from(self, viewer: Viewer) -> frozenset[int]:
        """The sources of which nothing is shown where somebody asks, but for single items that are everybody's."""
        if viewer is None:
            return NOTHING_HIDDEN
        community = self.communities.of(viewer)
        return self.source_chats.hidden_from(community.id if community else None)

    def hidden_at(self, destination_id: int) -> frozenset[int]:
        """The same for a destination that is stored."""
        destination = self.communities.destination(destination_id)
        return self.source_chats.hidden_from(destination.community_id if destination else None)
