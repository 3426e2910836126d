"""What people in a club see of themselves, and what they can choose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.club import ClubSession
from bot.domain.errors import UserError
from bot.domain.members import Member, Membership, Reach
from bot.domain.messages import Block, Button, Heading, Line, ListBlock, Message, Option, Paragraph, Select, Text, Time
from bot.domain.messages import text as line_of
from bot.domain.schedules import zone_named
from bot.domain.text import cut
from bot.locales import LANGUAGES, N_, Translator, own_name
from bot.services.memberships import Standing
from bot.services.session_message import session_title
from bot.services.subscription_panels import ZONES

PLATFORM_NAMES: Mapping[str, str] = {"telegram": "Telegram", "discord": "Discord", "console": N_("this terminal")}
OWN = "auto"
"""What leaves a choice to the club, or to the app."""
LONGEST_NAME = 60
PANELS = {
    "as": N_("🎧 Take part as"),
    "topics": N_("💬 Topics"),
    "reach": N_("📨 Messages"),
    "zone": N_("🌍 Zone"),
    "lang": N_("🗣 Language"),
}
ALONE = N_(
    "You are alone in this club, to try everything out. To get into that of a group or a server, write /club join "
    "there, or press “Join the club” below one of its cards."
)
WRITTEN = frozenset({"topics"})
"""Panels without options."""
_ROLES = {
    (True, False): N_("listener"),
    (False, True): N_("speaker"),
    (True, True): N_("listener and speaker"),
}
_ROLE_VALUES = {"l": (True, False), "s": (False, True), "b": (True, True)}
_HINTS = {
    "as": N_("What you come as"),
    "reach": N_("Where I write to you"),
    "zone": N_("Whose clock you go by"),
    "lang": N_("Which language I write to you in"),
}


def standing_message(standing: Standing, say: Translator) -> Message:
    """Where somebody in a club stands: what holds for them, what comes next, and buttons to change it."""
    _ = say.gettext
    community_id = standing.community.id
    welcome = _("You are in. This is what I take for granted; change what is not so, now or later with /club join.")
    blocks: list[Block] = [Heading(line_of(_club_name(standing, say)), level=1)]
    blocks += [Paragraph(line_of(welcome))] if standing.new else []
    blocks += [ListBlock(tuple((fact,) for fact in _facts(standing, say))), *_what_next(standing, say)]
    buttons = [_panel_button(panel, label, community_id, say) for panel, label in PANELS.items()]
    leave = Button(_("🚪 Leave the club"), f"cm:leave:{community_id}")
    return Message(tuple(blocks), (tuple(buttons[:3]), (*buttons[3:], leave)))


def panel_message(standing: Standing, panel: str, say: Translator) -> Message:
    """What a panel lets choose; choosing comes back as a press of the same action. Raises UserError for a panel that
    there is not."""
    options = _options(standing, panel, say)
    action = f"cm:{panel}:{standing.community.id}"
    select = Select(say.gettext(_HINTS[panel]), action, tuple(options))
    back = Button(say.gettext("◀ Back"), f"cm:me:{standing.community.id}")
    city = Button(say.gettext("✍️ Write a city"), f"cm:city:{standing.community.id}", opens_form=True)
    blocks = (Heading(line_of(say.gettext(_HINTS[panel])), level=2),)
    return Message(blocks, ((back, city) if panel == "zone" else (back,),), (select,))


def chosen_role(membership: Membership, value: str) -> Membership:
    """The membership with a role that was picked. Raises UserError for one that there is not."""
    if value not in _ROLE_VALUES:
        raise _old()
    listener, speaker = _ROLE_VALUES[value]
    return replace(membership, listener=listener, speaker=speaker)


def chosen_by(member: Member, panel: str, value: str) -> Member:
    """The person with what they picked on a panel. Raises UserError for what there is not to pick."""
    chosen = None if value == OWN else value
    match panel:
        case "reach" if chosen in {None, Reach.CHANNEL.value, *platforms_of(member)} & {None, *Reach}:
            return replace(member, reach=Reach(chosen) if chosen else None)
        case "zone" if chosen is None or zone_named(chosen):
            return replace(member, zone=chosen and zone_named(chosen))
        case "lang" if chosen is None or chosen in LANGUAGES:
            return replace(member, language=chosen)
    raise _old()


def role_name(membership: Membership, say: Translator) -> str:
    return say.gettext(_ROLES[(membership.listener, membership.speaker)])


def platforms_of(member: Member) -> tuple[str, ...]:
    """The platforms that somebody has accounts on, each once."""
    return tuple(dict.fromkeys(account.platform for account in member.accounts))


def reach_name(member: Member, say: Translator) -> str:
    """Where somebody is written to, in words."""
    _ = say.gettext
    if member.reach is Reach.CHANNEL:
        return _("only in the club's chats")
    platforms = platforms_of(member)
    if member.reach is None and len(platforms) > 1:
        return _("in private, where you were last")
    chosen = member.reach.value if member.reach else (platforms or ("telegram",))[0]
    return _("in private on {platform}", platform=_(PLATFORM_NAMES.get(chosen, chosen)))


def session_line(session: ClubSession, say: Translator) -> Line:
    """A session in a line: what to call it and when it is."""
    at, zone = session.plan.starts_at, session.plan.zone
    fallback = f"{say.wall_time(at, ZoneInfo(zone))} {say.city(zone)}"
    return (Text(cut(session_title(session, say), 120), bold=True), Text(" · "), Time(at, fallback))


def _facts(standing: Standing, say: Translator) -> Iterator[Line]:
    _ = say.gettext
    member, membership = standing.member, standing.membership
    zone = member.zone or _("{zone}, as the club", zone=standing.community.zone)
    language = own_name(member.language) if member.language in LANGUAGES else _("as in your app")
    for name, value in (
        (_("You take part as"), role_name(membership, say)),
        (_("Topics"), membership.topics or _("nothing yet")),
        (_("I write to you"), reach_name(member, say)),
        (_("Time zone"), zone),
        (_("Language"), language),
    ):
        yield (Text(f"{name}: ", bold=True), Text(value))


def _what_next(standing: Standing, say: Translator) -> Iterator[Block]:
    _ = say.gettext
    session = standing.next_session
    if standing.alone:
        yield Paragraph(line_of(_(ALONE)))
    if session is None:
        yield Paragraph(line_of(_("No session is planned yet: I tell the club's chats when there is one.")))
        yield Paragraph(line_of(_("/club propose proposes a paper.")))
        return
    yield Paragraph((Text(_("Next session: ")), *session_line(session, say)))
    yield Paragraph(line_of(_("/club shows it; say there whether you come.")))


def _options(standing: Standing, panel: str, say: Translator) -> list[Option]:
    _ = say.gettext
    member, membership = standing.member, standing.membership
    match panel:
        case "as":
            now = (membership.listener, membership.speaker)
            return [_option(_(_ROLES[role]), value, chosen=role == now) for value, role in _ROLE_VALUES.items()]
        case "reach":
            return list(_reach_options(member, say))
        case "zone":
            club = Option(_("{zone}, as the club", zone=standing.community.zone), OWN, member.zone is None)
            named = dict.fromkeys([*([member.zone] if member.zone else []), *ZONES])
            return [club, *(Option(zone.replace("_", " "), zone, zone == member.zone) for zone in named)]
        case "lang":
            own = _option(_("as in your app"), OWN, chosen=member.language is None)
            return [own, *(Option(own_name(one), one, one == member.language) for one in LANGUAGES)]
    raise _old()


def _reach_options(member: Member, say: Translator) -> Iterator[Option]:
    platforms = platforms_of(member)
    further = [Reach(one) for one in platforms if one in set(Reach)] if len(platforms) > 1 else []
    for reach in (None, *further, Reach.CHANNEL):
        words = reach_name(replace(member, reach=reach), say)
        yield _option(words, reach.value if reach else OWN, chosen=member.reach is reach)


def _option(words: str, value: str, *, chosen: bool) -> Option:
    return Option(words[:1].upper() + words[1:], value, chosen)


def _panel_button(panel: str, label: str, community_id: int, say: Translator) -> Button:
    return Button(say.gettext(label), f"cm:{panel}:{community_id}", opens_form=panel in WRITTEN)


def _club_name(standing: Standing, say: Translator) -> str:
    name = cut(standing.community.name, LONGEST_NAME)
    return say.gettext("The reading club of {name}", name=name) if name else say.gettext("The reading club")


def _old() -> UserError:
    return UserError("This button is from an older version of mine. Please ask again; /help lists what I can do.")
