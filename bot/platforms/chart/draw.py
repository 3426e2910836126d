"""Draws the sessions of a club as bars: a program of its own, which reads figures as JSON and writes a PNG.

There are no words in the picture, since no font that comes along knows all of our languages; what its colours mean
stands in the message. Its ground is light and opaque, so that it can be read on a dark screen too.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from typing import Any

GROUND, INK, LINES = "#f6f8fa", "#24292f", "#d0d7de"
GOING, WAITING, THERE, SPEAKING = "#3b82d6", "#f0883e", "#2da44e", "#cf222e"
"""Apart for the colour-blind too: dots and triangles differ from bars by their form."""
WIDTH, HEIGHT, DOTS_AN_INCH = 9.0, 4.5, 120
LABELS = 15
"""Sessions whose numbers are written below, so that they do not run into each other."""


def drawn(sessions: Sequence[dict[str, Any]]) -> bytes:
    """A PNG of 1080 by 540 dots. Each session has `number`, `going`, `speaking`, `waiting`, and `were_there` or
    None."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS_AN_INCH, facecolor=GROUND)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=GROUND)
    places = range(len(sessions))
    going = [one["going"] for one in sessions]
    waiting = [one["waiting"] for one in sessions]
    axes.bar(places, going, width=0.72, color=GOING, zorder=2)
    axes.bar(places, waiting, width=0.72, bottom=going, color=WAITING, zorder=2)
    _marks(axes, [one["were_there"] for one in sessions], THERE, "o", 58)
    _marks(axes, [one["speaking"] or None for one in sessions], SPEAKING, "^", 48)
    if len(sessions) <= LABELS:
        for place, one in zip(places, sessions, strict=True):
            top, words = one["going"] + one["waiting"], str(one["going"])
            words += f" + {one['waiting']}" if one["waiting"] else ""
            axes.annotate(words, (place, top), (0, 4), textcoords="offset points", ha="center", color=INK)
    step = -(-len(sessions) // LABELS)
    shown = [place for place in places if (len(sessions) - 1 - place) % step == 0]
    axes.set_xticks(shown, [f"#{sessions[place]['number']}" for place in shown])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=2))
    axes.set_ylim(0, max(1, *(one["going"] + one["waiting"] for one in sessions)) * 1.15)
    axes.set_xlim(-0.6, len(sessions) - 0.4)
    axes.grid(axis="y", color=LINES, zorder=1)
    axes.tick_params(colors=INK, length=0, labelsize=11)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.tight_layout(pad=1.2)
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor=GROUND)
    return out.getvalue()


def _marks(axes: Any, values: Sequence[int | None], colour: str, form: str, size: int) -> None:
    there = [(place, value) for place, value in enumerate(values) if value is not None]
    if there:
        axes.scatter(*zip(*there, strict=True), s=size, marker=form, color=colour, edgecolors="white", zorder=3)


if __name__ == "__main__":
    sys.stdout.buffer.write(drawn(json.load(sys.stdin)))
