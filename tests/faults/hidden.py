"""Random worlds in which much is hidden from whoever asks, and what must not show of it.

`python -m tests.faults.hidden --worlds 20000` makes as many. In each somebody asks something twice:
in the world as it is, and in the same one where nobody knows what is hidden from them. Both answers
must be one: the same words, under the same marking, for as many questions to the database and as
many seals broken.
"""

import argparse
import contextlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Update, and_, bindparam, delete, event, or_, select, update
from sqlalchemy.orm import Session

from bot import questions
from bot.casework import entities, spared, watches
from bot.casework.entities import Hard, Known
from bot.conversation import commands
from bot.conversation.grammar import Asked
from bot.errors import UserError
from bot.governance import access, directory
from nlp.pipeline import Reading, Text
from nlp.spans import Label, Span
from storage import sealing
from storage.database import Store
from storage.models import (
    Base,
    Case,
    CaseState,
    Category,
    Entity,
    EntityCase,
    Grant,
    Identifier,
    Match,
    MatchState,
    Name,
    NameKey,
    Officer,
    Recusal,
    Tlp,
    Watch,
)
from storage.questions import Question
from tests.house import pipeline
from tests.unit.bot import agencies as small_world
from tests.unit.bot.agencies import NOW, Agencies, open_agencies

MORE = """
[[agency]]
slug = "cedar"
title = "Cedar Guard"
country = "GR"
[[unit]]
slug = "cedar-port"
agency = "cedar"
title = "Piraeus desk"
zone = "Europe/Athens"
[[unit]]
slug = "birch-porto"
agency = "birch"
title = "Porto desk"
zone = "Europe/Lisbon"
[[officer]]
slug = "cleo"
agency = "cedar"
unit = "cedar-port"
name = "Cleo Marsh"
roles = ["liaison"]
clearance = "AMBER+STRICT"
zone = "Europe/Athens"
accounts = [{ platform = "practice", home = "practice", user = "cleo" }]
[[officer]]
slug = "cato"
agency = "cedar"
unit = "cedar-port"
name = "Cato Finch"
roles = ["field"]
clearance = "GREEN"
zone = "Europe/Athens"
accounts = [{ platform = "practice", home = "practice", user = "cato" }]
[[officer]]
slug = "bess"
agency = "birch"
unit = "birch-porto"
name = "Bess Lorne"
roles = ["head"]
clearance = "RED"
zone = "Europe/Lisbon"
accounts = [{ platform = "practice", home = "practice", user = "bess" }]
"""
READERS = ("ada", "aron", "alma", "otis", "bela", "bruno", "bess", "cleo", "cato")
OWNERS = {
    "ALDER": ("ada", "aron", "alma"), "BIRCH": ("bela", "bruno", "bess"), "CEDAR": ("cleo", "cato")
}  # fmt: skip
CASES = tuple(f"{agency}{number}" for agency in OWNERS for number in (1, 2))
KNOWN = (
    Known("Person", ["Jon Sampleton", "Йон Самплетон"], [Hard(Label.PLATE, "XX00TST")]),
    Known("Person", ["John Sampelton"], [Hard(Label.EMAIL, "jon.sampleton@example.org")]),
    Known("Person", ["محمد الراوي"], [Hard(Label.PHONE, "+12025550143")]),
    Known("Vehicle", [], [Hard(Label.PLATE, "XX01TST")]),
    Known("BankAccount", [], [Hard(Label.IBAN, "GB33BUKB20201555555555")]),
    Known("Organization", ["Harbour Supplies GmbH"], [Hard(Label.DOMAIN, "example.org")]),
)
"""What every agency may know; where it stands is different in every world."""
WHATS = (
    "XX00 TST", "XX00 TSU", "plate XX01 TST", "Jon Sampleton", "Jon Sampletn", "Sampleton",
    "Йон Самплетон", "Mohammed al-Rawi", "+1 202 555 0143", "GB33BUKB20201555555555",
    "GB33BUKB2O201555555555", "jonsampleton@example.org", "exarnple.org", "Harbour Supplies",
)  # fmt: skip
QUESTIONS = (
    "find {what} for a claim", "find {what} for a claim", "find {what} in {case}",
    "profile {what} for a claim", "profile {what} in {case}", "why {what}", "case related {case}",
    "case show {case}", "case list", "case list {case}", "case links {case}",
    "watch {what} for a claim", "mute {what} for a claim",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, and what it took to say it."""

    words: str
    marking: Tlp
    about: Sequence[str]
    questions: int
    seals_broken: int


@dataclass
class Run:
    """What came of so many worlds."""

    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def survive(folder: Path, *, worlds: int, seed: int) -> Run:
    """Ask something in so many worlds, and compare."""
    run = Run()
    with (
        contextlib.closing(furnished(folder)) as furniture,
        counted(furniture.agencies.store) as spent,
    ):
        for number in range(seed, seed + worlds):
            _ask_in_world(furniture, number, run, spent)
    return run


@dataclass(frozen=True)
class Furniture:
    """What stands in every world: who there is, and what might be known."""

    agencies: Agencies
    officers: Mapping[str, int]
    cases: Mapping[str, int]
    entities: Sequence[int]
    places: Sequence[tuple[int, int]]
    matches: Sequence[int]
    mutes: Sequence[int]
    agency_ids: Sequence[int]

    def twin(self, code: str) -> int:
        """The other case of the same agency."""
        return self.cases[f"{code[:-1]}{3 - int(code[-1])}"]

    def close(self) -> None:
        self.agencies.store.close()


def furnished(folder: Path) -> Furniture:
    """A store with all of it, in which each world is a unit of work that is taken back."""
    agencies = open_agencies(folder)
    with agencies.begin() as session:
        _lend(session, 1)
        more = directory.parse(small_world.DIRECTORY + MORE)
        directory.apply(session, more, by="test", now=NOW)
    with agencies.begin() as session:
        _lend(session, 1)
        agencies.room(session).carries = [CASES[0], CASES[2]]
        officers = {each.slug: each.id for each in session.scalars(select(Officer))}
        cases = {code: agencies.case(session, code, owner=OWNERS[code[:-1]][0]) for code in CASES}
        known = {
            agency: [
                entities.add(session, agencies.agency(session, agency.lower()), each, now=NOW)
                for each in KNOWN
            ]
            for agency in OWNERS
        }
        for code, case in cases.items():
            for entity in known[code[:-1]]:
                entities.put_into(session, entity, case, now=NOW)
        matches = [
            agencies.match(
                session, agencies.message(session, "van XX00 TST", by=by), known[agency][0], case
            ).id
            for by, agency in (("ada", "BIRCH"), ("bela", "ALDER"), ("ada", "ALDER"))
            for code, case in cases.items()
            if code[:-1] == agency
        ]
        mutes = [
            watches.watch(
                session, agencies.officer(session, by), span, purpose="a taxi", until=NOW, now=NOW,
                is_mute=True,
            ).id
            for by in ("aron", "bruno", "cleo")
            for span in (_PLATE, _PHONE)
        ]  # fmt: skip
        return Furniture(
            agencies,
            officers,
            {code: case.id for code, case in cases.items()},
            [each.id for those in known.values() for each in those],
            [(each.id, case.id) for code, case in cases.items() for each in known[code[:-1]]],
            matches,
            mutes,
            [agencies.agency(session, each.lower()).id for each in OWNERS],
        )


def _ask_in_world(furniture: Furniture, number: int, run: Run, spent: Counter[str]) -> None:
    chance = random.Random(number)
    slug, what, code = chance.choice(READERS), chance.choice(WHATS), chance.choice(CASES)
    said = chance.choice(QUESTIONS).format(what=what, case=code)
    run.counts["worlds"] += 1
    with furniture.agencies.undone() as session:
        _turn(session, furniture, chance)
        as_it_is = _answer(session, furniture, slug, said, number, spent)
        run.counts["hid something"] += _hide(session, furniture, slug) > 0
        without = _answer(session, furniture, slug, said, number, spent)
        run.counts["answers that showed a case"] += bool(as_it_is.about)
        if as_it_is != without:
            run.faults.append(f"world {number}, {slug}: {said}\n    {as_it_is}\n    {without}")


def _turn(session: Session, furniture: Furniture, chance: random.Random) -> None:
    """Make another world of it: who owns what, how it is marked, who was let in or out, and what
    stands where."""
    officers = furniture.officers
    _set(
        session,
        Case,
        [
            {
                "at_id": case_id,
                "marking": chance.choice(list(Tlp)),
                "owner_id": officers[chance.choice(OWNERS[code[:-1]])],
                "state": chance.choice([CaseState.OPEN, CaseState.OPEN, CaseState.CLOSED]),
                "merged_into": furniture.twin(code) if chance.random() < 0.1 else None,
            }
            for code, case_id in furniture.cases.items()
        ],
    )
    _set(
        session,
        Entity,
        [
            {
                "at_id": entity_id,
                "category": chance.choice(_CATEGORIES),
                "restricted_at": NOW if chance.random() < 0.1 else None,
            }
            for entity_id in furniture.entities
        ],
    )
    _set(
        session,
        EntityCase,
        [
            {
                "at_entity_id": entity_id,
                "at_case_id": case_id,
                "removed_at": NOW if chance.random() < 0.4 else None,
            }
            for entity_id, case_id in furniture.places
        ],
    )
    _set(
        session,
        Match,
        [
            {
                "at_id": match_id,
                "is_hidden": chance.random() < 0.5,
                "state": chance.choice([MatchState.SUGGESTED, MatchState.CONFIRMED]),
            }
            for match_id in furniture.matches
        ],
    )
    until = [NOW - timedelta(days=1), NOW + timedelta(days=1)]
    mutes = [{"at_id": each, "until": chance.choice(until)} for each in furniture.mutes]
    _set(session, Watch, mutes)
    for case_id in furniture.cases.values():
        if chance.random() < 0.5:
            session.add(_grant(case_id, officers[chance.choice(READERS)], None, chance))
        if chance.random() < 0.3:
            session.add(_grant(case_id, None, chance.choice(furniture.agency_ids), chance))
        if chance.random() < 0.2:
            stepped = officers[chance.choice(READERS)]
            session.add(Recusal(case_id=case_id, officer_id=stepped, at=NOW))
    session.flush()


def _set(session: Session, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Change many rows, each found by what begins with `at_`."""
    session.connection().execute(_setting(model, tuple(rows[0])), rows)


@cache
def _setting(model: type[Any], columns: Sequence[str]) -> Update:
    found_by = [each for each in columns if each.startswith("at_")]
    changed = [each for each in columns if each not in found_by]
    table = model.__table__
    return (
        update(table)
        .where(*(table.c[each.removeprefix("at_")] == bindparam(each) for each in found_by))
        .values({each: bindparam(each) for each in changed})
    )


def _grant(
    case_id: int, officer_id: int | None, agency_id: int | None, chance: random.Random
) -> Grant:
    return Grant(
        case_id=case_id,
        officer_id=officer_id,
        agency_id=agency_id,
        granted_by=None,
        granted_at=NOW,
        until=chance.choice([None, None, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
        revoked_at=NOW if chance.random() < 0.1 else None,
    )


def _hide(session: Session, furniture: Furniture, slug: str) -> int:
    """Let nobody know what this officer may not: neither what stands where they may not look, nor
    who is not named to them. Returns of how much that was."""
    _forget(session)
    officer = session.get_one(Officer, furniture.officers[slug])
    every = session.scalars(select(Case)).all()
    seen = [case.id for case in _SEEN_AMONG(session, officer, every, NOW)]
    named = [case.id for case, _ in access.cases_by_code(session, officer, NOW)]
    hidden = [case.id for case in every if case.id not in seen]
    shown = (
        select(EntityCase.entity_id)
        .join(Entity, Entity.id == EntityCase.entity_id)
        .where(
            EntityCase.case_id.in_(seen),
            EntityCase.removed_at.is_(None),
            Entity.restricted_at.is_(None),
            _NOT_FROM(officer),
        )
    )
    known = set(session.scalars(shown))
    gone = [each for each in furniture.entities if each not in known]
    theirs = [case.id for case in every if case.agency_id != officer.agency_id]
    values = {"gone": gone, "hidden": hidden, "theirs": theirs, "agency_id": officer.agency_id}
    # Straight to the tables: what the session holds is forgotten before anything is asked.
    for statement in _HIDING:
        session.connection().execute(statement, values)
    # No word of anybody's for a case any more.
    renamed = [{"at_id": each, "code": f"GONE{each}"} for each in hidden if each not in named]
    if renamed:
        _set(session, Case, renamed)
    return len(gone) + len(hidden)


def _answer(
    session: Session, furniture: Furniture, slug: str, said: str, seed: int, spent: Counter[str]
) -> Answer:
    """What is answered, of which nothing stays."""
    _forget(session)
    _lend(session, seed)
    asker = session.get_one(Officer, furniture.officers[slug])
    words, marking, about = "", Tlp.CLEAR, list[Case]()
    step = session.begin_nested()
    spent.clear()
    try:
        reply = commands.run(session, said, Asked(asker, "", NOW))
        words, marking, about = reply.words.text, reply.marking, list(reply.cases)
    except UserError as mistake:
        words = str(mistake)
    codes = sorted({case.code for case in about})
    answer = Answer(words, marking, codes, spent["question"], spent["seal"])
    step.rollback()
    return answer


@contextlib.contextmanager
def counted(store: Store) -> Iterator[Counter[str]]:
    """Counts the questions to the database, and what is unsealed."""
    spent: Counter[str] = Counter()
    opened, ask = sealing.opened, Question.ask

    def opening(*args: Any) -> str:
        spent["seal"] += 1
        return opened(*args)

    def asked(*_: object) -> None:
        spent["question"] += 1

    def asking(question: Question, connection: Connection, **given: object) -> Any:
        spent["question"] += connection.engine is store.engine  # what the keyring knows, it keeps
        return ask(question, connection, **given)

    event.listen(store.engine, "before_cursor_execute", asked)
    try:
        with patch.object(sealing, "opened", opening), patch.object(Question, "ask", asking):
            yield spent
    finally:
        event.remove(store.engine, "before_cursor_execute", asked)


def _lend(session: Session, seed: int) -> None:
    """What the liaison lends to each unit of work, with the same luck for the same seed."""
    session.info.update(
        commands=questions.COMMANDS,
        kinds=questions.KINDS,
        taps=questions.TAPS,
        forms=questions.FORMS,
        extract=_read,
        chance=random.Random(seed),
    )


def _forget(session: Session) -> None:
    """Nothing that was looked up before may spare a question, or answer it as it was."""
    session.flush()
    session.expunge_all()
    for known in ("muted", "present", "asked_from", "foreseen", "index", "codes"):
        session.info.pop(known, None)


def _read(texts: Sequence[Text]) -> list[Reading]:
    return [_read_once(each) for each in texts]


@cache
def _read_once(text: Text) -> Reading:
    """The real pipeline: the few things that are asked are read once, however often."""
    [reading] = pipeline().read([text])
    return reading


_IDENTIFIER, _NAME, _NAME_KEY, _PLACE, _MATCH, _WATCH, _OFFICER = (
    Base.metadata.tables[each.__tablename__]
    for each in (Identifier, Name, NameKey, EntityCase, Match, Watch, Officer)
)
_GONE, _HIDDEN, _THEIRS = (bindparam(each, expanding=True) for each in ("gone", "hidden", "theirs"))
_HIDING = (
    *(delete(each).where(each.c.entity_id.in_(_GONE)) for each in (_IDENTIFIER, _NAME, _NAME_KEY)),
    delete(_PLACE).where(_PLACE.c.case_id.in_(_HIDDEN)),
    delete(_MATCH).where(
        or_(
            _MATCH.c.case_id.in_(_HIDDEN),
            and_(_MATCH.c.is_hidden, _MATCH.c.case_id.in_(_THEIRS)),
        )
    ),
    update(_WATCH)
    .where(
        _WATCH.c.officer_id.in_(
            select(_OFFICER.c.id).where(_OFFICER.c.agency_id != bindparam("agency_id"))
        )
    )
    .values(ended_at=NOW),
)
_NOT_FROM, _SEEN_AMONG = spared.not_from, access.seen_among
"""As they are: what is asked may be answered without them."""
_PLATE = Span(0, 8, "XX00 TST", Label.PLATE, None, "XX00TST", True, 0.9)
_PHONE = Span(0, 15, "+1 202 555 0143", Label.PHONE, None, "+12025550143", True, 0.9)
_CATEGORIES = (
    Category.SUSPECT, Category.SUSPECT, Category.UNKNOWN, Category.WITNESS, Category.MINOR
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="liaison-hidden-") as folder:
        run = survive(Path(folder), worlds=given.worlds, seed=given.seed)
    counts = ", ".join(f"{count} {what}" for what, count in run.counts.items())
    lines = [f"{counts}; {time.monotonic() - began:.0f} s: {len(run.faults)} faults"]
    lines += [f"  {each}" for each in run.faults[:20]]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if run.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
