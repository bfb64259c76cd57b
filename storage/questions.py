"""Questions asked so often that each is put into the database's words once for all."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine


class Question:
    """A statement whose words never change, asked of the driver itself within the unit of work:
    SQLAlchemy's share of a small question is several times that of the database."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._worded: dict[str, _Worded] = {}
        self._columns: dict[str, Sequence[_Process | None]] = {}

    def ask(self, connection: Connection, **given: object) -> Sequence[tuple[Any, ...]]:
        """The rows of the answer, where the parameters are those that are *given*.

        What the session still holds back is not written before.
        """
        dialect = connection.dialect
        worded = self._worded.get(dialect.name)
        if worded is None:
            worded = self._worded[dialect.name] = _worded(self._statement, dialect)
        faults: Any = dialect.loaded_dbapi.Error
        driven = connection.connection
        try:
            with closing(driven.cursor()) as cursor:
                cursor.execute(worded.text, worded.bound(given))
                columns = self._columns.get(dialect.name)
                if columns is None:
                    columns = _columns(self._statement, dialect, cursor.description)
                    self._columns[dialect.name] = columns
                return _read(columns, cursor.fetchall())
        except faults as fault:
            if dialect.is_disconnect(fault, driven.dbapi_connection, None):
                connection.invalidate(fault)  # Or the pool would give it to the next one.
            raise DBAPIError.instance(worded.text, None, fault, faults, dialect=dialect) from fault


_Process = Callable[[Any], Any]


class _Worded(NamedTuple):
    """A question as one kind of database has it."""

    text: str
    names: Sequence[str]
    """Of its parameters, in order."""
    fixed: Mapping[str, object]
    is_positional: bool
    binds: Mapping[str, _Process]

    def bound(self, given: Mapping[str, object]) -> Any:
        values = {**self.fixed, **given}
        for name, process in self.binds.items():
            values[name] = process(values[name])
        return [values[name] for name in self.names] if self.is_positional else values


def _worded(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> _Worded:
    compiled = statement.compile(dialect=dialect)
    names: Sequence[str] = getattr(compiled, "positiontup", None) or list(compiled.params)
    processes = {
        name: _native(bind.type, dialect).bind_processor(dialect)
        for bind, name in getattr(compiled, "bind_names", {}).items()
    }
    return _Worded(
        str(compiled),
        names,
        {name: value for name, value in compiled.params.items() if value is not None},
        bool(getattr(compiled, "positional", False)),
        {name: process for name, process in processes.items() if process is not None},
    )


def _columns(
    statement: Select[*tuple[Any, ...]], dialect: Dialect, described: Sequence[Sequence[Any]]
) -> Sequence[_Process | None]:
    """How each column is read: what it is to us, and as what the driver says that it came."""
    return [
        _native(column.type, dialect).result_processor(dialect, came_as[1])
        for column, came_as in zip(statement.selected_columns, described, strict=True)
    ]


def _read(
    columns: Sequence[_Process | None], rows: Sequence[tuple[Any, ...]]
) -> Sequence[tuple[Any, ...]]:
    if not rows or not any(columns):
        return rows
    read = zip(columns, zip(*rows, strict=True), strict=True)
    return list(zip(*(map(p, each) if p else each for p, each in read), strict=True))


def _native(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
