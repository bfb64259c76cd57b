"""The story on Matrix: officers at an independent client, a real homeserver, the real bot."""

import asyncio
import re
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from adapters.matrix.homeserver import path
from tests.house import pipeline
from tests.peers.matrix import client
from tests.peers.matrix.client import ClientUser
from tests.peers.matrix.people import Person
from tests.peers.matrix.stage import Bot, becomes
from tests.peers.matrix.synapse import Synapse

POLL = "org.matrix.msc3381.poll.start"
PROMPT = "Question "
NOT_THE_SAME = "Not the same"
NO_SHIELD, READY = 0, 3
"""What the client library calls a message without a warning, and a verification both agreed to."""

A_WHILE = timedelta(minutes=2)
T = TypeVar("T")


class Harbour:
    """Ada of Alder and Bruno of Birch, each at a client of their own, in one room with the bot."""

    def __init__(self, synapse: Synapse, folder: Path, program: Path) -> None:
        self._runner = asyncio.Runner()
        self.synapse = synapse
        self.run(self._open(synapse, folder, program))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def _open(self, synapse: Synapse, folder: Path, program: Path) -> None:
        self.bot = await Bot.arrives(synapse, folder, extract=pipeline().read)
        self.ada = await ClientUser.arrives(synapse, "ada", program)
        self.bruno = await ClientUser.arrives(synapse, "bruno", program)
        guests = [self.bot.user, self.bruno.user]
        self.room = (await self.ada.do("create", invite=guests))["room"]
        await self.bruno.hears(lambda told: told.get("event") == "invited")
        await self.bruno.do("join", room=self.room)
        await self.bot.is_in(self.room)
        ada, bruno = self.ada.account, self.bruno.account
        await self.bot.settles_in(self.room, ada=ada, bruno=bruno)
        await self.bot.goes_to_work()
        await self.ada.reads(self.room, "Liaison is in Joint harbour")

    async def asked(self, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Ada writes; the card she reads, and the question that Bruno is pushed."""
        self.bot.ahead += A_WHILE  # else it joins the card before
        before = len(self.bruno.told)
        said = await self.ada.do("say", room=self.room, text=text)
        card = await self.ada.hears(
            lambda told: (
                told.get("event") == "message"
                and (told["relation"] or {}).get("event_id") == said["name"]
                and told["sender"] == self.bot.user
            )
        )
        prompt = await self.bruno.hears(
            lambda told: (
                told in self.bruno.told[before:]
                and told.get("event") == "message"
                and told["content"].get("body", "").startswith(PROMPT)
            )
        )
        return card, prompt

    async def opened(self, prompt: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Bruno opens the question: what he is shown in its thread, and the poll beside it."""
        room, event = prompt["room"], prompt["name"]
        await self.bruno.do("thread", room=room, to=event, text="open")

        def in_thread(kind: str) -> Any:
            return lambda told: (
                told.get("event") == "message"
                and told["type"] == kind
                and told["sender"] == self.bot.user
                and (told["relation"] or {}).get("event_id") == event
            )

        detail = await self.bruno.hears(in_thread("m.room.message"))
        poll = await self.bruno.hears(in_thread(POLL))
        return detail, poll

    def close(self) -> None:
        self.run(self._close())
        self._runner.close()

    async def _close(self) -> None:
        await self.ada.closes()
        await self.bruno.closes()
        await self.bot.closes()


@pytest.fixture(scope="module")
def harbour(synapse: Synapse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    program = client.program()
    if isinstance(program, str):
        pytest.skip(program)
    told = Harbour(synapse, tmp_path_factory.mktemp("harbour"), program)
    yield told
    told.close()


def test_an_officers_words_bring_a_card_into_their_thread_and_no_warning(harbour: Harbour) -> None:
    card, _ = harbour.run(harbour.asked("Grey van XX00 TST on quay 7"))
    assert "plate XX00 TST" in card["content"]["body"]
    assert card["content"]["msgtype"] == "m.notice"
    assert (card["encrypted"], card["shield"]) == (True, NO_SHIELD)


def test_what_makes_a_telephone_ring_says_a_number_and_a_clock(harbour: Harbour) -> None:
    _, prompt = harbour.run(harbour.asked("XX33 TST again, same quay"))
    body = prompt["content"]["body"]
    assert re.fullmatch(r"Question \w{3}, by .+ \(Lisbon\)\.\n\n.*", body)
    assert "XX33" not in body
    assert prompt["content"]["msgtype"] == "m.text"


def test_a_liaison_answers_in_a_word_and_the_officer_reads_what_came_of_it(
    harbour: Harbour,
) -> None:
    async def story() -> None:
        card, prompt = await harbour.asked("XX44 TST leaving")
        detail, _ = await harbour.opened(prompt)
        assert "Case LARCH" in detail["content"]["body"]
        assert detail["content"]["msgtype"] == "m.notice"
        await harbour.bruno.do("thread", room=prompt["room"], to=prompt["name"], text="same")
        revised = await harbour.ada.reads(harbour.room, "LARCH: confirmed, Birch Lisbon desk")
        assert revised["relation"] == {"rel_type": "m.replace", "event_id": card["name"]}
        await harbour.bruno.reads(prompt["room"], "closed by you")

    harbour.run(story())


def test_a_vote_is_an_answer(harbour: Harbour) -> None:
    async def story() -> None:
        _, prompt = await harbour.asked("Lorry XX55 TST at the gate")
        _, poll = await harbour.opened(prompt)
        answers = poll["content"][POLL]["answers"]
        (no,) = (each["id"] for each in answers if NOT_THE_SAME in each.values())
        await harbour.bruno.do("vote", room=prompt["room"], poll=poll["name"], answer=no)
        code = prompt["content"]["body"].split()[1].strip(",")
        await harbour.bruno.reads(prompt["room"], f"Question {code}: closed by you")

    harbour.run(story())


def test_a_reaction_opens_a_question_but_does_not_decide_it(harbour: Harbour) -> None:
    async def story() -> None:
        _, prompt = await harbour.asked("Trailer XX66 TST, no lights")
        room, event = prompt["room"], prompt["name"]
        await harbour.bruno.do("react", room=room, to=event, emoji="1\ufe0f\u20e3")
        detail = await harbour.bruno.reads(room, "XX66 TST")
        await harbour.bruno.do("react", room=room, to=detail["name"], emoji="1\u20e3")
        await harbour.bruno.reads(room, "needs more than a reaction")

    harbour.run(story())


def test_a_briefing_comes_with_its_calendar_file_and_takes_a_reply(harbour: Harbour) -> None:
    day = datetime.now(UTC) + timedelta(days=2)

    async def story() -> None:
        await harbour.ada.do(
            "say",
            room=harbour.room,
            # A date: "tomorrow" is asked about while it is midnight between two zones.
            text=f"!liaison brief {day:%-d %b %Y} 1300Z with bruno about LARCH for 30 min",
        )
        invitation = await harbour.bruno.reads(None, "Joint briefing")
        file = await harbour.bruno.reads(None, ".ics")
        opened = await harbour.bruno.do("open", room=file["room"], name=file["name"])
        assert opened["whole"]
        assert opened["text"].startswith("BEGIN:VCALENDAR")
        await harbour.bruno.do("thread", room=invitation["room"], to=invitation["name"], text="yes")
        await harbour.bruno.reads(invitation["room"], "You have said yes")

    harbour.run(story())


def test_clients_that_leave_unsigned_devices_out_hear_and_are_heard(harbour: Harbour) -> None:
    """The control is a device of the bot's account that its identity has not signed."""

    async def story() -> None:
        for person in (harbour.ada, harbour.bruno):
            await person.do("isolate", on=True)
        unsigned = await Person.logs_in(
            harbour.synapse, harbour.bot.user, harbour.synapse.folder, is_signed=False
        )
        forged = await unsigned.says(harbour.room, "from nobody you know")
        shown = await harbour.ada.hears(lambda told: told.get("name") == forged)
        assert shown["failed"] is not None
        await unsigned.homeserver.post(path("logout"), {})
        await unsigned.closes()
        card, prompt = await harbour.asked("XX77 TST on quay 9")
        assert (card["failed"], prompt["failed"]) == (None, None)
        detail, _ = await harbour.opened(prompt)
        assert detail["failed"] is None

    harbour.run(story())


def test_the_bot_is_vouched_for_and_a_person_verifies_it_by_emoji(harbour: Harbour) -> None:
    async def story() -> None:
        bot, device = harbour.bot.user, harbour.bot.credentials.device
        assert (await harbour.ada.do("trust", user=bot))["signed"] == {device: True}
        await _verify(harbour.ada, bot, room=harbour.room)
        await becomes(lambda: _is_verified(harbour.ada, bot))  # the client tells its homeserver

    harbour.run(story())


def test_a_device_verifies_the_bots_by_emoji(harbour: Harbour) -> None:
    device = harbour.bot.credentials.device
    harbour.run(_verify(harbour.bruno, harbour.bot.user, device=device))


async def _is_verified(person: ClientUser, bot: str) -> bool:
    return bool((await person.do("trust", user=bot))["verified"])


async def _verify(person: ClientUser, bot: str, **where: str) -> None:
    await person.do("verify", user=bot, **where)
    await person.hears(lambda told: told.get("event") == "verification" and told["phase"] == READY)
    await person.do("compare", user=bot)
    await person.hears(lambda told: told.get("event") == "emoji")
    await person.do("same", user=bot)
    await person.hears(lambda told: told.get("event") == "verified")
