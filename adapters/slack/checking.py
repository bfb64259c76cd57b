"""Asking Slack itself whether it would let us work, and whether it takes our blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import looks
from adapters.slack.faults import FOR_THE_OPERATOR
from adapters.slack.manifest import scopes
from adapters.slack.quiet import LOGGER
from adapters.slack.workspace import opened
from bot.conversation.messages import Control, Style, Words
from bot.errors import LiaisonError

SAMPLE = Words(
    "TLP:AMBER. Read: plate XX00 TST.\nNothing I can show here; that is not proof of nothing.",
    (
        Control("Ask a desk", "card:000:ask", Style.PRIMARY),
        Control("Fix", "card:000:fix"),
        Control("Correct", "card:000:correct", asks="What does it say?"),
        Control("Wrong room", "card:000:wrong", Style.DANGER),
    ),
)
"""As much as any message of ours holds."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one question to Slack showed; a remedy where something is wrong."""

    found: str
    remedy: str = ""
    is_grave: bool = True


async def look(
    bot_token: str, base_url: str, app_token: str | None, *, reads_files: bool = False
) -> Sequence[Looked]:
    """Everything that Slack can tell us about ourselves. Says nothing in any channel."""
    try:
        async with opened(bot_token, base_url) as workspace:
            found = [Looked(f"the bot token opens workspace {workspace.us.team}")]
            found += _scopes(workspace.scopes, frozenset(scopes(reads_files=reads_files)))
            found.append(await _blocks(workspace.client))
    except LiaisonError as fault:
        return [Looked(str(fault), "copy the bot token from the app's page, OAuth & Permissions")]
    if app_token is not None:
        found.append(await _socket(app_token, base_url))
    return found


def _scopes(granted: frozenset[str], needed: frozenset[str]) -> list[Looked]:
    missing, spare = sorted(needed - granted), sorted(granted - needed)
    found = []
    if missing:
        found.append(
            Looked(
                f"scopes are missing: {', '.join(missing)}",
                "put them into the app's manifest (liaison slack manifest), install it again",
            )
        )
    if spare:
        found.append(
            Looked(
                f"scopes are granted that are not needed: {', '.join(spare)}",
                "take them out of the app's manifest, install it again",
                is_grave=False,
            )
        )
    return found or [Looked("the scopes are those we need, and no others")]


async def _blocks(client: AsyncWebClient) -> Looked:
    try:
        await client.api_call("blocks.validate", json={"blocks": looks.blocks(SAMPLE)})
    except SlackApiError as fault:
        if fault.response.get("error") == "unknown_method":
            return Looked("this Slack cannot validate blocks", is_grave=False)
        return Looked("our blocks are refused", "tell us: the version, and what was refused")
    return Looked("our blocks are taken")


async def _socket(app_token: str, base_url: str) -> Looked:
    client = AsyncWebClient(base_url=base_url, logger=LOGGER)
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as fault:
        error = str(fault.response.get("error"))
        advice = FOR_THE_OPERATOR.get(error, "make one with the scope connections:write")
        return Looked(f"the app token is refused: {error}", advice)
    return Looked("the app token opens a socket")
