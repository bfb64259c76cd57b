"""One workspace put to work: spoken to from the start, listened to once there is a liaison."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from adapters.slack.app import slack_app
from adapters.slack.chat import SlackChat
from adapters.slack.desk import Desk
from adapters.slack.gate import Asgi, gate
from adapters.slack.sockets import Sockets
from adapters.slack.workspace import Workspace, opened
from bot.liaison import Liaison


@dataclass(frozen=True, slots=True)
class Service:
    """A workspace that can be spoken to."""

    workspace: Workspace
    chat: SlackChat

    @asynccontextmanager
    async def by_socket(self, liaison: Liaison, app_token: str) -> AsyncIterator[Sockets]:
        """Listen meanwhile, over connections that we open."""
        sockets = Sockets(self._app(liaison), app_token, workspace=self.workspace)
        await sockets.open()
        try:
            yield sockets
        finally:
            await sockets.close()
            await self.workspace.idle()

    def by_http(self, liaison: Liaison, signing_secret: str) -> Asgi:
        """What has to be served for Slack to call."""
        return gate(self._app(liaison), signing_secret)

    def _app(self, liaison: Liaison) -> AsyncApp:
        desk = Desk(liaison, self.workspace, self.chat)
        return slack_app(liaison, self.workspace, self.chat, desk)


@asynccontextmanager
async def speaking(
    bot_token: str, base_url: str, *, is_discreet: bool = True
) -> AsyncIterator[Service]:
    """Enter the workspace of this token. Raises `ConfigError` where Slack does not know it."""
    async with opened(bot_token, base_url) as workspace:
        yield Service(workspace, SlackChat(workspace, is_discreet=is_discreet))
