"""How the materials of a session look before any platform."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.club import ClubSession
from bot.domain.materials import Material, MaterialKind
from bot.domain.messages import (
    Block,
    Button,
    ButtonRow,
    Heading,
    Inline,
    Line,
    ListBlock,
    Message,
    Paragraph,
    Text,
    rows_of,
    text,
)
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.session_message import numbered_title

KIND_LABELS = {
    MaterialKind.SLIDES: ("🖼", N_("Slides")),
    MaterialKind.NOTES: ("📝", N_("Notes")),
    MaterialKind.RECORDING: ("🎬", N_("Recording")),
    MaterialKind.OTHER: ("📎", N_("Material")),
}
ON_A_CARD = 5
TITLE_ON_CARD = 60
_KILO, _MEGA = 1024, 1024**2


def kind_label(kind: MaterialKind, say: Translator) -> str:
    """What a kind of material is called, with its emoji."""
    emoji, label = KIND_LABELS[kind]
    return f"{emoji} {say.gettext(label)}"


def material_line(material: Material, say: Translator) -> Line:
    """A material: what it is, what it is called with its link, and how large a file is."""
    line: list[Inline] = [
        Text(f"{kind_label(material.kind, say)}: "),
        Text(material.title, url=material.address or None),
    ]
    if material.is_file:
        line.append(Text(f" ({_ending(material)}, {size(material.size, say)})"))
    return tuple(line)


def on_card(materials: Sequence[Material], say: Translator) -> tuple[Block, ...]:
    """What a session's card shows of its materials."""
    if not materials:
        return ()
    line: list[Inline] = [Text("📎 ")]
    for at, one in enumerate(materials[:ON_A_CARD]):
        line += [Text(" · ")] if at else []
        line.append(Text(cut(one.title, TITLE_ON_CARD), url=one.address or None))
    if len(materials) > ON_A_CARD:
        line.append(Text(" · " + say.gettext("and {number} more", number=say.number(len(materials) - ON_A_CARD))))
    if any(one.is_file for one in materials):
        line.append(Text(" (/club materials)"))
    return (Paragraph(tuple(line)),)


def news(session: ClubSession, materials: Sequence[Material], say: Translator) -> Message:
    """That a session has materials, with buttons that bring the files."""
    title = say.gettext("📎 Materials of {title}", title=cut(numbered_title(session, say), 200))
    entries = tuple((material_line(one, say),) for one in materials)
    return Message((Heading(text(title), level=1), ListBlock(entries)), file_buttons(materials))


def file_buttons(materials: Sequence[Material]) -> tuple[ButtonRow, ...]:
    """A button for each file that brings it, two in a row."""
    buttons = [Button(f"⬇ {cut(one.title, 30)}", f"mat:get:{one.id}") for one in materials if one.is_file][:6]
    return rows_of(buttons, 2)


def size(number: int, say: Translator) -> str:
    """How large a file is, in words."""
    if number < _MEGA:
        return say.gettext("{number} kB", number=say.number(max(1, round(number / _KILO))))
    return say.gettext("{number} MB", number=say.number(round(number / _MEGA)))


def _ending(material: Material) -> str:
    return material.file_name.rpartition(".")[2].upper()
