"""The yardstick of a look-up: pg_trgm on the same names, which stand in the clear."""

import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

from rich.table import Table
from sqlalchemy import Connection, text

SHORTLIST = 50
LEAST_ALIKE = 0.4
"""From here on pg_trgm calls two names alike; what it finds below takes several times as long."""


def is_there(connection: Connection) -> bool:
    """Whether this database can have pg_trgm."""
    known = text("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")
    return connection.dialect.name == "postgresql" and connection.execute(known).scalar() == 1


def searched(
    connection: Connection, known: Mapping[int, str], asked: Sequence[tuple[str, str, int]]
) -> Table:
    """How often the right one is among the first, for each mutation, name and entity asked for."""
    _fill(connection, known)
    found: defaultdict[str, list[bool]] = defaultdict(list)
    took: list[float] = []
    for mutation, name, entity in asked:
        began = time.perf_counter()
        rows = connection.execute(_ALIKE, {"name": name, "most": SHORTLIST}).all()
        took.append(time.perf_counter() - began)
        found[mutation].append(any(known[row.entity] == known[entity] for row in rows))
    table = Table("mutation", f"among {SHORTLIST}", title="pg_trgm on the same names in the clear")
    for mutation, hits in found.items():
        table.add_row(mutation, f"{sum(hits) / len(hits):.3f}")
    cuts = statistics.quantiles(took, n=100)
    table.add_row("a look-up, p50 and p95", f"{1000 * cuts[49]:.2f} and {1000 * cuts[94]:.2f} ms")
    return table


def _fill(connection: Connection, known: Mapping[int, str]) -> None:
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    connection.execute(text("CREATE TEMPORARY TABLE clear (entity bigint, name text)"))
    rows = [{"entity": entity, "name": name} for entity, name in known.items()]
    connection.execute(text("INSERT INTO clear VALUES (:entity, :name)"), rows)
    connection.execute(text("CREATE INDEX ON clear USING gin (name gin_trgm_ops)"))
    connection.execute(text("ANALYZE clear"))
    connection.execute(text(f"SET LOCAL pg_trgm.similarity_threshold = {LEAST_ALIKE}"))


_ALIKE = text(
    "SELECT entity FROM clear WHERE name % :name ORDER BY similarity(name, :name) DESC LIMIT :most"
)
