"""How often a case's own rule links what is meant, and nothing else, in a world that is made up.

python -m benchmarks.ruled [MESSAGES]
"""

import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks import base
from bot import questions
from bot.casework import entities, linking, matching, ruling
from bot.casework.sought import Passage
from nlp.pipeline import Text
from nlp.spans import Label
from storage.models import Case
from tests.house import pipeline, policy
from tests.unit.bot.agencies import NOW, Agencies, open_agencies

THINGS = 60
PLAIN = ("{} on quay 7", "stopped {} at the gate", "{} seen again, two people in it", "about {}")
DENIED = ("it was not {}", "that is not {} but another")
REPORTED = ("he claims it was {}", "possibly {}", "said to be {}")
MAKERS: Sequence[tuple[Label, str, Callable[[random.Random], str]]] = (
    (Label.PLATE, "plate ", base.plate),
    (Label.IBAN, "IBAN ", base.iban),
    (Label.PHONE, "phone ", base.phone),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the messages: linked as meant, linked otherwise, and left to a person that
    said plainly what one alone bears."""

    right: int
    wrong: int
    left: int

    @property
    def share_right(self) -> float:
        return self.right / (self.right + self.wrong or 1)


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    means: int | None
    """The entity that it plainly means, and nobody else."""


def measure(agencies: Agencies, session: Session, messages: int, seed: int = 0) -> Figures:
    """Let the rule of one case meet so many messages about what it knows, nearly knows, and not."""
    session.info |= {"policy": policy(), "kinds": questions.KINDS}
    chance = random.Random(seed)
    case = agencies.case(session)
    ruling.turn_on(session, case, agencies.officer(session, "aron"), "it is measured", now=NOW)
    right = wrong = left = 0
    for said in _messages(agencies, session, case, chance, messages):
        linked = _linked(agencies, session, said.text)
        wrong += sum(each != said.means for each in linked)
        right += sum(each == said.means for each in linked)
        left += said.means is not None and not linked
    return Figures(right, wrong, left)


def _messages(
    agencies: Agencies, session: Session, case: Case, chance: random.Random, messages: int
) -> Iterator[_Said]:
    known: list[tuple[str, str, int | None]] = []
    for number in range(THINGS):
        label, kind, make = MAKERS[number % len(MAKERS)]
        text = make(chance)
        hard = [entities.Hard(label, _value(text))]
        made = [
            entities.add(
                session,
                agencies.agency(session),
                entities.Known("LegalEntity", identifiers=hard),
                now=NOW,
                case=case,
            )
            for _ in range(1 + (number % 10 == 0))  # of each ten, one is borne by two
        ]
        known.append((kind, text, made[0].id if len(made) == 1 else None))
    for _ in range(messages):
        kind, text, entity_id = chance.choice(known)
        match chance.randrange(10):
            case 0:
                yield _Said(chance.choice(DENIED).format(kind + text), None)
            case 1:
                yield _Said(chance.choice(REPORTED).format(kind + text), None)
            case 2 | 3:
                yield _Said(chance.choice(PLAIN).format(kind + _slipped(text, chance)), None)
            case _:
                yield _Said(chance.choice(PLAIN).format(kind + text), entity_id)


def _slipped(text: str, chance: random.Random) -> str:
    """The same with one of its last signs another, or unread."""
    at = len(text) - 1 - chance.randrange(3)
    others = "?23456789" if text[at].isdigit() else "?ABCDEFGH"
    return text[:at] + chance.choice([each for each in others if each != text[at]]) + text[at + 1 :]


def _value(text: str) -> str:
    return text.replace(" ", "")


def _linked(agencies: Agencies, session: Session, text: str) -> list[int]:
    [reading] = pipeline().read([Text(text)])
    room = agencies.room(session)
    passage = Passage(text, reading.spans, room, reading.runs, relations=reading.relations)
    [findings] = linking.find(session, [passage])
    message = agencies.message(session, text, by="bela")
    author = agencies.officer(session, "bela")
    heard = matching.Heard(message, author, room, findings)
    [kept] = matching.match(session, [heard], now=NOW)
    return [each.entity_id for each in kept.linked]


def _main() -> None:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as folder:
        agencies = open_agencies(Path(folder))
        with agencies.undone() as session:
            found = measure(agencies, session, messages)
        agencies.store.close()
    print(
        f"{messages} messages: {found.right} linked as meant, {found.wrong} otherwise "
        f"({found.share_right:.4f} right); {found.left} plainly said were left to a person"
    )


if __name__ == "__main__":
    _main()
