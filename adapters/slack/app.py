"""The app that Slack talks to: stored first, acknowledged then."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import files
from adapters.slack.chat import SlackChat
from adapters.slack.desk import Desk
from adapters.slack.faults import EVERYWHERE, FOR_THE_OPERATOR
from adapters.slack.hearing import PLATFORM, inbound_from, is_for
from adapters.slack.quiet import LOGGER
from adapters.slack.workspace import Workspace
from bot.conversation import rooms, troubles
from bot.conversation.messages import Edited, Inbound, MembershipChanged, Said
from bot.liaison import Liaison

Json = Mapping[str, Any]
Next = Callable[[], Awaitable[None]]

STORE_WITHIN: Final = 2.5
"""Slack waits three seconds. What is not stored by then is told again."""

log = structlog.get_logger()


def slack_app(liaison: Liaison, workspace: Workspace, chat: SlackChat, desk: Desk) -> AsyncApp:
    """The app, without its doors. Requests must have been verified before they come here."""
    us = workspace.us
    entered = AuthorizeResult(
        enterprise_id=us.enterprise,
        team_id=us.team,
        bot_id=us.bot,
        bot_user_id=us.user,
        bot_token="",  # Nothing is called through the context, so it carries no token.
    )

    async def authorize(**_: Any) -> AuthorizeResult:
        return entered

    app = AsyncApp(
        client=AsyncWebClient(base_url=workspace.client.base_url, logger=LOGGER),
        authorize=authorize,
        logger=LOGGER,
        request_verification_enabled=False,  # Our own door has done it, over the raw bytes.
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    ear = _Ear(liaison, workspace, chat, desk)
    workspace.on_trouble = partial(_keep_trouble, liaison, workspace)
    workspace.later(workspace.on_trouble())  # What an earlier process was shut out for is over.

    @app.middleware
    async def keep(body: dict[str, Any], next: Next) -> BoltResponse | None:  # noqa: A002 - bolt looks for this name
        """Every event ends here: kept, then acknowledged. What nobody listens to is, too."""
        if body.get("type") == "app_rate_limited":
            log.error("slack holds events back: too many in this hour")
            return BoltResponse(status=200, body="")
        if body.get("type") != "event_callback":
            await next()
            return None
        await asyncio.wait_for(ear.hear(body), STORE_WITHIN)
        return BoltResponse(status=200, body="")

    @app.error
    async def failed(error: Exception, body: dict[str, Any]) -> None:
        # Its kind alone: what a fault says may repeat what somebody said.
        log.error("slack was not served", kind=body.get("type"), fault=type(error).__name__)

    _listen(app, desk)
    return app


async def _keep_trouble(liaison: Liaison, workspace: Workspace) -> None:
    """For whoever looks from outside: the operator's check, an administrator's desk."""
    await liaison.do(
        lambda session: troubles.settle(session, PLATFORM, workspace.trouble, now=liaison.now())
    )


class _Ear:
    def __init__(self, liaison: Liaison, workspace: Workspace, chat: SlackChat, desk: Desk) -> None:
        self._liaison = liaison
        self._workspace = workspace
        self._chat = chat
        self._desk = desk

    async def hear(self, body: Json) -> None:
        """Keep what an event says. When this returns, Slack may forget it."""
        if not is_for(body, self._workspace.us):
            return
        inbound = inbound_from(body, self._workspace.us)
        if inbound is None:
            self._note(body.get("event") or {})
            return
        settled = await self._settled(inbound)
        await self._liaison.hear([settled])
        if isinstance(settled, Said | Edited):
            await self._read_files(settled, body["event"])

    async def _read_files(self, said: Said | Edited, event: Json) -> None:
        """What is in the files that came with it, where that is read: told as an edit.

        The words are kept already. Where Slack does not give a file now, it tells all again.
        """
        shared = files.shared(event.get("message") or event)
        if not shared or said.to_bot:
            return
        if not await self._liaison.read(partial(rooms.reads_files, said=said)):
            return
        found = await files.contents(self._workspace, shared)
        if not found:
            return
        revision = said.revision if isinstance(said, Edited) else said.event
        read = Edited(
            PLATFORM, said.address, said.event, f"{revision}/files", said.by,
            f"{said.text}\n{found}", said.sent_at, said.thread,
        )  # fmt: skip
        await self._liaison.hear([read])

    def _note(self, event: Json) -> None:
        """What is no word of anybody's, and is known without our keeping it."""
        match event.get("type"):
            case "channel_shared" | "channel_unshared":
                self._workspace.later(self._look_who_is_there(str(event.get("channel", ""))))
            case "user_change":
                self._workspace.forget(str((event.get("user") or {}).get("id", "")))
            case "app_home_opened" if event.get("tab") == "home":
                self._desk.show_home(str(event.get("user", "")))
            case "channel_id_changed":
                log.error(
                    "a channel has a new id: change its address in the directory",
                    old=event.get("old_channel_id"), new=event.get("new_channel_id"),
                )  # fmt: skip
            case "app_uninstalled":
                self._shut_out("app_uninstalled")
            case "tokens_revoked" if self._workspace.us.user in _revoked(event):
                self._shut_out("token_revoked")

    def _shut_out(self, error: str) -> None:
        self._workspace.shut_out(EVERYWHERE, f"{error}: {FOR_THE_OPERATOR[error]}")

    async def _settled(self, inbound: Inbound) -> Inbound:
        """With the author's home as we name it everywhere."""
        if isinstance(inbound, MembershipChanged):
            return replace(inbound, account=await self._workspace.settled(inbound.account))
        return replace(inbound, by=await self._workspace.settled(inbound.by))

    async def _look_who_is_there(self, address: str) -> None:
        """A channel was shared, or is shared no more: who is there now is known at once."""
        present = await self._chat.members(address)
        now = self._liaison.now()
        await self._liaison.hear(
            [MembershipChanged(PLATFORM, address, each, True, now) for each in present]
        )


def _revoked(event: Json) -> Sequence[str]:
    """The bots whose tokens are no more; a person's own token is none of ours."""
    told = event.get("tokens")
    bots = told.get("bot") if isinstance(told, Mapping) else None
    return bots if isinstance(bots, list) else ()


def _listen(app: AsyncApp, desk: Desk) -> None:
    """What people do with buttons, modals, commands and shortcuts."""
    anything = re.compile("")

    @app.action(anything)
    async def tapped(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.tapped(body, ack)

    @app.view(anything)
    async def sent(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.sent(body, ack)

    @app.command(anything)
    async def commanded(ack: AsyncAck, command: dict[str, Any]) -> None:
        await desk.commanded(command, ack)

    @app.shortcut(anything)
    async def used(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.used(body, ack)
