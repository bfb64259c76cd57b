"""What every chat promises. A new chat adds its stage to `STAGES` and must pass all of it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest

from adapters.memory import MemoryChat, Posted
from adapters.slack.chat import SlackChat
from adapters.slack.workspace import opened
from bot.conversation.messages import (
    AccountRef,
    Attachment,
    Control,
    Deleted,
    Edited,
    MembershipChanged,
    Said,
    Style,
    Words,
)
from bot.errors import ChatRefused, ChatUnavailable
from tests.peers.matrix.stage import MatrixStage
from tests.slack_server import BOT_TOKEN, TEAM, FakeSlack, Fault

NOW = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
CARD = Words(
    "Read: plate XX00 TST.",
    (Control("Ask a desk", "card:4F2:ask", Style.PRIMARY), Control("Wrong room", "card:4F2:wrong")),
)

T = TypeVar("T")


class Stage(Protocol):
    """One platform with one room in it, where ada and bo are and cy is not."""

    chat: Any
    room: str
    ada: AccountRef
    bo: AccountRef
    cy: AccountRef
    stranger: AccountRef
    """Somebody of another home, whom the platform lets nobody address in private."""

    def run(self, doing: Coroutine[Any, Any, T]) -> T: ...
    def reads(self, account: AccountRef, address: str) -> list[str]:
        """What this person reads there now, oldest first."""
        ...

    def thread_of(self, event: str) -> str | None: ...
    def says(self, account: AccountRef, text: str) -> str: ...
    def breaks_next(self, fault: Exception) -> None: ...
    def loses_next_answer(self) -> None: ...
    def close(self) -> None: ...


class MemoryStage:
    def __init__(self, runner: asyncio.Runner) -> None:
        self.run = runner.run
        self.chat = MemoryChat(lambda: NOW)
        self.room = "#harbour"
        self.ada, self.bo, self.cy = (
            AccountRef("practice", "practice", user) for user in ("ada", "bo", "cy")
        )
        self.stranger = AccountRef("practice", "elsewhere", "sam")
        for account in (self.ada, self.bo, self.stranger):
            self.chat.join(account, self.room, now=NOW)

    def reads(self, account: AccountRef, address: str) -> list[str]:
        return [p.text for p in self.chat.shown_to(account, address) if not p.deleted]

    def thread_of(self, event: str) -> str | None:
        posted = self.chat.find(event)
        assert posted is not None
        return posted.thread

    def says(self, account: AccountRef, text: str) -> str:
        return self.chat.post(account, self.room, text, now=NOW).event

    def breaks_next(self, fault: Exception) -> None:
        self.chat.failures.append(fault)

    def loses_next_answer(self) -> None:
        self.chat.lost_answers += 1

    def close(self) -> None:
        """Nothing is open."""


class SlackStage:
    """A Slack of our own on this machine, spoken to over its Web API."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.run = runner.run
        self._stack = AsyncExitStack()
        self.room = "C0JOINT"
        self.ada, self.bo, self.cy = (AccountRef("slack", TEAM, f"U0{u}") for u in ("A", "B", "C"))
        self.stranger = AccountRef("slack", "T0ELSEWHERE", "U0SAM")
        self.run(self._open())

    async def _open(self) -> None:
        self._slack = await self._stack.enter_async_context(FakeSlack(retries_after=()))
        for account in (self.ada, self.bo, self.cy, self.stranger):
            self._slack.person(account.user, account.user.lower(), team=account.home)
        self._slack.channel(self.room, self.ada.user, self.bo.user, self.stranger.user)
        workspace = await self._stack.enter_async_context(opened(BOT_TOKEN, self._slack.api))
        self.chat = SlackChat(workspace)

    def reads(self, account: AccountRef, address: str) -> list[str]:
        return self._slack.reads(account.user, address)

    def thread_of(self, event: str) -> str | None:
        [said] = [each for each in self._slack.posts(self.room) if each["ts"] == event]
        return str(said["thread_ts"]) if "thread_ts" in said else None

    def says(self, account: AccountRef, text: str) -> str:
        return self.run(self._slack.says(account.user, self.room, text, waits=False))

    def breaks_next(self, fault: Exception) -> None:
        refused = isinstance(fault, ChatRefused)
        self._slack.fails("*", Fault(error="restricted_action") if refused else Fault(status=503))

    def loses_next_answer(self) -> None:
        self._slack.fails("chat.postMessage", Fault(is_cut=True, is_done=True))

    def close(self) -> None:
        self.run(self._stack.aclose())


Staging = Callable[[asyncio.Runner, pytest.FixtureRequest], Stage]


def _in_memory(runner: asyncio.Runner, _: pytest.FixtureRequest) -> Stage:
    return MemoryStage(runner)


def _on_slack(runner: asyncio.Runner, _: pytest.FixtureRequest) -> Stage:
    return SlackStage(runner)


def _on_matrix(runner: asyncio.Runner, request: pytest.FixtureRequest) -> Stage:
    return MatrixStage(runner, request.getfixturevalue("synapse"))


STAGES: dict[str, Staging] = {"memory": _in_memory, "slack": _on_slack, "matrix": _on_matrix}


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with asyncio.Runner() as runner:
        told = STAGES[request.param](runner, request)
        yield told
        told.close()


def test_what_is_said_is_read_by_everyone_in_the_room(stage: Stage) -> None:
    stage.run(stage.chat.say("card:1", stage.room, CARD))
    assert stage.reads(stage.ada, stage.room) == [CARD.text]
    assert stage.reads(stage.bo, stage.room) == [CARD.text]


def test_the_same_key_is_never_said_twice(stage: Stage) -> None:
    first = stage.run(stage.chat.say("card:1", stage.room, CARD))
    again = stage.run(stage.chat.say("card:1", stage.room, CARD))
    assert first == again
    assert stage.reads(stage.ada, stage.room) == [CARD.text]


def test_words_whose_answer_was_lost_are_found_and_not_said_again(stage: Stage) -> None:
    stage.loses_next_answer()
    with pytest.raises(ChatUnavailable):
        stage.run(stage.chat.say("card:1", stage.room, CARD))
    found = stage.run(stage.chat.find_said("card:1", stage.room))
    assert found is not None
    assert stage.run(stage.chat.say("card:1", stage.room, CARD)) == found
    assert stage.reads(stage.ada, stage.room) == [CARD.text]


def test_words_that_never_left_are_not_found(stage: Stage) -> None:
    stage.breaks_next(ChatUnavailable("no line"))
    with pytest.raises(ChatUnavailable):
        stage.run(stage.chat.say("card:1", stage.room, CARD))
    assert stage.run(stage.chat.find_said("card:1", stage.room)) is None


def test_an_answer_goes_into_the_thread(stage: Stage) -> None:
    event = stage.says(stage.ada, "XX00 TST, grey van")
    card = stage.run(stage.chat.say("card:1", stage.room, CARD, thread=event))
    assert stage.thread_of(card) == event


def test_what_was_said_can_read_differently(stage: Stage) -> None:
    event = stage.run(stage.chat.say("card:1", stage.room, CARD))
    stage.run(stage.chat.revise("card:1#1", stage.room, event, Words("Closed.")))
    assert stage.reads(stage.ada, stage.room) == ["Closed."]


def test_what_was_said_can_be_taken_back_also_twice(stage: Stage) -> None:
    event = stage.run(stage.chat.say("card:1", stage.room, CARD))
    stage.run(stage.chat.retract("card:1#retract", stage.room, event))
    stage.run(stage.chat.retract("card:1#retract", stage.room, event))
    assert stage.reads(stage.ada, stage.room) == []


def test_what_was_taken_back_does_not_come_back(stage: Stage) -> None:
    event = stage.run(stage.chat.say("card:1", stage.room, CARD))
    stage.run(stage.chat.retract("card:1#retract", stage.room, event))
    with pytest.raises(ChatRefused):
        stage.run(stage.chat.revise("card:1#2", stage.room, event, Words("Closed.")))
    assert stage.reads(stage.ada, stage.room) == []


def test_nobody_elses_words_are_revised_or_taken_back(stage: Stage) -> None:
    event = stage.says(stage.ada, "XX00 TST, grey van")
    with pytest.raises(ChatRefused):
        stage.run(stage.chat.revise("card:1#1", stage.room, event, Words("Closed.")))
    with pytest.raises(ChatRefused):
        stage.run(stage.chat.retract("card:1#retract", stage.room, event))
    assert stage.reads(stage.ada, stage.room) == ["XX00 TST, grey van"]


def test_members_are_who_is_there_now_without_the_bot(stage: Stage) -> None:
    members = stage.run(stage.chat.members(stage.room))
    assert set(members) == {stage.ada, stage.bo, stage.stranger}


def test_a_room_that_is_not_there_is_refused(stage: Stage) -> None:
    with pytest.raises(ChatRefused):
        stage.run(stage.chat.members("#nowhere"))
    with pytest.raises(ChatRefused):
        stage.run(stage.chat.say("card:1", "#nowhere", CARD))


def test_a_private_room_is_read_by_one_person_alone(stage: Stage) -> None:
    address = stage.run(stage.chat.private_room(stage.ada))
    assert address is not None
    stage.run(stage.chat.say("prompt:4F2", address, Words("Question 4F2, by 22:55 (Lisbon).")))
    assert stage.run(stage.chat.members(address)) == [stage.ada]
    assert stage.reads(stage.ada, address) == ["Question 4F2, by 22:55 (Lisbon)."]
    assert stage.reads(stage.bo, address) == []


def test_a_private_room_stays_the_same(stage: Stage) -> None:
    first = stage.run(stage.chat.private_room(stage.ada))
    assert stage.run(stage.chat.private_room(stage.ada)) == first


def test_who_cannot_be_told_alone_has_no_private_room(stage: Stage) -> None:
    assert stage.run(stage.chat.private_room(stage.stranger)) is None


@pytest.mark.parametrize("fault", [ChatUnavailable("no line", retry_after=3), ChatRefused("no")])
def test_a_fault_says_whether_trying_again_helps(stage: Stage, fault: Exception) -> None:
    stage.breaks_next(fault)
    with pytest.raises(type(fault)):
        stage.run(stage.chat.members(stage.room))
    assert stage.ada in stage.run(stage.chat.members(stage.room))


# What the chat in memory promises beyond the port.


@pytest.fixture
def chat() -> MemoryChat:
    return _opened(MemoryChat(lambda: NOW))


ADA, BO, CY = (AccountRef("practice", "practice", user) for user in ("ada", "bo", "cy"))


def test_a_persons_verbs_return_what_a_platform_delivers(chat: MemoryChat) -> None:
    said = chat.post(ADA, "#harbour", "XX00 TST", now=NOW)
    edited = chat.edit(ADA, said.event, "XX00 TSS", now=NOW)
    deleted = chat.delete(ADA, said.event, now=NOW)
    assert (said.text, said.to_bot, said.is_private) == ("XX00 TST", False, False)
    assert (edited.event, edited.text) == (said.event, "XX00 TSS")
    assert edited.revision != said.event
    assert deleted == Deleted("practice", "#harbour", said.event, ADA, NOW)


@pytest.mark.parametrize(
    ("text", "is_to_bot"),
    [
        ("!liaison help", True),
        ("@Liaison, help", True),
        ("  !liaison", True),
        ("!liaisons dangereuses", False),
        ("ask !liaison", False),
        ("liaison help", False),
    ],
)
def test_words_to_the_bot_are_known_by_their_beginning(
    chat: MemoryChat, text: str, is_to_bot: bool
) -> None:
    assert chat.post(ADA, "#harbour", text, now=NOW).to_bot is is_to_bot


def test_everything_private_is_to_the_bot(chat: MemoryChat) -> None:
    said = chat.post(ADA, "@ada", "desk", now=NOW)
    assert said.to_bot
    assert said.is_private


def test_an_answer_to_an_answer_stays_in_the_thread(chat: MemoryChat) -> None:
    root = chat.post(ADA, "#harbour", "XX00 TST", now=NOW)
    first = chat.post(BO, "#harbour", "seen", now=NOW, thread=root.event)
    second = chat.post(ADA, "#harbour", "where?", now=NOW, thread=first.event)
    assert first.thread == second.thread == root.event


def test_who_is_not_in_the_room_neither_speaks_nor_sees(chat: MemoryChat) -> None:
    chat.post(ADA, "#harbour", "XX00 TST", now=NOW)
    with pytest.raises(ChatRefused):
        chat.post(CY, "#harbour", "hello", now=NOW)
    with pytest.raises(ChatRefused):
        chat.post(BO, "@ada", "hello", now=NOW)
    assert chat.shown_to(CY, "#harbour") == []
    assert chat.shown_to(BO, "@ada") == []


def test_only_the_author_changes_a_message(chat: MemoryChat) -> None:
    event = chat.post(ADA, "#harbour", "XX00 TST", now=NOW).event
    with pytest.raises(ChatRefused):
        chat.edit(BO, event, "nothing", now=NOW)
    with pytest.raises(ChatRefused):
        chat.delete(BO, event, now=NOW)
    chat.delete(ADA, event, now=NOW)
    with pytest.raises(ChatRefused):
        chat.edit(ADA, event, "again", now=NOW)


def test_a_deleted_message_leaves_an_empty_place(chat: MemoryChat) -> None:
    event = chat.post(ADA, "#harbour", "XX00 TST", now=NOW).event
    chat.delete(ADA, event, now=NOW)
    posted = chat.find(event)
    assert posted is not None
    assert (posted.text, posted.deleted, posted.edited) == ("", True, False)


def test_joining_twice_happens_once(chat: MemoryChat) -> None:
    _, before = chat.since(None)
    chat.join(ADA, "#harbour", now=NOW)
    assert chat.since(before) == ([], before)
    assert chat.leave(ADA, "#harbour", now=NOW) == MembershipChanged(
        "practice", "#harbour", ADA, False, NOW
    )
    assert chat.present("#harbour") == [BO]


def test_unread_counts_what_others_said_since_one_looked(chat: MemoryChat) -> None:
    chat.post(ADA, "#harbour", "one", now=NOW)
    chat.post(ADA, "#harbour", "two", now=NOW)
    assert (chat.unread(ADA, "#harbour"), chat.unread(BO, "#harbour")) == (0, 2)
    chat.mark_read(BO, "#harbour")
    assert chat.unread(BO, "#harbour") == 0
    chat.post(ADA, "#harbour", "three", now=NOW)
    assert chat.unread(BO, "#harbour") == 1


def test_a_tap_is_what_its_label_means(chat: MemoryChat) -> None:
    event = asyncio.run(chat.say("card:1", "#harbour", CARD))
    assert chat.tap(BO, event, "Wrong room").token == "card:4F2:wrong"
    with pytest.raises(ChatRefused, match="Ask a desk, Wrong room"):
        chat.tap(BO, event, "Confirm")
    with pytest.raises(ChatRefused):
        chat.tap(CY, event, "Wrong room")


def test_what_was_missed_is_delivered_again(chat: MemoryChat) -> None:
    _, cursor = chat.since(None)
    said = chat.post(ADA, "#harbour", "XX00 TST", now=NOW)
    edited = chat.edit(ADA, said.event, "XX00 TSS", now=NOW)
    asyncio.run(chat.say("card:1", "#harbour", CARD))
    missed, behind = chat.since(cursor)
    assert missed == [said, edited]
    assert [type(each) for each in missed] == [Said, Edited]
    assert chat.since(behind) == ([], behind)


def test_a_journal_survives_a_restart(tmp_path: Path) -> None:
    journal = tmp_path / "wall.jsonl"
    before = _lived(_opened(MemoryChat(lambda: NOW, journal=journal)))
    after = MemoryChat(lambda: NOW, journal=journal)
    assert after.posted == before.posted
    assert after.versions == before.versions
    assert after.since(None) == before.since(None)
    assert after.unread(ADA, "#harbour") == before.unread(ADA, "#harbour")
    assert after.rooms_of(BO) == before.rooms_of(BO) == ["#harbour"]
    assert asyncio.run(after.find_said("card:1", "#harbour")) is not None


def test_a_kill_in_the_middle_of_a_line_costs_that_line_only(tmp_path: Path) -> None:
    journal = tmp_path / "wall.jsonl"
    _lived(_opened(MemoryChat(lambda: NOW, journal=journal)))
    whole = journal.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    walls: list[list[Posted]] = []
    for cut in (last, last + 1, len(whole) - 1):
        journal.write_bytes(whole[:cut])
        chat = MemoryChat(lambda: NOW, journal=journal)
        walls.append(chat.posted)
        chat.post(ADA, "#harbour", "still here", now=NOW)
        assert MemoryChat(lambda: NOW, journal=journal).posted == chat.posted
    assert walls[0] == walls[1] == walls[2]


def test_a_journal_is_for_its_owner_alone(tmp_path: Path) -> None:
    journal = tmp_path / "wall.jsonl"
    MemoryChat(lambda: NOW, journal=journal)
    assert journal.stat().st_mode & 0o077 == 0


def _opened(chat: MemoryChat) -> MemoryChat:
    for account in (ADA, BO):
        chat.join(account, "#harbour", now=NOW)
    return chat


def _lived(chat: MemoryChat) -> MemoryChat:
    said = chat.post(ADA, "#harbour", "XX00 TST \x00 \ud800 ✓", now=NOW)
    chat.edit(ADA, said.event, "XX00 TSS", now=NOW)
    event = asyncio.run(chat.say("card:1", "#harbour", CARD, thread=said.event))
    invitation = Attachment("7F3.ics", "text/calendar", b"BEGIN:VCALENDAR\r\n\xff")
    asks = Control("Another time", "rsvp:7F3:other", asks="When would suit you?")
    asyncio.run(chat.revise("card:1#1", "#harbour", event, Words("Joint", (asks,), invitation)))
    chat.mark_read(BO, "#harbour")
    gone = chat.post(BO, "#harbour", "oops", now=NOW)
    chat.delete(BO, gone.event, now=NOW)
    return chat
