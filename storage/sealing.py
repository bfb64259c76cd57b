"""Sealed columns: AES-256-GCM, each value bound to its row and column.

A column `text` is kept as `text_sealed`, under the key named by the row's `key_id`. Look-ups go
through keyed hashes (BLAKE2b, RFC 7693, 64 bits, as a signed integer), never through the words.
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

INDEX = "index"
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


def look_up(session: Session, family: str, text: str) -> int:
    """The keyed hash under which *text* is found in an index *family*."""
    return hash_with(keyring(session), family, text)


def fingerprint(session: Session, family: str, secret: str) -> str:
    """The keyed hash of a *secret* at its full length: it is known again, and never told."""
    key = hashlib.blake2b(family.encode(), key=keyring(session).secret(INDEX), digest_size=32)
    return hashlib.blake2b(secret.encode(), key=key.digest(), digest_size=32).hexdigest()


def hash_with(ring: Keyring, family: str, text: str) -> int:
    """As `look_up`, for bulk work outside a session."""
    return hasher(ring, family)(text)


def hasher(ring: Keyring, family: str) -> Callable[[str], int]:
    """As `look_up` in one family, for very many texts. Not to be kept: the key may be renewed."""
    begun = _begun(ring.secret(INDEX), family)

    def hashed(text: str) -> int:
        digest = begun.copy()
        digest.update(text.encode("utf-8", "surrogatepass"))
        return int.from_bytes(digest.digest(), "big", signed=True)

    return hashed


@lru_cache(maxsize=64)
def _begun(index_key: bytes, family: str) -> Digest:
    """The family's keyed hash, up to where the text comes in."""
    of_family = hashlib.blake2b(f"liaison index {family}".encode(), key=index_key, digest_size=32)
    return hashlib.blake2b(key=of_family.digest(), digest_size=_HASH)


def _binding(table: str, row_id: int, column: str) -> bytes:
    return f"{table}.{column}|{row_id}".encode()


def ensure_key(session: Session, key_id: str, parent: str = ROOT) -> str:
    """The key named *key_id*, made under *parent* if there is none yet.

    For keys with speaking names, such as a room's month.
    """
    keyring(session).ensure(key_id, parent)
    return key_id
