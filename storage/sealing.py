"""Sealed columns: AES-256-GCM, each value bound to its row and column.

A column `text` is kept as `text_sealed`, under the key named by the row's `key_id`. Look-ups go
through keyed hashes (`storage.indexing`), never through the words.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from storage.errors import Erased, WrongKey
from storage.keyring import ROOT, Keyring

_NONCE = 12
_HASH = 8


class HasKey(Protocol):
    """A row with sealed columns."""

    @property
    def __tablename__(self) -> str: ...
    @property
    def id(self) -> int: ...
    @property
    def key_id(self) -> str: ...


class Digest(Protocol):
    """A hash that takes more text."""

    def copy(self) -> "Digest": ...
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value belongs, for rows that are written without being made first."""

    __tablename__: str
    id: int
    key_id: str


def keyring(session: Session) -> Keyring:
    """The keyring this session seals with."""
    ring: Keyring = session.info["keyring"]
    return ring


def seal(session: Session, row: HasKey, column: str, text: str | None) -> None:
    """Write *text* into the row's sealed *column*."""
    setattr(
        row,
        f"{column}_sealed",
        None if text is None else sealed(session, row, column, text),
    )


def sealed(session: Session, row: HasKey, column: str, text: str) -> bytes:
    """The sealed form of *text* for this row and column."""
    return sealer(keyring(session), row.key_id)(row.__tablename__, row.id, column, text)


def sealer(ring: Keyring, key_id: str) -> Callable[[str, int, str, str], bytes]:
    """As `sealed`, for several values under one key: of a table, a row, a column, the words."""
    cipher = ring.cipher(key_id)

    def seals(table: str, row_id: int, column: str, text: str) -> bytes:
        nonce = os.urandom(_NONCE)
        words = text.encode("utf-8", "surrogatepass")
        return nonce + cipher.encrypt(nonce, words, _binding(table, row_id, column))

    return seals


def unseal(session: Session, row: HasKey, column: str) -> str:
    """The words in the row's sealed *column*. Raises `Erased` when they are gone."""
    return opened(session, row, column, getattr(row, f"{column}_sealed"))


def opened(session: Session, row: HasKey, column: str, blob: bytes | None) -> str:
    """As `unseal`, with what the column holds. Raises `Erased` when the words are gone."""
    if blob is None:
        raise Erased(f"{row.__tablename__}.{column} holds nothing")
    return opener(keyring(session), row.__tablename__, column)(row.id, row.key_id, blob)


def opener(ring: Keyring, table: str, column: str) -> Callable[[int, str, bytes], str]:
    """As `opened`, for many rows of one column: of a row, its key, what the column holds."""

    def opens(row_id: int, key_id: str, blob: bytes) -> str:
        cipher = ring.cipher(key_id)
        try:
            words = cipher.decrypt(blob[:_NONCE], blob[_NONCE:], _binding(table, row_id, column))
        except InvalidTag as fault:
            raise WrongKey(
                f"{table}.{column} of row {row_id} does not open: it was moved or altered"
            ) from fault
        return words.decode("utf-8", "surrogatepass")

    return opens


def unseal_or(session: Session, row: HasKey, column: str, otherwise: str) -> str:
    """The words in the row's sealed *column*, or *otherwise* when they are gone."""
    try:
        return unseal(session, row, column)
    except Erased:
        return otherwise


def fingerprint(session: Session, key_id: str, family: str, text: str) -> int:
    """A hash of *text* under a key of its own: known again when the words are gone, and never told.

    It is not in the index: it lives and dies with that key.
    """
    digest = keyed(keyring(session).secret(key_id), f"fingerprint {family}").copy()
    digest.update(text.encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest.digest(), signed=True)


@lru_cache(maxsize=256)
def keyed(secret: bytes, family: str) -> Digest:
    """A family's keyed hash (BLAKE2b, RFC 7693, 64 bits), up to where the text comes in."""
    of_family = hashlib.blake2b(f"liaison {family}".encode(), key=secret, digest_size=32)
    return hashlib.blake2b(key=of_family.digest(), digest_size=_HASH)


def _binding(table: str, row_id: int, column: str) -> bytes:
    return f"{table}.{column}|{row_id}".encode()


def ensure_key(session: Session, key_id: str, parent: str = ROOT) -> str:
    """The key named *key_id*, made under *parent* if there is none yet.

    For keys with speaking names, such as a room's month.
    """
    keyring(session).ensure(key_id, parent)
    return key_id
