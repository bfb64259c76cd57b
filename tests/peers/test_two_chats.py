"""One bot on Slack and on Matrix at once."""

import asyncio
import os
import signal

import pytest

from tests.peers.matrix.people import Person
from tests.peers.matrix.stage import HERE, becomes
from tests.peers.matrix.synapse import DOMAIN, Synapse
from tests.peers.test_matrix_setup import Office, office
from tests.slack_server import APP_TOKEN, BOT_TOKEN, TEAM, FakeSlack, said_in

__all__ = ["office"]

ON_SLACK = """
[slack]
base_url = "{api}"
bot_token_file = "slack-bot-token"
app_token_file = "slack-app-token"
"""
SLACK_ROOM = """
[[room]]
slug = "joint-quay"
platform = "slack"
address = "C0JOINT"
title = "Joint quay"
purpose = "Sightings at the quays"
ceiling = "AMBER"
default_marking = "AMBER"
listens = "all"
agencies = ["alder", "birch"]
zone = "Europe/Brussels"
"""


@pytest.mark.timeout(240)
def test_it_hears_and_answers_on_both(office: Office, synapse: Synapse) -> None:
    user = synapse.register(f"both-{os.getpid()}")
    office.liaison("matrix", "login", "--homeserver", synapse.address, "--user", user)
    for name, token in (("slack-bot-token", BOT_TOKEN), ("slack-app-token", APP_TOKEN)):
        (office.folder / name).write_text(token)
        (office.folder / name).chmod(0o600)
    with asyncio.Runner() as runner:
        told = runner.run(_work(office, synapse, user))
    assert f"It listens to Slack by socket and to Matrix as {user}." in told
    assert "Nothing was left half-done" in told


async def _work(office: Office, synapse: Synapse, user: str) -> str:
    async with FakeSlack() as slack:
        slack.person("U0ADA", "ada")
        quay = slack.channel("C0JOINT", "U0ADA")
        config = office.folder / "config.toml"
        config.write_text(config.read_text() + ON_SLACK.replace("{api}", slack.api))
        ada = await Person.arrives(synapse, "ada", synapse.folder)
        harbour = await ada.opens_room(user)
        _list(office, ada, harbour)
        await asyncio.to_thread(office.liaison, "directory", "apply", "--yes")
        running = office.runs()
        try:
            await becomes(lambda: _reads(ada, harbour, "Liaison is in Joint harbour"), within=90)
            await slack.until(lambda: slack.posts(quay.id), 30)
            await ada.says(harbour, "XX00 TST at the gate")
            ts = await slack.says("U0ADA", quay.id, "plate XX33 TST on quay 7")
            await becomes(lambda: _reads(ada, harbour, "Read: plate XX00 TST"), within=30)
            card = await slack.until(
                lambda: [each for each in slack.posts(quay.id) if each.get("thread_ts") == ts], 30
            )
            assert "Read: plate XX33 TST" in said_in(card[0])
        finally:
            running.send_signal(signal.SIGTERM)
            _, told = await asyncio.to_thread(running.communicate, timeout=30)
            await ada.closes()
    assert running.returncode == 0, told
    return str(told)


def _list(office: Office, ada: Person, harbour: str) -> None:
    """Ada is one officer with two accounts, and each chat has a room."""
    words = (HERE / "harbour.toml").read_text() + SLACK_ROOM
    at_slack = f'{{ platform = "slack", home = "{TEAM}", user = "U0ADA" }}'
    words = words.replace('user = "{ada}" }', f'user = "{{ada}}" }}, {at_slack}')
    for place, value in (
        ("home", DOMAIN), ("room", harbour), ("ada", ada.account.user), ("bruno", "nobody")
    ):  # fmt: skip
        words = words.replace(f"{{{place}}}", value)
    (office.folder / "directory.toml").write_text(words)


async def _reads(person: Person, room: str, text: str) -> bool:
    await person.catches_up()
    return any(text in each["content"].get("body", "") for each in person.reads(room))
