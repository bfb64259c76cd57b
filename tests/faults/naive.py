"""The control: matrix-nio's own loop with its own token, as one would use it at first."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

from nio import AsyncClient, AsyncClientConfig, LoginResponse, MegolmEvent, RoomMessageText
from nio.rooms import MatrixRoom

from tests.peers.matrix.synapse import PASSWORD, Synapse


class Died(Exception):
    """As a process does: nothing after it is done."""


class Naive:
    """A bot on `sync_forever` that stores its token. Tests that it passes prove nothing."""

    def __init__(self, synapse: Synapse, user: str, folder: Path) -> None:
        self.user = user
        self.heard: list[str] = []
        self.dies_at: int | None = None
        """At which message the process dies in the midst of handling it."""
        self._address = synapse.address
        self._folder = folder
        self._device = ""
        self._token = ""
        self._client: AsyncClient
        self._task: asyncio.Task[Any] | None = None

    @property
    def is_listening(self) -> bool:
        """Whether its loop still runs."""
        return self._task is not None and not self._task.done()

    async def begins(self) -> None:
        self._folder.mkdir(exist_ok=True)
        config = AsyncClientConfig(store_sync_tokens=True, encryption_enabled=True)
        self._client = AsyncClient(
            self._address, self.user, self._device or None, str(self._folder), config
        )
        if self._token:
            self._client.restore_login(self.user, self._device, self._token)
        else:
            told = await self._client.login(PASSWORD)
            assert isinstance(told, LoginResponse)
            self._device, self._token = told.device_id, told.access_token
        self._client.add_event_callback(self._hear, (RoomMessageText, MegolmEvent))
        self._task = asyncio.create_task(self._client.sync_forever(timeout=2000, full_state=True))

    async def joins(self, room: str) -> None:
        await self._client.join(room)

    async def ends(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._task
        await self._client.close()
        if self._client.store is not None:
            self._client.store.database.close()

    async def _hear(self, _: MatrixRoom, event: RoomMessageText | MegolmEvent) -> None:
        if not isinstance(event, RoomMessageText) or event.sender == self.user:
            return
        if self.dies_at is not None and len(self.heard) >= self.dies_at:
            raise Died
        self.heard.append(event.body)
