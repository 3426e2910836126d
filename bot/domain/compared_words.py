"""Words as they are compared where no index is asked: folded, and runs of a script without spaces in pairs."""

from __future__ import annotations

import re

from bot.domain.folding import CJK_RUN, SIGN_WORDS, fold, pairs_of

_SIGN = re.compile(r"(?<=[^\W_])(?:\+\+|#(?!\w))")


def compared_words(text: str) -> str:
    """The text as it is compared with others: by the words between what is no letter or digit.

    Runs of a script without spaces become pairs of neighbours ("自然语言" → "自然 然语 语言"), and each of their
    characters once more at the end, so that a single one is found too.
    """
    folded = fold(text)
    if "+" in folded or "#" in folded:
        folded = _SIGN.sub(lambda match: f" {SIGN_WORDS[match[0]]} ", folded)
    if folded.isascii() or not CJK_RUN.search(folded):
        return folded
    single = dict.fromkeys("".join(run for run in CJK_RUN.findall(folded) if len(run) > 1))
    pairs = CJK_RUN.sub(_paired, folded)
    return f"{pairs} {' '.join(single)}"


def _paired(match: re.Match[str]) -> str:
    run = match[0]
    return f" {' '.join(pairs_of(run)) or run} "
