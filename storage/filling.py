"""Adding very many rows as fast as each database takes them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, Session


def fill(
    session: Session, columns: Sequence[InstrumentedAttribute[Any]], rows: Collection[Sequence[Any]]
) -> None:
    """Add *rows*, each with a value for each of these *columns* of one table.

    No default fills in for a column that is left out.
    """
    if not rows:
        return
    connection = session.connection()
    dialect = connection.dialect
    quoted = dialect.identifier_preparer.quote
    table = quoted(columns[0].class_.__tablename__)
    named = ", ".join(quoted(column.key) for column in columns)
    kept = _as_kept(columns, rows, dialect)
    if dialect.name == "postgresql":
        words = f"COPY {table} ({named}) FROM STDIN"
        cursor: Any = connection.connection.cursor()  # the driver's own, within our unit of work
        faults: Any = dialect.loaded_dbapi.Error
        try:
            with cursor, cursor.copy(words) as copy:
                for row in kept:
                    copy.write_row(row)
        except faults as fault:
            raise DBAPIError.instance(words, None, fault, faults, dialect=dialect) from fault
        return
    places = ", ".join("?" * len(columns))
    words = f"INSERT INTO {table} ({named}) VALUES ({places})"  # noqa: S608 - our own names
    connection.exec_driver_sql(words, list(kept))


def _as_kept(
    columns: Sequence[InstrumentedAttribute[Any]], rows: Collection[Sequence[Any]], dialect: Dialect
) -> Iterator[tuple[Any, ...]]:
    """The rows, each value as the driver takes it; a column at a time, for they are many."""
    by_column: list[Iterable[Any]] = []
    for column, values in zip(columns, zip(*rows, strict=True), strict=True):
        bind = column.type.dialect_impl(dialect).bind_processor(dialect)
        by_column.append(values if bind is None else map(bind, values))
    return zip(*by_column, strict=True)
