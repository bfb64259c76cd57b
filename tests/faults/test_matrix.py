"""What goes wrong on Matrix loses nothing, repeats nothing; nio's own loop is the control."""

import asyncio
import json
import random
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.matrix.homeserver import path
from adapters.matrix.listening import TIMELINE
from tests.faults.matrix_bot import Nursery
from tests.faults.naive import Naive
from tests.peers.matrix.people import Person
from tests.peers.matrix.stage import Pier, becomes, soon
from tests.peers.matrix.synapse import Synapse

LONG = 60.0
KILLS, MESSAGES = 15, 400
FLOOD = TIMELINE + 20


class Quay(Pier):
    """A pier at which the control listens, too."""

    async def guests(self) -> list[str]:
        user = self.synapse.register(f"naive-{secrets.token_hex(3)}")
        self.naive = Naive(self.synapse, user, self.folder / "naive")
        await self.naive.begins()
        return [user]

    async def opens(self) -> None:
        await super().opens()
        await self.naive.joins(self.room)
        await self.says("before")
        await becomes(self.both_heard_one)

    async def both_heard_one(self) -> bool:
        return self.bot.said() == ["before"] and self.naive.heard == ["before"]

    async def says_many(self, texts: list[str]) -> None:
        gate = asyncio.Semaphore(8)

        async def one(text: str) -> None:
            async with gate:
                await self.says(text)

        await asyncio.gather(*map(one, texts))

    async def go_away(self) -> None:
        await self.bot.ends()
        await self.naive.ends()

    async def come_back(self) -> None:
        await self.bot.begins()
        await self.naive.begins()

    async def has_heard(self, texts: list[str]) -> None:
        """The bot has heard all of these, once each."""
        wanted = sorted(["before", *texts])
        await soon(lambda: len(self.bot.said()) >= len(wanted), within=LONG)
        assert sorted(self.bot.said()) == wanted

    async def closes(self) -> None:
        await self.naive.ends()
        await super().closes()


@pytest.fixture
def quay(synapse: Synapse, tmp_path: Path) -> Iterator[Quay]:
    told = Quay(synapse, tmp_path)
    yield told
    told.close()


def test_what_is_said_while_the_bot_is_away_is_heard_when_it_is_back(quay: Quay) -> None:
    texts = [f"away {number}" for number in range(250)]

    async def story() -> None:
        await quay.go_away()
        await quay.says_many(texts)
        await quay.come_back()
        await quay.has_heard(texts)
        await asyncio.sleep(1)
        assert len(quay.naive.heard) < len(texts), "the control proves nothing"

    quay.run(story())


@pytest.mark.timeout(300)
def test_keys_that_come_after_their_words_are_waited_for(quay: Quay) -> None:
    """More keys than one sync carries, each for one message."""
    texts = [f"key {number}" for number in range(150)]

    async def story() -> None:
        await quay.go_away()
        for text in texts:
            quay.ada.forgets_key(quay.room)
            await quay.says(text)
        await quay.come_back()
        await quay.has_heard(texts)
        await asyncio.sleep(1)
        assert len(quay.naive.heard) < len(texts), "the control proves nothing"

    quay.run(story())


def test_whoever_dies_while_hearing_costs_the_control_the_rest(quay: Quay) -> None:
    texts = [f"dying {number}" for number in range(8)]

    async def story() -> None:
        await quay.go_away()
        await quay.says_many(texts)
        quay.naive.dies_at = len(quay.naive.heard) + 3
        await quay.naive.begins()
        await soon(lambda: not quay.naive.is_listening)
        await quay.naive.ends()
        quay.naive.dies_at = None
        await quay.come_back()
        await quay.has_heard(texts)
        await asyncio.sleep(1)
        assert len(quay.naive.heard) < 1 + len(texts), "the control proves nothing"

    quay.run(story())


@pytest.mark.timeout(300)
def test_killed_again_and_again_it_hears_everything_and_says_nothing_twice(quay: Quay) -> None:
    """Every tenth message is a command, whose answer must come once."""
    chance = random.Random(5)

    async def story() -> None:
        await quay.go_away()
        with Nursery(quay.bot.folder) as nursery:
            sent: list[str] = []
            asked = 0

            async def talk() -> None:
                nonlocal asked
                while len(sent) < MESSAGES:
                    if len(sent) % 10 == 0:
                        asked += 1
                        quay.ada.forgets_key(quay.room)
                    sent.append("!liaison zone" if len(sent) % 10 == 0 else f"n {len(sent)}")
                    await quay.says(sent[-1])

            talking = asyncio.create_task(talk())
            for _ in range(KILLS):
                nursery.bears()
                await asyncio.sleep(chance.uniform(0.3, 1.2))
                nursery.kills()
            nursery.bears()
            await talking
            await soon(lambda: len(quay.bot.said()) == 1 + len(sent), within=LONG)
            await becomes(lambda: _answers_are(quay.ada, asked), within=LONG)
            await asyncio.sleep(1)
            assert await _answers_are(quay.ada, asked)
        assert sorted(quay.bot.said()) == sorted(["before", *sent])
        await quay.bot.begins()
        await quay.naive.begins()

    quay.run(story())


async def _answers_are(ada: Person, count: int) -> bool:
    """Whether exactly so many answers were said to ada alone."""
    await ada.catches_up()
    said = [each for room in ada.events for each in ada.reads(room)]
    return sum("Europe/Brussels" in each["content"]["body"] for each in said) == count


def test_nobody_waits_for_who_floods_their_room(synapse: Synapse, tmp_path: Path) -> None:
    """What is said last, and by somebody else, is heard among the first."""
    pier = Pier(synapse, tmp_path)

    async def story() -> None:
        flood = await Person.arrives(synapse, "flood", synapse.folder)
        await pier.ada.homeserver.post(path("rooms", pier.room, "invite"), {"user_id": flood.user})
        await flood.joins(pier.room)
        await pier.is_heard("before")
        await pier.bot.ends()
        gate = asyncio.Semaphore(8)

        async def one(number: int) -> None:
            async with gate:
                await flood.says(pier.room, f"flood {number}")

        await asyncio.gather(*map(one, range(FLOOD)))
        await pier.says("and I say this")
        await pier.bot.begins()
        await soon(lambda: len(pier.bot.said()) == 1 + FLOOD + 1, within=LONG)
        assert pier.bot.said().index("and I say this") < 5
        await flood.closes()

    pier.run(story())
    pier.close()


SHAPES: dict[str, Any] = {
    "a garbled first message": {"type": 0, "body": "AAAA"},
    "a garbled later message": {"type": 1, "body": "AAAA"},
    "no base64": {"type": 0, "body": "%%%"},
    "words for an object": "not an object",
    "a number for words": {"type": 0, "body": 7},
    "nothing": {},
}


@pytest.fixture(scope="module")
def shared(synapse: Synapse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quay]:
    """A quay for what leaves nothing behind."""
    told = Quay(synapse, tmp_path_factory.mktemp("quay"))
    yield told
    told.close()


@pytest.mark.parametrize("shape", SHAPES)
def test_no_message_to_the_device_ends_listening(shared: Quay, shape: str) -> None:
    async def story() -> None:
        stranger = await Person.arrives(shared.synapse, "stranger", shared.synapse.folder)
        await _throws(stranger, shared.bot.user, SHAPES[shape])
        await _is_still_heard(shared)
        await stranger.closes()

    shared.run(story())


def test_a_message_to_the_device_ends_the_control(quay: Quay) -> None:
    async def story() -> None:
        stranger = await Person.arrives(quay.synapse, "stranger", quay.synapse.folder)
        await _throws(stranger, quay.naive.user, SHAPES["a garbled first message"])
        await soon(lambda: not quay.naive.is_listening)
        await stranger.closes()

    quay.run(story())


@pytest.mark.parametrize(
    "content",
    [
        {"algorithm": "m.megolm.v1.aes-sha2"},
        {"algorithm": ["m.megolm.v1.aes-sha2"], "ciphertext": {}},
        {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "%%", "session_id": "x"},
    ],
)
def test_no_broken_cipher_text_ends_listening(shared: Quay, content: dict[str, Any]) -> None:
    async def story() -> None:
        await shared.ada.sends_plain(shared.room, "m.room.encrypted", content)
        await _is_still_heard(shared)

    shared.run(story())


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("m.room.message", {"msgtype": "m.text", "body": {"not": "words"}}),
        ("m.room.message", {"msgtype": 7, "body": "x" * 40_000}),
        ("m.room.message", {"body": "deep", "m.relates_to": json.loads("[" * 50 + "]" * 50)}),
        ("m.reaction", {"m.relates_to": "no object"}),
        ("m.key.verification.start", {"from_device": 7, "m.relates_to": {"event_id": []}}),
        ("org.matrix.msc3381.poll.response", {"m.relates_to": {"event_id": "$none"}}),
    ],
)
def test_no_words_end_listening(shared: Quay, kind: str, content: dict[str, Any]) -> None:
    async def story() -> None:
        sealed = await shared.ada.seals(shared.room, kind, content)
        sealed.pop("m.relates_to", None)  # what stands outside, the homeserver looks at
        await shared.ada.sends_plain(shared.room, "m.room.encrypted", sealed)
        await _is_still_heard(shared)

    shared.run(story())


def test_a_homeserver_that_was_away_is_listened_to_again(shared: Quay) -> None:
    async def story() -> None:
        shared.synapse.stop()
        await asyncio.sleep(1)
        shared.synapse.start()
        await _is_still_heard(shared)

    shared.run(story())


async def _is_still_heard(quay: Quay) -> None:
    await quay.is_heard(f"after {secrets.token_hex(3)}")


async def _throws(stranger: Person, user: str, ciphertext: Any) -> None:
    """Send a broken message to every device of somebody, as anybody on the homeserver can."""
    devices = await stranger.identities.devices([user])
    messages = {
        device.id: {
            "algorithm": "m.olm.v1.curve25519-aes-sha2",
            "sender_key": stranger.machine.curve25519,
            "ciphertext": {device.curve25519: ciphertext},
        }
        for device in devices
    }
    await stranger.homeserver.put(
        path("sendToDevice", "m.room.encrypted", secrets.token_hex(8)),
        {"messages": {user: messages}},
    )
