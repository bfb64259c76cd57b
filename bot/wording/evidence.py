"""What speaks for and against two being the same, in words."""

from collections.abc import Sequence

from bot.wording.kinds import begun, called, fact_called
from nlp.identifiers.near import Slip
from nlp.spans import Label


def identifier_equal(label: Label, value: str) -> str:
    return f"{called(label)} equal: {value}"


def shared_identifier(label: Label, value: str) -> str:
    return f"The {called(label)} said with it is known of the same one: {value}"


def shared_case() -> str:
    return "This room carries the case"


def nearly_equal(label: Label, written: str, known: str) -> str:
    return f"{called(label)} nearly equal: {written} was written, {known} is known"


def slip(how: Slip) -> str:
    """In which way what was written is not what is known."""
    return _SLIPS[how]


_SLIPS = {
    Slip.LOOK_ALIKE: "one character differs, and the two look alike",
    Slip.LOOK_ALIKES: "a character was taken for its look-alike, and more than once",
    Slip.TAG: "what follows the + is not in what is known",
    Slip.PUNCTUATION: "dots, hyphens or underscores differ",
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


def sounds_like_part(said: str, whole: str) -> str:
    return f'"{said}" sounds like a word of "{whole}"'


def spelt_otherwise() -> str:
    return "it is spelt otherwise"


def only_part() -> str:
    return "only one word of the name was said"


def said_not_to_be_it() -> str:
    return "The message says it is not this one"


def only_reported() -> str:
    return "The message only reports it"


def doubts(*, negated: bool, hearsay: bool, why: str = "") -> str:
    """In brackets, what a message itself says against what was read in it."""
    said = {"said not to be it": negated, "only reported": hearsay}
    listed = "; ".join(filter(None, [why, *(words for words, holds in said.items() if holds)]))
    return f" ({listed})" if listed else ""


def sentence(reasons: Sequence[str]) -> str:
    return "; ".join(reasons).rstrip(".") + "." if reasons else "nothing."


def found_why(for_it: str, against: str) -> str:
    """What speaks for something that was looked up, and what against it."""
    return f"{for_it}; against: {against}" if against else for_it


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
    facts = f" Known of it: {', '.join(map(fact_called, known))}." if known else ""
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
    return "\n".join([f"{begun(called(label))} {text}, {case}: {state}.", *lines])


def reasons(for_it: Sequence[str], against: Sequence[str]) -> list[str]:
    return [
        f"For: {sentence(for_it)}",
        f"Against: {sentence(against)}" if against else "Against: nothing known.",
    ]


def nothing_to_explain(*, is_named: bool) -> str:
    """What could be asked instead, and was not asked already."""
    nothing = "I find nothing here that I could explain to you"
    if is_named:
        return f"{nothing}; that is not proof of nothing. To look it up: find WHAT for PURPOSE"
    return (
        f"{nothing}. Say it in the thread of a message, with the code of your question "
        '("why 4F2"), or with an identifier or a name ("why XX00 TST").'
    )
