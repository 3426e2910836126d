"""How a club is set, to look at and to choose from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.club import Club
from bot.domain.errors import UserError
from bot.domain.forms import Form, Question
from bot.domain.messages import Button, Heading, Line, ListBlock, Message, Option, Paragraph, Select, Text, text
from bot.domain.schedules import zone_named
from bot.domain.session_drafts import LONGEST_PLACE, MOST_PEOPLE
from bot.domain.text import cut
from bot.locales import LANGUAGES, N_, Translator, own_name
from bot.services.club_settings import ClubSettings
from bot.services.subscription_panels import zone_options
from bot.services.zones import ZoneChange

PANELS = {
    "length": N_("⏱ Length"),
    "place": N_("📍 Place"),
    "seats": N_("👥 Places"),
    "cards": N_("📌 Cards"),
    "more": N_("⚙️ More"),
    "zone": N_("🌍 Zone"),
    "lang": N_("🗣 Language"),
}
"""The panels in the order of their buttons."""
_HINTS = {
    "length": N_("How long a session is"),
    "place": N_("Who sees the place"),
    "cards": N_("What comes with a session's card"),
    "zone": N_("Whose clock it goes by"),
    "lang": N_("Which language the club speaks"),
}
_LENGTHS = tuple(timedelta(minutes=minutes) for minutes in (30, 45, 60, 75, 90, 120, 150, 180))
_OFFERS = tuple(timedelta(hours=hours) for hours in (1, 3, 6, 12, 24, 48))
_LISTENERS = (5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100)
_SPEAKERS = (1, 2, 3, 4, 5)
_FLAGS = {
    "pin": N_("The card is pinned"),
    "threads": N_("A thread on Discord"),
    "events": N_("An event on Discord"),
}
_WHO_SEES = {False: N_("Everybody"), True: N_("Only who is going")}
NO_LIMIT = "all"
_WRITTEN = {"place": N_("✍️ Write the place"), "seats": N_("✍️ Write a number"), "zone": N_("✍️ Write a city")}


def settings_message(settings: ClubSettings, say: Translator) -> Message:
    """How a club is set, with a button for everything that can be."""
    _ = say.gettext
    community_id = settings.community.id
    entries = tuple((line,) for line in _facts(settings, say))
    hint = _("This holds for sessions that are drawn up from now on; each can have it otherwise.")
    buttons = [Button(_(label), f"cset:{panel}:{community_id}") for panel, label in PANELS.items()]
    buttons.insert(5, Button(_("⏰ Reminders"), f"cr:club:{community_id}"))
    title = Heading(text(_("How the club is set")), level=1)
    rows = (tuple(buttons[:3]), tuple(buttons[3:6]), tuple(buttons[6:]))
    return Message((title, ListBlock(entries), Paragraph(text(hint, italic=True))), rows)


def panel_message(settings: ClubSettings, panel: str, say: Translator) -> Message:
    """What a panel lets choose; choosing comes back as a press of the same action. Raises UserError for a panel that
    there is not."""
    _ = say.gettext
    if panel not in PANELS:
        raise _old()
    action = f"cset:{panel}:{settings.community.id}"
    row = [Button(_("◀ Done"), f"cset:all:{settings.community.id}")]
    if panel in _WRITTEN:
        row.append(Button(_(_WRITTEN[panel]), f"{action}:write", opens_form=True))
    selects = tuple(_selects(settings, panel, action, say))
    hints = (Paragraph(text(select.hint)) for select in selects)  # Telegram shows none where the options are
    return Message((Heading(text(_(PANELS[panel]))), *hints), (tuple(row),), selects)


def written_form(settings: ClubSettings, panel: str, say: Translator) -> Form:
    """What a panel asks for in writing. Raises UserError where it asks for nothing."""
    _ = say.gettext
    club = settings.club
    match panel:
        case "place":
            label = _("Where sessions take place: an address, or a link to a call")
            questions = [Question("place", label, value=club.place, longest=LONGEST_PLACE)]
        case "seats":
            questions = [
                Question("listeners", _("How many can listen"), value=_count(club.listeners, say), longest=20),
                Question("speakers", _("How many can speak"), value=_count(club.speakers, say), longest=20),
            ]
        case "zone":
            label = _("Time zone: a city, or UTC+3")
            questions = [Question("zone", label, hint=_("Lisbon"), required=True, longest=60)]
        case _:
            raise _old()
    return Form(_("How the club is set"), f"cset:{panel}:{settings.community.id}", tuple(questions))


def with_written(club: Club, answers: Mapping[str, str]) -> Club:
    """The club with what was written about it. A number of people without a figure in it is no limit."""
    if "place" in answers:
        club = replace(club, place=cut(" ".join(answers["place"].split()), LONGEST_PLACE))
    if "listeners" in answers:
        club = replace(club, listeners=_written_count(answers["listeners"]))
    if "speakers" in answers:
        club = replace(club, speakers=_written_count(answers["speakers"]))
    return club


def with_option(club: Club, panel: str, value: str, *, on: bool) -> Club:
    """The club with an option of a panel put on or off. Raises UserError for one that there is not."""
    kind, _, number = value.partition("-")
    match panel, kind:
        case "length", _ if _seconds(value) in _LENGTHS:
            return replace(club, length=_seconds(value))
        case "place", "all" | "going":
            return replace(club, place_for_going=value == "going")
        case "seats", "l" | "s" if number == NO_LIMIT or (number.isascii() and number.isdigit() and len(number) < 6):
            count = None if number == NO_LIMIT else min(int(number), MOST_PEOPLE)
            return replace(club, listeners=count) if kind == "l" else replace(club, speakers=count)
        case "cards", _ if value in _FLAGS:
            return replace(club, **{value: on})  # type: ignore[arg-type]  # these fields are flags
        case "more", "attendance":
            return replace(club, attendance=on)
        case "more", _ if _seconds(value) in _OFFERS:
            return replace(club, offer_life=_seconds(value))
    raise _old()


def chosen_zone(value: str) -> str:
    """A zone that was picked. Raises UserError for one that there is not."""
    zone = zone_named(value)
    if zone is None:
        raise _old()
    return zone


def zone_question(change: ZoneChange, community_id: int, say: Translator) -> Message:
    """What changes with the zone, before it does."""
    _ = say.gettext
    words = _("From {old} to {new}: the digests of the community then come at the same time of day by the new clock.",
              old=change.old, new=change.new)  # fmt: skip
    buttons = (
        Button(_("✅ Change it"), f"cset:zone:{community_id}:{change.new}"),
        Button(_("✖ Leave it"), f"cset:all:{community_id}"),
    )
    return Message((Paragraph(text(words)),), (buttons,))


def _facts(settings: ClubSettings, say: Translator) -> Iterator[Line]:
    _ = say.gettext
    club, community = settings.club, settings.community
    cards = [_(label) for flag, label in _FLAGS.items() if getattr(club, flag)]
    place = [cut(club.place, 120), *([_("shown to who is going only")] if club.place_for_going else [])]
    for name, value in (
        (_("Length"), say.duration(club.length)),
        (_("Place"), " · ".join(filter(None, place)) or _("nothing yet")),
        (_("Places for listeners"), _count(club.listeners, say)),
        (_("Places for speakers"), _count(club.speakers, say)),
        (_("With each card"), ", ".join(cards) or _("nothing more")),
        (_("Attendance"), _("people are asked whether they came, if they agree") if club.attendance else _("not kept")),
        (_("An offered place is kept for"), say.duration(club.offer_life)),
        (_("Time zone"), community.zone),
        (_("Languages"), ", ".join(say.language_name(one.split("_")[0]) for one in community.languages)),
    ):
        yield (Text(f"{name}: ", bold=True), Text(value))


def _selects(settings: ClubSettings, panel: str, action: str, say: Translator) -> Iterator[Select]:
    _ = say.gettext
    club, community = settings.club, settings.community
    match panel:
        case "length":
            lengths = sorted({*_LENGTHS, club.length})
            yield Select(_(_HINTS[panel]), action, tuple(_length(one, club.length, say) for one in lengths))
        case "place":
            options = {"going" if hidden else "all": (label, hidden) for hidden, label in _WHO_SEES.items()}
            chosen = club.place_for_going
            shown = tuple(Option(_(label), value, hidden is chosen) for value, (label, hidden) in options.items())
            yield Select(_(_HINTS[panel]), action, shown)
        case "seats":
            yield Select(_("🎧 How many can listen"), action, _seats("l", club.listeners, _LISTENERS, say))
            yield Select(_("🎤 How many can speak"), action, _seats("s", club.speakers, _SPEAKERS, say))
        case "cards":
            flags = tuple(Option(_(label), flag, getattr(club, flag)) for flag, label in _FLAGS.items())
            yield Select(_(_HINTS[panel]), action, flags, several=True)
        case "more":
            asked = Option(_("People are asked whether they came"), "attendance", club.attendance)
            yield Select(_("Attendance"), action, (asked,), several=True)
            offers = sorted({*_OFFERS, club.offer_life})
            kept = _("How long an offered place is kept")
            yield Select(kept, action, tuple(_length(one, club.offer_life, say) for one in offers))
        case "zone":
            yield Select(_(_HINTS[panel]), action, zone_options(community.zone))
        case "lang":
            best = community.languages[0] if community.languages else ""
            yield Select(_(_HINTS[panel]), action, tuple(Option(own_name(one), one, one == best) for one in LANGUAGES))


def _seats(kind: str, now: int | None, counts: tuple[int, ...], say: Translator) -> tuple[Option, ...]:
    shown = sorted({*counts, *([now] if now is not None else [])})
    sign = "🎧" if kind == "l" else "🎤"
    options = [Option(f"{sign} {say.number(one)}", f"{kind}-{one}", one == now) for one in shown]
    return (*options, Option(f"{sign} {say.gettext('no limit')}", f"{kind}-{NO_LIMIT}", now is None))


def _length(one: timedelta, now: timedelta, say: Translator) -> Option:
    return Option(say.duration(one), str(int(one.total_seconds())), one == now)


def _count(number: int | None, say: Translator) -> str:
    return say.gettext("no limit") if number is None else say.number(number)


def _written_count(typed: str) -> int | None:
    figure = re.search(r"[0-9]{1,6}", typed)
    return min(int(figure[0]), MOST_PEOPLE) if figure else None


def _seconds(value: str) -> timedelta:
    known = value.isascii() and value.isdigit() and len(value) < 7
    return timedelta(seconds=int(value)) if known else timedelta(-1)


def _old() -> UserError:
    return UserError("This button is from an older version of mine. Please ask again; /help lists what I can do.")
