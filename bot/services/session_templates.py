"""Templates: what sessions of a club may begin as, by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.errors import UserError
from bot.domain.messages import MOST_OPTIONS
from bot.domain.session_drafts import SessionDraft, SessionSketch
from bot.domain.text import cut
from bot.locales import N_
from bot.services.club_sessions import ClubSessions, own_draft
from bot.services.clubs import ClubAccess
from storage.database import Database
from storage.session_drafts import Template
from storage.unit_of_work import UnitOfWork

TEMPLATE_NAME = 60
MOST_TEMPLATES = MOST_OPTIONS
"""Templates of a club: as many as a select has room for."""
_MOST = N_("A club can have at most {most} templates.")


class SessionTemplates:
    """Templates, for those who may decide for their club. Raises UserError for anybody else."""

    def __init__(self, database: Database, sessions: ClubSessions) -> None:
        self._database = database
        self._sessions = sessions

    async def delete(self, access: ClubAccess, template_id: int) -> Template:
        """A template is there no more, until it is put back. May be repeated."""
        return await self._turn(access, template_id, self._sessions.now())

    async def put_back(self, access: ClubAccess, template_id: int) -> Template:
        """A template that was deleted is there again. May be repeated. Raises UserError where it is forgotten by now,
        and where there are as many others as may be."""
        return await self._turn(access, template_id, None)

    async def _turn(self, access: ClubAccess, template_id: int, deleted_at: datetime | None) -> Template:
        access.require_organiser()

        def turn(uow: UnitOfWork) -> Template:
            template = _own(uow, access, template_id)
            others = [one for one in uow.session_drafts.templates(access.community.id) if one.id != template.id]
            if deleted_at is None and len(others) >= MOST_TEMPLATES:
                raise UserError(_MOST, most=MOST_TEMPLATES)
            uow.session_drafts.delete_template(template.id, deleted_at)
            return template

        return await self._database.run(turn)

    async def of_club(self, access: ClubAccess) -> list[Template]:
        """The club's templates, by name."""
        return await self._database.query(lambda uow: uow.session_drafts.templates(access.community.id))

    async def keep(self, access: ClubAccess, draft_id: int, name: str) -> Template:
        """Keeps what a draft says, but for its time, as a template by this name. Raises UserError where there are as
        many as may be."""
        access.require_organiser()
        tidy = cut(" ".join(name.split()), TEMPLATE_NAME)

        def put(uow: UnitOfWork) -> Template:
            draft, community_id = own_draft(uow, access, draft_id), access.community.id
            others = [one.name.casefold() for one in uow.session_drafts.templates(community_id)]
            if tidy.casefold() not in others and len(others) >= MOST_TEMPLATES:
                raise UserError(_MOST, most=MOST_TEMPLATES)
            sketch = replace(draft.sketch, starts_at=None, rule=None, speaker_ids=())
            return uow.session_drafts.put_template(community_id, tidy, sketch)

        return await self._database.run(put)

    async def apply(self, access: ClubAccess, draft_id: int, template_id: int) -> SessionDraft:
        """A draft as a template has it, at the time that it has itself."""

        def find(uow: UnitOfWork) -> SessionSketch:
            return _own(uow, access, template_id).sketch

        sketch = await self._database.query(find)

        def take_over(draft: SessionDraft) -> SessionDraft:
            own = {name: getattr(draft.sketch, name) for name in ("starts_at", "zone", "rule", "chats", "speaker_ids")}
            return replace(draft, sketch=replace(sketch, **own))

        return await self._sessions.change(access, draft_id, take_over)


def _own(uow: UnitOfWork, access: ClubAccess, template_id: int) -> Template:
    template = uow.session_drafts.template(template_id)
    if template is None or template.community_id != access.community.id:
        raise UserError("This template is gone.")
    return template
