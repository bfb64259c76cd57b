"""The index of names: which keyed hashes lead to which entities, with no name in it.

What very many share is not kept: it tells nothing about any of them, and to whoever steals the
index and knows how common names are it would tell which name it is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from storage.among import among
from storage.database import take_turns
from storage.models import CrowdedKey, NameKey

MOST_PER_HASH = 300
"""So many entities are found under one hash. Under what more of them share, none is."""

Postings = Mapping[int, Sequence[int]]
"""Hash → the entities found under it."""


def add(session: Session, wanted: Iterable[tuple[int, int]]) -> None:
    """Let entities be found: pairs of a hash and an entity, each pair a new one.

    A hash that too many share from now on leads nowhere any more, and stays so.
    """
    pairs = sorted(wanted)  # each lands beside its neighbours in the index and not somewhere in it
    if not pairs:
        return
    # One after another, or two could fill a hash together, or add to one just given up.
    take_turns(session, "postings")
    hashes = {hashed for hashed, _ in pairs}
    crowded = set(session.scalars(_CROWDED, {"hashes": hashes}))
    fresh = [{"hash": h, "entity_id": e} for h, e in pairs if h not in crowded]
    if fresh:
        session.execute(insert(NameKey), fresh)
        _give_up_crowded(session, hashes - crowded)


def of(session: Session, hashes: Collection[int]) -> Postings:
    """Which entities are found under each of these."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    if hashes:
        for hashed, entity_id in session.connection().execute(_POSTINGS, {"hashes": hashes}):
            found[hashed].append(entity_id)
    return found


def of_entity(session: Session, entity_id: int) -> set[int]:
    """Under which hashes an entity is found."""
    return set(session.scalars(select(NameKey.hash).where(NameKey.entity_id == entity_id)))


def drop(session: Session, entity_id: int) -> None:
    """Let an entity be found under nothing any more.

    What was given up as crowded stays so: who else bears it is not known.
    """
    session.execute(delete(NameKey).where(NameKey.entity_id == entity_id))


def _give_up_crowded(session: Session, hashes: Collection[int]) -> None:
    crowded = session.scalars(_TOO_MANY, {"hashes": hashes}).all()
    if crowded:
        session.execute(insert(CrowdedKey), [{"hash": hashed} for hashed in crowded])
        session.execute(delete(NameKey).where(among(NameKey.hash, "hashes")), {"hashes": crowded})


_POSTINGS = select(NameKey.hash, NameKey.entity_id).where(among(NameKey.hash, "hashes"))
_CROWDED = select(CrowdedKey.hash).where(among(CrowdedKey.hash, "hashes"))
_TOO_MANY = (
    select(NameKey.hash)
    .where(among(NameKey.hash, "hashes"))
    .group_by(NameKey.hash)
    .having(func.count() > MOST_PER_HASH)
)
