"""Materials of sessions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, delete, false, func, insert, or_, select, update

from bot.domain.club import ClubSession
from bot.domain.files import File
from bot.domain.links import link_key
from bot.domain.materials import Material, NewMaterial, words_fitter, words_to_find
from bot.domain.question import Identity
from bot.domain.search_plan import Plan
from storage.club_sessions import session_of
from storage.club_tables import ClubSessionRow, SessionPaperRow
from storage.material_tables import MaterialFileRow, MaterialRow

_MATERIALS = select(
    *(column for column in MaterialRow.__table__.c if column.name not in ("words", "link_key", "announce_at"))
)
MOST_LOOKED_AT = 2_000
"""Materials, the newest, in which words are looked for: what a club leaves in ten years."""
_SHOWN = MaterialRow.removed_at.is_(None)


class Materials:
    """Materials by session, by words, and when others are to be told of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, material_id: int) -> Material | None:
        """The material, also one that was removed; None where there is none."""
        row = self._connection.execute(_MATERIALS.where(MaterialRow.id == material_id)).one_or_none()
        return _material(row) if row else None

    def file(self, material_id: int) -> File | None:
        """What is in a material that is a file and was not removed."""
        row = self._connection.execute(
            select(MaterialRow.file_name, MaterialRow.media_type, MaterialFileRow.content)
            .join(MaterialFileRow, MaterialFileRow.material_id == MaterialRow.id)
            .where(MaterialRow.id == material_id, _SHOWN)
        ).one_or_none()
        return File(row.file_name, row.media_type, row.content) if row else None

    def of_session(self, session_id: int) -> list[Material]:
        """The materials of a session, the first one added first."""
        return self.of_sessions([session_id]).get(session_id, [])

    def of_sessions(self, session_ids: Collection[int]) -> dict[int, list[Material]]:
        """The same for several sessions; those without materials are left out."""
        here = _MATERIALS.where(MaterialRow.session_id.in_(session_ids), _SHOWN)
        found: defaultdict[int, list[Material]] = defaultdict(list)
        for row in self._connection.execute(here.order_by(MaterialRow.added_at, MaterialRow.id)):
            found[row.session_id].append(_material(row))
        return dict(found)

    def number_of(self, session_id: int) -> int:
        """How many materials a session has."""
        here = select(func.count()).select_from(MaterialRow).where(MaterialRow.session_id == session_id, _SHOWN)
        return self._connection.scalar(here) or 0

    def papers(self, community_ids: Collection[int]) -> set[str]:
        """The identities of the papers about which sessions of these communities have left something."""
        rows = self._connection.execute(
            select(SessionPaperRow.identity)
            .join(ClubSessionRow, ClubSessionRow.id == SessionPaperRow.session_id)
            .join(MaterialRow, MaterialRow.session_id == ClubSessionRow.id)
            .where(ClubSessionRow.community_id.in_(community_ids), _SHOWN)
        )
        return {identity for (identity,) in rows}

    def found(
        self, community_ids: Collection[int], plan: Plan, identities: Sequence[Identity], *, limit: int
    ) -> list[tuple[Material, ClubSession]]:
        """The newest materials of sessions of these communities that fit a plan: by their own words and those of
        their session, by its papers, and by their address. Looked for among the newest `MOST_LOOKED_AT`."""
        papers = [str(one.paper) for one in identities if one.paper]
        links = [one.link for one in identities if one.link]
        about = select(SessionPaperRow.session_id).where(SessionPaperRow.identity.in_(papers))
        named = or_(MaterialRow.session_id.in_(about), MaterialRow.link_key.in_(links)) if papers or links else false()
        rows = self._connection.execute(
            select(MaterialRow.id, MaterialRow.words, named.label("is_named"))
            .join(ClubSessionRow, ClubSessionRow.id == MaterialRow.session_id)
            .where(ClubSessionRow.community_id.in_(community_ids), _SHOWN)
            .order_by(MaterialRow.added_at.desc(), MaterialRow.id.desc())
            .limit(MOST_LOOKED_AT)
        )
        fits = words_fitter(plan)
        fitting = list(islice((row.id for row in rows if row.is_named or fits(row.words)), limit))
        return [pair for material_id in fitting if (pair := self._with_session(material_id))]

    def add(
        self, session: ClubSession, new: NewMaterial, *, by: int | None, now: datetime, announce_at: datetime
    ) -> int:
        """A new material, of which others are told then. Returns its id."""
        file = new.file
        values = {
            "session_id": session.id,
            "kind": new.kind,
            "title": new.title,
            "address": new.address,
            "link_key": link_key(new.address) if new.address else "",
            "file_name": file.name if file else "",
            "media_type": file.media_type if file else "",
            "size": len(file.content) if file else 0,
            "words": _words(session, new.title, new.address),
            "added_by": by,
            "added_at": now,
            "announce_at": announce_at,
        }
        added = insert(MaterialRow).values(**values).returning(MaterialRow.id)
        material_id = self._connection.execute(added).scalar_one()
        if file is not None:
            self._connection.execute(insert(MaterialFileRow).values(material_id=material_id, content=file.content))
        return material_id

    def save(self, session: ClubSession, material: Material) -> None:
        """Keeps what a material is called, what it is, and whether it is removed."""
        values = {"title": material.title, "kind": material.kind, "removed_at": material.removed_at}
        values["words"] = _words(session, material.title, material.address)
        self._connection.execute(update(MaterialRow).where(MaterialRow.id == material.id).values(**values))

    def session_changed(self, session: ClubSession) -> None:
        """The materials of a session are found by what it is called now."""
        for material in self.of_session(session.id):
            self.save(session, material)

    # Telling others

    def due(self, now: datetime, *, limit: int = 20) -> list[int]:
        """The sessions of whose materials others are to be told by now."""
        found = select(MaterialRow.session_id).where(MaterialRow.announce_at <= now).distinct()
        return list(self._connection.scalars(found.limit(limit)))

    def announce_at(self, session_id: int, at: datetime) -> bool:
        """Others are told then of what they have not been told of yet. False where there is nothing."""
        waiting = (MaterialRow.session_id == session_id, MaterialRow.announce_at.is_not(None), _SHOWN)
        return self._connection.execute(update(MaterialRow).where(*waiting).values(announce_at=at)).rowcount > 0

    def take_announced(self, session_id: int, *, now: datetime) -> list[Material]:
        """The materials of a session of which others are told now, each once; those that were removed before are left
        out."""
        waiting = (MaterialRow.session_id == session_id, MaterialRow.announce_at.is_not(None))
        rows = self._connection.execute(_MATERIALS.where(*waiting, _SHOWN).order_by(MaterialRow.id)).all()
        self._connection.execute(update(MaterialRow).where(*waiting, ~_SHOWN).values(announce_at=None))
        self._connection.execute(update(MaterialRow).where(*waiting).values(announce_at=None, announced_at=now))
        return [_material(row) for row in rows]

    def wait_again(self, material_id: int, at: datetime) -> None:
        """A material that was put back, and that nobody was told of, is told of then."""
        here = (MaterialRow.id == material_id, MaterialRow.announced_at.is_(None))
        self._connection.execute(update(MaterialRow).where(*here).values(announce_at=at))

    def prune(self, before: datetime) -> None:
        """What was removed before then cannot be put back any more."""
        self._connection.execute(delete(MaterialRow).where(MaterialRow.removed_at < before))

    def _with_session(self, material_id: int) -> tuple[Material, ClubSession] | None:
        material = self.get(material_id)
        if material is None:
            return None
        here = select(ClubSessionRow.__table__).where(ClubSessionRow.id == material.session_id)
        return material, session_of(self._connection.execute(here).one())


def _words(session: ClubSession, title: str, address: str) -> str:
    plan = session.plan
    papers = [word for paper in plan.papers for word in (paper.title, " ".join(paper.authors))]
    return words_to_find(title, address.partition("://")[2], plan.title, plan.notes, *papers)


def _material(row: Row[Any]) -> Material:
    return Material(**row._mapping)
