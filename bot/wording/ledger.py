"""What the entries of the ledger say, in plain words."""

from collections.abc import Mapping, Sequence

from bot.governance.ledger import Operation

LIAISON = "Liaison"
_MOST_NAMED = 2
_VERBS: Mapping[Operation, str] = {
    Operation.COLLECTION: "wrote down",
    Operation.ALTERATION: "changed",
    Operation.CONSULTATION: "looked at",
    Operation.DISCLOSURE: "passed on",
    Operation.COMBINATION: "put together",
    Operation.ERASURE: "erased",
    Operation.ADMINISTRATION: "saw to",
    Operation.CLOCK: "set the clock of",
    Operation.REFUSAL: "was refused",
    Operation.ROOT: "closed an hour of",
}
_THINGS: Mapping[str, str] = {
    "action": "task",
    "actions": "the tasks",
    "agreement": "agreement",
    "briefing": "briefing",
    "card": "card",
    "case": "a case",
    "cases": "the list of cases",
    "command": "the command",
    "concern": "concern",
    "debrief": "debrief",
    "delivery": "a message of the bot",
    "entity": "what is known of somebody or something",
    "export": "a case, to hand it out",
    "find": "what is known",
    "grant": "who may see a case",
    "keys": "keys",
    "ledger": "the ledger",
    "live": "operation",
    "match": "a match",
    "mention": "an item on a card",
    "message": "a message",
    "note": "a note",
    "officer": "their own clock or duty hours",
    "prompt": "question",
    "record": "the record of",
    "recusal": "who may see a case",
    "subject": "what is known of somebody",
    "tap": "a tap",
    "told": "what was told",
    "visit": "their desk in a browser",
    "watch": "watch",
}
_VISITS: Mapping[Operation, str] = {
    Operation.COLLECTION: "asked for",
    Operation.CONSULTATION: "opened",
    Operation.ERASURE: "closed",
}
_DIRECTORY = frozenset({"agency", "unit", "officer", "account", "room", "agreement"})
_LONGEST_CODE = 24
_NAMELESS = frozenset({"officer", "tap", "visit"})
"""Things whose code is a person, or says nothing to people."""


def happened(operation: Operation, subject: str, actor: str, told: Sequence[str]) -> str:
    """One entry, with its people by name. No *actor* is the bot itself."""
    kind, _, code = subject.partition(":")
    if operation is Operation.DISCLOSURE and kind == "delivery":
        return f"{LIAISON} told {_people(told)}"
    if operation is Operation.DISCLOSURE and told and kind == "briefing":
        return f"{_people(told)} was told of briefing {code}"
    if operation is Operation.COLLECTION and kind == "message":
        return f"{LIAISON} read what {actor or 'somebody'} wrote"
    if operation is Operation.ADMINISTRATION and kind in _DIRECTORY and not actor:
        return "The directory was applied"
    return f"{actor or LIAISON} {_done(operation, kind)} {thing(subject)}"


def done_by(actor: str, operation: Operation, subject: str) -> str:
    """One entry where whom it told stands beside it already, or is not to be named."""
    kind = subject.partition(":")[0]
    if operation is Operation.DISCLOSURE and kind == "delivery":
        return f"{actor} sent {thing(subject)}"
    return f"{actor} {_done(operation, kind)} {thing(subject)}"


def thing(subject: str) -> str:
    """What an entry is about: with its code where people have one for it, never a row's number."""
    kind, _, code = subject.partition(":")
    named = _THINGS.get(kind, kind)
    if (
        not code
        or code.isdecimal()
        or len(code) > _LONGEST_CODE
        or kind in ("officer", "tap", "visit")
    ):
        return named
    return f"{named.removeprefix('a ')} {code}"


def _done(operation: Operation, kind: str) -> str:
    if kind == "prompt" and operation is Operation.CONSULTATION:
        return "opened"
    if kind == "prompt" and operation is Operation.DISCLOSURE:
        return "asked"
    if kind == "briefing" and operation is Operation.COLLECTION:
        return "called"
    if kind == "visit" and operation in _VISITS:
        return _VISITS[operation]
    return _VERBS[operation]


def _people(told: Sequence[str]) -> str:
    if not told:
        return "nobody"
    if len(told) <= _MOST_NAMED:
        return " and ".join(told)
    return f"{len(told)} people"
