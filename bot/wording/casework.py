"""What the bot says about cases and what is in them."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import clocks
from bot.wording.kinds import begun, called, fact_called
from bot.wording.phrases import counted
from nlp.spans import Label
from storage.models import CaseState, Tlp


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
    rule: str,
    zone: ZoneInfo,
    now: datetime,
) -> str:
    opened = clocks.written(opened_at, zone, now=now)
    lines = [
        f"TLP:{marking}. {code}: {title}",
        f"{desk}; {state}; opened {opened}; review by {clocks.day(review_on)}.",
        f"Purpose: {purpose}",
        f"{people_and_things(entities)}, {counted(open_prompts, 'open question')}."
        + (f" List them: case list {code}" if entities else ""),
        *filter(None, [rule]),
    ]
    lines += [f"{clocks.written(at, zone, now=now)}, {kind}: {text}" for at, kind, text in notes]
    return "\n".join(lines)


def people_and_things(number: int) -> str:
    """How many entities: nobody calls a person or a van one."""
    return counted(number, "person or thing", "people and things")


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


def reopened(code: str, parted: tuple[str, int] | None) -> str:
    """*parted* is the case in which it went on, and how many left that again."""
    if parted is None:
        return f"{code} is open again."
    into, many = parted
    return (
        f"{code} is open again. What went over and was not confirmed there is out of {into}: "
        f"{people_and_things(many)}."
    )


def not_yours_alone() -> str:
    return "That is not yours alone to decide. Nothing was changed."


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


def one_thing(schema: str, caption: str, identifiers: Sequence[tuple[Label, str]]) -> str:
    """A line for one thing in a case: what it is, what it is called, and how it is known."""
    known = [f"{called(label)} {value}" for label, value in identifiers if value != caption]
    nameless = [called(label) for label, value in identifiers if value == caption]
    what = _SCHEMAS.get(schema, schema)
    if schema == "LegalEntity" and nameless:
        what = f"Known by {nameless[0]}"
    return f"{what}: {', '.join([caption, *known])}"


def things(code: str, many: int, lines: Sequence[str], page: int, pages: int) -> str:
    """What is in a case, as far as its reader may be told of it."""
    which = f", page {page} of {pages}" if pages > 1 else ""
    further = [f"Further: case list {code} page {page + 1}"] if page < pages else []
    return "\n".join([f"{code}: {people_and_things(many)}{which}.", *lines, *further])


_SCHEMAS = {
    "LegalEntity": "Person or organisation",
    "Organization": "Organisation",
    "PublicBody": "Public body",
    "BankAccount": "Account",
    "UserAccount": "User account",
    "CryptoWallet": "Wallet",
}


def find_needs_purpose(usage: str) -> str:
    return f"Looking something up needs a case or a purpose. Write it like this: {usage}"


Hit = tuple[str, str, str]
"""The code of a case, who or what is known there, and why that is shown."""


def found(what: str, hits: Sequence[Hit], near: Sequence[Hit] = ()) -> str:
    """What is known under what was asked for, and what is but for one slip."""
    lines = _listed(hits) if hits else [nothing_found(what)]
    if near:
        lines += ["But for a slip, I know:", *_listed(near)]
    return "\n".join(lines)


def not_valid(text: str, why: str) -> str:
    return f'"{text[:60]}" does not hold: {why}. Nothing was changed.'


def linked(kind: str, text: str, code: str) -> str:
    return f"{begun(kind)} {text} is in {code} now. Undo: unlink {text} from {code}."


def in_case_already(text: str, code: str) -> str:
    return f"{text} is in {code} already; nothing was changed."


def not_in_case(text: str, code: str) -> str:
    return f'"{text[:60]}" is not in {code}.'


def unlinked(text: str, code: str, *, has_told: bool) -> str:
    heard = " Whoever was told otherwise is told now." if has_told else ""
    return f"{text} is out of {code}.{heard} Undo: link {text} to {code}."


def several_found(captions: Sequence[str]) -> str:
    return f"That may be several: {'; '.join(captions[:5])}. Say which, by an identifier."


def several_namesakes(what: str, places: Sequence[str]) -> str:
    found = ", ".join(places)
    return f'There are several "{what}", in {found}. Say which, as in: {what} in {places[0]}'


def _listed(hits: Sequence[Hit]) -> list[str]:
    lines = [f"{code}: {caption} ({reason})" for code, caption, reason in hits[:10]]
    if len(hits) > len(lines):
        lines.append(f"… and {len(hits) - len(lines)} more.")
    return lines


def nothing_found(what: str) -> str:
    return f'"{what[:80]}": nothing I can show you; that is not proof of nothing.'


def profile(
    *,
    caption: str,
    category: str | None,
    names: Sequence[str],
    identifiers: Sequence[tuple[Label, str]],
    facts: Sequence[tuple[str, str]],
    cases: Sequence[str],
    sightings: Sequence[tuple[str, str, str]],
    ties: Sequence[str],
) -> str:
    """All that a reader may know of one thing, and when it was seen."""
    role = f" ({category})" if category else ""
    lines = [f"{caption}{role}, in {', '.join(cases)}."]
    if len(names) > 1:
        lines.append(f"Also called: {'; '.join(names[1:])}.")
    lines += [f"{begun(called(label))}: {value}" for label, value in identifiers]
    for fact, value in facts:
        lines.append(f"{begun(fact_called(fact))}: {'; '.join(value.splitlines())}")
    lines += ties
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
