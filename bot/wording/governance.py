"""What the bot says about markings, records, holds, erasure, people's rights and concerns."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot import clocks
from bot.governance.ledger import Operation
from bot.wording import ledger
from bot.wording.casework import people_and_things
from bot.wording.kinds import called
from bot.wording.phrases import counted
from nlp.spans import Label
from storage.models import Category, MatchState, Progress, PromptState, Tlp, Verdict

OPEN = "Open"
KEEP_A_YEAR = "Keep a year"
ACKNOWLEDGE = "Acknowledge"
REPLY = "Reply"
CLOSE = "Feedback, close"
STEP_ASIDE = "Step aside"


def erased() -> str:
    return "[erased]"


def how_written(usage: str) -> str:
    return f"Write it like this: {usage}"


def no_longer_there() -> str:
    return "That is no longer there."


def needs_sure_hand() -> str:
    return "This platform cannot say for sure who tapped. Answer on the dashboard."


def needs_reason() -> str:
    return "That needs a reason: end with because ..."


def date_is_past() -> str:
    return "That date is past. Nothing was changed."


def date_not_read(phrase: str, why: str) -> str:
    told = f" ({why})" if why else ""
    return f'I cannot read "{phrase[:60]}" as one date{told}. Write for example 2027-01-31.'


# Markings


def only_originator_lowers(marking: Tlp) -> str:
    return f"Only who marked it TLP:{marking} lowers that. You may raise it."


# Agreements


def agreement(giver: str, taker: str, notice: str, purpose: str) -> str:
    told = {
        "silent": "is told nothing",
        "contact": "is given the desk number",
        "disclose": "is told what is known",
    }
    return (
        f"On a verified hit of {taker} in a case of {giver}, {taker} {told[notice]}. Why: {purpose}"
    )


def agreement_ended(until: datetime) -> str:
    return f"Ended {_day(until.date())}: nothing goes."


def agreements(listed: Sequence[tuple[str, str, datetime]]) -> str:
    """Each agreement by its name, what it says and when it ends."""
    if not listed:
        return "Your agency has agreed nothing: about every hidden hit its owner is asked."
    lines = [
        f"{name}: {terms.rstrip('.')}. Until {_day(until.date())}." for name, terms, until in listed
    ]
    return "\n".join([*lines, "What one of yours would tell today: agreement NAME"])


def no_such_agreement(name: str) -> str:
    return f'Your agency has no agreement "{name[:60]}". Those it has: agreement'


def agreement_is_theirs() -> str:
    return "What that would be today is for them alone to see."


def agreement_would_tell(label: Label, things: int, cases: int) -> str:
    return (
        f"{counted(things, called(label))} in {counted(cases, 'case')} would be answered so today."
    )


def agreement_tells_nothing() -> str:
    return "Nothing you hold today falls under it."


# Reviews


def review_is_due(by: date) -> str:
    return f"A review is due by {_day(by)}. If nobody decides, it is erased then."


def review_detail(code: str, title: str, review_on: date, entities: int) -> str:
    return (
        f"{code}: {title}. Review by {_day(review_on)}; {people_and_things(entities)}.\n"
        f"To keep it: case review {code} keep until DATE because REASON. "
        "To let it go, do nothing."
    )


def why_keep() -> str:
    return "Why is it still needed?"


def kept_until(code: str, until: date) -> str:
    return f"{code} is kept until {_day(until)}, with your reason. I remind you before."


def only_desk_reviews() -> str:
    return "Its owner, or the desk of the agency that owns it, decides that."


def review_needs_reason() -> str:
    return "Keeping needs a reason: case review CODE keep until DATE because REASON"


def review_date_must_be(longest: date) -> str:
    return f"The next review is after today and by {_day(longest)}."


# Holds


def hold_needs_reason() -> str:
    return "A hold needs a reason: hold case CODE because REASON"


def hold_here_needs_thread() -> str:
    return 'Say "hold here because ..." in the thread that is to be kept.'


def nothing_to_hold() -> str:
    return "There is nothing there that you can hold."


def nothing_held_there() -> str:
    return "Nothing is held there."


def held(what: str, count: int, until: datetime | None, zone: ZoneInfo) -> str:
    end = f"until {clocks.written(until, zone)}" if until else "until it is lifted"
    things = "" if count == 1 else f" ({count} messages)"
    return f"Held{things}, {end}. Neither deletion nor purge touches it. Undo: hold lift {what}"


def lifted(what: str, count: int) -> str:
    return f"Lifted {counted(count, 'hold')} on {what}. The ordinary rules apply again."


# The record


def record_needs_purpose(code: str) -> str:
    return f"A record needs a purpose. Write: record {code} for PURPOSE"


def record_is_attached(code: str, lines: int) -> str:
    return f"The record of {code} is attached: {lines} lines, in UTC. That you read it is logged."


def record_heading(marking: Tlp, code: str, reader: str, purpose: str, now: datetime) -> str:
    return (
        f"TLP:{marking}\nRecord of case {code}, made {_utc(now)} for {reader}. Purpose: {purpose}\n"
        "All times are UTC. Intelligence is not evidence: its use in court may need consent.\n"
    )


WITHHELD_OTHERS_WORDS = "words of another agency: its originator decides, ask its desk"
WITHHELD_OTHERS_EVIDENCE = "evidence kept for another agency's side"
WITHHELD_OTHER_CASE = "words that name another case which this reader may not see"
WITHHELD_ERASED = "erased: nobody decided to keep it, or its author took it back"


def withheld(why: str) -> str:
    return f"[withheld: {why}]"


def record_withheld(reasons: Counter[str]) -> str:
    if not reasons:
        return "\nNothing is withheld."
    lines = [f"- {count} x {why}" for why, count in sorted(reasons.items())]
    return "\nWithheld:\n" + "\n".join(lines)


def record_digest(digest: str) -> str:
    return f"\nSHA-256 of everything above this line, as the ledger has it: {digest}"


def record_opened(code: str, title: str, purpose: str, owner: str, review_on: date) -> str:
    return f"Case {code} opened by {owner}: {title}. Purpose: {purpose}. Review by {review_on}."


def record_closed() -> str:
    return "Case closed."


def record_erased() -> str:
    return "Case erased: nobody decided to keep it."


_SAID_AS = {"said": "written", "edited": "changed", "deleted": "deleted"}


def record_message(
    number: int, kind: str, who: str, room: str | None, marking: Tlp | None, words: str
) -> str:
    where = f" in {room}" if room else ""
    marked = f", TLP:{marking}" if marking else ""
    quoted = f': "{_indented(words)}"' if words else "."
    return f"Message {number} was {_SAID_AS.get(kind, kind)} by {who}{where}{marked}{quoted}"


def record_message_withheld(number: int, kind: str) -> str:
    said = _SAID_AS.get(kind, kind)
    return f"Message {number} was {said}: {withheld(WITHHELD_OTHERS_WORDS)}"


def record_match(
    number: int,
    state: MatchState,
    scorer: str,
    score: float,
    *,
    is_verified: bool,
    is_hidden: bool,
    notice: str | None,
    reasons: Sequence[tuple[str, bool]],
) -> str:
    how = "by a verified identifier" if is_verified else "by likeness"
    machine = f"score {score:.2f}, {scorer}"
    words = [f"Match {number} was suggested {how} [{machine}]; it is {state} now."]
    if is_hidden:
        words.append(f"The other side may not see the case; it was told: {notice or 'nothing'}.")
    for label, wanted in (("For", False), ("Against", True)):
        chosen = [text for text, against in reasons if against is wanted]
        if chosen:
            words.append(f"{label}: {'; '.join(chosen)}.")
    return " ".join(words)


def record_judgement(
    number: int,
    verdict: Verdict,
    who: str,
    checked: str | None,
    trust: str,
    note: str,
    *,
    undoes: bool,
    undone: bool,
) -> str:
    judged = f"took back a judgement on match {number}" if undoes else f"judged match {number}"
    said = "" if undoes else f": {_VERDICTS[verdict]}"
    words = [f"{who} {judged}{said} [{verdict}, {trust}]."]
    if checked:
        words.append(f"Checked: {checked}.")
    if note:
        words.append(f'Note: "{note}"')
    if undone:
        words.append("Undone later.")
    return " ".join(words)


_VERDICTS = {
    Verdict.SAME: "the same",
    Verdict.DIFFERENT: "not the same",
    Verdict.UNSURE: "not sure",
    Verdict.DROPPED: "not to be looked at",
    Verdict.CORRECTED: "read wrongly, and corrected",
}
_ASKS = {
    "ask": "what somebody wanted to know",
    "decide": "what several desks decide together",
    "identify": "whether two are the same",
    "hidden": "what to tell of a match that the other side cannot see",
    "live": "how an operation stands",
}
_ANSWERS = {
    "confirm": "the same",
    "confirm_address": "the same, the address compared",
    "confirm_birth": "the same, the birth date checked",
    "confirm_document": "the same, a document seen",
    "confirm_known": "the same, from own knowledge",
    "confirm_photo": "the same, a photo compared",
    "confirm_register": "the same, the register checked",
    "contact": "the desk's number is given",
    "unsure": "not sure",
    "disclose": "something is told",
    "silent": "nothing is told",
}


def record_told(number: int, whom: str) -> str:
    return f"{whom} was told of match {number}."


def record_corrected(number: int, whom: str) -> str:
    return f"{whom} was told that match {number} was corrected."


def record_note(kind: str, who: str, words: str) -> str:
    return f"{who} noted ({kind}): {_indented(words)}"


def record_note_withdrawn(kind: str, at: datetime) -> str:
    return f"The {kind} of {_utc(at)} was withdrawn."


def record_prompt(
    code: str,
    kind: str,
    who: str,
    because: str,
    strict: tuple[datetime, str],
    legal: tuple[datetime, str],
) -> str:
    at, rule = strict
    due = f"Due {_utc(at)}: {rule}."
    if legal[1]:
        due = f"{due} By law {_utc(legal[0])}: {legal[1]}."
    about = f", {_ASKS[kind]}," if kind in _ASKS else ""
    return f'Question {code}{about} [{kind}] was put to {who}, who read why: "{because}". {due}'


def record_breached(code: str) -> str:
    return f"Question {code}: the legal limit passed without an answer."


def record_answer(
    code: str, choice: str, who: str, detail: str, *, is_final: bool, undone: bool
) -> str:
    said = _ANSWERS.get(choice, choice.replace("_", " "))
    words = [
        f"{who} answered question {code}: {said}{'' if is_final else ', not final'} [{choice}]."
    ]
    if detail:
        words.append(f'"{detail}"')
    if undone:
        words.append("Taken back.")
    return " ".join(words)


def record_prompt_closed(code: str, state: PromptState) -> str:
    return f"Question {code} was closed: {state}."


def record_said(
    whom: str,
    marking: Tlp,
    words: str,
    present: Sequence[str],
    *,
    is_revision: bool,
    unsaid: str | None,
) -> str:
    verb = "changed its words to" if is_revision else "told"
    quoted = f'"{_indented(words)}"'
    if unsaid is not None:
        return f"The bot did not tell {whom} ({unsaid}), TLP:{marking}: {quoted}"
    there = f" Present: {_counted(present)}." if list(present) not in ([], [whom]) else ""
    return f"The bot {verb} {whom}, TLP:{marking}: {quoted}{there}"


def record_retracted(whom: str, progress: Progress) -> str:
    if progress is Progress.FAILED:
        return f"The bot could not take back its words to {whom}: the chat refused."
    return f"The bot took back its words to {whom}."


def record_granted(whom: str, by: str, until: datetime | None) -> str:
    return f"{by} let {whom} see the case{f' until {_utc(until)}' if until else ''}."


def record_revoked(whom: str) -> str:
    return f"{whom} may see the case no more."


def record_held(who: str, reason: str) -> str:
    return f"Held by {who}: {reason}"


def record_hold_lifted() -> str:
    return "The hold was lifted."


def record_entry(operation: str, actor: str, subject: str, purpose: str) -> str:
    why = f", for: {purpose}" if purpose else ""
    return f"{ledger.done_by(actor, Operation(operation), subject)}{why} [ledger: {operation}]"


def _indented(words: str) -> str:
    """Words of several lines, told apart from the lines around them."""
    return words.replace("\n", "\n    ")


def the_bot() -> str:
    return "the bot"


def somebody_of(agency: str) -> str:
    return f"an officer of {agency}"


def somebody_unknown() -> str:
    return "somebody the directory does not know"


# People's rights


def only_desk_answers_for_people() -> str:
    return "A desk or oversight answers that. Ask yours."


def subject_needs_purpose() -> str:
    return "Looking somebody up needs a purpose. Write: subject find NAME for PURPOSE"


def nothing_held() -> str:
    return "I can show you nothing held under that."


def which_of(references: Sequence[str]) -> str:
    return f"More than one is held under that. Say which: {', '.join(references[:10])}"


def holding(agency: str, lines: Sequence[str], mentions: int) -> str:
    seen = f"Mentioned in {counted(mentions, 'message')} of yours that are still kept."
    if not lines:
        return f"{nothing_held()} {seen}" if mentions else nothing_held()
    return "\n".join([f"Held by {agency}:", *lines, seen])


def held_entity(
    reference: str,
    caption: str,
    schema: str,
    category: Category,
    cases: Sequence[str],
    *,
    names: Sequence[str],
    identifiers: Sequence[tuple[Label, str]],
    review_on: date,
    is_assessment: bool,
    is_restricted: bool,
    recipients: int,
) -> str:
    known = [*(name for name in names if name != caption)]
    known += [f"{called(label)} {value}" for label, value in identifiers]
    kind = "assessment" if is_assessment else "fact"
    parts = [
        f"{reference}: {caption} ({_schema(schema)}, {_category(category)}, noted as {kind})",
        f"also {', '.join(known)}" if known else "",
        f"in {', '.join(cases)}" if cases else "in no case",
        f"review by {clocks.day(review_on)}",
        f"{counted(recipients, 'recipient')} told" if recipients else "nobody was told",
        "RESTRICTED" if is_restricted else "",
    ]
    return "; ".join(part for part in parts if part)


def _schema(schema: str) -> str:
    """ "LegalEntity" is a legal entity."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", schema).lower()


def _category(category: Category) -> str:
    return "role not known" if category is Category.UNKNOWN else category.value


def restrict_label(reference: str) -> str:
    return f"Restrict {reference[-5:]}"


def tell_label(reference: str) -> str:
    return f"Tell recipients of {reference[-5:]}"


def why_restrict() -> str:
    return "Why? Contested, or needed as evidence only?"


def restricted(reference: str) -> str:
    return f"{reference} is kept and used no more. Undo: subject release {reference} because REASON"


def released(reference: str) -> str:
    return f"{reference} may be used again."


def correct_to_what() -> str:
    return 'To what? Write: subject correct REFERENCE "WRONG" to "RIGHT" because REASON'


def nothing_reads_so(wrong: str) -> str:
    return f'Nothing there reads "{wrong[:60]}". Nothing was changed.'


def subject_corrected(reference: str, count: int) -> str:
    return (
        f"Corrected in {counted(count, 'place')}. "
        f"Whoever was told should hear: subject tell {reference}"
    )


def no_such_category(word: str, known: Sequence[str]) -> str:
    return f'"{word[:40]}" is none of: {", ".join(known)}.'


def categorised(reference: str, category: Category) -> str:
    return f"{reference}: {category}."


def informed(told: int, unreachable: int) -> str:
    missing = f" {counted(unreachable, 'recipient')} could not be reached." if unreachable else ""
    return f"{counted(told, 'person', 'people')} told, in private.{missing}"


def correction_notice() -> str:
    return "A correction to something you were told. [Open]"


def correction_detail(at: str, desk: str, number: str) -> str:
    call = f", {number}" if number else ""
    return (
        f"What I told you on {at} was corrected or restricted since. "
        f"What you built on it must be looked at again. Ask {desk}{call}."
    )


# Concerns


def concern_how() -> str:
    return "Write: concern WORDS. I keep no copy of your message, and nothing says it was yours."


def concern_in_private() -> str:
    return (
        "Raise that in private: others read here. I erased my copy; delete your message too, "
        "and say it to me alone."
    )


def concern_kept(code: str, days: int, months: int) -> str:
    return (
        f"Kept, apart from everything. Your reply code is {code}: note it, I cannot show it again, "
        "and this message goes in a day.\n"
        f"Somebody impartial reads it within {days} days; you hear what came of it within "
        f'{months} months. Ask with "concern reply {code}". Delete your own message here.'
    )


def nobody_impartial() -> str:
    return (
        "There is nobody here who could take this impartially. Nothing was kept. "
        "An outside authority can."
    )


def nobody_else_impartial() -> str:
    return "There is nobody else who could take it impartially. It stays with you."


def concern_unknown() -> str:
    return "That code opens nothing."


def concern_is_closed() -> str:
    return "That is closed. Raise a new one."


def concern_needs_feedback() -> str:
    return "Closing needs feedback for the person: what was done, or why not."


def concern_is_yours(code: str) -> str:
    return f"Confidential matter {code} is with you. [Open]"


def concern_has_reply(code: str) -> str:
    return f"Confidential matter {code}: there is a reply. [Open]"


def concern_reminder(code: str, by: datetime, *, acknowledge: bool, late: bool) -> str:
    what = "acknowledgement" if acknowledge else "feedback"
    if late:
        return f"Confidential matter {code}: its {what} is overdue. [Open]"
    return f"Confidential matter {code}: its {what} is due by {_day(by.date())}. [Open]"


def concern_side(from_handler: bool) -> str:
    return "Oversight" if from_handler else "Raised"


def concern_in_hand() -> str:
    return "I have it in hand."


def concern_read(lines: Sequence[tuple[str, datetime, str]]) -> str:
    return "\n".join(f"{_day(at.date())}, {side}: {words}" for side, at, words in lines)


def concern_ask_reply() -> str:
    return "Your reply; your name is not shown."


def concern_ask_feedback() -> str:
    return "What was done, or why not?"


def stepped_aside() -> str:
    return "It is with somebody else now. You can read it no more."


# The ledger


def ledger_counts(counts: Mapping[str, int], days: int) -> str:
    if not counts:
        return f"Nothing was logged in the last {days} days."
    listed = ", ".join(f"{number} {operation}" for operation, number in counts.items())
    return f"Logged in the last {days} days: {listed}."


def ledger_holds(chains: int) -> str:
    """How long the chains are is left out: it would tell each agency of the others' work."""
    return f"The record holds: {counted(chains, 'chain')}, nothing missing, nothing altered."


def ledger_broken(process: str, sequence: int, why: str) -> str:
    return f"THE RECORD IS BROKEN at entry {sequence} of chain {process or '?'}: {why}."


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")


def _counted(names: Sequence[str]) -> str:
    """Own people by name, once each; others of one agency counted."""
    counted = Counter(names)
    return ", ".join(name if count == 1 else f"{count} x {name}" for name, count in counted.items())
