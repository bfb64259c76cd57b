"""What the bot asks about a possible match, and says of the answers."""

from collections.abc import Sequence

from bot.wording.evidence import doubts, sentence
from bot.wording.kinds import called
from nlp.spans import Label
from storage.models import Tlp, Verdict


def sighting(
    words: str, quote: str, agency: str | None, *, negated: bool = False, hearsay: bool = False
) -> str:
    """A line of the notebook; with no *agency* the case's own rule linked it."""
    how = f"Confirmed by {agency}." if agency is not None else "Linked by the case's own rule."
    return f'"{words}"{doubts(negated=negated, hearsay=hearsay)}, said as: "{quote[:500]}". {how}'


def taken_back(*, is_open: bool) -> str:
    then = " It is open again." if is_open else ""
    return f"Correction: what I said here about a match was taken back.{then}"


def outcome_taken_back() -> str:
    """In the place of what a thread was told of a match."""
    return "What I said here about a match was taken back."


def source_gone(code: str) -> str:
    return (
        f"About {code}: the words behind a match you confirmed were taken back by their side. "
        "Your answer stays until you change it; look at it again."
    )


def because_asked_on() -> str:
    return "because you answered for the same message"


def same(
    *,
    label: Label,
    agency: str,
    room: str,
    quote: str | None,
    reasons_for: Sequence[str],
    reasons_against: Sequence[str],
    case: str,
    title: str,
    disputed: bool,
    beside: Sequence[tuple[Label, str]] = (),
    again: Sequence[str] = (),
    said: Sequence[str] = (),
) -> str:
    """The question whether two are the same, with the words and the evidence.

    *again* is when else it was said, of which no desk has been asked yet.
    """
    wrote = (
        f"{agency} wrote in {room}: “{_short(quote)}”."
        if quote is not None
        else f"{agency} wrote of it in a room that your agency is not in."
    )
    lines = [
        f"Same {called(label)}? {wrote}",
        f"For: {sentence(reasons_for)} Case {case}, {title}.",
        f"Against: {sentence(reasons_against)}" if reasons_against else "Against: nothing known.",
    ]
    if label is Label.PLATE:
        lines.append("A plate identifies a vehicle, never its driver.")
    if beside:
        others = ", ".join(f"{called(what)} {text}".rstrip() for what, text in beside)
        lines.append(f"Also in it, and asked about next on this sheet: {others}.")
    if again:
        lines.append(f"Said again, and asked about when this is answered: {_few(again)}.")
    if disputed:
        lines.append("This match is disputed: officers answered differently.")
    lines += said
    return "\n".join(lines)


def _few(times: Sequence[str]) -> str:
    """The latest of these, and how many there are."""
    shown = ", ".join(times[-_FEW:])
    return f"{len(times)} times, last at {shown}" if len(times) > _FEW else shown


_FEW = 3


def decided_before(
    officer: str, verdict: Verdict, at: str, *, is_elsewhere: bool, is_outdated: bool
) -> str:
    """What was said of the same evidence, here or in another message."""
    answer = {Verdict.SAME: "Same", Verdict.DIFFERENT: "Not the same"}.get(verdict, "Unsure")
    where = "Another sighting of it" if is_elsewhere else "This"
    since = " Something new was learnt since." if is_outdated else ""
    return f"{where} was answered “{answer}” by {officer}, {at}.{since}"


def hidden(
    *,
    code: str,
    reasons_for: Sequence[str],
    reasons_against: Sequence[str],
    case: str,
    title: str,
    asker: str,
    quote: str | None,
    agreed: bool,
) -> str:
    """To the owner of a hidden match."""
    lines = [
        f"Check {code} touched something of yours: case {case}, {title}.",
        f"For: {sentence(reasons_for)}",
    ]
    if reasons_against:
        lines.append(f"Against: {sentence(reasons_against)}")
    lines.append(
        f"Asked by an officer of {asker}."
        if quote is None
        else f"{asker} wrote: “{_short(quote)}”."
    )
    if agreed:
        lines.append("By your sharing agreement the asker has your desk number already.")
    else:
        lines.append("The asker knows nothing. No choice means silent.")
    return "\n".join(lines)


def say_what_to_disclose() -> str:
    return "Say in a line what the asker may be told. Nothing was told."


def asker_not_cleared(marking: Tlp) -> str:
    return (
        f"The asker is not cleared for TLP:{marking}. Nothing was told. "
        "Mark your words lower if they may reach them, or give your desk number."
    )


def stays_in_your_agency() -> str:
    return (
        "TLP:AMBER+STRICT stays in your agency. Nothing was told. "
        "Mark your words lower if they may reach the asker, or give your desk number."
    )


def stayed_silent() -> str:
    return "Silent. The asker learns nothing."


def fell_silent(agency: str) -> str:
    return f"Silent from now on. What {agency} was told before is taken back, and they are told so."


def gave_contact(agency: str) -> str:
    return f"{agency} has your desk number, and nothing else. Undo within a minute."


def disclosed_to(agency: str) -> str:
    return f"{agency} is told what you wrote. Undo within a minute."


def contact(code: str, label: Label, desk: str, number: str) -> str:
    reach = f"{desk}, {number}" if number else desk
    return f"Check {code}: about the {called(label)} you wrote, call {reach}. They expect you."


def disclosed(code: str, said: str, desk: str, number: str) -> str:
    reach = f"{desk}, {number}" if number else desk
    return f"Check {code}: {reach} tells you: “{_short(said)}”"


def contact_taken_back(code: str) -> str:
    return f"Check {code}: what I told you about it was taken back. Please do not act on it."


def confirmed(case: str, what: str, checked: str | None) -> str:
    how = f" Checked: {checked}." if checked else ""
    return f'"{what}" belongs to {case} now.{how} Undo within a minute.'


def rejected(case: str, what: str, *, is_silent: bool, is_sighting: bool) -> str:
    """What a "not the same" does: *is_sighting* when it was about a verified identifier."""
    if is_sighting:
        asked = (
            "I ask again when it is seen again; if it does not belong in this case, write: "
            f"unlink {what} from {case}"
        )
    elif is_silent:
        asked = (
            f"I will not ask again on the same evidence, unless you write: link {what} to {case}"
        )
    else:
        asked = "Another sighting was found the same, so I go on asking"
    return (
        f'Not the same: this sighting of "{what}" is not counted in {case}. {asked}. '
        "Undo within a minute."
    )


def unsure(case: str, what: str) -> str:
    return (
        f'Unsure: "{what}" stays open in {case}, and its next briefing speaks of it. I ask again '
        "when it is said again, or when something new is learnt. Undo within a minute."
    )


def decided_late(case: str, *, is_same: bool) -> str:
    said = "belongs to" if is_same else "is not counted in"
    return f"The earlier answer was unsure, so yours decides: it {said} {case}."


def put_right(case: str, what: str, *, is_same: bool) -> str:
    was, said = ("Not the same", "belongs to") if is_same else ("Same", "is not counted in")
    return (
        f'Your earlier answer “{was}” about "{what}" is taken back: it {said} {case} now. '
        "Everyone who was told is told."
    )


def kept_beside(case: str) -> str:
    return f"Kept beside the earlier answer about {case}; nothing else changes."


def asked_again(what: str, case: str) -> str:
    return f'"{what}" is asked about for {case} again: the answer "not the same" is taken back.'


def disputed(case: str) -> str:
    return f"Kept beside the earlier answer. The match with {case} is marked disputed."


def disputes_yours(case: str) -> str:
    return f"About {case}: somebody answered otherwise than you. The match is disputed."


def told_is_disputed() -> str:
    return (
        "What I said here about a match is disputed now: officers answer it differently. "
        "Please do not rely on it until I say more."
    )


def nothing_to_undo() -> str:
    return "There is nothing of yours to undo here."


def undone() -> str:
    return "Undone. Everyone who was told is told."


SEEN = "Seen"
KEPT_BACK = "[kept back]"
"""In the place of who is spared, and of where they are reached."""


def seen() -> str:
    return "Noted: you have seen it."


def seen_needless() -> str:
    return "Nothing to note: it was not you who was told."


def nothing_was_told(code: str) -> str:
    return f"Nobody was told anything that rests on an answer to question {code}."


def told_list(tellings: Sequence[tuple[str, str, str, Sequence[tuple[str, str]]]]) -> str:
    """Where something was told and to whom, and who has seen that it was corrected."""
    return "\n".join(_told(*each) for each in tellings)


def _told(room: str, at: str, corrected: str, readers: Sequence[tuple[str, str]]) -> str:
    if not corrected:
        return f"Told in {room}, {at}: {', '.join(name for name, _ in readers)}. It stands."
    saw = [f"{name} ({seen})" for name, seen in readers if seen]
    left = [name for name, seen in readers if not seen]
    return (
        f"Told in {room}, {at}; corrected {corrected}. "
        f"Seen by: {', '.join(saw) or 'nobody yet'}. Not yet: {', '.join(left) or 'nobody'}."
    )


def outcome(label: Label, text: str | None, case: str, desk: str | None, *, is_same: bool) -> str:
    """What a desk said of something, or with none the case's own rule; without its words where
    somebody is spared."""
    what = f"{called(label)} {text}" if text is not None else f"the {called(label)}"
    if desk is None:
        return f"Linked by the case's own rule: {what} is known in {case}. Its desk is told."
    if is_same:
        return f"{desk}: {what} is known in {case}. They will contact you here."
    return f"{desk}: {what} is not the one in {case}."


def card_outcome(case: str, desk: str | None, *, is_same: bool) -> str:
    """What a desk said, as the card shows it; with none what the case's own rule did."""
    if desk is None:
        return f"{case}: linked by the case's own rule."
    return f"{case}: {'confirmed' if is_same else 'not the same'}, {desk}."


def card_unsure(case: str, desk: str) -> str:
    return f"{case}: not sure yet, {desk}."


def card_disputed(case: str, desk: str) -> str:
    return f"{case}: disputed, {desk}."


def card_reopened(case: str) -> str:
    return f"{case}: an answer was taken back; its desk is being asked again."


def card_taken_out(case: str) -> str:
    return f"{case}: what was known there was taken out of it."


def not_yours_to_read(kind: str) -> str:
    return f"[a {kind} in words that your agency was not told]"


def _short(quote: str) -> str:
    plain = " ".join(quote.split())
    return plain if len(plain) <= 280 else plain[:277] + "…"


def named_in_your_room(code: str, desk: str, slug: str, room: str) -> str:
    return (
        f"{code} is a case of {desk}. {room} carries it, so you read its code there; the rest is "
        f"for desks. To know more, write: ask {slug} your question"
    )
