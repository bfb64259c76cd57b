"""Handing out a case, as Follow the Money or STIX."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.interchange import follow_the_money, stix, stix_reading
from adapters.interchange.follow_the_money import Bound, Named, Tied
from adapters.interchange.rows import LINES
from bot import config as configuration
from bot.casework import cases, entities, network, spared
from bot.casework.entities import Hard, Known
from bot.commandline.opening import now, officer_named, opened
from bot.commandline.telling import tell
from bot.errors import ConfigError, NotAllowed
from bot.governance import access, ledger, markings
from bot.governance.ledger import Operation
from bot.wording.phrases import counted
from nlp.meaning import Tie
from storage import sealing
from storage.models import Case, Category, Entity, Officer

AT_ONCE = 500
# Victims, witnesses and others who are no suspects do not leave by default.
PROTECTED = (*spared.CATEGORIES, Category.OTHER)


def export_case(
    path: Path,
    code: str,
    *,
    officer: str,
    purpose: str,
    to: Path | None = None,
    everyone: bool = False,
    as_stix: bool = False,
) -> None:
    """Write the things of a case that may leave; with *everyone*, the protected among them too."""
    config = configuration.read(path)
    if not purpose.strip():
        raise ConfigError("An export needs a purpose: --purpose. It is recorded.")
    with opened(config) as store, _output(to) as out:
        with store.begin() as session:
            who = officer_named(session, officer)
            case = cases.find(session, who, code, now())
            many, left_out = _decide(session, who, case, purpose, everyone=everyone)
            is_own = cases.decides(who, case)
        # On record before the first word leaves.
        with store.reading() as session:
            things = _things(session, session.get_one(Case, case.id), everyone=everyone)
            ties = _ties(session, session.get_one(Case, case.id), everyone=everyone)
            if as_stix:
                bundle = stix.bundle(
                    case.code, case.marking, things, opened_at=case.opened_at, ties=ties
                )
                out.write(f"{bundle}\n")
            else:
                out.writelines(
                    f"{line}\n" for named in things for line in follow_the_money.written(named)
                )
                out.writelines(f"{follow_the_money.joined(tied)}\n" for tied in ties)
    tell(
        f"{case.code}, {markings.written(case.marking)}: {counted(many, 'thing')}. It is on record."
    )
    if left_out and is_own:
        tell(
            f"{left_out} {'was' if left_out == 1 else 'were'} left out: victims, witnesses and "
            "other persons who are no suspects, or whose data are restricted."
        )


def _decide(
    session: Session, officer: Officer, case: Case, purpose: str, *, everyone: bool
) -> tuple[int, int]:
    """Whether it may leave, and how much of it; put on record."""
    if not access.is_desk(officer):
        raise NotAllowed("Liaison officers and heads export cases. Ask your desk.")
    if everyone and not cases.decides(officer, case):
        raise NotAllowed("Only the desk that owns a case hands out everyone in it.")
    leaving, left_out = _leaving(session, case, everyone=everyone)
    many = len(leaving)
    for operation in (Operation.CONSULTATION, Operation.DISCLOSURE):
        ledger.record(
            session, operation, now=now(), actor=officer, case_id=case.id, subject="export",
            purpose=purpose, entities=many, left_out=left_out, everyone=everyone,
            marking=case.marking,
        )  # fmt: skip
    return many, left_out


def _things(session: Session, case: Case, *, everyone: bool) -> Iterator[Named]:
    leaving, _ = _leaving(session, case, everyone=everyone)
    for start in range(0, len(leaving), AT_ONCE):
        part = leaving[start : start + AT_ONCE]
        found = session.scalars(
            select(Entity).where(Entity.id.in_([each for whole in part for each in whole]))
        ).all()
        by_id = {entity.id: entity for entity in found}
        sealing.keyring(session).preload([entity.key_id for entity in found])
        for whole in part:
            entity, *others = (by_id[each] for each in whole)
            yield Named(
                _number(entity), _whole(session, entity, others), case.code,
                markings.written(case.marking), entity.originated_at or entity.made_at,
                {_number(each): _known(session, each) for each in others},
            )  # fmt: skip
        session.expunge_all()


def _ties(session: Session, case: Case, *, everyone: bool) -> Iterator[Tied]:
    """The ties between what leaves; none that is denied, or marked stricter than the case."""
    leaving, _ = _leaving(session, case, everyone=everyone)
    whole_of = {part: parts[0] for parts in leaving for part in parts}
    for tie in network.of_case(session, case):
        if tie.negated or not markings.is_within(tie.marking, case.marking):
            continue
        ends = whole_of.get(tie.subject_id), whole_of.get(tie.object_id)
        if None in ends or ends[0] == ends[1]:
            continue
        subject, other = (_bound(session.get_one(Entity, each)) for each in ends)
        yield Tied(
            f"liaison-{tie.id}", Tie(tie.tie), subject, other,
            sealing.unseal_or(session, tie, "more", ""), tie.hearsay, case.code,
            markings.written(case.marking), tie.at,
        )  # fmt: skip


def _bound(entity: Entity) -> Bound:
    return Bound(_number(entity), _origin(entity), entity.schema)


def _number(entity: Entity) -> str:
    return f"liaison-{entity.id}"


def _whole(session: Session, entity: Entity, others: Sequence[Entity]) -> Known:
    """An entity with all that is known of it by what turned out to be the same."""
    known = _known(session, entity)
    facts = dict(known.facts)
    names, identifiers = list(known.names), list(known.identifiers)
    for other in (_known(session, each) for each in others):
        names += [name for name in other.names if name not in names]
        identifiers += [one for one in other.identifiers if one not in identifiers]
        for fact, value in other.facts.items():
            said = [*facts.get(fact, value).split(LINES), *value.split(LINES)]
            facts[fact] = LINES.join(dict.fromkeys(said))
    return replace(known, names=names, identifiers=identifiers, facts=facts)


def _known(session: Session, entity: Entity) -> Known:
    return Known(
        entity.schema,
        entities.names_of(session, entity),
        [Hard(label, value) for label, value in entities.identifiers_of(session, entity)],
        entities.facts_of(session, entity),
        entity.category,
        entity.is_assessment,
        _origin(entity),
        entity.originated_at,
    )


def _origin(entity: Entity) -> str | None:
    """The id it goes out under again, where others know it by that."""
    is_theirs = entity.origin and stix_reading.IDENTITY.fullmatch(entity.origin)
    return entity.origin if is_theirs else None


def _leaving(session: Session, case: Case, *, everyone: bool) -> tuple[list[list[int]], int]:
    """What leaves, and how many do not; what was merged leaves as one, and what it was merged into
    stands first. Where a part has to stay, the whole does."""
    standing = entities.standing_in(case).with_only_columns(
        Entity.id, Entity.merged_into, Entity.category, Entity.restricted_at
    )
    wholes: dict[int, list[int]] = {}
    staying: set[int] = set()
    for number, merged_into, category, restricted_at in session.execute(standing):
        whole = merged_into or number
        parts = wholes.setdefault(whole, [])
        parts.insert(0 if number == whole else len(parts), number)
        if restricted_at is not None or (category in PROTECTED and not everyone):
            staying.add(whole)
    leaving = [parts for whole, parts in wholes.items() if whole not in staying]
    return leaving, len(staying)


@contextmanager
def _output(to: Path | None) -> Iterator[TextIO]:
    """A new file that only its owner reads, gone again if anything fails; or standard output."""
    if to is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as fault:
        raise ConfigError(f"{to} exists already, and is not overwritten.") from fault
    except OSError as fault:
        raise ConfigError(f"{to} cannot be written: {fault.strerror}.") from fault
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yield file
    except BaseException:
        to.unlink(missing_ok=True)
        raise
