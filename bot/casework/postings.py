"""The index of names: which keyed hashes lead to which entities, with no name in it.

What very many of an agency's share is not kept: it tells nothing about any of them, and to whoever
steals the index and knows how common names are it would tell which name it is. Each agency's are
counted by themselves: how many others bear a name shows in nobody's look-ups.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from storage.among import among, gathered, rows_of
from storage.database import take_turns
from storage.filling import fill
from storage.indexing import forms
from storage.models import CrowdedKey, Entity, NameKey
from storage.questions import Question

MOST_OF_A_NAME = 300
"""So many entities are found under one whole name."""
LEAST_CROWD = 30
"""So many are found under a part of a name, however few the agency knows; and under the whole of
it inside a case."""
MOST_OF_A_WORD = 8
"""So many are found under one word of their name, or its sound, inside a case, where it means
whoever alone bears it: some room for those who go, and for one who is kept twice."""
_SHARE = 2000
"""Of so many entities that an agency knows, one more may share a part of a name."""


class Of(Enum):
    """What of a name a hash is of."""

    NAME = "the whole of it"
    PART = "a part of it"
    NAME_INSIDE = "the whole of it, inside a case"
    WORD = "one word or its sound, inside a case"


class Posting(NamedTuple):  # a tuple and not a dataclass: an import makes millions
    """Under which hash an entity is found, and what of its name that is of."""

    hash: int
    entity_id: int
    of: Of


Bearers = Mapping[int, Sequence[int]]
"""Hash → the entities found under it."""
Owners = Mapping[int, int]
"""Entity → the agency that knows it."""


def most_of_a_part(known: int) -> int:
    """So many of the entities that an agency has *known* may be found under one part of a name."""
    return max(LEAST_CROWD, known // _SHARE)


def add(
    session: Session, agency_id: int, wanted: Collection[Posting], *, expected: int = 0
) -> None:
    """Let an agency's entities be found, each of these for the first time, *expected* to become so
    many.

    A hash that too many of them share from now on leads to none of them any more, and stays so.
    """
    if not wanted:
        return
    # One after another, or two could crowd a hash together, or add to one that was just given up.
    take_turns(session, "postings")
    crowded = _crowded(session, agency_id, {each.hash for each in wanted})
    fresh = [each for each in wanted if each.hash not in crowded]
    if fresh:
        # Sorted, each lands beside its neighbours in the index and not somewhere in it.
        rows = sorted((hashed, agency_id, entity_id) for hashed, entity_id, _ in fresh)
        fill(session, (NameKey.hash, NameKey.agency_id, NameKey.entity_id), rows)
        _give_up_crowded(session, agency_id, {each.hash: each.of for each in fresh}, expected)


def of(session: Session, hashes: Collection[int]) -> Bearers:
    """Which entities are found under each of these."""
    return with_owners(session, hashes)[0]


def with_owners(session: Session, hashes: Collection[int]) -> tuple[Bearers, Owners]:
    """Which entities are found under each of these, and whose each of them is."""
    found: dict[int, Sequence[int]] = {}
    owners: dict[int, int] = {}
    if not hashes:
        return found, owners
    asked = forms(hashes)
    for form, agency_id, entity_ids in _POSTINGS.ask(session.connection(), hashes=asked):
        hashed = asked[form]
        found[hashed] = [*found[hashed], *entity_ids] if hashed in found else entity_ids
        owners.update(dict.fromkeys(entity_ids, agency_id))
    return found, owners


def of_entity(session: Session, entity_id: int) -> set[int]:
    """Under which hashes an entity is found."""
    return set(session.scalars(select(NameKey.hash).where(NameKey.entity_id == entity_id)))


def drop(session: Session, entity_ids: Collection[int]) -> None:
    """Let entities be found under nothing any more.

    What was given up as crowded stays so: who else bears it is not known.
    """
    take_turns(session, "postings")
    session.execute(_DROP, {"entities": entity_ids})


def _crowded(session: Session, agency_id: int, hashes: Collection[int]) -> set[int]:
    """Which of these lead to none of an agency's entities. Also what was crowded under the version
    of the index key before, and is so from now on under the one that is written."""
    asked = forms(hashes)
    known = set(session.scalars(_CROWDED, {"hashes": asked, "agency": agency_id}))
    crowded = {asked[form] for form in known}
    _let_be_crowded(session, agency_id, crowded - known)
    return crowded


def _let_be_crowded(session: Session, agency_id: int, hashes: Collection[int]) -> None:
    if hashes:
        rows = [{"hash": hashed, "agency_id": agency_id} for hashed in hashes]
        session.execute(insert(CrowdedKey), rows)


def _give_up_crowded(
    session: Session, agency_id: int, fresh: Mapping[int, Of], expected: int
) -> None:
    asked = forms(fresh)
    theirs: Counter[int] = Counter()
    for form, bearers in _BEARERS.ask(session.connection(), hashes=asked, agency=agency_id):
        theirs[asked[form]] += bearers
    # All that an agency knows are counted only where it matters, for that is counted one by one.
    crowded = _crowds(theirs, fresh, expected) and _crowds(
        theirs, fresh, max(expected, _known(session, agency_id))
    )
    if crowded:
        _let_be_crowded(session, agency_id, crowded)
        session.execute(_GIVE_UP, {"hashes": forms(crowded), "agency": agency_id})


def _crowds(bearers: Mapping[int, int], fresh: Mapping[int, Of], known: int) -> list[int]:
    """Those hashes that too many share to be kept, where so many are known."""
    most = {
        Of.NAME: MOST_OF_A_NAME,
        Of.PART: most_of_a_part(known),
        Of.NAME_INSIDE: LEAST_CROWD,
        Of.WORD: MOST_OF_A_WORD,
    }
    return [hashed for hashed, many in bearers.items() if many > most[fresh[hashed]]]


def _known(session: Session, agency_id: int) -> int:
    counting = select(func.count()).select_from(Entity).where(Entity.agency_id == agency_id)
    return session.scalar(counting) or 0


_POSTINGS = Question(
    select(NameKey.hash, NameKey.agency_id, gathered(NameKey.entity_id))
    .where(among(NameKey.hash, "hashes"))
    .group_by(NameKey.hash, NameKey.agency_id)
)
_CROWDED = select(CrowdedKey.hash).where(
    among(CrowdedKey.hash, "hashes"), CrowdedKey.agency_id == bindparam("agency")
)
_ASKED = rows_of("hashes")
# One after another in the order of the index: a join would go to and fro in it.
_BEARERS = Question(
    select(
        _ASKED.c.value,
        select(func.count())
        .where(NameKey.hash == _ASKED.c.value, NameKey.agency_id == bindparam("agency"))
        .scalar_subquery(),
    )
)
_DROP = (
    delete(NameKey)
    .where(among(NameKey.entity_id, "entities"))
    .execution_options(synchronize_session=False)
)
_GIVE_UP = (
    delete(NameKey)
    .where(among(NameKey.hash, "hashes"), NameKey.agency_id == bindparam("agency"))
    .execution_options(synchronize_session=False)
)
