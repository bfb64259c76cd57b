"""How our own kinds of value are kept in a column."""

import itertools
import secrets
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, String, TypeDecorator

# SQLite keys a table fastest by its own INTEGER; PostgreSQL needs BIGINT to hold the same number.
ROW_ID = BigInteger().with_variant(Integer, "sqlite")

SIGNS = String().with_variant(String(collation="C"), "postgresql")
"""Text in the order of its signs, whatever language a database sorts by: what begins alike is one
stretch of its index."""
_COUNTER_BITS = 21
_counter = itertools.count(secrets.randbits(_COUNTER_BITS))


def fresh_id() -> int:
    """A new row's number: known before the row is written, so that its sealed columns can be bound
    to it. Milliseconds, then a counter that begins at random in every process."""
    # Two processes meet only in one millisecond on one of two million counts; the primary key
    # would then refuse the second, whose whole step is tried again.
    milliseconds = time.time_ns() // 1_000_000
    return milliseconds << _COUNTER_BITS | next(_counter) % (1 << _COUNTER_BITS)


def row_id(written: str) -> int:
    """The row whose number somebody wrote; 0, which is no row's, where it can be none's."""
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 20 else 0
    return number if number < 1 << 63 else 0


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC. SQLite forgets time zones, so naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def words(choices: type[StrEnum]) -> Enum:
    """Keep an enumeration as its readable words, not as a type of the database."""
    return Enum(
        choices,
        native_enum=False,
        length=24,
        values_callable=lambda each: [member.value for member in each],
    )


def render_type(kind: str, value: Any, _context: object) -> str | Literal[False]:
    """Write our types into migrations as plain SQLAlchemy, so old migrations never change."""
    if kind != "type":
        return False
    if isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if value is ROW_ID or (isinstance(value, BigInteger) and value._variant_mapping):
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    if value is SIGNS:
        return 'sa.String().with_variant(sa.String(collation="C"), "postgresql")'
    if isinstance(value, Enum):
        return f"sa.String(length={value.length})"
    return False
