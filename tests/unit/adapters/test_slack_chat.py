"""Speaking on Slack beyond what every chat promises: pace, faults, files, sockets."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from structlog.testing import capture_logs

from adapters.slack import checking
from adapters.slack.chat import SlackChat
from adapters.slack.manifest import SCOPES, scopes
from adapters.slack.sockets import Sockets
from adapters.slack.workspace import Pace, Workspace, is_slacks, opened
from bot.conversation.messages import AccountRef, Attachment, Control, Words
from bot.errors import ChatBusy, ChatUnavailable, ConfigError
from tests.slack_server import (
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    TEAM,
    FakeSlack,
    Fault,
    Json,
)

ROOM = "C0JOINT"
ADA = AccountRef("slack", TEAM, "U0ADA")
INVITATION = Attachment("7F3.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
MOVED = Attachment("7F3.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nSEQUENCE:1\r\n")


@asynccontextmanager
async def speaking(**more: Any) -> AsyncIterator[tuple[FakeSlack, Workspace, SlackChat]]:
    async with FakeSlack(retries_after=(), **more) as slack:
        slack.person("U0ADA", "ada")
        slack.channel(ROOM, "U0ADA")
        async with opened(BOT_TOKEN, slack.api, pace=Pace(per_second=1000)) as workspace:
            yield slack, workspace, SlackChat(workspace)


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def files_in(slack: FakeSlack, channel: str = ROOM) -> list[bytes]:
    hung = [each["files"] for each in slack.channels[channel].messages if each.get("files")]
    return [slack.files[file["id"]]["content"] for files in hung for file in files]


def test_a_file_hangs_under_the_words() -> None:
    async def story() -> None:
        async with speaking() as (slack, _, chat):
            ts = await chat.say("briefing:1", ROOM, Words("Joint briefing.", (), INVITATION))
            assert files_in(slack) == [INVITATION.content]
            assert slack.posts(ROOM)[-1]["thread_ts"] == ts

    run(story())


@pytest.mark.parametrize("fault", [Fault(status=503), Fault(is_cut=True, is_done=True)])
@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "chat.postMessage", "files.completeUploadExternal"]
)
def test_words_with_a_file_are_said_once_whatever_breaks(method: str, fault: Fault) -> None:
    async def story() -> None:
        async with speaking() as (slack, workspace, chat):
            words = Words("Joint briefing.", (), INVITATION)
            slack.fails(method, fault)
            with pytest.raises(ChatUnavailable):
                await chat.say("briefing:1", ROOM, words)
            again = SlackChat(workspace)  # as after a kill: nothing is remembered
            if await again.find_said("briefing:1", ROOM) is None:
                await again.say("briefing:1", ROOM, words)
            assert slack.reads("U0ADA", ROOM) == ["Joint briefing."]
            assert files_in(slack) == [INVITATION.content]

    run(story())


def test_a_new_version_of_a_file_takes_the_place_of_the_old() -> None:
    async def story() -> None:
        async with speaking() as (slack, _, chat):
            ts = await chat.say("briefing:1", ROOM, Words("At 10.", (), INVITATION))
            await chat.revise("briefing:1#1", ROOM, ts, Words("At 11.", (), MOVED))
            await chat.revise("briefing:1#1", ROOM, ts, Words("At 11.", (), MOVED))
            assert slack.reads("U0ADA", ROOM) == ["At 11."]
            assert files_in(slack) == [MOVED.content]

    run(story())


def test_a_file_goes_with_the_words_it_hangs_under() -> None:
    async def story() -> None:
        async with speaking() as (slack, _, chat):
            ts = await chat.say("briefing:1", ROOM, Words("At 10.", (), INVITATION))
            await chat.retract("briefing:1#retract", ROOM, ts)
            assert slack.channels[ROOM].messages == []
            assert slack.files == {}

    run(story())


def test_words_are_looked_for_in_their_thread_and_not_before_they_were_made() -> None:
    async def story() -> None:
        async with speaking() as (slack, workspace, chat):
            root = await slack.says("U0ADA", ROOM, "XX00 TST", waits=False)
            ts = await chat.say("card:1", ROOM, Words("Read."), thread=root)
            fresh = SlackChat(workspace)
            since = datetime.fromtimestamp(float(ts), UTC)
            assert await fresh.find_said("card:1", ROOM, since=since) is None
            assert await fresh.find_said("card:1", ROOM, thread=root, since=since) == ts
            later = since + timedelta(minutes=6)
            fresh = SlackChat(workspace)
            assert await fresh.find_said("card:1", ROOM, thread=root, since=later) is None

    run(story())


def test_words_are_found_behind_many_others() -> None:
    async def story() -> None:
        async with speaking() as (slack, workspace, chat):
            ts = await chat.say("card:1", ROOM, Words("Read."))
            for number in range(450):
                await slack.says("U0ADA", ROOM, f"line {number}", waits=False)
            assert await SlackChat(workspace).find_said("card:1", ROOM) == ts
            assert len(slack.called("conversations.history")) == 3

    run(story())


def test_a_key_is_never_written_where_others_read() -> None:
    async def story() -> None:
        async with speaking() as (slack, _, chat):
            await chat.say("withheld:card:1", ROOM, Words("Not said."))
            assert "withheld" not in str(slack.calls)

    run(story())


def test_blocks_that_slack_refuses_are_said_as_text() -> None:
    async def story() -> None:
        async with speaking() as (slack, _, chat):
            slack.fails("chat.postMessage", Fault(error="invalid_blocks"))
            with capture_logs() as logs:
                await chat.say("card:1", ROOM, Words("Read: <XX00 TST>.", (Control("Fix", "x"),)))
            assert slack.reads("U0ADA", ROOM) == ["Read: <XX00 TST>."]
            assert "XX00" not in str(logs)

    run(story())


def test_notices_tell_nothing() -> None:
    async def story() -> None:
        async with speaking() as (slack, _, chat):
            await chat.say("card:1", ROOM, Words("TLP:AMBER. Read: plate XX00 TST."))
            room = await chat.private_room(ADA)
            assert room is not None
            await chat.say("copy:1", room, Words("Question 4F2."))
            texts = [each["text"] for each in slack.called("chat.postMessage")]
            assert texts == ["Liaison has written here.", "Liaison has something for you."]

    run(story())


def test_what_slack_wants_to_rest_is_left_alone() -> None:
    async def story() -> None:
        async with speaking() as (slack, _, chat):
            slack.fails("chat.postMessage", Fault(retry_after=30))
            with pytest.raises(ChatUnavailable) as first:
                await chat.say("card:1", ROOM, Words("One."))
            calls = len(slack.called("chat.postMessage"))
            with pytest.raises(ChatUnavailable) as second:
                await chat.say("card:2", ROOM, Words("Two."))
            assert first.value.retry_after == 30
            assert 25 < (second.value.retry_after or 0) <= 30
            assert len(slack.called("chat.postMessage")) == calls

    run(story())


def test_a_channel_is_written_to_at_slacks_pace() -> None:
    async def story() -> None:
        pace = Pace(per_second=20)
        began = time.monotonic()
        for number in range(14):
            while True:
                try:
                    await pace.turn(ROOM, f"card:{number}")
                    break
                except ChatBusy as fault:
                    await asyncio.sleep(fault.retry_after or 0)
        assert time.monotonic() - began >= 0.5  # eleven beyond the first three

    run(story())


def test_a_busy_channel_holds_up_no_other() -> None:
    async def story() -> None:
        pace = Pace(per_second=1)
        for number in range(3):
            await pace.turn(ROOM, f"card:{number}")
        for number in range(3, 43):
            with pytest.raises(ChatBusy) as told:
                await pace.turn(ROOM, f"card:{number}")
            assert number - 3 < (told.value.retry_after or 0) <= number - 2
        began = time.monotonic()
        await pace.turn("C0OTHER", "copy:1")
        assert time.monotonic() - began < 0.8

    run(story())


def test_a_burst_is_not_refused_by_slack() -> None:
    async def story() -> None:
        async with FakeSlack(limits_rates=True) as slack:
            slack.channel(ROOM)
            async with opened(BOT_TOKEN, slack.api) as workspace:
                chat, waiting = SlackChat(workspace), list(range(6))
                while waiting:
                    number = waiting.pop(0)
                    try:
                        await chat.say(f"card:{number}", ROOM, Words("Read."))
                    except ChatBusy as fault:
                        waiting.insert(0, number)
                        await asyncio.sleep(fault.retry_after or 0)
            assert len(slack.posts(ROOM)) == len(slack.called("chat.postMessage")) == 6

    run(story())


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "missing_scope"])
def test_what_an_operator_must_mend_is_said_and_loses_nothing(error: str) -> None:
    async def story() -> None:
        async with speaking() as (slack, workspace, chat):
            slack.fails("chat.postMessage", Fault(error=error))
            with capture_logs() as logs, pytest.raises(ChatUnavailable):
                await chat.say("card:1", ROOM, Words("Read."))
            assert (workspace.trouble or "").startswith(error)
            assert [each["error"] for each in logs] == [error]
            if error == "missing_scope":  # What else goes does not show that this does.
                await chat.members(ROOM)
                assert workspace.trouble
            await chat.say("card:1", ROOM, Words("Read."))
            assert workspace.trouble is None

    run(story())


def test_a_wrong_token_is_told_at_once_without_repeating_it() -> None:
    async def story() -> None:
        async with FakeSlack() as slack:
            with pytest.raises(ConfigError, match="invalid_auth") as told:
                async with opened("xoxb-wrong", slack.api):
                    pass
            assert "xoxb-wrong" not in str(told.value)

    run(story())


def test_a_gone_colleague_a_bot_and_a_guest_of_others_have_no_private_room() -> None:
    async def story() -> None:
        async with speaking() as (slack, _, chat):
            slack.person("U0GONE", "gone", is_gone=True)
            slack.person("U0BOT", "bot", is_bot=True)
            slack.person("U0CY", "cy", team="T0CEDAR")
            for user in ("U0GONE", "U0BOT", "U0CY"):
                assert await chat.private_room(AccountRef("slack", TEAM, user)) is None

    run(story())


def test_somebody_of_another_organisation_is_named_by_it_everywhere() -> None:
    async def story() -> None:
        async with speaking() as (slack, workspace, chat):
            slack.person("U0CY", "cy", team="T0CEDAR", enterprise="E0CEDAR")
            slack.channels[ROOM].members.append("U0CY")
            at_home = AccountRef("slack", "E0CEDAR", "U0CY")
            assert at_home in await chat.members(ROOM)
            assert await workspace.settled(AccountRef("slack", "T0CEDAR", "U0CY")) == at_home

    run(story())


def test_other_bots_in_a_room_are_members_nobody_knows() -> None:
    async def story() -> None:
        async with speaking() as (slack, _, chat):
            slack.person("U0FEED", "feed", is_bot=True)
            slack.channels[ROOM].members.append("U0FEED")
            users = {account.user for account in await chat.members(ROOM)}
            assert users == {"U0ADA", "U0FEED"}
            assert BOT not in users

    run(story())


@pytest.mark.parametrize(
    ("url", "base", "is_ours"),
    [
        ("https://hooks.slack.com/commands/1", "https://slack.com/api/", True),
        ("https://hooks.slack-gov.com/commands/1", "https://slack-gov.com/api/", True),
        ("https://hooks.slack.com/commands/1", "https://slack-gov.com/api/", False),
        ("http://hooks.slack.com/commands/1", "https://slack.com/api/", False),
        ("https://hooks.slack.com.a.example/1", "https://slack.com/api/", False),
        ("https://hooks.slack.com@a.example/1", "https://slack.com/api/", False),
        ("https://169.254.169.254/", "https://slack.com/api/", False),
        ("", "https://slack.com/api/", False),
    ],
)
def test_late_answers_go_to_slack_and_nowhere_else(url: str, base: str, is_ours: bool) -> None:
    assert is_slacks(url, base, "hooks") is is_ours
    assert is_slacks(url.replace("hooks.", "files."), base, "files") is is_ours
    assert not is_slacks(url, base, "files")


# Sockets.


@asynccontextmanager
async def listening(slack: FakeSlack, seen: list[Json], **more: Any) -> AsyncIterator[Sockets]:
    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token="")

    app = AsyncApp(authorize=authorize, request_verification_enabled=False)
    app.client.base_url = slack.api

    @app.middleware
    async def keep(body: dict[str, Any], next: Any) -> BoltResponse:  # noqa: A002 - bolt looks for this name
        seen.append(body)
        return BoltResponse(status=200, body="")

    sockets = Sockets(app, APP_TOKEN, **{"apart": 0.0, "look_every": 0.05, **more})
    await sockets.open()
    try:
        await slack.until(lambda: len(slack.sockets) == more.get("connections", 2))
        yield sockets
    finally:
        await sockets.close()


def test_a_connection_that_fell_silent_is_made_anew() -> None:
    async def story() -> None:
        async with FakeSlack(ack_within=0.3) as slack:
            slack.person("U0ADA", "ada")
            slack.channel(ROOM, "U0ADA")
            seen: list[Json] = []
            async with listening(slack, seen, ping_every=0.2, silent_after=0.6) as sockets:
                dead = set(slack.sockets)
                slack.deaf = set(dead)
                await slack.until(lambda: not dead & set(slack.sockets), 10)
                await slack.until(lambda: sockets.alive == 2, 10)
                await slack.says("U0ADA", ROOM, "still there?")
                assert len(seen) == 1

    run(story())


def test_a_connection_that_answers_no_ping_is_dead_whatever_it_says() -> None:
    async def story() -> None:
        async with FakeSlack() as slack, listening(slack, []) as sockets:
            [first, second] = sockets._held.values()
            assert sockets.alive == 2
            first._handler.client.last_ping_pong_time = time.time() - 31
            second._handler.client.last_ping_pong_time = time.time() - 29
            assert sockets.alive == 1
            await slack.until(lambda: sockets.alive == 2)
            assert first not in sockets._held.values()
            assert second in sockets._held.values()

    run(story())


def test_a_wrong_app_token_is_told_at_once() -> None:
    async def story() -> None:
        async with FakeSlack() as slack:
            app = AsyncApp(token="xoxb-x", request_verification_enabled=False)
            app.client.base_url = slack.api
            with pytest.raises(ChatUnavailable, match="invalid_auth"):
                await Sockets(app, "xapp-wrong").open()

    run(story())


def test_an_app_token_that_is_revoked_is_a_state_until_it_opens_a_socket_again() -> None:
    async def story() -> None:
        async with (
            speaking() as (slack, workspace, chat),
            listening(slack, [], workspace=workspace, rest=0.5) as sockets,
        ):
            slack.fails("apps.connections.open", Fault(error="token_revoked"), times=2)
            before = len(slack.called("apps.connections.open"))
            for each in sockets._held.values():
                each._handler.client.last_ping_pong_time = time.time() - 31
            await slack.until(lambda: workspace.trouble)
            await asyncio.sleep(0.2)  # It looks each twentieth of a second, and asks once each.
            assert len(slack.called("apps.connections.open")) - before == 2
            await chat.say("card:1", ROOM, Words("Read."))  # It speaks by another token.
            assert (workspace.trouble or "").startswith("token_revoked")
            await slack.until(lambda: workspace.trouble is None and sockets.alive == 2)

    run(story())


# Looking over.


def look(
    slack_scopes: tuple[str, ...] = SCOPES, app_token: str = APP_TOKEN, **more: bool
) -> list[str]:
    async def looked() -> list[str]:
        async with FakeSlack(scopes=slack_scopes) as slack:
            found = await checking.look(BOT_TOKEN, slack.api, app_token, **more)
            assert slack.problems == []
            return [each.found for each in found if each.remedy]

    return asyncio.run(looked())


def test_nothing_is_wrong_where_nothing_is_wrong() -> None:
    assert look() == []


def test_missing_and_spare_scopes_are_named() -> None:
    assert look(tuple(set(SCOPES) - {"im:write"})) == ["scopes are missing: im:write"]
    assert look((*SCOPES, "admin")) == ["scopes are granted that are not needed: admin"]
    assert look(reads_files=True) == ["scopes are missing: files:read"]
    assert look(scopes(reads_files=True), reads_files=True) == []


def test_a_refused_app_token_is_named_without_repeating_it() -> None:
    assert look(app_token="xapp-wrong") == ["the app token is refused: invalid_auth"]


@pytest.mark.parametrize("missing", SCOPES)
def test_no_scope_is_asked_for_in_vain(missing: str) -> None:
    """Everything the bot does, with one scope less: something must fail for the want of it."""

    async def story() -> None:
        async with speaking(scopes=tuple(set(SCOPES) - {missing})) as (slack, workspace, chat):
            slack.channel("C0HIDDEN", "U0ADA", is_private=True)
            direct = slack.direct("U0ADA")
            lacked = set()
            for address in (ROOM, "C0HIDDEN", direct.id):
                for doing in (
                    SlackChat(workspace).members(address),
                    chat.private_room(ADA),
                    chat.say(f"card:{address}", address, Words("Read.", (), INVITATION)),
                    SlackChat(workspace).find_said("card:1", address),
                ):
                    try:
                        await doing
                    except ChatUnavailable:
                        lacked.add(str(workspace.trouble))
            assert lacked or missing == "commands"

    run(story())
