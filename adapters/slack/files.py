"""What is in the text files that people share: asked of Slack, and of nobody else."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import aiohttp
import structlog

from adapters.slack.manifest import FILES_SCOPE
from adapters.slack.workspace import Workspace, is_slacks
from bot.errors import ChatRefused, ChatUnavailable

Json = Mapping[str, Any]

MOST_FILES: Final = 5
MOST_BYTES: Final = 256 * 1024
"""Of one file. What is longer is no message, and is left for people to read."""
_TEXT: Final = frozenset({"application/json", "application/xml", "application/csv"})
_HTML: Final = "text/html"

log = structlog.get_logger()


def shared(message: Json) -> Sequence[Json]:
    """The files that came with a message."""
    return [each for each in message.get("files") or () if isinstance(each, Mapping)]


async def contents(workspace: Workspace, files: Sequence[Json]) -> str:
    """What is in those of the files that hold text, each after its name.

    Raises `ChatUnavailable` where it may be had later.
    """
    if FILES_SCOPE not in workspace.scopes:
        log.error("files cannot be read", missing_scope=FILES_SCOPE)
        return ""
    found = []
    for each in files[:MOST_FILES]:
        file = await _told_of(workspace, each)
        text = await _text_of(workspace, file) if file is not None and _is_text(file) else None
        if file is not None and text:
            found.append(f"{file.get('name') or ''}\n{text}".strip())
    return "\n".join(found)


async def _told_of(workspace: Workspace, file: Json) -> Json | None:
    """The file as Slack knows it: of a guest's file an event says nothing but its number."""
    if file.get("file_access") != "check_file_info":
        return file
    try:
        answer = await workspace.ask("files.info", file=str(file.get("id", "")))
    except ChatRefused:
        return None  # It is gone, or not for us.
    told = answer.get("file")
    return told if isinstance(told, Mapping) else None


def _is_text(file: Json) -> bool:
    kind, size = str(file.get("mimetype", "")), file.get("size")
    is_small = isinstance(size, int) and 0 < size <= MOST_BYTES
    return is_small and not file.get("is_external") and (kind.startswith("text/") or kind in _TEXT)


async def _text_of(workspace: Workspace, file: Json) -> str | None:
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    if not is_slacks(url, workspace.client.base_url, "files"):
        log.error("a file is kept at an address that is not Slack's")
        return None
    session = workspace.client.session
    assert session is not None
    # The token goes nowhere else, whatever the answer says.
    token = {"Authorization": f"Bearer {workspace.client.token}"}
    try:
        async with session.get(url, headers=token, allow_redirects=False) as response:
            if response.status == 429 or response.status >= 500:
                raise ChatUnavailable(f"Slack does not give a file now: {response.status}.")
            # Whom it does not know, Slack shows where to log in.
            is_page = response.content_type == _HTML and file.get("mimetype") != _HTML
            if response.status != 200 or is_page:
                log.warning("a file was not given", status=response.status)
                return None
            held = await _read(response)
    except (aiohttp.ClientError, TimeoutError) as fault:
        raise ChatUnavailable(f"Slack does not give a file: {type(fault).__name__}.") from fault
    return held.decode("utf-8-sig", "replace") if held is not None else None


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """What comes; nothing where it is more than was said."""
    held = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        held += chunk
        if len(held) > MOST_BYTES:
            return None
    return bytes(held)
