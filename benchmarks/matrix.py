"""What listening and answering on Matrix costs, against a Synapse on this machine.

python -m benchmarks.matrix [--quick] [--write]
"""

import argparse
import asyncio
import logging
import os
import platform
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog
from rich.console import Console
from rich.table import Table

from adapters.matrix.machine import Machine
from bot.conversation.messages import AccountRef, Inbound, Said
from nlp import pipeline
from tests.peers.matrix import synapse
from tests.peers.matrix.people import Person
from tests.peers.matrix.stage import Bot, soon
from tests.peers.matrix.synapse import Synapse

DOCS = Path("docs/matrix.md")
BEGIN, END = "<!-- measured -->", "<!-- end -->"
AT_ONCE = 16
A_WHILE = timedelta(minutes=2)
"""By so much the bot's clock is moved between cards, as else they would join."""
PAUSE = 0.2
LONG = 600.0

Rows = Sequence[tuple[str, str]]


@dataclass
class Meter:
    """The CPU time that calls of one function take."""

    seconds: float = 0.0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def metered(*args: Any, **more: Any) -> Any:
            before = time.thread_time()
            try:
                return function(*args, **more)
            finally:
                self.seconds += time.thread_time() - before

        return metered


def main() -> None:
    given = _arguments()
    # What is measured is not what it costs to write a log.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.disable(logging.ERROR)
    python = synapse.python()
    if python is None:
        sys.exit(synapse.MISSING)
    server = Synapse(python)
    server.start()
    try:
        with tempfile.TemporaryDirectory(prefix="liaison-bench-") as folder:
            count, cards = (300, 20) if given.quick else (3000, 150)
            rows = asyncio.run(_measured(server, Path(folder), count, cards))
    finally:
        server.remove()
    table = Table("measured", "figure")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
    if given.write:
        _write(rows, quick=given.quick)


async def _measured(server: Synapse, folder: Path, count: int, cards: int) -> Rows:
    bot = await Bot.arrives(server, folder, extract=pipeline.load().read)
    ada = await Person.arrives(server, "ada", server.folder)
    room = await ada.opens_room(bot.user)
    await bot.is_in(room)
    nobody = AccountRef("matrix", ada.account.home, "nobody")
    await bot.settles_in(room, ada=ada.account, bruno=nobody)
    rows = [*await _catching_up(server, bot, ada, room, count)]
    await bot.goes_to_work()
    rows += await _answering(bot, ada, room, cards)
    await ada.closes()
    await bot.closes()
    return rows


async def _catching_up(server: Synapse, bot: Bot, ada: Person, room: str, count: int) -> Rows:
    """So many messages were said while the bot was away."""
    await bot.ends()
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with gate:
            await ada.says(room, f"Noted plate XX{number % 100:02} TST on the paperwork, {number}")

    began, server_before = time.perf_counter(), _cpu_of(server.pid)
    await asyncio.gather(*map(one, range(count)))
    sending = time.perf_counter() - began
    sent_cpu = _cpu_of(server.pid) - server_before
    decrypting = Meter()
    began, before, server_before = time.perf_counter(), time.process_time(), _cpu_of(server.pid)
    open_one = Machine.open
    Machine.open = decrypting.around(open_one)  # type: ignore[method-assign]  # to be timed
    await bot.begins(within=LONG)
    hearing, cpu = time.perf_counter() - began, time.process_time() - before
    Machine.open = open_one  # type: ignore[method-assign]  # as it was
    server_cpu = _cpu_of(server.pid) - server_before
    heard = sum(kind == "said" for kind, _ in bot.heard())
    if heard != count:
        raise RuntimeError(f"{heard} of {count} messages were heard")
    each = 1e6 / count
    return [
        ("messages sent by one client, 16 at a time", f"{count / sending:,.0f} a second"),
        ("Synapse's CPU time to take a message", f"{sent_cpu * each:,.0f} µs"),
        ("messages caught up with, decrypted and committed", f"{count:,}"),
        ("caught up", f"{count / hearing:,.0f} a second"),
        ("CPU time a message", f"{cpu * each:,.0f} µs"),
        ("of which to decrypt", f"{decrypting.seconds * each:,.0f} µs"),
        ("Synapse's CPU time to hand it out", f"{server_cpu * each:,.0f} µs"),
    ]


async def _answering(bot: Bot, ada: Person, room: str, count: int) -> Rows:
    """One message after the other, each answered by a card."""
    committed: dict[str, float] = {}
    hear = bot.liaison.hear

    async def timed(inbounds: Sequence[Inbound], cursor: tuple[str, str] | None = None) -> None:
        await hear(inbounds, cursor)
        now = time.perf_counter()
        committed.update((each.event, now) for each in inbounds if isinstance(each, Said))

    bot.liaison.hear = timed  # type: ignore[method-assign]  # to be timed
    to_commit, to_card = [], []
    for number in range(count):
        bot.ahead += A_WHILE
        began = time.perf_counter()
        event = await ada.says(
            room, f"Lorry, plate XX{number % 100:02} ZST, {secrets.token_hex(2)}"
        )
        while not _card_for(ada, room, event):
            await ada.catches_up(patience=5)
        to_card.append(time.perf_counter() - began)
        await soon(lambda event=event: event in committed, within=LONG)  # type: ignore[misc]  # bound early on purpose
        to_commit.append(committed[event] - began)
        await asyncio.sleep(PAUSE)
    bot.liaison.hear = hear  # type: ignore[method-assign]  # as it was
    return [
        ("from an officer's send to commit, p50", f"{_share(to_commit, 50):,.0f} ms"),
        ("from an officer's send to commit, p95", f"{_share(to_commit, 95):,.0f} ms"),
        ("from an officer's send to the card read, p50", f"{_share(to_card, 50):,.0f} ms"),
        ("from an officer's send to the card read, p95", f"{_share(to_card, 95):,.0f} ms"),
        ("cards timed; each waits its fixed second", f"{count:,}"),
    ]


def _card_for(ada: Person, room: str, event: str) -> bool:
    return any(each["relation"].get("event_id") == event for each in ada.reads(room))


def _share(seconds: Sequence[float], percent: int) -> float:
    return 1000 * statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


def _cpu_of(process: int | None) -> float:
    """The CPU seconds of another process, so far."""
    with suppress(FileNotFoundError):
        words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matrix", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--write", action="store_true", help=f"write the table into {DOCS}")
    return parser.parse_args()


def _write(rows: Rows, *, quick: bool) -> None:
    made = "python -m benchmarks.matrix --write" + (" --quick" if quick else "")
    where = (
        f"Made by `{made}` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores "
        f"({platform.machine()}), Python {platform.python_version()}, matrix-nio "
        f"{version('matrix-nio')}, vodozemac {version('vodozemac')}; Synapse with SQLite in "
        f"memory; bot and sender in one process; load {os.getloadavg()[0]:.1f} at the end."
    )
    table = [
        "| measured | figure |",
        "|---|---|",
        *(f"| {name} | {figure} |" for name, figure in rows),
    ]
    lines = [BEGIN, "", where, "", *table, "", END]
    text = DOCS.read_text("utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    DOCS.write_text(head + "\n".join(lines) + tail, "utf-8")


if __name__ == "__main__":
    main()
