"""The keyring: wrapped keys, kept apart from the data and its backups.

A key is 32 random bytes, wrapped with AES-256-GCM by its parent; the root's parent is the master
key, which is never stored. Destroying a key destroys everything below it (crypto-shredding), also
in every old copy of the data.
"""

import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from storage import engines
from storage.among import among_words
from storage.errors import Erased, WrongKey
from storage.questions import Question

ROOT = "root"
INDEX = "index"
"""The first key of the index of what is sealed; those after it have a number behind the word."""
GRACE = "root under the master before"
"""The root once more, while processes that know the last master key go on working."""
_NONCE = 12
_REMEMBERED = 50_000

_metadata = MetaData()
_keys = Table(
    "wrapped_key",
    _metadata,
    Column("id", String(64), primary_key=True),
    Column("parent", String(64), index=True, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)
_generations = Table(
    "generation",
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
)
"""One row: how often keys were destroyed or wrapped anew. What was known before is stale."""


_KEY = select(_keys).where(_keys.c.id == bindparam("id"))
_THESE = Question(select(_keys).where(among_words(_keys.c.id, "ids")))
_GENERATION = Question(select(_generations.c.number))


class Keyring:
    """Mints, finds and destroys keys. Safe for many threads."""

    def __init__(self, engine: Engine, master: bytes) -> None:
        self._engine = engine
        self._master = master
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._fresh: dict[str, tuple[str, bytes]] = {}
        self._generation = 0
        self._lock = threading.RLock()

    def refresh(self) -> None:
        """Forget what was remembered if any process has destroyed keys since it was.

        Asked once in each unit of work, so that what one process erased no other reads for long.
        """
        with self._engine.connect() as connection:
            generation = _generation(connection)
        with self._lock:
            self._forget_before(generation)

    def mint(self, parent: str, key_id: str | None = None) -> str:
        """Make a new key under *parent* and return its id. Kept when `save` is called."""
        key_id = key_id or secrets.token_hex(12)
        secret = secrets.token_bytes(32)
        wrapped = _wrap(self.cipher(parent), key_id, secret)
        with self._lock:
            self._fresh[key_id] = (parent, wrapped)
            self._remember(key_id, _Known(secret))
        return key_id

    def ensure(self, key_id: str, parent: str) -> None:
        """Let there be a key of this name: kept at once, and the same one in every process."""
        if self.has(key_id):
            return
        secret = secrets.token_bytes(32)
        wrapped = _wrap(self.cipher(parent), key_id, secret)
        with self._engine.begin() as connection:
            known = connection.execute(select(_keys.c.id).where(_keys.c.id == key_id)).first()
            if known is None:
                try:
                    with connection.begin_nested():
                        connection.execute(
                            insert(_keys).values(id=key_id, parent=parent, wrapped=wrapped)
                        )
                    self._follow_root(connection, [(key_id, parent, secret)])
                except IntegrityError:
                    pass  # Another process was first: its key is the key.
        self.refresh()

    def cipher(self, key_id: str) -> AESGCM:
        """What seals and opens under this key. Raises `Erased` when the key is gone."""
        return self._find(key_id).cipher

    def secret(self, key_id: str) -> bytes:
        """The key itself, for keyed hashes. Raises `Erased` when it is gone."""
        return self._find(key_id).secret

    def has(self, key_id: str) -> bool:
        """Whether this key still exists."""
        try:
            self._find(key_id)
        except Erased:
            return False
        return True

    def gone(self, key_ids: Collection[str]) -> set[str]:
        """Which of these keys exist no more, or hang below one that does not."""
        missing: set[str] = set()
        wanted = sorted(key_ids)
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            self.preload(part)
            missing |= {key_id for key_id in part if not self.has(key_id)}
        return missing

    def preload(self, key_ids: Sequence[str]) -> None:
        """Fetch many keys in one question, so that opening many rows asks the keyring once.

        One that does not open is left for whoever asks for it: the others are not its victims.
        """
        with self._lock:
            generation = self._generation
            wanted = [key for key in dict.fromkeys(key_ids) if key not in self._known]
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            with self._engine.connect() as connection:
                rows = _THESE.ask(connection, ids=part)
            found: dict[str, _Known] = {}
            for key_id, parent, wrapped in rows:
                try:
                    found[key_id] = _Known(_unwrap(self.cipher(parent), key_id, wrapped))
                except (Erased, WrongKey):
                    continue
            self._remember_of(generation, found)

    def save(self) -> None:
        """Keep the keys minted since. Called before the data that needs them is committed."""
        # The lock is held throughout: two threads must not keep the same keys.
        with self._lock:
            rows = [
                {"id": key_id, "parent": parent, "wrapped": wrapped}
                for key_id, (parent, wrapped) in self._fresh.items()
            ]
            if not rows:
                return
            with self._engine.begin() as connection:
                connection.execute(insert(_keys), rows)
                kept = [
                    (key_id, parent, self._known[key_id].secret)
                    for key_id, (parent, _) in self._fresh.items()
                ]
                generation = self._follow_root(connection, kept)
            self._fresh.clear()
            self._forget_before(generation)

    def destroy(self, key_ids: Sequence[str]) -> None:
        """Destroy these keys for good: what they sealed cannot be read again by anyone."""
        for start in range(0, len(key_ids), 500):
            part = list(key_ids[start : start + 500])
            with self._engine.begin() as connection:
                connection.execute(delete(_keys).where(_keys.c.id.in_(part)))
                _begin_generation(connection)
        with self._lock:
            for key_id in key_ids:
                self._known.pop(key_id, None)
                self._fresh.pop(key_id, None)
        # What hangs below a destroyed key must be forgotten too.
        self.refresh()
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def rotate(self, new_master: bytes) -> int:
        """Make a new root under *new_master* and wrap again all that hung under the old one.

        One transaction: either everything is under the new master or nothing is. Processes that
        know the old one go on working until `retire`. Returns how many keys were wrapped again.
        """
        new_root = secrets.token_bytes(32)
        under_new_root = AESGCM(new_root)
        with self._lock:
            self.save()
            old_root, old_master = self.cipher(ROOT), AESGCM(self._master)
            with self._engine.begin() as connection:
                _keep_others_from_adding(connection)
                _begin_generation(connection)
                children = connection.execute(
                    select(_keys.c.id, _keys.c.wrapped).where(_keys.c.parent == ROOT)
                ).all()
                for child in children:
                    secret = _unwrap(old_root, child.id, child.wrapped)
                    connection.execute(
                        update(_keys)
                        .where(_keys.c.id == child.id)
                        .values(wrapped=_wrap(under_new_root, child.id, secret))
                    )
                connection.execute(
                    update(_keys)
                    .where(_keys.c.id == ROOT)
                    .values(wrapped=_wrap(AESGCM(new_master), ROOT, new_root))
                )
                connection.execute(delete(_keys).where(_keys.c.id == GRACE))
                connection.execute(
                    insert(_keys).values(
                        id=GRACE, parent="", wrapped=_wrap(old_master, GRACE, new_root)
                    )
                )
            self._master = new_master
            self.refresh()
        return len(children)

    def retire(self) -> bool:
        """Let the master key before this one open nothing any more. False if none did.

        Raises `WrongKey` when this is the one before.
        """
        with self._lock, self._engine.begin() as connection:
            root = connection.execute(_KEY, {"id": ROOT}).one()
            _unwrap(AESGCM(self._master), ROOT, root.wrapped)
            gone = connection.execute(delete(_keys).where(_keys.c.id == GRACE))
            _begin_generation(connection)
        return bool(gone.rowcount)

    def close(self) -> None:
        self._engine.dispose()

    def _find(self, key_id: str) -> "_Known":
        with self._lock:
            known = self._known.get(key_id)
            if known is not None:
                self._known.move_to_end(key_id)
                return known
            generation = self._generation
        with self._engine.connect() as connection:
            row = connection.execute(_KEY, {"id": key_id}).first()
        if row is None:
            raise Erased(f"key {key_id} is gone")
        try:
            secret = (
                self._root(row.wrapped)
                if key_id == ROOT
                else _unwrap(self.cipher(row.parent), key_id, row.wrapped)
            )
        except WrongKey:
            self.refresh()
            if self._generation == generation:
                raise
            return self._find(key_id)  # It was wrapped anew after its parent was remembered.
        known = _Known(secret)
        self._remember_of(generation, {key_id: known})
        return known

    def _root(self, wrapped: bytes) -> bytes:
        """The root, by the master key of now, or by the one before while it still opens."""
        master = AESGCM(self._master)
        try:
            return _unwrap(master, ROOT, wrapped)
        except WrongKey:
            with self._engine.connect() as connection:
                grace = connection.execute(_KEY, {"id": GRACE}).first()
            if grace is None:
                raise
            return _unwrap(master, GRACE, grace.wrapped)

    def _follow_root(self, connection: Connection, kept: Sequence[tuple[str, str, bytes]]) -> int:
        """Wrap again what was just kept under a root that was renewed meanwhile. Returns the
        generation; whoever renews the root waits for this, or this has waited for them."""
        generation = _generation(connection)
        if generation != self._generation:
            root = AESGCM(self._root(connection.execute(_KEY, {"id": ROOT}).one().wrapped))
            for key_id, parent, secret in kept:
                if parent == ROOT:
                    wrapped = _wrap(root, key_id, secret)
                    connection.execute(
                        update(_keys).where(_keys.c.id == key_id).values(wrapped=wrapped)
                    )
        return generation

    def _remember_of(self, generation: int, found: Mapping[str, "_Known"]) -> None:
        """Remember keys unless they may have been destroyed while they were being read."""
        with self._lock:
            if self._generation == generation:
                for key_id, known in found.items():
                    self._remember(key_id, known)

    def _forget_before(self, generation: int) -> None:
        if generation == self._generation:
            return
        self._generation = generation
        for key_id in [key for key in self._known if key not in self._fresh]:
            del self._known[key_id]

    def _remember(self, key_id: str, known: "_Known") -> None:
        self._known[key_id] = known
        self._known.move_to_end(key_id)
        while len(self._known) > _REMEMBERED:
            oldest = next(iter(self._known))
            if oldest in self._fresh:
                break
            self._known.popitem(last=False)


class _Known:
    """A key with its cipher, which takes longer to set up than to use."""

    __slots__ = ("cipher", "secret")

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self.cipher = AESGCM(secret)


def open_keyring(url: str, master: bytes) -> Keyring:
    """Open the keyring at *url*, making a new one with a root and an index key if there is none.

    Raises `WrongKey` when the root key does not open with *master*.
    """
    file = engines.file_of(url)
    if file is not None and not file.exists():
        file.touch(mode=0o600)
    engine = engines.of_keyring(url)
    _metadata.create_all(engine)
    keyring = Keyring(engine, master)
    with engine.begin() as connection:
        root = connection.execute(select(_keys.c.wrapped).where(_keys.c.id == ROOT)).scalar()
        if root is None:
            secret, index = secrets.token_bytes(32), secrets.token_bytes(32)
            made = (
                {"id": ROOT, "parent": "", "wrapped": _wrap(AESGCM(master), ROOT, secret)},
                {"id": INDEX, "parent": ROOT, "wrapped": _wrap(AESGCM(secret), INDEX, index)},
            )
            connection.execute(insert(_keys), made)
    keyring.secret(ROOT)
    return keyring


def _generation(connection: Connection) -> int:
    rows = _GENERATION.ask(connection)
    return rows[0][0] if rows else 0


def _keep_others_from_adding(connection: Connection) -> None:
    """On SQLite whoever writes first does so already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE wrapped_key IN EXCLUSIVE MODE")


def _begin_generation(connection: Connection) -> None:
    known = connection.execute(update(_generations).values(number=_generations.c.number + 1))
    if not known.rowcount:
        connection.execute(insert(_generations).values(id=1, number=1))


def _wrap(parent: AESGCM, key_id: str, secret: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + parent.encrypt(nonce, secret, key_id.encode())


def _unwrap(parent: AESGCM, key_id: str, wrapped: bytes) -> bytes:
    try:
        return parent.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], key_id.encode())
    except InvalidTag as fault:
        raise WrongKey(
            f"The key {key_id!r} does not open: the master key is not the one it was made with."
        ) from fault
