"""Statements that are compiled once for all tests, though each test has engines of its own."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import URL, Dialect, Engine, make_url

from storage import engines


@contextmanager
def once() -> Iterator[None]:
    """Meanwhile, engines for one kind of database share what was compiled for it.

    A process at work has compiled what it asks long ago; a test would spend a third of its time
    on it. What is compiled is kept by dialect, so they share that, too.
    """
    shared: dict[str, tuple[Dialect, dict[Any, Any]]] = {}

    def create_engine(url: str, **options: Any) -> Engine:
        place = make_url(url)
        kind = place.get_backend_name()
        if options.get("module", sqlite3) is not sqlite3:
            return sqlalchemy.create_engine(url, **options)
        if kind not in shared:
            shared[kind] = _initialized(place), {}
        dialect, compiled = shared[kind]
        engine = sqlalchemy.create_engine(
            url, execution_options={"compiled_cache": compiled}, **options
        )
        engine.dialect = dialect
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "create_engine", create_engine)
        yield


def _initialized(place: URL) -> Dialect:
    """The dialect of a server that was asked what it can."""
    if place.get_backend_name() == "sqlite":
        place = sqlalchemy.URL.create("sqlite")
    engine = sqlalchemy.create_engine(place)
    engine.connect().close()
    engine.dispose()
    return engine.dialect
