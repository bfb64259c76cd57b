"""Asking the database about thousands of numbers at once, as one parameter and not one for each."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, TypeDecorator, bindparam
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


class _Numbers(TypeDecorator[Collection[int]]):
    """Numbers as one value: an array, or JSON for a database that has none."""

    impl = UnicodeText
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(BigInteger()))
        return dialect.type_descriptor(UnicodeText())

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> Any:
        numbers = sorted(value or ())
        return numbers if dialect.name == "postgresql" else json.dumps(numbers)


class _Each(FunctionElement[int]):
    """The rows of one such value."""

    inherit_cache = True


@compiles(_Each, "sqlite")
def _from_json(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    numbers = compiler.process(element.clauses, **options)
    return f"(SELECT value FROM json_each({numbers}))"  # noqa: S608 - a parameter's place, no words


@compiles(_Each, "postgresql")
def _from_array(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    numbers = compiler.process(element.clauses, **options)
    return f"(SELECT unnest({numbers}))"
