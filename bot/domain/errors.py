"""The error tree.

PaperRoundError
├── UserError            somebody asked for what cannot be; its text may be shown
├── SettingsError        a setting is wrong; stops the start
├── FetchError           a source could not be fetched
│   ├── FetchRefused       a limit or a rule of ours forbids it: repeating it does not help
│   ├── FetchFailed        the network or the server failed: try again later
│   └── SourceGone         the server says that it is gone for good (410)
├── ReadError            a document could not be read
├── EmbeddingError       a model made no vectors
│   ├── EmbeddingRefused   it does not take these texts: repeating it does not help
│   └── EmbeddingFailed    the network, the server or the settings failed: try again later
└── StorageError         the database could not be used
    ├── DatabaseBusy       others have written for too long: try again
    └── DatabaseTooNew     it was written by a newer version
"""

from __future__ import annotations

from datetime import timedelta


class PaperRoundError(Exception):
    """The root of all errors that this project raises on purpose."""


class UserError(PaperRoundError):
    """A mistake that the person who made it can mend.

    `text` is a catalogue message in English with `{name}` placeholders; handlers translate it.
    """

    def __init__(self, text: str, **values: object) -> None:
        self.text = text
        self.values = values
        super().__init__(text.format(**values))


class SettingsError(PaperRoundError):
    """A setting that the start cannot go on with; the text names the variable and a good example."""


class FetchError(PaperRoundError):
    """A source could not be fetched. The text is one plain English sentence without secrets."""


class FetchRefused(FetchError):
    """Forbidden by a limit or a rule of ours (address, size, time, depth)."""


class FetchFailed(FetchError):
    """The network or the server failed; `retry_after` is what the server asked for, if it did."""

    def __init__(self, text: str, *, retry_after: timedelta | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(text)


class SourceGone(FetchError):
    """The server answered 410: the source is retired and not asked again."""


class ReadError(PaperRoundError):
    """A document could not be read as what it was taken for.

    `feeds` are addresses of feeds that the page names instead (`<link rel=alternate>`).
    """

    def __init__(self, text: str, *, feeds: tuple[str, ...] = ()) -> None:
        self.feeds = feeds
        super().__init__(text)


class EmbeddingError(PaperRoundError):
    """A model made no vectors. The text is one plain English sentence without secrets, and without the texts."""


class EmbeddingRefused(EmbeddingError):
    """It does not take these texts, mostly because one is too long for it."""


class EmbeddingFailed(EmbeddingError):
    """The network, the server or the settings failed; `retry_after` is what the server asked for, if it did."""

    def __init__(self, text: str, *, retry_after: timedelta | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(text)


class StorageError(PaperRoundError):
    """The database could not be opened or used."""


class DatabaseBusy(StorageError):
    """Somebody else has written for too long. Nothing is wrong with what was to be written: trying again helps."""


class DatabaseTooNew(StorageError):
    """The database was written by a newer version of this program."""
