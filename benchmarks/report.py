"""What a benchmark found, written into the docs by the machine and by nobody's hand."""

import os
import platform
import sqlite3
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.table import Table

DOCS = Path("docs/benchmarks.md")


def write(name: str, command: str, tables: Sequence[Table]) -> None:
    """Put these tables into the docs, in place of what was written there under this name."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    where = (
        f"Made by `{command}` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores "
        f"({platform.machine()}), Python {platform.python_version()}, SQLite "
        f"{sqlite3.sqlite_version} at `synchronous=FULL`, spaCy {version('spacy')}, "
        f"load {os.getloadavg()[0]:.1f} at the end."
    )
    block = "\n\n".join([begin, where, *map(_markdown, tables), end])
    text = DOCS.read_text("utf-8")
    if begin not in text:
        text = f"{text.rstrip()}\n\n{begin}{end}\n"
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    DOCS.write_text(head + block + tail, "utf-8")


def additions() -> float:
    """How fast this machine is at the moment, for it differs from hour to hour: CPU seconds."""
    began, total = time.thread_time(), 0
    for number in range(5_000_000):
        total += number
    return time.thread_time() - began


def command(module: str) -> str:
    """As what this process was begun, without the address of a database: it may hold a secret."""
    given = ("URL" if "://" in each else each for each in sys.argv[1:])
    return " ".join(["python -m", module, *given])


def _markdown(table: Table) -> str:
    heads = [str(column.header) for column in table.columns]
    rows = zip(*(map(str, column.cells) for column in table.columns), strict=True)
    lines = [heads, ["---"] * len(heads), *rows]
    said = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    if table.caption:
        said = f"{said}\n\n{table.caption}"
    return f"{table.title}\n\n{said}" if table.title else said
