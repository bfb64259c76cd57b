"""What officers say in a benchmark: mostly nothing of note, some identifiers, some names."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from benchmarks import base, names
from benchmarks.base import Population
from bot.conversation.messages import Said

FIRST_EVENT = 1_000_000


class Kind(StrEnum):
    TALK = "talk"
    IDENTIFIER = "identifier"
    NAME = "name"


SHARES = {Kind.TALK: 60, Kind.IDENTIFIER: 30, Kind.NAME: 10}
KNOWN = {Kind.TALK: 0.0, Kind.IDENTIFIER: 0.05, Kind.NAME: 0.20}
"""How often what is said is in the base."""
SEEN_WHERE_CARRIED = 0.5
"""How often something known is said in the room that carries its case, if one does."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A text, what kind it is, and whether it speaks of something in the base."""

    kind: Kind
    is_known: bool
    text: str
    room: int
    officer: int


def mixed(people: Population, count: int, seed: int) -> list[Utterance]:
    """So many messages of the usual mix."""
    chance = random.Random(seed)
    kinds = chance.choices(list(SHARES), list(SHARES.values()), k=count)
    return [_utterance(people, kind, chance.random() < KNOWN[kind], chance) for kind in kinds]


def hits(people: Population, count: int, seed: int) -> list[Utterance]:
    """So many messages that each speak of something in the base, no two of the same."""
    chance = random.Random(seed)
    found: dict[str, Utterance] = {}
    while len(found) < count:
        kind = Kind.IDENTIFIER if chance.random() < 0.75 else Kind.NAME
        said = _utterance(people, kind, True, chance)
        found[said.text] = said
    return list(found.values())


def said(utterance: Utterance, number: int, now: datetime) -> Said:
    """The utterance as its author's message."""
    return Said(
        platform=base.PLATFORM,
        address=base.address(utterance.room),
        event=str(FIRST_EVENT + number),
        by=base.account(utterance.room, utterance.officer),
        text=utterance.text,
        sent_at=now,
    )


def _utterance(people: Population, kind: Kind, is_known: bool, chance: random.Random) -> Utterance:
    room, officer = chance.randrange(base.ROOMS), chance.randrange(base.FIELD_PER_ROOM)
    place: int | None = None
    match kind:
        case Kind.TALK:
            text = f"{chance.choice(_OPENINGS)} {chance.choice(_MATTERS)} {chance.choice(_ENDINGS)}"
        case Kind.IDENTIFIER:
            words, place = _identifier(people, is_known, chance)
            text = chance.choice(_SEEN).format(words)
        case Kind.NAME:
            words, place = _name(people, is_known, chance)
            text = chance.choice(_MET).format(words)
    if place is not None and chance.random() < SEEN_WHERE_CARRIED:
        carrying = base.room_of(people.cases[place])
        room = room if carrying is None else carrying
    text = f"{text.strip()} {chance.choice(_TAILS)}".strip()
    return Utterance(kind, is_known, text, room, officer)


def _identifier(
    people: Population, is_known: bool, chance: random.Random
) -> tuple[str, int | None]:
    """What is said, and its place in the base."""
    if not is_known:
        kinds: tuple[tuple[str, Callable[[random.Random], str]], ...] = (
            ("plate {}", base.plate),
            ("account {}", base.iban),
            ("phone {}", base.strange_phone),
            ("mail {}", lambda c: f"office{c.randrange(10**6)}@example.org"),
            ("address {}", lambda c: f"203.0.113.{c.randrange(256)}"),
        )
        words, make = chance.choices(kinds, (50, 15, 20, 10, 5))[0]
        return words.format(make(chance)), None
    first = len(people.persons) + len(people.organisations)
    known = (("plate {}", people.plates), ("account {}", people.ibans), ("phone {}", people.phones))
    which = chance.choices(range(3), (55, 20, 25))[0]
    words, values = known[which]
    number = chance.randrange(len(values))
    before = sum(len(each) for _, each in known[:which])
    return words.format(values[number]), first + before + number


def _name(people: Population, is_known: bool, chance: random.Random) -> tuple[str, int | None]:
    if not is_known:
        return names.person(chance, is_stranger=True), None
    number = chance.randrange(len(people.persons))
    return people.persons[number], number


_OPENINGS = (
    "Morning all,", "Evening,", "Just so you know,", "Heads up,", "Quiet here,", "Right,", "Well,",
    "Back at the desk,", "From our side", "Nothing new,", "Please note,", "Small thing,", "Team,",
    "For the handover,",
)  # fmt: skip
_MATTERS = (
    "coffee first and then the paperwork",
    "the shift is handed over and the keys are back in the box",
    "we are still waiting for the crane to be repaired before anybody can unload",
    "the rain has stopped and the gate is open again",
    "somebody left the lights on in the store room",
    "the meeting room is free for whoever needs it",
    "the scanner is slow today but it does what it should",
    "they asked for the forms again and we sent them again",
    "the queue at the gate is long and everybody is in a bad mood",
    "no change since yesterday",
    "thanks for the quick help with the boxes",
    "the dog team was here and found nothing at all",
)
_ENDINGS = (
    "",
    "as always.",
    "so far.",
    "more when we know more.",
    "and that is all.",
    "ok?",
    "thanks.",
)
_SEEN = (
    "Seen again at the gate: {}",
    "Can anybody place {}? It came up in a routine check",
    "Driver left in a hurry, {}, heading north",
    "Noted {} on the paperwork",
    "Please check {} for us when you have a minute",
    "{} turned up next to the containers",
)
_MET = (
    "Spoke to {} at the gate",
    "The driver says he is {}",
    "Has anybody met {} before? He asked for the harbour master",
    "Passenger was {}, travelling alone",
    "Name on the papers is {}",
)
_TAILS = ("", "", "", "Will keep you posted.", "No hurry.", "Anyone near the quay?")
