"""A Slack that somebody else wrote hears us, and we hear it: what our own might misunderstand."""

import asyncio
import socket
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.chat import SlackChat
from adapters.slack.gate import gate
from adapters.slack.hearing import Installation, inbound_from
from adapters.slack.manifest import EVENTS_PATH
from adapters.slack.workspace import Pace, Workspace, opened
from adapters.web.serving import served
from bot.conversation.messages import AccountRef, Attachment, Control, Deleted, Edited, Said, Words
from bot.errors import ChatRefused
from tests import node
from tests.slack_server import BOT_TOKEN, SECRET

HERE = Path(__file__).parent / "slack"
MISSING = "npm could not fetch somebody else's Slack, so it is not met."
USER_TOKEN = "xoxp-fictional"
CARD = Words("Read: plate XX00 TST.", (Control("Fix", "card:4F2:fix"),))


@pytest.fixture(scope="session")
def emulate() -> Path:
    """The Node.js to run it under."""
    found = node.node()
    if found is None:
        pytest.skip(node.MISSING)
    if not found.has(HERE):
        pytest.skip(MISSING)
    return found.program


@dataclass
class Peer:
    """Somebody else's Slack, our bot at its door, and a person who uses it."""

    workspace: Workspace
    chat: SlackChat
    ada: AsyncWebClient
    room: str
    heard: list[Any] = field(default_factory=list)

    async def until(self, look: Callable[[], Any]) -> Any:
        for _ in range(500):
            if found := look():
                return found
            await asyncio.sleep(0.01)
        raise TimeoutError


@pytest.fixture
def meet(emulate: Path) -> Callable[[Callable[[Peer], Coroutine[Any, Any, None]]], None]:
    def run(story: Callable[[Peer], Coroutine[Any, Any, None]]) -> None:
        asyncio.run(_meet(emulate, story))

    return run


async def _meet(program: Path, story: Callable[[Peer], Coroutine[Any, Any, None]]) -> None:
    heard: list[dict[str, Any]] = []
    async with served(gate(_app(heard), SECRET), "127.0.0.1", 0) as ours:
        theirs = _free_pair()
        events = f"http://127.0.0.1:{ours}{EVENTS_PATH}"
        process = await asyncio.create_subprocess_exec(
            program, "emulate.mjs", str(HERE), str(theirs), events,
            cwd=HERE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            line = await asyncio.wait_for(process.stdout.readline(), 30)
            assert line.startswith(b"ready"), line
            await _tell(f"http://127.0.0.1:{theirs}/api/", heard, story)
        finally:
            process.kill()
            await process.communicate()


async def _tell(
    api: str,
    heard: list[dict[str, Any]],
    story: Callable[[Peer], Coroutine[Any, Any, None]],
) -> None:
    async with opened(BOT_TOKEN, api, pace=Pace(per_second=1000)) as workspace:
        ada = AsyncWebClient(token=USER_TOKEN, base_url=api)
        rooms = (await ada.conversations_list())["channels"]
        room = next(each["id"] for each in rooms if each["name"] == "joint-harbour")
        await ada.conversations_join(channel=room)
        await workspace.client.conversations_join(channel=room)
        await story(Peer(workspace, SlackChat(workspace), ada, room, heard))


def _app(heard: list[dict[str, Any]]) -> AsyncApp:
    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="")

    app = AsyncApp(authorize=authorize, request_verification_enabled=False)

    @app.middleware
    async def keep(body: dict[str, Any], next: Any) -> BoltResponse:  # noqa: A002 - bolt looks for this name
        heard.append(body)
        return BoltResponse(status=200, body="")

    return app


def test_it_lets_us_in_and_says_who_we_are(meet: Any) -> None:
    async def story(peer: Peer) -> None:
        us: Installation = peer.workspace.us
        assert us.team.startswith("T")
        assert us.user == "U0LIAISON"

    meet(story)


def test_what_we_say_stands_in_its_thread_and_changes_and_goes(meet: Any) -> None:
    async def story(peer: Peer) -> None:
        root = (await peer.ada.chat_postMessage(channel=peer.room, text="XX00 TST"))["ts"]
        card = await peer.chat.say("card:1", peer.room, CARD, thread=root)
        assert await peer.chat.say("card:1", peer.room, CARD, thread=root) == card

        async def said() -> Any:
            replies = await peer.ada.conversations_replies(channel=peer.room, ts=root)
            return [each for each in replies["messages"] if each["ts"] != root]

        [before] = await said()
        assert before["blocks"][0]["text"]["text"] == CARD.text
        await peer.chat.revise("card:1#1", peer.room, card, Words("Closed."))
        [after] = await said()
        assert after["blocks"][0]["text"]["text"] == "Closed."
        await peer.chat.retract("card:1#retract", peer.room, card)
        assert await said() == []
        with pytest.raises(ChatRefused):
            await peer.chat.revise("card:1#2", peer.room, card, Words("Closed."))

    meet(story)


@pytest.mark.parametrize("in_thread", [False, True])
def test_what_we_said_is_read_back_by_its_metadata(meet: Any, in_thread: bool) -> None:
    async def story(peer: Peer) -> None:
        root = (await peer.ada.chat_postMessage(channel=peer.room, text="XX00 TST"))["ts"]
        thread = root if in_thread else None
        card = await peer.chat.say("card:1", peer.room, CARD, thread=thread)
        fresh = SlackChat(peer.workspace)
        assert await fresh.find_said("card:2", peer.room, thread=thread) is None
        assert await fresh.find_said("card:1", peer.room, thread=thread) == card

    meet(story)


def test_who_is_there_is_told(meet: Any) -> None:
    async def story(peer: Peer) -> None:
        me = (await peer.ada.auth_test())["user_id"]
        us = peer.workspace.us
        assert AccountRef("slack", us.team, me) in await peer.chat.members(peer.room)
        assert us.user not in [each.user for each in await peer.chat.members(peer.room)]
        with pytest.raises(ChatRefused):
            await peer.chat.members("C0NOWHERE")

    meet(story)


def test_a_file_is_taken(meet: Any) -> None:
    async def story(peer: Peer) -> None:
        file = Attachment("7F3.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
        await peer.chat.say("briefing:1", peer.room, Words("Joint briefing.", (), file))
        files = (await peer.ada.files_list(channel=peer.room))["files"]
        assert [each["name"] for each in files] == ["7F3.ics"]

    meet(story)


def test_what_people_say_change_and_delete_is_heard_signed(meet: Any) -> None:
    async def story(peer: Peer) -> None:
        ts = (await peer.ada.chat_postMessage(channel=peer.room, text="plate XX00 TST"))["ts"]
        await peer.ada.chat_update(channel=peer.room, ts=ts, text="plate XX11 TST")
        await peer.ada.chat_delete(channel=peer.room, ts=ts)
        us = peer.workspace.us

        def told() -> list[Any]:
            found = [inbound_from(body, us) for body in peer.heard]
            return [each for each in found if each is not None]

        await peer.until(lambda: any(isinstance(each, Deleted) for each in told()))
        of_this = [each for each in told() if getattr(each, "event", "") == ts]
        assert {type(each) for each in of_this} >= {Said, Deleted}
        said = next(each for each in of_this if isinstance(each, Said))
        assert (said.text, said.address) == ("plate XX00 TST", peer.room)
        for each in of_this:
            if isinstance(each, Edited):
                assert each.text == "plate XX11 TST"

    meet(story)


def _free_pair() -> int:
    """A port that is free, and the one behind it."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise TimeoutError
