"""Sessions that are being drawn up, the templates that they may begin as, and who has edited them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.domain.club import SessionPaper
from bot.domain.errors import StorageError
from bot.domain.series import SeriesRule
from bot.domain.series import as_json as rule_as_json
from bot.domain.series import from_json as rule_from_json
from bot.domain.session_drafts import Reading, SessionDraft, SessionSketch
from storage.session_draft_tables import SessionDraftRow, SessionEditRow, SessionTemplateRow

_LENGTHS = ("length", "cutoff")
_LISTS = ("speaker_names", "speaker_ids", "chats")


@dataclass(frozen=True, slots=True)
class Template:
    """What a session may begin as, by a name that is its community's own."""

    id: int
    community_id: int
    name: str
    sketch: SessionSketch


class SessionDrafts:
    """Drafts and templates by id, edits by session and version."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, draft: SessionDraft, *, now: datetime) -> SessionDraft:
        """A new draft, whatever the id of the one that is given."""
        values = {
            "community_id": draft.community_id,
            "author": draft.author,
            "draft": _draft_as_json(draft),
            "session_id": draft.session_id,
            "version": draft.version,
            "confirmed": draft.confirmed,
            "created_at": now,
        }
        new = insert(SessionDraftRow).values(**values).returning(SessionDraftRow.id)
        return replace(draft, id=self._connection.execute(new).scalar_one())

    def get(self, draft_id: int) -> SessionDraft | None:
        """The draft, None where it has been forgotten."""
        row = self._connection.execute(
            select(SessionDraftRow.__table__).where(SessionDraftRow.id == draft_id)
        ).one_or_none()
        if row is None:
            return None
        kept = row.draft
        return SessionDraft(
            row.id,
            row.community_id,
            row.author,
            sketch_from_json(kept["sketch"]),
            row.session_id,
            row.version,
            sketch_from_json(kept["base"]) if kept["base"] else None,
            kept["following"],
            tuple(_reading(one) for one in kept["readings"]),
            row.confirmed,
        )

    def save(self, draft: SessionDraft) -> None:
        """Writes a draft that has changed, or is confirmed."""
        values = {
            "draft": _draft_as_json(draft),
            "session_id": draft.session_id,
            "version": draft.version,
            "confirmed": draft.confirmed,
        }
        self._connection.execute(update(SessionDraftRow).where(SessionDraftRow.id == draft.id).values(**values))

    def prune(self, before: datetime) -> int:
        """Forgets the drafts from before a moment, and templates that were deleted before it; how many drafts they
        were."""
        self._connection.execute(delete(SessionTemplateRow).where(SessionTemplateRow.deleted_at < before))
        return self._connection.execute(delete(SessionDraftRow).where(SessionDraftRow.created_at < before)).rowcount

    # Templates

    def put_template(self, community_id: int, name: str, sketch: SessionSketch) -> Template:
        """A template by this name, in the place of one that was called so."""
        plain = name.casefold()
        self._connection.execute(
            delete(SessionTemplateRow).where(
                SessionTemplateRow.community_id == community_id, SessionTemplateRow.plain_name == plain
            )
        )
        values = {
            "community_id": community_id,
            "name": name,
            "plain_name": plain,
            "sketch": sketch_as_json(sketch),
        }
        new = insert(SessionTemplateRow).values(**values).returning(SessionTemplateRow.id)
        found = self.template(self._connection.execute(new).scalar_one())
        if found is None:
            raise StorageError("A template was stored and is not there.")
        return found

    def template(self, template_id: int) -> Template | None:
        """The template, also one that was deleted; None where it is gone."""
        row = self._connection.execute(
            select(SessionTemplateRow.__table__).where(SessionTemplateRow.id == template_id)
        ).one_or_none()
        return Template(row.id, row.community_id, row.name, sketch_from_json(row.sketch)) if row else None

    def templates(self, community_id: int) -> list[Template]:
        """The templates of a community, by name."""
        rows = self._connection.execute(
            select(SessionTemplateRow.__table__)
            .where(SessionTemplateRow.community_id == community_id, SessionTemplateRow.deleted_at.is_(None))
            .order_by(SessionTemplateRow.plain_name)
        )
        return [Template(row.id, row.community_id, row.name, sketch_from_json(row.sketch)) for row in rows]

    def delete_template(self, template_id: int, at: datetime | None) -> None:
        """The template is deleted from that moment on; None: it is not. May be repeated."""
        here = update(SessionTemplateRow).where(SessionTemplateRow.id == template_id)
        self._connection.execute(here.values(deleted_at=at))

    # Edits

    def edited(self, session_id: int, version: int, *, by: int | None, now: datetime) -> None:
        """Somebody has brought the session to this version."""
        values = {"session_id": session_id, "version": version, "member_id": by, "edited_at": now}
        self._connection.execute(insert(SessionEditRow).values(**values))

    def editors(self, session_id: int, *, since: int) -> list[int]:
        """The members who have changed a session since that version, each once, the first of them first."""
        rows = self._connection.scalars(
            select(SessionEditRow.member_id)
            .where(SessionEditRow.session_id == session_id, SessionEditRow.version > since)
            .order_by(SessionEditRow.version)
        )
        return list(dict.fromkeys(one for one in rows if one is not None))


def sketch_as_json(sketch: SessionSketch) -> dict[str, Any]:
    """A sketch as JSON holds it."""
    return {
        **asdict(sketch),
        **{name: int(getattr(sketch, name).total_seconds()) for name in _LENGTHS},
        **{name: list(getattr(sketch, name)) for name in _LISTS},
        "starts_at": sketch.starts_at.isoformat() if sketch.starts_at else None,
        "rule": rule_as_json(sketch.rule) if sketch.rule else None,
    }


def sketch_from_json(kept: dict[str, Any]) -> SessionSketch:
    """The sketch that `sketch_as_json` has written."""
    papers = (SessionPaper(**{**paper, "authors": tuple(paper["authors"])}) for paper in kept["papers"])
    return SessionSketch(
        **{
            **kept,
            **{name: timedelta(seconds=kept[name]) for name in _LENGTHS},
            **{name: tuple(kept[name]) for name in _LISTS},
            "papers": tuple(papers),
            "starts_at": datetime.fromisoformat(kept["starts_at"]) if kept["starts_at"] else None,
            "rule": _rule(kept["rule"]),
        }
    )


def _draft_as_json(draft: SessionDraft) -> dict[str, Any]:
    return {
        "sketch": sketch_as_json(draft.sketch),
        "base": sketch_as_json(draft.base) if draft.base else None,
        "following": draft.following,
        "readings": [
            {
                "at": one.at.isoformat(),
                "zone": one.zone,
                "rule": rule_as_json(one.rule) if one.rule else None,
                "length": int(one.length.total_seconds()) if one.length else None,
            }
            for one in draft.readings
        ],
    }


def _reading(kept: dict[str, Any]) -> Reading:
    length = timedelta(seconds=kept["length"]) if kept.get("length") else None
    return Reading(datetime.fromisoformat(kept["at"]), kept["zone"], _rule(kept["rule"]), length)


def _rule(kept: dict[str, Any] | None) -> SeriesRule | None:
    return rule_from_json(kept) if kept else None
