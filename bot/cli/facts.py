"""Items as JSON: the same facts in every command that prints them."""

from __future__ import annotations

from bot.domain.items import Item


def item_facts(item: Item) -> dict[str, object]:
    """What programs are told of an item. `document` is where it stands: the document's address, else the source's."""
    moment = item.published_at or item.first_seen_at
    return {
        "id": item.id,
        "document": item.document_url or item.source_address,
        "source": item.source_title,
        "title": item.title,
        "section": item.section.value,
        "kind": item.kind.value,
        "language": item.language,
        "published_at": moment.isoformat(),
        "url": item.url,
        "text": item.text,
        "links": [link.url for link in item.links],
        "papers": [str(paper) for paper in item.papers],
        "code": item.code,
        "authors": list(item.authors),
    }
