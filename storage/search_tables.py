"""The tables beside the index of words: what it holds of each item, and the words that there are."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text, text

from storage.tables import Table, column


class SearchDocumentRow(Table):
    """An item as the index holds it: scores are worked out of it, and the index forgets an item only when it is told
    the same tokens again. `version` is the analyser's; 0 where something else has changed since."""

    __tablename__ = "search_documents"
    __table_args__ = (Index(None, "version"),)

    item_id = column(Integer, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    version = column(Integer)
    language = column(String(35))
    day = column(Integer)
    source_id = column(Integer)
    length = column(Integer)
    packed = column(LargeBinary)


class SearchLeaverRow(Table):
    """What the index has to forget: items that are gone or are to be found by other words. A trigger puts them here."""

    __tablename__ = "search_leavers"

    item_id = column(Integer, primary_key=True, autoincrement=False)
    language = column(String(35))
    day = column(Integer)
    source_id = column(Integer)
    length = column(Integer)
    packed = column(LargeBinary)


class SearchMarkRow(Table):
    """How far something has come that goes through all items (`search_marks.py`)."""

    __tablename__ = "search_marks"

    name = column(String(16), primary_key=True)
    item_id = column(Integer)


USUAL = 10
"""Items that have a word which is looked for among the most frequent."""


class SearchWordRow(Table):
    """A word that stands in items: folded, as it is mostly written ("": just so), and how many items have it. `lead`:
    how many more items write it so than in other ways."""

    __tablename__ = "search_words"
    __table_args__ = (
        Index(None, "items", sqlite_where=text(f"items >= {USUAL}")),
        {"sqlite_with_rowid": False},
    )

    word = column(Text, primary_key=True)
    shown = column(Text)
    lead = column(Integer)
    items = column(Integer)


class SearchEndingRow(Table):
    """The words that end alike (`search_endings.py`): most words are rare, and a row for each would take twice as much
    room as its letters."""

    __tablename__ = "search_endings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    backwards = column(Text, primary_key=True)
    beginnings = column(Text)


class SearchPairRow(Table):
    """The pairs of neighbours in scripts without spaces that begin alike (`search_pairs.py`): there are more of them
    than of all other words."""

    __tablename__ = "search_pairs"

    first = column(Integer, primary_key=True, autoincrement=False)
    seconds = column(Text)
