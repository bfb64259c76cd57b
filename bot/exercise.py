"""The world of an exercise: a directory, and what its agencies know already."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities
from bot.errors import ConfigError
from bot.governance import directory, keys, ledger
from bot.governance.ledger import Operation
from nlp.spans import Label
from storage import sealing
from storage.models import (
    Agency,
    Case,
    Category,
    Grant,
    Officer,
    Tlp,
    Unit,
)

REVIEW_AFTER = timedelta(days=365)
Known = TypeVar("Known", Agency, Unit, Officer)


@dataclass(frozen=True, slots=True)
class World:
    """Who there is, and what they know already."""

    directory: directory.Directory
    cases: list[dict[str, Any]]


def read_world(directory_path: Path, world_path: Path) -> World:
    """The world that these two files describe. Raises `ConfigError`."""
    try:
        cases = tomllib.loads(world_path.read_text("utf-8")).get("case", [])
    except OSError as fault:
        raise ConfigError(f"{world_path} cannot be read: {fault.strerror}.") from fault
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(f"{world_path} is not TOML: {fault}") from fault
    return World(directory.read(directory_path), cases)


def settle_in(session: Session, world: World, *, now: datetime) -> None:
    """Apply the directory and open the cases, unless that was done before."""
    directory.apply(session, world.directory, by="practice", now=now)
    session.flush()
    for known in world.cases:
        agency = _one(session, Agency, known["agency"])
        held = select(Case.id).where(Case.code == known["code"], Case.agency_id == agency.id)
        if session.scalar(held) is None:
            _open(session, known, now)


def _open(session: Session, known: dict[str, Any], now: datetime) -> None:
    agency = _one(session, Agency, known["agency"])
    unit = _one(session, Unit, known["unit"])
    owner = _one(session, Officer, known["owner"])
    case = Case(
        code=known["code"],
        agency_id=agency.id,
        unit_id=unit.id,
        owner_id=owner.id,
        marking=Tlp(known["marking"]),
        opened_at=now,
        review_on=(now.astimezone(UTC) + REVIEW_AFTER).date(),
        key_id=keys.of_case(session, agency),
    )
    sealing.seal(session, case, "title", known["title"])
    sealing.seal(session, case, "purpose", known["purpose"])
    session.add(case)
    session.flush()
    for slug in known.get("grants", []):
        session.add(
            Grant(
                case_id=case.id,
                agency_id=_one(session, Agency, slug).id,
                granted_by=owner.id,
                granted_at=now,
            )
        )
    entities.add_many(
        session,
        agency,
        [
            entities.Known(
                schema=each["schema"],
                names=each.get("names", []),
                identifiers=[
                    entities.Hard(Label(one["label"]), one["value"])
                    for one in each.get("identifiers", [])
                ],
                facts=each.get("facts", {}),
                category=Category(each.get("category", "unknown")),
            )
            for each in known.get("entity", [])
        ],
        now=now,
        case=case,
    )
    ledger.record(
        session, Operation.COLLECTION, now=now, actor=owner, case_id=case.id, subject="case",
        entities=len(known.get("entity", [])),
    )  # fmt: skip


def _one(session: Session, model: type[Known], slug: str) -> Known:
    found = session.scalar(select(model).where(model.slug == slug))
    if found is None:
        raise ConfigError(f'The world names "{slug}", which its directory does not have.')
    return found
