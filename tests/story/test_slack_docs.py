"""docs/slack.md, walked through as it is written, against a Slack of our own."""

import asyncio
import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.slack_server import APP_TOKEN, BOT_TOKEN, SECRET, FakeSlack, said_in

DOCS = Path("docs/slack.md")
BASE = """
[database]
url = "sqlite:///data/liaison.db"
keyring_url = "sqlite:///keys/keyring.db"
[keys]
master_file = "master.key"
"""


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)


class Terminal:
    """A shell in an empty folder, in which `liaison` is this version."""

    def __init__(self, folder: Path, api: str) -> None:
        self.folder = folder
        bin_ = folder / "bin"
        bin_.mkdir()
        (bin_ / "liaison").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bot "$@"\n')
        (bin_ / "liaison").chmod(stat.S_IRWXU)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("LIAISON_")}
        self.environment = kept | {
            "PATH": f"{bin_}:{os.environ['PATH']}",
            "PYTHONPATH": str(Path.cwd()),
            "LIAISON_SLACK__BASE_URL": api,
        }

    async def does(self, lines: str, typed: str = "") -> str:
        """What it prints; it must end well."""
        process = await self.starts(lines)
        said, _ = await asyncio.wait_for(process.communicate(typed.encode()), 60)
        assert process.returncode == 0, said.decode()
        return said.decode()

    async def starts(self, lines: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            "sh", "-ec", lines, cwd=self.folder, env=self.environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip


@pytest.mark.timeout(240)
def test_from_nothing_to_a_working_channel_as_written(tmp_path: Path) -> None:
    asyncio.run(_walk(tmp_path))


async def _walk(folder: Path) -> None:
    make, tokens, apply, look, run = blocks("sh")
    config, directory, by_http = blocks("toml")
    async with FakeSlack() as slack:
        for user in ("U0ADA", "U0ARON"):
            slack.person(user, user)
        room = slack.channel("C0JOINT", "U0ADA", "U0ARON")
        terminal = Terminal(folder, slack.api)
        # What deploy/README.md leads to.
        for name in ("data", "keys"):
            (folder / name).mkdir(mode=0o700)
        (folder / "config.toml").write_text(BASE + config)
        (folder / "directory.toml").write_text(directory)
        await terminal.does("liaison keys new master.key && liaison upgrade")

        link = await terminal.does(make)
        assert link.startswith("https://api.slack.com/apps?new_app=1&manifest_json=")
        app_line, bot_line = tokens.strip().splitlines()[1:]
        await terminal.does(f"umask 077\n{app_line}", APP_TOKEN + "\n")
        await terminal.does(f"umask 077\n{bot_line}", BOT_TOKEN + "\n")
        await terminal.does(apply)
        looked = await terminal.does(look)
        assert "our blocks are taken" in looked
        assert "FAIL" not in looked
        assert BOT_TOKEN not in looked

        running = await terminal.starts(f"exec {run}")
        try:
            await slack.until(lambda: slack.posts(room.id), 60)
            ts = await slack.says("U0ADA", room.id, "plate XX00 TST on quay 7")
            card = await slack.until(
                lambda: [each for each in slack.posts(room.id) if each.get("thread_ts") == ts], 20
            )
            assert "Read: plate XX00 TST" in said_in(card[0])
            answer = await slack.commands("U0ADA", room.id, "help")
            assert "What I can do." in said_in(answer)
        finally:
            running.terminate()
            said, _ = await running.communicate()
        assert "It listens to Slack by socket." in said.decode()
        assert "Nothing was left half-done." in said.decode()
        assert BOT_TOKEN not in said.decode()
        assert APP_TOKEN not in said.decode()
        assert "XX00" not in said.decode()

        port = _free_port()
        await terminal.does("umask 077\ncat > slack-signing-secret", SECRET)
        (folder / "config.toml").write_text(BASE + by_http.replace("3000", str(port)))
        slack.events_url = f"http://127.0.0.1:{port}/slack/events"
        running = await terminal.starts(f"exec {run}")
        try:
            await slack.until(lambda: _answers(port), 60)
            ts = await slack.says("U0ARON", room.id, "plate XX33 TST on quay 7")
            await slack.until(
                lambda: [each for each in slack.posts(room.id) if each.get("thread_ts") == ts], 20
            )
        finally:
            running.terminate()
            said, _ = await running.communicate()
        assert f"It listens to Slack on port {port}." in said.decode()
        assert SECRET not in said.decode()


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
