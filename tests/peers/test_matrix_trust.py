"""Whom the bot believes on Matrix, and to whom it says nothing: on a real homeserver."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from adapters.matrix import credentials, opening
from adapters.matrix.cross_signing import UPLOAD, vouch
from adapters.matrix.hearing import NEW_IDENTITY, NOT_ENCRYPTED, UNSIGNED_DEVICE
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.identities import Grade, Identities
from adapters.matrix.machine import STORE
from adapters.matrix.rooms import Rooms
from adapters.matrix.signing import Seeds, SigningKey
from adapters.matrix.speaking import Manners, MatrixChat
from bot.conversation.messages import Control, Words
from bot.errors import ChatBusy, ChatRefused, ChatUnavailable, ConfigError
from bot.wording import conversation as wording
from bot.wording import followup
from tests.peers.matrix.link import Link
from tests.peers.matrix.people import Person
from tests.peers.matrix.stage import Bot, Pier, becomes, soon
from tests.peers.matrix.synapse import PASSWORD, Synapse

SAID_BEFORE = "said before under another name"
CARD = Words("TLP:AMBER. Read: plate XX00 TST.")


@pytest.fixture(scope="module")
def pier(synapse: Synapse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pier]:
    told = Pier(synapse, tmp_path_factory.mktemp("pier"))
    yield told
    told.close()


@pytest.fixture
def own(synapse: Synapse, tmp_path: Path) -> Iterator[Pier]:
    """A pier of one's own, for what leaves something behind."""
    told = Pier(synapse, tmp_path)
    yield told
    told.close()


def unreadable(bot: Bot) -> list[str]:
    return [why for kind, why in bot.heard() if kind == "unreadable"]


async def shown(person: Person, text: str) -> bool:
    """Whether the person reads these words anywhere."""
    await person.catches_up()
    bodies = [e["content"].get("body", "") for room in person.events for e in person.reads(room)]
    return any(text in body for body in bodies)


# What is said


def test_words_from_a_device_that_nobody_signed_are_not_believed(pier: Pier) -> None:
    """A homeserver's administrator can add such a device to anybody's account."""

    async def story() -> None:
        forged = await Person.logs_in(
            pier.synapse, pier.ada.user, pier.synapse.folder, is_signed=False
        )
        await forged.says(pier.room, "!liaison help")
        await soon(lambda: UNSIGNED_DEVICE in unreadable(pier.bot))
        assert "!liaison help" not in pier.bot.said()
        await becomes(lambda: shown(pier.ada, wording.unsigned_device()))
        await forged.closes()

    pier.run(story())


def test_a_device_that_nobody_signed_gets_no_key(pier: Pier) -> None:
    async def story() -> None:
        forged = await Person.logs_in(
            pier.synapse, pier.ada.user, pier.synapse.folder, is_signed=False
        )
        pier.bot.chat.identities.changed([pier.ada.user])
        event = await pier.bot.chat.say("card:secret", pier.room, CARD)
        assert await shown(pier.ada, CARD.text)
        await forged.catches_up()
        (raw,) = (e for e in forged.events[pier.room] if e["event_id"] == event)
        assert raw["shut"]
        await forged.closes()

    pier.run(story())


def test_words_that_are_not_encrypted_are_flagged(pier: Pier) -> None:
    async def story() -> None:
        content = {"msgtype": "m.text", "body": "!liaison help"}
        await pier.ada.sends_plain(pier.room, "m.room.message", content)
        await soon(lambda: NOT_ENCRYPTED in unreadable(pier.bot))
        assert "!liaison help" not in pier.bot.said()

    pier.run(story())


def test_words_that_a_homeserver_gives_to_another_sender_are_not_believed(pier: Pier) -> None:
    """Bo's words cannot be made Ada's: the device that encrypted them is not hers."""

    async def story() -> None:
        identities = pier.bot.chat.identities
        bo = await Person.arrives(pier.synapse, "bo", pier.synapse.folder)
        device = await identities.device(pier.ada.user, bo.machine.curve25519, bo.machine.ed25519)
        assert device is None
        await bo.closes()

    pier.run(story())


def test_words_that_are_shown_a_second_time_are_not_heard_again(pier: Pier) -> None:
    """A homeserver can show any cipher text once more, as a new event."""

    async def story() -> None:
        content = {"msgtype": "m.text", "body": "only once"}
        sealed = await pier.ada.seals(pier.room, "m.room.message", content)
        for _ in range(2):
            await pier.ada.sends_plain(pier.room, "m.room.encrypted", sealed)
        await soon(lambda: SAID_BEFORE in unreadable(pier.bot))
        assert pier.bot.said().count("only once") == 1

    pier.run(story())


def test_an_identity_that_changed_is_not_believed_until_an_operator_says_so(own: Pier) -> None:
    async def story() -> None:
        await own.is_heard("it is me")
        ada = own.ada
        ada.credentials = credentials.Credentials(
            ada.credentials.homeserver, ada.user, ada.credentials.device, ada.credentials.token,
            ada.credentials.pickle_key, Seeds.new(),
        )  # fmt: skip
        await _replace_identity(ada)
        await own.says("is it still me?")
        await soon(lambda: NEW_IDENTITY in unreadable(own.bot))
        assert own.bot.chat.identities.conflicts() == [ada.user]
        operator = Identities(own.bot.chat.homeserver, own.folder / "matrix" / opening.PINS)
        assert await operator.accept(ada.user) == SigningKey(ada.credentials.seeds.master).public
        await own.is_heard("it is me again")

    own.run(story())


async def _replace_identity(person: Person) -> None:
    """As its owner does after losing every device: with the account's password."""
    keys: dict[str, Any] = {}
    seeds = person.credentials.seeds
    master = SigningKey(seeds.master)
    for usage, seed in (("self_signing", seeds.self_signing), ("user_signing", seeds.user_signing)):
        public = SigningKey(seed).public
        key = {"user_id": person.user, "usage": [usage], "keys": {f"ed25519:{public}": public}}
        keys[f"{usage}_key"] = master.sign(key, person.user)
    keys["master_key"] = {
        "user_id": person.user,
        "usage": ["master"],
        "keys": {f"ed25519:{master.public}": master.public},
    }
    auth: dict[str, Any] = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": person.user},
        "password": PASSWORD,
    }
    await person.homeserver.post(UPLOAD, {**keys, "auth": auth})
    await vouch(person.homeserver, person.credentials, person.machine)


# Where nothing is said


def test_nothing_is_said_where_it_would_not_be_encrypted(pier: Pier) -> None:
    async def story() -> None:
        room = await pier.ada.opens_room(pier.bot.user, initial_state=[])
        await soon(lambda: pier.bot.chat.rooms.get(room) is not None)
        with pytest.raises(ChatRefused, match="not encrypted"):
            await pier.bot.chat.say("card:plain", room, CARD)

    pier.run(story())


def test_nothing_is_refused_or_opened_before_it_is_known_where_the_bot_is(pier: Pier) -> None:
    """Else words that wait from before a restart would be lost, or said in a second room."""
    here = pier.bot.chat
    chat = MatrixChat(
        here.homeserver, here.machine, here.identities, Rooms(pier.bot.user), Manners()
    )
    for early in (
        chat.say("card:early", pier.room, CARD),
        chat.find_said("card:early", pier.room),
        chat.private_room(pier.ada.account),
    ):
        with pytest.raises(ChatUnavailable):
            pier.run(early)


def test_who_came_after_it_was_decided_who_may_read_gets_no_key(pier: Pier) -> None:
    async def story() -> None:
        chat = pier.bot.chat
        await chat.members(pier.room)
        late = await Person.arrives(pier.synapse, "late", pier.synapse.folder)
        await pier.ada.homeserver.post(path("rooms", pier.room, "invite"), {"user_id": late.user})
        await late.joins(pier.room)
        await chat.say("card:before late", pier.room, CARD)
        assert not await shown(late, CARD.text)
        await chat.members(pier.room)
        await chat.say("card:after late", pier.room, Words("Welcome."))
        assert await shown(late, "Welcome.")
        await late.leaves(pier.room)
        await late.closes()

    pier.run(story())


def test_who_left_cannot_read_what_is_said_next(pier: Pier) -> None:
    async def story() -> None:
        chat = pier.bot.chat
        gone = await Person.arrives(pier.synapse, "gone", pier.synapse.folder)
        await pier.ada.homeserver.post(path("rooms", pier.room, "invite"), {"user_id": gone.user})
        await gone.joins(pier.room)
        await chat.say("card:here", pier.room, Words("Here."))
        assert await shown(gone, "Here.")
        await gone.leaves(pier.room)
        before = chat.machine._olm.outbound_group_sessions[pier.room].id
        await chat.say("card:gone", pier.room, Words("Gone."))
        assert chat.machine._olm.outbound_group_sessions[pier.room].id != before
        await gone.closes()

    pier.run(story())


def test_a_homeserver_that_asks_to_wait_is_left_alone(own: Pier) -> None:
    async def story() -> None:
        link = await Link(own.synapse.address).open()
        homeserver = Homeserver(link.address, own.bot.credentials.token)
        link.faults.append(ChatUnavailable("wait", retry_after=1))
        what = path("rooms", own.room, "typing", own.bot.user)
        for _ in range(2):
            with pytest.raises(ChatBusy) as told:  # This was no attempt to say anything.
                await homeserver.put(what, {"typing": False})
            assert told.value.is_for_all
            assert 0 < (told.value.retry_after or 0) <= 1
        assert link.passed == []
        await asyncio.sleep(1.1)
        await homeserver.put(what, {"typing": False})
        await homeserver.close()
        await link.close()

    own.run(story())


# Who is let in


def test_only_whom_the_operator_named_may_invite(synapse: Synapse, tmp_path: Path) -> None:
    async def story() -> None:
        ada = await Person.arrives(synapse, "ada", synapse.folder)
        eve = await Person.arrives(synapse, "eve", synapse.folder)
        bot = await Bot.arrives(synapse, tmp_path, manners=Manners(inviters=(ada.user,)))
        theirs = await eve.opens_room(bot.user)
        ours = await ada.opens_room(bot.user)
        await bot.is_in(ours)
        await becomes(lambda: _was_refused(eve, theirs, bot.user))
        assert bot.chat.rooms.get(theirs) is None
        for each in (ada, eve):
            await each.closes()
        await bot.closes()

    asyncio.run(story())


async def _was_refused(person: Person, room: str, user: str) -> bool:
    told = await person.homeserver.get(path("rooms", room, "members"))
    states = {e["state_key"]: e["content"]["membership"] for e in told["chunk"]}
    return states[user] == "leave"


def test_what_was_said_before_the_bot_came_is_not_heard(pier: Pier) -> None:
    async def story() -> None:
        room = await pier.ada.opens_room()
        await pier.ada.says(room, "before the bot")
        await pier.ada.homeserver.post(path("rooms", room, "invite"), {"user_id": pier.bot.user})
        await pier.bot.is_in(room)
        await pier.is_heard("a word in between")
        assert all("its key" not in why for why in unreadable(pier.bot))

    pier.run(story())


# What is kept of it


def test_edits_and_deletions_are_heard_also_of_what_was_never_seen(own: Pier) -> None:
    async def story() -> None:
        first = await own.says("XX00 TST")
        await own.ada.edits(own.room, first, "XX00 TSS")
        await soon(lambda: ("edited", "XX00 TSS") in own.bot.heard())
        await own.ada.takes_back(own.room, first)
        await soon(lambda: own.bot.heard()[-1][0] == "deleted")
        await own.bot.ends()
        unseen = await own.says("never to be read")
        await own.ada.takes_back(own.room, unseen)
        await own.bot.begins()
        await own.is_heard("after")
        assert "never to be read" not in own.bot.said()

    own.run(story())


def test_who_deletes_an_edit_alone_lets_the_words_before_it_stand(own: Pier) -> None:
    async def story() -> None:
        first = await own.says("XX00 TST")
        edit = await own.ada.edits(own.room, first, "XX00 TSS")
        await soon(lambda: ("edited", "XX00 TSS") in own.bot.heard())
        await own.ada.takes_back(own.room, edit)
        await soon(lambda: own.bot.heard()[-1] == ("edited", "XX00 TST"))
        await own.bot.ends()
        unseen = await own.ada.edits(own.room, first, "never to be read")
        await own.ada.takes_back(own.room, unseen)
        await own.bot.begins()
        await own.is_heard("after")
        assert all("never" not in words for _, words in own.bot.heard())

    own.run(story())


def test_a_new_device_reaches_the_bot_when_its_one_time_keys_have_run_out(own: Pier) -> None:
    async def story() -> None:
        await own.bot.ends()
        device = {own.bot.user: {own.bot.credentials.device: "signed_curve25519"}}
        while True:
            told = await own.ada.homeserver.post(path("keys", "claim"), {"one_time_keys": device})
            (key,) = told["one_time_keys"][own.bot.user][own.bot.credentials.device].values()
            if key.get("fallback"):
                break
        fresh = await Person.arrives(own.synapse, "fresh", own.synapse.folder)
        await own.ada.homeserver.post(path("rooms", own.room, "invite"), {"user_id": fresh.user})
        await fresh.joins(own.room)
        await fresh.says(own.room, "by the fallback key")
        await own.bot.begins()
        await soon(lambda: "by the fallback key" in own.bot.said())
        await fresh.closes()

    own.run(story())


def test_a_choice_from_before_a_restart_can_still_be_taken(own: Pier) -> None:
    """What was offered stands in the room itself, sealed: nothing of it is kept elsewhere."""

    async def story() -> None:
        chat = own.bot.chat
        address = await chat.private_room(own.ada.account)
        assert address is not None
        offered = Words("Question 4F2.", (Control("Open", "prompt:4F2:open"),))
        event = await chat.say("prompt:4F2", address, offered)
        await own.ada.catches_up()
        await own.bot.restarts()
        await own.ada.answers(address, event, "open")
        await becomes(lambda: shown(own.ada, followup.cannot_show("4F2")))

    own.run(story())


def test_the_numbers_of_the_choices_are_put_under_them_where_wanted(
    synapse: Synapse, tmp_path: Path
) -> None:
    pier = Pier(synapse, tmp_path, manners=Manners(seeds_reactions=True))

    async def story() -> None:
        offered = Words("?", (Control("Same", "p:1:a"), Control("Other", "p:1:b")))
        await pier.bot.chat.say("card:1", pier.room, offered)
        await pier.ada.catches_up()
        told = [each for each in pier.ada.events[pier.room] if each["type"] == "m.reaction"]
        keys = [each["content"]["m.relates_to"]["key"] for each in told]
        assert keys == ["1\u20e3", "2\u20e3"]

    pier.run(story())
    pier.close()


# What an operator must act on


def test_a_revoked_token_ends_listening_with_a_remedy_and_without_a_storm(own: Pier) -> None:
    async def story() -> None:
        link = await Link(own.synapse.address).open()
        own.bot.chat.homeserver.address = link.address
        own.synapse.call("POST", path("logout", "all"), {}, own.bot.credentials.token)
        task = own.bot.task
        assert task is not None
        await soon(task.done)
        with pytest.raises(ConfigError, match="login --new-device"):
            task.result()
        assert len(link.passed) < 5
        await link.close()
        with suppress(ConfigError):
            await own.bot.ends()

    own.run(story())


def test_a_crypto_store_that_is_gone_is_refused_and_a_new_device_helps(own: Pier) -> None:
    async def story() -> None:
        await own.bot.ends()
        (own.folder / "matrix" / STORE).unlink()
        with pytest.raises(ConfigError, match="login --new-device"):
            await own.bot.begins()
        opening.put_store_aside(own.folder / "matrix", own.bot.credentials.device)
        told = await opening.log_in(own.synapse.address, own.bot.user, PASSWORD)
        own.bot.credentials = own.bot.credentials.on_device(told["device_id"], told["access_token"])
        await own.bot.begins()  # without a password: the kept identity vouches for the new device
        own.ada.identities.changed([own.bot.user])
        devices = await own.ada.identities.devices([own.bot.user])
        assert Grade.SIGNED in {d.grade for d in devices if d.id == own.bot.credentials.device}
        await own.is_heard("to the new device")

    own.run(story())


def test_a_store_that_another_key_closed_is_refused(own: Pier) -> None:
    async def story() -> None:
        await own.bot.ends()
        right = own.bot.credentials
        own.bot.credentials = credentials.Credentials(
            right.homeserver, right.user, right.device, right.token, "another key", right.seeds
        )
        with pytest.raises(ConfigError, match="does not open"):
            await own.bot.begins()
        own.bot.credentials = right
        await own.bot.begins()

    own.run(story())


def test_two_processes_do_not_share_a_crypto_store(pier: Pier) -> None:
    with pytest.raises(ConfigError, match="Another process"):
        pier.run(opening.opened(pier.bot.credentials, pier.folder / "matrix", Manners()))


def test_an_identity_that_is_not_ours_is_not_replaced(pier: Pier) -> None:
    async def story() -> None:
        bot = pier.bot
        other = credentials.Credentials(
            bot.credentials.homeserver, bot.user, bot.credentials.device, bot.credentials.token,
            bot.credentials.pickle_key, Seeds.new(),
        )  # fmt: skip
        with pytest.raises(ConfigError, match="not ours"):
            await vouch(bot.chat.homeserver, other, bot.chat.machine, password=PASSWORD)

    pier.run(story())
