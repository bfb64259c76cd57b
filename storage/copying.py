"""Copying a whole database into another, of either kind."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, func, insert, select

from storage.errors import StorageError
from storage.models import Base

AT_ONCE = 1000


class Differs(StorageError):
    """The copy does not hold what the original holds."""


def copy(
    source: Engine, target: Engine, moved: Callable[[int], None] = lambda _: None
) -> dict[str, int]:
    """Copy every row, as it was at one moment, into an empty database of the same schema.

    Returns how many rows each table has; *moved* hears of each part. Raises `Differs`.
    """
    copied: dict[str, int] = {}
    with _one_moment(source) as reading, target.begin() as writing:
        for table in Base.metadata.sorted_tables:
            copied[table.name] = 0
            rows = reading.execution_options(yield_per=AT_ONCE).execute(select(table))
            for part in rows.partitions():
                writing.execute(insert(table), [dict(row._mapping) for row in part])
                copied[table.name] += len(part)
                moved(len(part))
    with target.connect() as connection:
        for table in Base.metadata.sorted_tables:
            there = connection.execute(select(func.count()).select_from(table)).scalar_one()
            if there != copied[table.name]:
                raise Differs(f"{table.name}: {there} rows in the copy, not {copied[table.name]}")
    return copied


def is_empty(engine: Engine) -> bool:
    """Whether nothing is kept there yet."""
    with engine.connect() as connection:
        return not any(
            connection.execute(select(table).limit(1)).first()
            for table in Base.metadata.tables.values()
        )


def _one_moment(engine: Engine) -> Connection:
    """A connection that sees everything as it is now, whatever is written meanwhile."""
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(isolation_level="REPEATABLE READ")
    return engine.connect()
