"""The measurements that the docs report, and the table that they write into them.

python -m benchmarks [--quick] [--entities 100000] [--write]
"""

import argparse
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import base, flow, report, talk
from benchmarks.flow import Latency, Sustained

_PATTERN = re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b|\b[A-Z]{2}\d{2}\s?[A-Z]{3}\b|\+\d{7,15}")

WARM_UP = 500

Rows = Sequence[tuple[str, str]]


def main() -> None:
    given = _arguments()
    size = given.entities or (10_000 if given.quick else 100_000)
    count = 2_000 if given.quick else 20_000
    seconds = 10 if given.quick else 60
    cache = Path(os.environ.get("LIAISON_BENCH_CACHE", Path.home() / ".cache/liaison-bench"))
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as folder:
        first, second, third = (Path(folder) / name for name in ("flow", "latency", "plain"))
        for each in (first, second, third):
            each.mkdir()
        base.prepared(size, cache, first, _tell)
        _tell(f"Working through {count:,} messages…")
        people = base.population(size)
        talked = talk.mixed(people, count + WARM_UP, base.SEED + 1)
        before = report.additions()
        worked = flow.sustained(first, talked[:WARM_UP], talked[WARM_UP:])
        after = report.additions()
        base.prepared(size, cache, second, _tell)
        _tell(f"Hearing 20 messages a second for {seconds} s…")
        known = talk.hits(people, 20 * seconds + WARM_UP // 10, base.SEED + 2)
        waited = flow.latency(second, known[: WARM_UP // 10], known[WARM_UP // 10 :], 20)
        _tell("The same messages through a plain loop…")
        plain = _plain_loop(third, size, min(count, 4000))
    rows = [
        *_rows(size, worked, waited, plain),
        ("five million additions in Python, before and after", f"{before:.2f} and {after:.2f} s"),
    ]
    table = Table("measured", "figure")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
    if given.write:
        name = f"measured with {size} entities" if given.entities else "measured"
        report.write(name, report.command("benchmarks"), [table])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--entities", type=int, metavar="N", help="so many in the base")
    parser.add_argument("--write", action="store_true", help=f"write the table into {report.DOCS}")
    return parser.parse_args()


def _rows(size: int, worked: Sustained, waited: Latency, plain: float) -> Rows:
    each = 1e6 * worked.cpu_seconds / worked.messages
    parts = [
        (f"of which {name}", f"{1e6 * cpu / worked.messages:,.0f} µs")
        for name, cpu in worked.cpu_by_part.items()
    ]
    return [
        ("entities in the base", f"{size:,}"),
        ("messages heard, understood and committed", f"{worked.messages:,}"),
        ("sustained", f"{worked.a_second:,.0f} a second"),
        ("CPU time a message", f"{each:,.0f} µs"),
        *parts,
        ("what they led to", ", ".join(f"{n:,} {name}" for name, n in worked.rows.items() if n)),
        ("hear to question queued at 20 a second, p50", f"{waited.p50:,.0f} ms"),
        ("hear to question queued at 20 a second, p95", f"{waited.p95:,.0f} ms"),
        ("questions timed", f"{waited.asked:,}"),
        ("memory when idle", f"{worked.idle_mb:,.0f} MB"),
        ("memory at its peak", f"{worked.peak_mb:,.0f} MB"),
        ("a plain loop: three patterns, one row, one commit", f"{plain:,.0f} a second"),
        ("Liaison beside the plain loop", f"{worked.a_second / plain:.2f} times"),
    ]


def _plain_loop(folder: Path, size: int, count: int) -> float:
    """What one writes in an afternoon: a pattern, a row and a commit for each message."""
    messages = talk.mixed(base.population(size), count, base.SEED + 3)
    database = sqlite3.connect(folder / "plain.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, text TEXT, found TEXT)")
    began = time.perf_counter()
    for message in messages:
        found = " ".join(_PATTERN.findall(message.text))
        database.execute("INSERT INTO said (text, found) VALUES (?, ?)", (message.text, found))
    seconds = time.perf_counter() - began
    database.close()
    return count / seconds


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
