"""The index: keyed hashes under which sealed words are found without being read.

A hash is 64 bits. Its sign says which version of the index key it was made with: odd versions
write what is below zero, even ones what is above, and zero is under none. So two versions can stand
in one column while the key is renewed: whoever looks for something looks under both, and what still
stands under the version before is a stretch of the column's own index.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.database import is_writing, take_turns
from storage.errors import Erased, IndexLost
from storage.keyring import INDEX, ROOT, Keyring
from storage.models import Setting
from storage.questions import Question
from storage.sealing import keyed, keyring

_LARGEST = 2**63 - 1
_SETTING = "index"
TURN = "index"
"""At what whoever writes hashes, and whoever lets another version be written, take turns."""

Hasher = Callable[[str], int]
Column = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the index key."""

    number: int
    secret: bytes = field(repr=False)

    def hasher(self, family: str) -> Hasher:
        """What says under which hash a text is found in an index *family*."""
        begun = keyed(self.secret, f"index {family}")
        sign = -1 if self.number % 2 else 1

        def hashed(text: str) -> int:
            digest = begun.copy()
            digest.update(text.encode("utf-8", "surrogatepass"))
            return sign * (int.from_bytes(digest.digest()) & _LARGEST or 1)

        return hashed


class Renewed(int):
    """A hash of the version that is written, while its row may still stand under the one before."""

    before: int


@dataclass(frozen=True, slots=True)
class Index:
    """The versions that live in one unit of work: the one that is written and, while it is renewed,
    the one before. Not to be kept longer."""

    written: Version
    before: Version | None = None

    def hasher(self, family: str) -> Hasher:
        """As `look_up` in one family, for very many texts."""
        written = self.written.hasher(family)
        if self.before is None:
            return written
        before = self.before.hasher(family)

        def renewed(text: str) -> int:
            hashed = Renewed(written(text))
            hashed.before = before(text)
            return hashed

        return renewed

    def look_up(self, family: str, text: str) -> int:
        """The hash under which *text* is found in an index *family*."""
        return self.hasher(family)(text)


def of(session: Session) -> Index:
    """The index as it is in this unit of work. Raises `IndexLost` when its key is gone."""
    known: Index | None
    known, step = session.info.get("index", (None, None))
    # What was locked in a step that may have failed alone is locked again.
    if known is None or step not in (None, session.get_nested_transaction()):
        if is_writing(session):
            # Nobody begins to write another version before who writes this one has ended.
            take_turns(session, TURN, with_others=True)
        known = _opened(keyring(session), state(session))
        session.info["index"] = known, session.get_nested_transaction()
    return known


def look_up(session: Session, family: str, text: str) -> int:
    """The hash under which *text* is found in an index *family*."""
    return of(session).look_up(family, text)


def forms(hashes: Iterable[int]) -> dict[int, int]:
    """Everything under which the rows of these may stand, with the hash that each is a form of."""
    found: dict[int, int] = {}
    for hashed in hashes:
        found[hashed] = hashed
        if isinstance(hashed, Renewed):
            found[hashed.before] = hashed
    return found


@dataclass(frozen=True, slots=True)
class State:
    """With which versions of the key the hashes in this database are made."""

    number: int
    key: str
    before: str | None = None
    """The key of the version before, while what stands under it is renewed."""

    def is_stale(self, hashed: int) -> bool:
        """Whether this is a hash of another version than the one that is written."""
        return hashed > 0 if self.number % 2 else hashed < 0

    def holds_stale(self, column: Column) -> ColumnElement[bool]:
        """As `is_stale`, of what a column holds."""
        return column > 0 if self.number % 2 else column < 0


def state(session: Session) -> State:
    """Under which versions this database stands, whether their keys are there or not."""
    kept = _KEPT.ask(session.connection())
    return State(**kept[0][0]) if kept else State(0, INDEX)


def begin(session: Session) -> State:
    """Let a new version be written from now on; the one before is looked under until `end`, if its
    key is there. Whoever writes that one has ended when this returns."""
    take_turns(session, TURN)
    stands, ring = state(session), keyring(session)
    number = stands.number + 1
    key = ring.mint(ROOT, f"{INDEX} {number} {secrets.token_hex(6)}")
    begun = State(number, key, stands.key if ring.has(stands.key) else None)
    _keep(session, begun)
    return begun


def is_lost(session: Session) -> bool:
    """Whether a key is gone under which something here stands, as after an old backup."""
    stands, ring = state(session), keyring(session)
    return not ring.has(stands.key) or (stands.before is not None and not ring.has(stands.before))


def end(session: Session) -> str | None:
    """Let the version before be looked under no more. Returns its key, which may be destroyed."""
    take_turns(session, TURN)
    stands = state(session)
    _keep(session, State(stands.number, stands.key))
    return stands.before


def _keep(session: Session, stands: State) -> None:
    session.info.pop("index", None)
    row = session.scalar(select(Setting).where(Setting.name == _SETTING))
    value = asdict(stands)
    if row is None:
        session.add(Setting(name=_SETTING, value=value))
    else:
        row.value = value
    session.flush()


def _opened(ring: Keyring, stands: State) -> Index:
    try:
        written = Version(stands.number, ring.secret(stands.key))
        if stands.before is None:
            return Index(written)
        return Index(written, Version(stands.number - 1, ring.secret(stands.before)))
    except Erased as gone:
        raise IndexLost(
            "A key of the index is gone, by which what is kept is found. If it was renewed this "
            "moment, try again; if the data is from an old backup, do: liaison keys rotate-index"
        ) from gone


_KEPT = Question(select(Setting.value).where(Setting.name == _SETTING))
