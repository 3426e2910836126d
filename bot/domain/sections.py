"""Sections: the classes that headings of newsletters fall into, in any language."""

from __future__ import annotations

from enum import StrEnum


class Section(StrEnum):
    """What a heading announces. The order is the order in which a digest shows them."""

    TOP_STORIES = "top_stories"
    PUBLICATIONS = "publications"
    CREATIVITY_SOCIETY = "creativity_society"
    TOOLS_DATASETS = "tools_datasets"
    ETHICS = "ethics"
    ARTICLES = "articles"
    EDUCATION = "education"
    MENTIONS = "mentions"
    UPDATES = "updates"
    STAY_INFORMED = "stay_informed"
    OTHER = "other"
