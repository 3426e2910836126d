"""How offers to speak, nudges and the queue of speakers look before any platform."""

from __future__ import annotations

from bot.domain.club import ClubSession
from bot.domain.messages import Block, Button, Line, Message, Paragraph, Text, text
from bot.domain.speaker_queue import Nudge, OfferState, SpeakerOffer
from bot.domain.summary import shortened
from bot.locales import Translator
from bot.services.session_message import moment_line, numbered_title, paper_lines

NAME_LIMIT = 40
TITLE_LIMIT = 120


def session_lines(session: ClubSession, say: Translator) -> tuple[Line, ...]:
    """Which session it is, when, and about what."""
    title = shortened(numbered_title(session, say), TITLE_LIMIT)
    return (
        text(title, bold=True),
        moment_line(session.plan.starts_at, session.plan.zone, say),
        *paper_lines(session.plan.papers[:2]),
    )


def offer_message(offer: SpeakerOffer, session: ClubSession, say: Translator) -> Message:
    """An offer to speak, with what can be answered."""
    _ = say.gettext
    until = (
        Text(_("I keep the place for you until: ")),
        *moment_line(offer.expires_at, session.plan.zone, say),
    )
    blocks: list[Block] = [Paragraph(text(_("It would be your turn to speak at the reading club. Would you?")))]
    blocks += [Paragraph(line) for line in session_lines(session, say)]
    blocks += [Paragraph(until)]
    answers = (
        Button(_("🎤 I will speak"), f"spk:take:{offer.id}"),
        Button(_("✖ Not this time"), f"spk:pass:{offer.id}"),
    )
    return Message(tuple(blocks), (answers, (Button(_("🔁 Swap with another speaker"), f"spk:swap:{session.id}"),)))


def answered_message(session: ClubSession, state: OfferState, say: Translator, *, speaks: bool) -> Message:
    """What is true once an offer was answered."""
    _ = say.gettext
    swap = ((Button(_("🔁 Swap with another speaker"), f"spk:swap:{session.id}"),),) if speaks else ()
    match state:
        case OfferState.ACCEPTED if speaks:
            words = _("Thank you! You speak in this session:")
        case OfferState.ACCEPTED:
            words = _("Thank you! The place is taken; you speak if it becomes free:")
        case OfferState.DECLINED:
            words = _("All right, I ask the next one. You stay in the queue.")
        case OfferState.EXPIRED:
            words = _("The time for this answer is over, and somebody else is asked. You stay in the queue.")
        case _:
            words = _("Nobody is needed any more. Thank you!")
    lines = session_lines(session, say) if state is OfferState.ACCEPTED else ()
    return Message((Paragraph(text(words)), *(Paragraph(line) for line in lines)), swap)


def found_message(session: ClubSession, name: str, say: Translator) -> Message:
    """Word to organisers that somebody will speak."""
    words = say.gettext("{name} will speak:", name=_short(name))
    return Message((Paragraph(text(words)), *(Paragraph(line) for line in session_lines(session, say))))


def nobody_message(session: ClubSession, say: Translator, *, late: bool) -> Message:
    """Word to organisers that nobody is left to be asked, or that it is too `late` to ask anybody."""
    _ = say.gettext
    words = (
        _("Sign-up is closed, and a speaker is still missing:")
        if late
        else _("Nobody who would speak is left to be asked. A speaker is still missing:")
    )
    lines = tuple(Paragraph(line) for line in session_lines(session, say))
    again = ((Button(_("Ask all of them again"), f"spk:find:{session.id}"),),)
    return Message((Paragraph(text(words)), *lines), () if late else again)


def nudge_message(session: ClubSession, nudge: Nudge, say: Translator) -> Message:
    """What a speaker is asked for."""
    _ = say.gettext
    words = (
        _("You speak soon, and the session has no paper yet. Which one is it? Tell an organiser, or propose it here:")
        if nudge is Nudge.PAPER
        else _(
            "You speak soon. If you have slides or notes, send them with /club materials, so that everybody finds them."
        )
    )
    blocks = (Paragraph(text(words)), *(Paragraph(line) for line in session_lines(session, say)))
    propose = Button(_("Propose a paper"), f"nom:new:{session.community_id}", opens_form=True)
    return Message(blocks, ((propose,),) if nudge is Nudge.PAPER else ())


def swap_asked_message(swap_id: int, name: str, theirs: ClubSession, yours: ClubSession, say: Translator) -> Message:
    """Word to a speaker that another one, called `name`, would change places with them."""
    _ = say.gettext
    blocks: list[Block] = [
        Paragraph(text(_("{name} would like to swap talks with you. You would speak here:", name=_short(name))))
    ]
    blocks += [Paragraph(line) for line in session_lines(theirs, say)]
    blocks.append(Paragraph(text(_("And {name} in your place here:", name=_short(name)))))
    blocks += [Paragraph(line) for line in session_lines(yours, say)]
    answers = (Button(_("🔁 Swap"), f"spk:agree:{swap_id}"), Button(_("✖ No, stay as it is"), f"spk:refuse:{swap_id}"))
    return Message(tuple(blocks), (answers,))


def swapped_message(name: str, now_yours: ClubSession, say: Translator) -> Message:
    """What is true for a speaker after a swap with another one, called `name`."""
    words = say.gettext("Swapped with {name}. You speak here now:", name=_short(name))
    return Message((Paragraph(text(words)), *(Paragraph(line) for line in session_lines(now_yours, say))))


def not_swapped_message(name: str, yours: ClubSession, say: Translator) -> Message:
    """Word to who asked that the other speaker would not swap."""
    words = say.gettext("{name} cannot swap. Nothing has changed for you here:", name=_short(name))
    return Message((Paragraph(text(words)), *(Paragraph(line) for line in session_lines(yours, say))))


def _short(name: str) -> str:
    return shortened(name, NAME_LIMIT)
