"""A fetcher that reaches only what a test allows, what names stand for there, and answers that lead elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.domain.documents import RawDocument, Validators
from bot.readers.fetch import FetchLimits, HttpFetcher
from bot.readers.resolver import Resolve
from tests.web_server import Answer

NOW = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)


LIMITS = FetchLimits(host_pause=0)


class Names:
    """A name server: answers in turn, the last one for good; a name it does not know is not there."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.answers = {name.replace("_", "."): list(numbers) for name, numbers in answers.items()}
        self.questions: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.questions.append(host)
        answers = self.answers.get(host)
        if not answers:
            raise OSError(2, "Name or service not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]


def make_fetcher(
    limits: FetchLimits = LIMITS, *, allowed: frozenset[str] = frozenset({"127.0.0.1"}), resolve: Resolve | None = None
) -> HttpFetcher:
    return HttpFetcher(limits, allowed_private_hosts=allowed, clock=lambda: NOW, resolve=resolve or Names())


async def get(fetcher: HttpFetcher, address: str, validators: Validators | None = None) -> RawDocument:
    document = await fetcher.fetch(address, validators=validators)
    assert isinstance(document, RawDocument)
    return document


def redirect(status: int, location: str) -> Answer:
    return Answer(b"over there", status=status, headers={"Location": location})
