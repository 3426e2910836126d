"""What a fetch means for what is known. `Memory` keeps what the plans say, as the database does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.domain import ingest
from bot.domain.documents import ParsedDocument
from bot.domain.ingest import DocumentPlan, IngestPlan, KnownDocument, KnownItem, plan_changes, storable
from bot.domain.items import ItemKind, Link
from bot.domain.papers import PaperId
from tests.factories import NOW, make_document, make_entry, make_parsed_item, make_parsed_source


class Memory:
    """What is known of a source, fetch after fetch."""

    def __init__(self) -> None:
        self.documents: dict[int, KnownDocument] = {}
        self._ids = count(1)

    def read(self, *documents: ParsedDocument, now: datetime = NOW, damage: str | None = None) -> IngestPlan:
        plan = plan_changes(list(self.documents.values()), storable(make_parsed_source(*documents, damage=damage)), now)
        for one in plan.documents:
            self._take(one, now)
        guids = [document.guid for document in self.documents.values()]
        item_guids = [item.guid for document in self.documents.values() for item in document.items]
        assert len(set(guids)) == len(guids)
        assert len(set(item_guids)) == len(item_guids)
        return plan

    @property
    def items(self) -> list[KnownItem]:
        items = [item for document in self.documents.values() for item in document.items if not item.withdrawn]
        return sorted(items, key=lambda item: item.position)

    @property
    def texts(self) -> set[str]:
        return {item.content.text for item in self.items}

    @property
    def titles(self) -> list[str | None]:
        return [item.content.title for item in self.items]

    def _take(self, plan: DocumentPlan, now: datetime) -> None:
        document_id = plan.id or next(self._ids)
        items = {item.id: item for item in self.documents[document_id].items} if plan.id else {}
        for new in plan.added:
            item_id = next(self._ids)
            items[item_id] = KnownItem(item_id, new.guid, new.position, replace(new.content, guid=None))
        for change in plan.changed:
            content = replace(change.content, guid=None)
            items[change.id] = KnownItem(
                change.id, items[change.id].guid, change.position, content, change.edits, edited_at=now
            )
        for item_id, position in plan.moved:
            items[item_id] = replace(items[item_id], position=position)
        for item_id in plan.withdrawn:
            items[item_id] = replace(items[item_id], withdrawn=True)
        facts = plan.document
        self.documents[document_id] = KnownDocument(
            document_id,
            plan.guid,
            plan.address_key,
            facts.url,
            facts.title,
            facts.language,
            facts.published_at,
            tuple(items.values()),
        )


@pytest.fixture
def memory() -> Memory:
    return Memory()


def test_the_same_fetch_again_plans_nothing(memory: Memory) -> None:
    issue = make_document(make_parsed_item("One"), make_parsed_item("Two"), make_parsed_item(None, "A mention."))
    assert memory.read(issue).added == 3
    again = memory.read(issue, now=NOW + timedelta(hours=1))
    assert (again.added, again.changed, again.withdrawn, again.unchanged) == (0, 0, 0, 3)
    assert not again.documents[0].facts_changed


def test_an_edited_text_updates_its_item(memory: Memory) -> None:
    memory.read(make_entry(text="It works."))
    plan = memory.read(make_entry(text="It does not work."))
    assert (plan.added, plan.changed) == (0, 1)
    assert memory.texts == {"It does not work."}


def test_an_edited_title_in_an_issue_updates_its_item(memory: Memory) -> None:
    link = (Link("https://example.org/paper"),)
    memory.read(make_document(make_parsed_item("Old name", "A long text about it.", links=link)))
    plan = memory.read(make_document(make_parsed_item("New name", "A long text about it.", links=link)))
    assert (plan.added, plan.changed, plan.withdrawn) == (0, 1, 0)
    assert memory.titles == ["New name"]


def test_a_title_and_text_edited_together_update_the_item_in_their_place(memory: Memory) -> None:
    other = make_parsed_item("Another", "Something else altogether.")
    memory.read(make_document(make_parsed_item("Frog brains", "Frogs have small brains, says a study."), other))
    plan = memory.read(make_document(make_parsed_item("Frogs' brains", "Frogs have tiny brains, says a study."), other))
    assert (plan.added, plan.changed, plan.withdrawn) == (0, 1, 0)


def test_an_item_that_is_put_in_leaves_the_others_what_they_are(memory: Memory) -> None:
    first, second = make_parsed_item("First", "Text of the first."), make_parsed_item("Second", "Text of the second.")
    memory.read(make_document(first, second))
    plan = memory.read(make_document(first, make_parsed_item("Put in", "Quite other words."), second))
    assert (plan.added, plan.changed, plan.withdrawn) == (1, 0, 0)
    assert memory.titles == ["First", "Put in", "Second"]


def test_two_items_with_one_title_in_one_issue_are_both_there(memory: Memory) -> None:
    issue = make_document(make_parsed_item("Misc", "This."), make_parsed_item("Misc", "That."))
    memory.read(issue)
    assert memory.texts == {"This.", "That."}
    assert memory.read(issue).added == 0


def test_an_item_that_is_gone_from_a_read_issue_is_withdrawn_and_may_come_back(memory: Memory) -> None:
    first, second = make_parsed_item("First", "Text of the first."), make_parsed_item("Second", "Other words.")
    memory.read(make_document(first, second))
    assert memory.read(make_document(first)).withdrawn == 1
    assert memory.titles == ["First"]
    assert memory.read(make_document(first, second)).changed == 1
    assert memory.titles == ["First", "Second"]


def test_an_issue_that_was_read_badly_withdraws_nothing(memory: Memory) -> None:
    first, second = make_parsed_item("First", "Text of the first."), make_parsed_item("Second", "Other words.")
    memory.read(make_document(first, second))
    assert memory.read(make_document(first), damage="It ends in the middle.").withdrawn == 0
    assert memory.read(replace(make_document(first), items=())).withdrawn == 0


def test_an_entry_that_rolled_off_a_feed_stays(memory: Memory) -> None:
    memory.read(make_entry("1"), make_entry("2", "Another", "Other words."))
    assert memory.read(make_entry("2", "Another", "Other words.")).withdrawn == 0
    assert len(memory.items) == 2


def test_a_guid_that_changed_alone_makes_no_duplicate(memory: Memory) -> None:
    memory.read(make_entry("old", url="https://news.example.org/post"))
    plan = memory.read(make_entry("new", url="https://news.example.org/post"))
    assert (plan.added, plan.changed) == (0, 0)


def test_a_guid_and_a_text_that_changed_make_no_duplicate_where_link_title_and_date_say_so(memory: Memory) -> None:
    memory.read(make_entry("old", text="It works.", url="https://news.example.org/post"))
    plan = memory.read(make_entry("new", text="It does not work.", url="https://news.example.org/post"))
    assert (plan.added, plan.changed) == (0, 1)


def test_entries_that_all_link_to_one_page_are_different_entries(memory: Memory) -> None:
    page = "https://news.example.org/changes"
    memory.read(make_entry("1", "Update", "Fixed the door.", url=page, published_at=None))
    plan = memory.read(make_entry("2", "Update", "Painted the house.", url=page, published_at=None))
    assert plan.added == 1
    assert memory.texts == {"Fixed the door.", "Painted the house."}


def test_none_of_several_entries_with_one_guid_is_swallowed(memory: Memory) -> None:
    entries = [
        make_entry("same", title, text, url=f"https://news.example.org/{title}")
        for title, text in (("Apples", "They are red."), ("Pears", "They are green."), ("Plums", "They are blue."))
    ]
    assert memory.read(*entries).added == 3
    again = memory.read(*reversed(entries))
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)


def test_a_new_entry_with_the_guid_of_one_that_rolled_off_is_not_swallowed(memory: Memory) -> None:
    memory.read(make_entry("same", "Apples", "They are red.", url="https://news.example.org/apples"))
    plan = memory.read(make_entry("same", "Pears", "A wholly different fruit.", url="https://news.example.org/pears"))
    assert plan.added == 1
    assert len(memory.items) == 2


def test_an_entry_that_is_rewritten_under_its_link_is_edited(memory: Memory) -> None:
    memory.read(make_entry("7", "Apples", "They are red."))
    plan = memory.read(make_entry("7", "Pears", "A wholly different fruit."))
    assert (plan.added, plan.changed) == (0, 1)


def test_an_entry_that_is_repeated_word_for_word_is_one_item(memory: Memory) -> None:
    assert memory.read(make_entry(), make_entry()).added == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A text. 1,024 views", "A text. 1,311 views"),
        ("A text. Comments (3)", "A text. Comments (17)"),
        ("Текст. 15 просмотров, 2 комментария", "Текст. 1500 просмотров, 3 комментария"),
        ("文章。阅读量：120", "文章。阅读量：3450"),
        ("Posted 3 hours ago. A text.", "Posted 4 hours ago. A text."),
        ("See https://example.org/a?token=abc now", "See https://example.org/a?token=xyz now"),
    ],
)
def test_counters_and_tokens_make_no_edits(memory: Memory, before: str, after: str) -> None:
    memory.read(make_entry(text=before))
    plan = memory.read(make_entry(text=after))
    assert (plan.added, plan.changed) == (0, 0)


def test_tokens_in_links_make_no_edits_and_no_duplicates(memory: Memory) -> None:
    def entry(token: str) -> ParsedDocument:
        url = f"https://news.example.org/post?id=7&sid={token}"
        found: ParsedDocument = make_entry(url, url=url, links=(Link(f"https://example.org/x?session_id={token}"),))
        return found

    memory.read(entry("aaa"))
    plan = memory.read(entry("bbb"))
    assert (plan.added, plan.changed) == (0, 0)


def test_a_number_that_changes_at_every_fetch_is_followed_once_a_day(memory: Memory) -> None:
    memory.read(make_entry(text="The number of the hour is 0."))
    edits = [
        memory.read(make_entry(text=f"The number of the hour is {hour}."), now=NOW + timedelta(hours=hour)).changed
        for hour in range(1, 49)
    ]
    assert sum(edits) == 2
    assert edits[0] == 1


def test_a_text_that_changes_at_every_fetch_is_followed_ever_more_rarely(memory: Memory) -> None:
    words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    memory.read(make_entry(text="Word of the hour"))
    plans = [
        memory.read(
            make_entry(text=f"Word of the hour {words[hour % 10]} {words[hour // 10]}"), now=NOW + timedelta(hours=hour)
        )
        for hour in range(1, 73)
    ]
    assert 3 < sum(plan.changed for plan in plans) < 11
    assert any(plan.deferred for plan in plans)


def test_the_time_in_an_announcement_is_always_followed(memory: Memory) -> None:
    for hour in (18, 19, 20):
        plan = memory.read(make_entry(text=f"We meet at {hour}:00.", kind=ItemKind.ANNOUNCEMENT))
    assert plan.changed == 1
    assert memory.texts == {"We meet at 20:00."}


def test_a_date_in_the_future_becomes_now_and_stays(memory: Memory) -> None:
    entry = make_entry(published_at=NOW + timedelta(days=30))
    memory.read(entry)
    later = memory.read(entry, now=NOW + timedelta(hours=1))
    assert [document.published_at for document in memory.documents.values()] == [NOW]
    assert not later.documents[0].facts_changed


def test_a_source_that_dates_everything_anew_makes_nothing_new(memory: Memory) -> None:
    memory.read(make_entry(published_at=NOW - timedelta(days=2)))
    plan = memory.read(make_entry(published_at=NOW))
    assert not plan.documents[0].facts_changed
    assert plan.changed == 0


def test_a_date_that_is_corrected_to_an_earlier_one_is_taken(memory: Memory) -> None:
    memory.read(make_entry(published_at=NOW - timedelta(days=2)))
    memory.read(make_entry(published_at=NOW - timedelta(days=9)))
    assert [document.published_at for document in memory.documents.values()] == [NOW - timedelta(days=9)]


def test_text_that_no_database_takes_is_mended(memory: Memory) -> None:
    memory.read(make_entry(text="half \ud83d of it\0"))
    assert memory.texts == {"half ? of it"}
    assert memory.read(make_entry(text="half \ud83d of it\0")).changed == 0


def _with_half_a_character_each(value: Any) -> Iterator[Any]:
    """The value as often as there are texts in it, each time with another one that no database takes."""
    if type(value) is str:
        yield value + "\ud83d"
    elif isinstance(value, tuple):
        for place, part in enumerate(value):
            yield from ((*value[:place], other, *value[place + 1 :]) for other in _with_half_a_character_each(part))
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from (
                replace(value, **{field.name: other})
                for other in _with_half_a_character_each(getattr(value, field.name))
            )


def test_every_text_of_a_source_is_looked_at_for_what_no_database_takes() -> None:
    item = make_parsed_item(
        heading="Ponds",
        language="en",
        links=(Link("https://frogs.example.org/", "frogs"),),
        papers=(PaperId("arxiv", "2005.14165"),),
        code="https://github.com/frogs/pond",
        images=("https://frogs.example.org/1.png",),
        authors=("Ana",),
        original_text="Frogs jump.",
        guid="1",
        url="https://frogs.example.org/1",
    )
    whole = make_parsed_source(make_document(item), damage="It ends in the middle.")
    assert storable(whole) is whole
    broken = list(_with_half_a_character_each(whole))
    assert len(broken) == 3 + 4 + 14
    assert all(storable(one) != one for one in broken)


def test_text_that_merely_looks_like_an_escape_stays() -> None:
    parsed = make_parsed_source(make_entry(text="\\udots and \\x00"))
    assert storable(parsed) == parsed


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the functions were called that take the time."""
    calls: Counter[str] = Counter()
    for name in ("_hash", "_substance", "_words_in_common"):
        monkeypatch.setattr(f"bot.domain.ingest.{name}", _counting(name, calls))
    return calls


def _counting(name: str, calls: Counter[str]) -> Callable[..., Any]:
    function = getattr(ingest, name)

    def counted(*arguments: Any) -> Any:
        calls[name] += 1
        return function(*arguments)

    return counted


def test_entries_that_share_guid_link_and_title_take_work_in_proportion_to_their_number(
    memory: Memory, work: Counter[str]
) -> None:
    memory.read(*[make_entry("same", "News", f"text number {number}") for number in range(200)])
    assert len(memory.texts) == 200
    assert work["_hash"] < 10 * 200


def test_entries_that_share_a_link_and_change_guid_and_text_take_work_in_proportion_to_their_number(
    memory: Memory, work: Counter[str]
) -> None:
    for fetch in ("first", "second"):
        memory.read(
            *[
                make_entry(
                    f"{fetch}{number}", "News", f"{fetch} {number}", url="https://news.example.org", published_at=None
                )
                for number in range(100)
            ]
        )
    assert work["_substance"] < 10 * 100


def test_a_page_that_is_new_at_every_fetch_does_not_take_ever_more_work(memory: Memory, work: Counter[str]) -> None:
    for day in range(20):
        memory.read(make_document(*[make_parsed_item(f"{day}a{number}", f"{day}b{number}") for number in range(5)]))
    assert len(memory.items) == 5
    assert work["_words_in_common"] <= 20 * 5
