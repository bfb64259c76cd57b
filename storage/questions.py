"""Questions asked so often that each is put into the database's words once for all."""

from collections.abc import Callable, Mapping, Sequence
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

    def ask(self, connection: Connection, **given: object) -> Sequence[tuple[Any, ...]]:
        """The rows of the answer, where the parameters are those that are *given*.

        What the session still holds back is not written before.
        """
        dialect = connection.dialect
        worded = self._worded.get(dialect.name)
        if worded is None:
            worded = self._worded[dialect.name] = _worded(self._statement, dialect)
        faults: Any = dialect.loaded_dbapi.Error
        cursor = connection.connection.cursor()
        try:
            cursor.execute(worded.text, worded.bound(given))
            return worded.read(cursor.fetchall())
        except faults as fault:
            raise DBAPIError.instance(worded.text, None, fault, faults, dialect=dialect) from fault
        finally:
            cursor.close()


_Process = Callable[[Any], Any]


class _Worded(NamedTuple):
    """A question as one kind of database has it."""

    text: str
    names: Sequence[str]
    """Of its parameters, in order."""
    fixed: Mapping[str, object]
    is_positional: bool
    binds: Mapping[str, _Process]
    columns: Sequence[_Process | None]

    def bound(self, given: Mapping[str, object]) -> Any:
        values = {**self.fixed, **given}
        for name, process in self.binds.items():
            values[name] = process(values[name])
        return [values[name] for name in self.names] if self.is_positional else values

    def read(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        if not rows or not any(self.columns):
            return rows
        columns = zip(self.columns, zip(*rows, strict=True), strict=True)
        return list(zip(*(map(p, each) if p else each for p, each in columns), strict=True))


def _worded(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> _Worded:
    compiled = statement.compile(dialect=dialect)
    names: Sequence[str] = getattr(compiled, "positiontup", None) or list(compiled.params)
    processes = {
        name: _native(bind.type, dialect).bind_processor(dialect)
        for name, bind in getattr(compiled, "binds", {}).items()
    }
    return _Worded(
        str(compiled),
        names,
        {name: value for name, value in compiled.params.items() if value is not None},
        bool(getattr(compiled, "positional", False)),
        {name: process for name, process in processes.items() if process is not None},
        [
            _native(column.type, dialect).result_processor(dialect, None)
            for column in statement.selected_columns
        ],
    )


def _native(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
