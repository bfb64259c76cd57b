"""Adding very many rows of plain numbers as fast as each database takes them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute, Session


def fill(
    session: Session, columns: Sequence[InstrumentedAttribute[int]], rows: Iterable[Sequence[int]]
) -> None:
    """Add *rows*, each with a number for each of these *columns* of one table."""
    table = columns[0].class_.__tablename__
    named = ", ".join(column.key for column in columns)
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        cursor: Any = connection.connection.cursor()  # the driver's own, within our unit of work
        with cursor, cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(columns))
    words = f"INSERT INTO {table} ({named}) VALUES ({places})"  # noqa: S608 - our own names
    if values := [tuple(row) for row in rows]:
        connection.exec_driver_sql(words, values)
