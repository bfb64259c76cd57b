"""Speaking on Slack: said once, read back before it is said again."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import aiohttp
import structlog

from adapters.slack import limits, looks
from adapters.slack.hearing import PLATFORM
from adapters.slack.workspace import Workspace
from bot.conversation.messages import AccountRef, Attachment, Words
from bot.errors import ChatRefused, ChatUnavailable
from bot.wording import slack as wording

SAID: Final = "liaison_said"
"""The type of the metadata by which we find again what we said."""
PAGE: Final = 200
MOST_PAGES: Final = 50
CLOCKS_DIFFER: Final = timedelta(minutes=5)
REMEMBERED: Final = 10_000
_PLAINLY: Final = {
    "unfurl_links": False,
    "unfurl_media": False,
    "parse": "none",
    "link_names": False,
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Found:
    """What we said, as Slack has it: where, with which file, and whether that hangs there."""

    ts: str
    file: str | None = None


class SlackChat:
    """The chat of one workspace, as the bot speaks to it."""

    def __init__(self, workspace: Workspace, *, is_discreet: bool = True) -> None:
        self._workspace = workspace
        self._is_discreet = is_discreet
        self._said: OrderedDict[str, str] = OrderedDict()
        self._halves: dict[str, _Found] = {}
        """Said, but for their file."""
        self._private: dict[str, AccountRef] = {}
        self._rooms: dict[AccountRef, str] = {}
        self.on_private: Callable[[AccountRef], None] | None = None
        """Told whenever something was said or changed in somebody's private room."""

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def is_discreet(self) -> bool:
        return self._is_discreet

    async def say(self, key: str, address: str, words: Words, *, thread: str | None = None) -> str:
        mark = _mark(key, address)
        if mark in self._said:
            return self._said[mark]
        half = self._halves.get(mark)
        if half is None:
            await self._workspace.pace.turn(address, mark)
            file = await self._upload(words.attachment)
            payload = {"mark": mark} | ({"file": file} if file else {})
            ts = await self._post(address, words, thread, payload)
            half = _Found(ts, file)
        if half.file is not None:
            self._halves[mark] = half
            await self._hang(half.file, words.attachment, address, half.ts, thread)
        self._remember(mark, half.ts)
        self._changed(address)
        return half.ts

    async def revise(self, key: str, address: str, event: str, words: Words) -> None:
        said = {"channel": address, "ts": event, "parse": "none", "link_names": False}
        await self._shown("chat.update", address, words, said)
        if words.attachment is not None:
            await self._hang_instead(_mark(key, address), address, event, words.attachment)
        self._changed(address)

    async def retract(self, key: str, address: str, event: str) -> None:
        try:
            for file in await self._files_of(address, event):
                await self._drop(file)
            await self._workspace.ask("chat.delete", channel=address, ts=event)
        except ChatRefused as fault:
            if not _is(fault, "message_not_found", "thread_not_found"):
                raise
        self._changed(address)

    async def members(self, address: str) -> Sequence[AccountRef]:
        if address in self._private:
            return [self._private[address]]
        found: list[str] = []
        cursor = ""
        while True:
            answer = await self._workspace.ask(
                "conversations.members", channel=address, limit=PAGE, cursor=cursor
            )
            found += answer["members"]
            cursor = _next(answer)
            if not cursor:
                break
        others = dict.fromkeys(user for user in found if user != self._workspace.us.user)
        return [await self._workspace.account(user) for user in others]

    async def private_room(self, account: AccountRef) -> str | None:
        if account in self._rooms:
            return self._rooms[account]
        us = self._workspace.us
        if account.platform != PLATFORM or not us.is_ours(account.home):
            return None
        profile = await self._workspace.profile(account.user)
        if not us.is_ours(profile.home) or not profile.is_person:
            return None
        answer = await self._workspace.ask("conversations.open", users=account.user)
        address = str(answer["channel"]["id"])
        self._rooms[account], self._private[address] = address, account
        return address

    async def find_said(
        self,
        key: str,
        address: str,
        *,
        thread: str | None = None,
        since: datetime | None = None,
    ) -> str | None:
        mark = _mark(key, address)
        if mark in self._said:
            return self._said[mark]
        found = await self._read_back(mark, address, thread, since)
        if found is None:
            return None
        if found.file is not None and not await self._hangs(found, address, thread):
            self._halves[mark] = found  # `say` does the rest.
            return None
        self._remember(mark, found.ts)
        return found.ts

    def owner(self, address: str) -> AccountRef | None:
        """Whose private room this is, if we have opened it."""
        return self._private.get(address)

    async def show_file(self, account: AccountRef, file: Attachment) -> None:
        """Give somebody a file in private, which goes with something shown to them alone."""
        address = await self.private_room(account)
        if address is None:
            return
        number = await self._upload(file)
        if number is not None:
            await self._hang(number, file, address, None, None)

    async def _post(
        self, address: str, words: Words, thread: str | None, payload: Mapping[str, Any]
    ) -> str:
        said: dict[str, Any] = {
            "channel": address,
            "metadata": {"event_type": SAID, "event_payload": payload},
            "mrkdwn": False,
            **_PLAINLY,
            **({"thread_ts": thread} if thread else {}),
        }
        answer = await self._shown("chat.postMessage", address, words, said)
        return str(answer["ts"])

    async def _shown(
        self, method: str, address: str, words: Words, said: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Send words as blocks; as text alone where Slack takes no blocks of them."""
        blocks = looks.blocks(words)
        wrong = limits.problems(blocks)
        if not wrong:
            try:
                return await self._workspace.ask(
                    method, **said, text=self._notice(address), blocks=blocks
                )
            except ChatRefused as fault:
                if not _is(fault, "invalid_blocks", "invalid_blocks_format"):
                    raise
                wrong = ["refused by Slack"]
        log.error("blocks were not fit to be sent", method=method, problems=len(wrong))
        return await self._workspace.ask(method, **said, text=looks.plain_text(words), blocks=[])

    def _notice(self, address: str) -> str:
        return wording.PRIVATE_NOTICE if address in self._private else wording.NOTICE

    async def _read_back(
        self, mark: str, address: str, thread: str | None, since: datetime | None
    ) -> _Found | None:
        """Look for our metadata among what was said there."""
        where: dict[str, Any] = {"channel": address, "include_all_metadata": True, "limit": PAGE}
        if since is not None:
            where["oldest"] = f"{(since - CLOCKS_DIFFER).timestamp():.6f}"
        method = "conversations.history"
        if thread:
            method, where["ts"] = "conversations.replies", thread
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await self._workspace.ask(method, **where, cursor=cursor)
            for message in answer["messages"]:
                found = _marked(message, mark)
                if found is not None:
                    return found
            cursor = _next(answer)
            if not cursor:
                return None
        # Rather too late than twice.
        raise ChatUnavailable("There is too much to read back at once.", retry_after=60)

    async def _upload(self, file: Attachment | None) -> str | None:
        """Hand Slack a file that hangs nowhere yet."""
        if file is None:
            return None
        place = await self._workspace.ask(
            "files.getUploadURLExternal", filename=file.name, length=len(file.content)
        )
        url = str(place["upload_url"])
        try:
            session = self._workspace.client.session
            assert session is not None
            async with session.post(url, data=file.content) as response:
                if response.status != 200:
                    raise ChatUnavailable(f"Slack did not take a file: {response.status}.")
        except (aiohttp.ClientError, TimeoutError) as fault:
            raise ChatUnavailable(f"Slack did not take a file: {type(fault).__name__}.") from fault
        return str(place["file_id"])

    async def _hang(
        self,
        number: str,
        file: Attachment | None,
        address: str,
        ts: str | None,
        thread: str | None,
    ) -> None:
        """Let an uploaded file hang under what was said."""
        title = file.name if file is not None else "file"
        under = {"thread_ts": thread or ts} if thread or ts else {}
        await self._workspace.ask(
            "files.completeUploadExternal",
            files=[{"id": number, "title": title}],
            channel_id=address,
            **under,
        )

    async def _hang_instead(
        self, mark: str, address: str, event: str, attachment: Attachment
    ) -> None:
        """The new version of a file hangs under the words; the old one goes. Done once."""
        if mark in self._said:
            return
        old = await self._files_of(address, event)
        number = await self._upload(attachment)
        if number is not None:
            await self._hang(number, attachment, address, event, None)
        for file in old:
            await self._drop(file)
        self._remember(mark, event)

    async def _hangs(self, found: _Found, address: str, thread: str | None) -> bool:
        answer = await self._workspace.ask(
            "conversations.replies", channel=address, ts=thread or found.ts, limit=PAGE
        )
        return any(found.file in _files(message) for message in answer["messages"])

    async def _files_of(self, address: str, event: str) -> list[str]:
        """The files that hang under something we said; none under what others said."""
        answer = await self._workspace.ask(
            "conversations.replies", channel=address, ts=event, limit=PAGE,
            include_all_metadata=True,
        )  # fmt: skip
        ours = [m for m in answer["messages"] if m.get("user") == self._workspace.us.user]
        said = next((message for message in ours if message.get("ts") == event), None)
        if said is None:
            return []
        hung = [file for message in ours for file in _files(message)]
        return list(dict.fromkeys([*hung, *filter(None, [_payload(said).get("file")])]))

    async def _drop(self, file: str) -> None:
        try:
            await self._workspace.ask("files.delete", file=file)
        except ChatRefused as fault:
            if not _is(fault, "file_not_found", "file_deleted"):
                raise

    def _remember(self, mark: str, ts: str) -> None:
        self._halves.pop(mark, None)
        self._said[mark] = ts
        while len(self._said) > REMEMBERED:
            self._said.popitem(last=False)

    def _changed(self, address: str) -> None:
        owner = self._private.get(address)
        if owner is not None and self.on_private is not None:
            self.on_private(owner)


def _mark(key: str, address: str) -> str:
    """What stands for a key in metadata that others may read."""
    return hashlib.sha256(f"{address}\n{key}".encode()).hexdigest()[:32]


def _marked(message: Mapping[str, Any], mark: str) -> _Found | None:
    payload = _payload(message)
    if payload.get("mark") != mark:
        return None
    return _Found(str(message["ts"]), payload.get("file"))


def _payload(message: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = message.get("metadata") or {}
    payload: Mapping[str, Any] = metadata.get("event_payload") or {}
    return payload if metadata.get("event_type") == SAID else {}


def _files(message: Mapping[str, Any]) -> list[str]:
    return [str(each.get("id")) for each in message.get("files") or ()]


def _next(answer: Mapping[str, Any]) -> str:
    return str((answer.get("response_metadata") or {}).get("next_cursor") or "")


def _is(fault: ChatRefused, *errors: str) -> bool:
    return any(str(fault).endswith(f": {error}.") for error in errors)
