"""What the bot says about cases, and about what may be the same."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import clocks
from bot.wording.phrases import counted
from nlp.identifiers.near import Slip
from nlp.spans import Label
from storage.models import CaseState, Tlp, Verdict

_CALLED: dict[Label, str] = {
    Label.PERSON: "name",
    Label.ORG: "organisation",
    Label.VEHICLE: "vehicle",
    Label.VESSEL: "vessel",
    Label.PLATE: "plate",
    Label.PHONE: "phone",
    Label.EMAIL: "e-mail",
    Label.ACCOUNT: "account",
    Label.CARD: "card",
    Label.WALLET: "wallet",
    Label.DOMAIN: "domain",
    Label.HASH: "hash",
    Label.CONTAINER: "container",
    Label.AIRCRAFT: "aircraft",
    Label.FLIGHT: "flight",
    Label.WAYBILL: "waybill",
    Label.PASSPORT: "passport",
    Label.NATIONAL_ID: "national number",
    Label.TAX_ID: "tax number",
    Label.COMPANY_NO: "company number",
    Label.DRIVING_LICENCE: "driving licence",
    Label.HANDLE: "handle",
    Label.CALLSIGN: "call sign",
    Label.COORDINATES: "position",
    Label.PLACE: "place",
    Label.ADDRESS: "address",
    Label.POSTCODE: "postcode",
    Label.NATIONALITY: "nationality",
    Label.MONEY: "sum of money",
    Label.QUANTITY: "quantity",
    Label.DRUG: "drug",
    Label.WEAPON: "weapon",
    Label.TIME: "time",
    Label.MARKING: "marking",
    Label.CASE_REF: "case reference",
    Label.FILE_PATH: "file path",
    Label.REGISTRY_KEY: "registry key",
}


def called(label: Label) -> str:
    """What people call this kind of thing."""
    return _CALLED.get(label, label.value.replace("_", " "))


def erased() -> str:
    return "[erased]"


def no_such_case(code: str) -> str:
    return f'I can show you no case "{code.strip()[:40]}".'


def only_desks_open_cases() -> str:
    return "Liaison officers and heads open cases. Ask your desk, and give it the purpose."


def case_needs_purpose() -> str:
    return 'A case needs a purpose. Write: case open CODE "title" for PURPOSE'


def case_code_shape(code: str) -> str:
    return f'"{code[:40]}" is no case code. Two to 24 letters, digits and hyphens, such as LARCH.'


def case_code_taken(code: str) -> str:
    return f'Your agency has a case "{code}" already, open or erased. Choose another code.'


def which_case(codes: Sequence[str]) -> str:
    return f"Which one? {' or '.join(codes)}."


def above_your_clearance(marking: Tlp) -> str:
    return f"TLP:{marking} is above your clearance."


def note_is_red(code: str) -> str:
    return (
        f"TLP:RED is for named people; the notebook of {code} is read by others. Nothing was kept. "
        "Tell them yourself, or mark it lower."
    )


def only_originator_lowers() -> str:
    return "Only the case's owner lowers its marking. Anyone of its desk may raise it."


def only_owner_desk(code: str) -> str:
    return f"Only the desk that owns {code} decides that."


def already_closed(code: str) -> str:
    return f"{code} is closed already."


def already_open(code: str) -> str:
    return f"{code} is open."


def identifier_equal(label: Label, value: str) -> str:
    return f"{called(label)} equal: {value}"


def nearly_equal(label: Label, written: str, known: str) -> str:
    return f"{called(label)} nearly equal: {written} was written, {known} is known"


def slip(how: Slip) -> str:
    """In which way what was written is not what is known."""
    return _SLIPS[how]


_SLIPS = {
    Slip.LOOK_ALIKE: "one character differs, and the two look alike",
    Slip.EXCHANGED: "two characters next to each other are swapped",
    Slip.OTHER: "one character differs",
    Slip.TOO_MANY: "one character was written that is not in what is known",
    Slip.MISSING: "one character of what is known was not written",
    Slip.UNREAD: "not every character was read",
    Slip.NO_PREFIX: "no country code was written",
}


def never_checked(label: Label) -> str:
    return f"nobody has checked this {called(label)} since it was written down"


def common_name() -> str:
    return "a common name: many people bear it"


def part_of_name(part: str, whole: str) -> str:
    return f'"{part}" is part of "{whole}"'


def only_part() -> str:
    return "only one word of the name was said"


def summary(
    *,
    code: str,
    title: str,
    purpose: str,
    desk: str,
    marking: Tlp,
    state: CaseState,
    opened_at: datetime,
    review_on: date,
    entities: int,
    open_prompts: int,
    notes: Sequence[tuple[datetime, str, str]],
    zone: ZoneInfo,
    now: datetime,
) -> str:
    opened = clocks.written(opened_at, zone, now=now)
    lines = [
        f"TLP:{marking}. {code}: {title}",
        f"{desk}; {state}; opened {opened}; review by {clocks.day(review_on)}.",
        f"Purpose: {purpose}",
        f"{people_and_things(entities)}, {counted(open_prompts, 'open question')}.",
    ]
    lines += [f"{clocks.written(at, zone, now=now)}, {kind}: {text}" for at, kind, text in notes]
    return "\n".join(lines)


def people_and_things(number: int) -> str:
    """How many entities: nobody calls a person or a van one."""
    return counted(number, "person or thing", "people and things")


def sighting(words: str, quote: str, agency: str) -> str:
    return f'"{words}", said as: "{quote[:500]}". Confirmed by {agency}.'


def taken_back() -> str:
    return "Correction: what I said here about a match was taken back. It is open again."


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
        f"For: {_sentence(reasons_for)} Case {case}, {title}.",
        f"Against: {_sentence(reasons_against)}" if reasons_against else "Against: nothing known.",
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
        f"For: {_sentence(reasons_for)}",
    ]
    if reasons_against:
        lines.append(f"Against: {_sentence(reasons_against)}")
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


def rejected(case: str, what: str, *, is_silent: bool) -> str:
    asked = (
        f"I will not ask again on the same evidence, unless you write: link {what} to {case}"
        if is_silent
        else "Another sighting was found the same, so I go on asking"
    )
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


def outcome(label: Label, text: str | None, case: str, desk: str, *, is_same: bool) -> str:
    """What a desk said of something; without its words where somebody is spared."""
    what = f"{called(label)} {text}" if text is not None else f"the {called(label)}"
    if is_same:
        return f"{desk}: {what} is known in {case}. They will contact you here."
    return f"{desk}: {what} is not the one in {case}."


def card_outcome(case: str, desk: str, *, is_same: bool) -> str:
    return f"{case}: {'confirmed' if is_same else 'not the same'}, {desk}."


def card_unsure(case: str, desk: str) -> str:
    return f"{case}: not sure yet, {desk}."


def card_disputed(case: str, desk: str) -> str:
    return f"{case}: disputed, {desk}."


def card_reopened(case: str) -> str:
    return f"{case}: an answer was taken back; its desk is being asked again."


def not_yours_to_read(kind: str) -> str:
    return f"[a {kind} in words that your agency was not told]"


def sighted(code: str, room: str) -> str:
    return f'Watch {code}: what you watch for was said in {room}. Say "watch list" for yours.'


def _sentence(reasons: Sequence[str]) -> str:
    return "; ".join(reasons).rstrip(".") + "." if reasons else "nothing."


def _short(quote: str) -> str:
    plain = " ".join(quote.split())
    return plain if len(plain) <= 280 else plain[:277] + "…"


def opened(code: str, marking: Tlp, review_on: date) -> str:
    by = clocks.day(review_on)
    return f"{code} is open: TLP:{marking}, review by {by}. Undo: case close {code}."


def noted(code: str, kind: str) -> str:
    return f"Noted in {code} as {kind}."


def closed(code: str, still_open: Sequence[str] = ()) -> str:
    text = f"{code} is closed. A debrief is offered to its desk. Undo: case reopen {code}."
    return "\n".join([text, "Still open about it:", *still_open]) if still_open else text


def still_open(what: str, by: str, how: str) -> str:
    return f"- {what}, {by}: {how}"


def open_question(code: str) -> str:
    return f"question {code}"


def open_briefing(code: str) -> str:
    return f"briefing {code}"


def open_series(code: str) -> str:
    return f"series {code}"


def with_the_case() -> str:
    return "it ends with the case."


def open_task(code: str) -> str:
    return f"action {code}"


def by_answering(code: str) -> str:
    return f'"answer {code}" opens it.'


def by_standing_down(code: str) -> str:
    return f'"standdown {code}" takes it back.'


def by_colleague(name: str) -> str:
    return f"it is with {name or 'nobody yet'}."


def by_the_other_desk() -> str:
    return "it is with another desk; who asked can take it back."


def by_cancelling(code: str) -> str:
    return f'"briefing cancel {code}" ends it.'


def by_its_organiser(name: str) -> str:
    return f"{name} called it, and can end it."


def by_doing(code: str) -> str:
    return f'"action done {code}" ends it.'


def reopened(code: str) -> str:
    return f"{code} is open again."


def marked(code: str, marking: Tlp) -> str:
    return f"{code} is TLP:{marking} now. What was said before keeps the people it reached."


def granted(code: str, whom: str, slug: str, until: str | None, *, to_agency: bool) -> str:
    """Whom a grant lets see it: an agency's is for its desks, not for its field officers."""
    undo = f"Undo: case revoke {code} from {slug}"
    when = f" until {until}" if until else ""
    if not to_agency:
        return f"{whom} may see {code}{when}. {undo}"
    return (
        f"The desks of {whom} may see {code}{when}; its field officers read no more than its code, "
        f"in rooms that carry it. {undo}"
    )


def grant_reaches_nobody(code: str, marking: Tlp, whom: str) -> str:
    return (
        f"{code} is TLP:{marking}, and a grant to {whom} would let nobody see it. "
        "Nothing was granted."
    )


def named_in_your_room(code: str, desk: str, slug: str, room: str) -> str:
    return (
        f"{code} is a case of {desk}. {room} carries it, so you read its code there; the rest is "
        f"for desks. To know more, write: ask {slug} your question"
    )


def revoked(code: str, whom: str, many: int) -> str:
    if not many:
        return f"{whom} had no grant to {code}."
    return f"{whom} may no longer see {code}. What they have read cannot be unread."


def reviewed(code: str, until: date) -> str:
    by = clocks.day(until)
    return f"{code} is kept until {by}. Before that I ask again; nobody decides means purge."


def recused(code: str) -> str:
    return f"You are recused from {code}: I ask you nothing about it and show you nothing of it."


def case_list(
    cases: Sequence[tuple[str, str, Tlp, CaseState]], by_code: Sequence[tuple[str, str]]
) -> str:
    lines = [f"{code}: {agency}, TLP:{marking}, {state}" for code, agency, marking, state in cases]
    lines += [f"{code}: {agency}, by its code alone" for code, agency in by_code]
    return "\n".join(lines) or "You may see no case at present."


def find_needs_purpose(usage: str) -> str:
    return f"Looking something up needs a case or a purpose. Write it like this: {usage}"


def found(what: str, hits: Sequence[tuple[str, str, str]]) -> str:
    if not hits:
        return f'"{what[:80]}": nothing I can show you; that is not proof of nothing.'
    lines = [f"{code}: {caption} ({reason})" for code, caption, reason in hits[:10]]
    if len(hits) > len(lines):
        lines.append(f"… and {len(hits) - len(lines)} more.")
    return "\n".join(lines)


def not_valid(text: str, why: str) -> str:
    return f'"{text[:60]}" does not hold: {why}. Nothing was changed.'


def linked(kind: str, text: str, code: str) -> str:
    return f"{kind.capitalize()} {text} is in {code} now. Undo: unlink {text} from {code}."


def in_case_already(text: str, code: str) -> str:
    return f"{text} is in {code} already; nothing was changed."


def not_in_case(text: str, code: str) -> str:
    return f'"{text[:60]}" is not in {code}.'


def unlinked(text: str, code: str) -> str:
    return f"{text} is out of {code}. Undo: link {text} to {code}."


def watching(code: str, kind: str, text: str, until: str) -> str:
    return f"Watch {code}: {kind} {text}, until {until}. I tell you alone. Undo: watch end {code}."


def known_before(cases: Sequence[tuple[str, bool]]) -> str:
    """In which cases it stands already; a closed one is said to be."""
    listed = [f"{code} (closed)" if is_closed else code for code, is_closed in cases]
    return f" It stands in {', '.join(listed)} already." if listed else ""


def watch_over(code: str, count: int) -> str:
    times = {0: "It was not said where you may read", 1: "It was said once"}
    said = times.get(count, f"It was said {count} times")
    return f"Watch {code} is over. {said}. To go on, watch for it again."


def watch_list(watches: Sequence[tuple[str, str, str]]) -> str:
    if not watches:
        return "You watch for nothing."
    return "\n".join(f"{code}: {what}, until {until}" for code, what, until in watches)


def no_such_watch(code: str) -> str:
    return f'You have no watch "{code.strip()[:20]}". "watch list" shows yours.'


def watch_ended(code: str) -> str:
    return f"Watch {code} has ended."


def muted(code: str, kind: str, text: str, until: str, many: int) -> str:
    stands = f" It stands in {counted(many, 'case')} that you may see." if many else ""
    return (
        f"Mute {code}: your agency is asked no more about {kind} {text}, until {until}.{stands} "
        f"Undo: mute end {code}."
    )


def muted_already(text: str) -> str:
    return f'Your agency is not asked about {text} already: "mute list" shows by whom.'


def muted_too_long(days: int) -> str:
    return f"A mute lasts {days} days at most; then somebody decides again. Nothing was changed."


def is_nothing_known(text: str) -> str:
    return (
        f'"{text[:60]}" is no identifier that I know, and no name. Nothing was changed. '
        'Say what it is, as in "plate XX00 TST".'
    )


def mute_list(mutes: Sequence[tuple[str, str, str, str]]) -> str:
    if not mutes:
        return "Your agency is asked about everything."
    return "\n".join(
        f"{code}: {what}, by {owner}, until {until}" for code, what, owner, until in mutes
    )


def no_such_mute(code: str) -> str:
    return f'Your agency has no mute "{code.strip()[:20]}". "mute list" shows them.'


def mute_ended(code: str) -> str:
    return f"Mute {code} has ended: your agency is asked about it again."


def in_many_cases(label: Label, many: int) -> str:
    return (
        f"this {called(label)} is in {many} cases that you may see: shared by many, such as a taxi "
        'centre or a bank? "mute" ends the questions about it'
    )


def borne_by_many(many: int) -> str:
    return f"{many} known to you bear this very name"


def what_would_change(label: Label, *, is_verified: bool, known: Sequence[str]) -> str:
    """What an officer would have to find out for another verdict."""
    if is_verified:
        return "What would change it: that it was read wrongly, or stands on another thing by now."
    if label not in _WOULD_CHANGE:
        return "What would change it: reading it again. Equal, it is the same; else it is another."
    surer, against = _WOULD_CHANGE[label]
    facts = f" Known of it: {', '.join(known)}." if known else ""
    return f"What would make it surer: {surer}. Against it would speak: {against}.{facts}"


_WOULD_CHANGE = {
    Label.PERSON: (
        "an equal identifier or birth date",
        "another birth date, another middle or father's name",
    ),
    Label.ORG: (
        "an equal identifier, such as a company number",
        "another company number, another legal form, other words or numbers in the name",
    ),
    Label.VESSEL: (
        "an equal identifier, such as an IMO number",
        "another IMO number, other words or numbers in the name",
    ),
}
"""What would speak for it, and what against it."""


def why(label: Label, text: str, case: str, state: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{called(label).capitalize()} {text}, {case}: {state}.", *lines])


def reasons(for_it: Sequence[str], against: Sequence[str]) -> list[str]:
    return [
        f"For: {_sentence(for_it)}",
        f"Against: {_sentence(against)}" if against else "Against: nothing known.",
    ]


def nothing_to_explain() -> str:
    return (
        "I find nothing here that I could explain to you. Say it in the thread of a message, or "
        'with the code of your question: "why 4F2".'
    )


def several_found(captions: Sequence[str]) -> str:
    return f"That may be several: {'; '.join(captions[:5])}. Say which, by an identifier."


def nothing_found(what: str) -> str:
    return f'"{what[:80]}": nothing I can show you; that is not proof of nothing.'


def profile(
    *,
    caption: str,
    category: str,
    names: Sequence[str],
    identifiers: Sequence[tuple[Label, str]],
    facts: Sequence[tuple[str, str]],
    cases: Sequence[str],
    sightings: Sequence[tuple[str, str, str]],
) -> str:
    """All that a reader may know of one thing, and when it was seen."""
    lines = [f"{caption} ({category}), in {', '.join(cases)}."]
    if len(names) > 1:
        lines.append(f"Also called: {'; '.join(names[1:])}.")
    lines += [f"{called(label).capitalize()}: {value}" for label, value in identifiers]
    lines += [f"{fact}: {value}" for fact, value in facts]
    lines += [f"Seen {at}, {where}: confirmed by {who}." for at, where, who in sightings]
    if not sightings:
        lines.append("No sighting is confirmed yet.")
    return "\n".join(lines)


def elsewhere() -> str:
    return "in a room that you are not in"


def related(code: str, cases: Sequence[tuple[str, str, Sequence[str]]]) -> str:
    if not cases:
        return f"{code}: no other case I can show you shares anything with it."
    return "\n".join(
        f"{other}, {agency}: shares {'; '.join(reasons[:4])}"
        + (f" and {len(reasons) - 4} more" if len(reasons) > 4 else "")
        for other, agency, reasons in cases
    )


def case_merged(code: str, into: str, many: int, waiting: int) -> str:
    asked = f" Still open about it: {counted(waiting, 'question')}." if waiting else ""
    return (
        f"{code} goes on in {into}, with {people_and_things(many)}. It is closed and "
        f"keeps its notebook.{asked} Undo: case reopen {code}."
    )


def merged_note(code: str) -> str:
    return f"Goes on from {code}, whose notebook stays there."


def goes_on_in(code: str) -> str:
    return f"Goes on in {code}."


def merge_with_itself() -> str:
    return "A case cannot go on in itself, nor in one that goes on in it."


def only_within_agency() -> str:
    return "Only cases of one agency become one. Others are granted: case grant CODE to AGENCY."


def marking_too_low(code: str, marking: Tlp) -> str:
    return f"{code} is marked lower. First: case mark {code} TLP:{marking}"


def case_split(code: str, into: str, captions: Sequence[str]) -> str:
    return (
        f"{into} is open, with {'; '.join(captions)} from {code}. What was noted stays in {code}. "
        f"Undo: case merge {into} into {code}"
    )


def split_note(code: str, many: int) -> str:
    return f"{people_and_things(many)} came from {code}, whose notebook stays there."


def entities_merged(one: str, other: str) -> str:
    return f'"{other}" and "{one}" are one from now on. Undo: take apart {other}'


def contradiction(label: Label, at: str, one: str, other: str) -> str:
    return (
        f"Against their being one: the {called(label)} said {at} was answered “Same” about {one} "
        f"and “Not the same” about {other}. Both answers stand."
    )


def already_one(one: str) -> str:
    return f'"{one}" is one already; nothing was changed.'


def not_of_one_kind(one: str, other: str) -> str:
    return f"{one} and {other} are not of one kind, so they are not one."


def taken_apart(one: str) -> str:
    return f'"{one}" is on its own again, with the names and identifiers it had.'


def not_merged(one: str) -> str:
    return f'"{one}" was put together with nothing.'


def wrong_room_where() -> str:
    return 'Say it in the room, in the thread of the message: "!liaison wrong room".'


def wrong_room_which() -> str:
    return "I find no message of yours here. Say it in the thread of the message you mean."


def until_when(phrase: str, why: str) -> str:
    because = f": {why}" if why else ""
    example = "Say a day or a time, such as 14 March 2027."
    return f'I do not understand "until {phrase[:60]}"{because}. {example}'


def until_past(moment: str) -> str:
    return f"{moment} is past. Say a later time."
