"""A bot on Matrix in a process of its own, to be killed.

One process loads everything, and for each line on its standard input a copy of it becomes a bot.
"""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from adapters.matrix import credentials
from tests.peers.matrix.stage import Bot

SECRETS = "matrix.secrets"
OUTLASTS_LEASES = timedelta(seconds=61)
"""What was being said by a bot that was killed may be said by the next one after this."""


class Nursery:
    """Bears bots on one folder, one after the other."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.faults.matrix_bot", str(folder)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._child = 0

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_: object) -> None:
        self.kills()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(20)

    def bears(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("one more\n")
        self._process.stdin.flush()
        self._child = int(self._process.stdout.readline())

    def kills(self) -> None:
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            self._child = 0


def main() -> None:
    folder = Path(sys.argv[1])
    for number, _ in enumerate(sys.stdin):
        if number:
            os.waitpid(-1, 0)  # the one before was killed
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            asyncio.run(_live(folder, OUTLASTS_LEASES * number))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


async def _live(folder: Path, ahead: timedelta) -> None:
    bot = Bot(folder)
    bot.credentials = credentials.read(folder / SECRETS)
    bot.ahead = ahead
    bot.works = True
    bot.open_store()
    await bot.begins()
    nursery = os.getppid()
    while os.getppid() == nursery:  # noqa: ASYNC110 - no bot outlives whoever bore it
        await asyncio.sleep(0.5)
    sys.exit()


if __name__ == "__main__":
    main()
