"""Thousands of values as one: asked about as one parameter, answered as one of a group."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    TableValuedAlias,
    TypeDecorator,
    bindparam,
    column,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine, UnicodeText


def among(
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None], name: str
) -> ColumnElement[bool]:
    """Whether *column* is one of the numbers given as parameter *name*, of which there may be
    thousands: the statement stays the same, and so does the time to prepare it."""
    return column.op("IN", is_comparison=True)(_Each(bindparam(name, type_=_Numbers())))


def among_words(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """As `among`, of words."""
    return column.op("IN", is_comparison=True)(_Each(bindparam(name, type_=_Words())))


def rows_of(name: str) -> TableValuedAlias:
    """The numbers given as parameter *name* as rows of one column, `value`, the smallest first."""
    return _Each(bindparam(name, type_=_Numbers())).table_valued(column("value", BigInteger()))


def gathered(column: InstrumentedAttribute[int]) -> ColumnElement[Sequence[int]]:
    """All that *column* holds in a group, as one value instead of a row for each."""
    return _All(column)


class _Numbers(TypeDecorator[Sequence[Any]]):
    """Numbers as one value: an array, or JSON for a database that has none."""

    impl = UnicodeText
    cache_ok = True
    kind: type[TypeEngine[Any]] = BigInteger

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(self.kind()))
        return dialect.type_descriptor(UnicodeText())

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        values = sorted(value or ())
        return values if dialect.name == "postgresql" else json.dumps(values)

    def process_result_value(self, value: Any, dialect: Dialect) -> list[Any]:
        values: list[Any] = value if dialect.name == "postgresql" else json.loads(value)
        return values


class _Words(_Numbers):
    """As `_Numbers`, of words."""

    cache_ok = True
    kind = UnicodeText


class _Each(FunctionElement[int]):
    """The rows of one such value."""

    inherit_cache = True


class _All(FunctionElement[Sequence[int]]):
    """The rows of a group as one such value."""

    type = _Numbers()
    inherit_cache = True


@compiles(_Each, "sqlite")
def _from_json(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    numbers = compiler.process(element.clauses, **options)
    return f"(SELECT value FROM json_each({numbers}))"  # noqa: S608 - a parameter's place, no words


@compiles(_Each, "postgresql")
def _from_array(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    numbers = compiler.process(element.clauses, **options)
    return f"(SELECT unnest({numbers}) AS value)"


@compiles(_All, "sqlite")
def _to_json(element: _All, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **options)})"


@compiles(_All, "postgresql")
def _to_array(element: _All, compiler: SQLCompiler, **options: Any) -> str:
    return f"array_agg({compiler.process(element.clauses, **options)})"
