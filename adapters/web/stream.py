"""Telling open pages that something changed (server-sent events)."""

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

_BREATH = 0.06
"""Changes within this many seconds are told as one."""
_SILENCE = 15.0
"""After so long without news a comment is sent, so that a dead connection is noticed."""


class Stream:
    """The pages that listen now. News carries no words: a page fetches what it may show."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Event] = set()
        self._is_closed = False

    def changed(self) -> None:
        """Tell every open page to look again."""
        for page in self._pages:
            page.set()

    def close(self) -> None:
        """Let every page go, so that the server can stop."""
        self._is_closed = True
        self.changed()

    def response(self) -> StreamingResponse:
        return StreamingResponse(self._news(), media_type="text/event-stream")

    async def _news(self) -> AsyncIterator[str]:
        page = asyncio.Event()
        self._pages.add(page)
        try:
            # What happened before this stream was open, or while it was down, is fetched once.
            yield "event: sync\ndata: -\n\n"
            while not self._is_closed:
                try:
                    await asyncio.wait_for(page.wait(), _SILENCE)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                await asyncio.sleep(_BREATH)
                page.clear()
                yield "event: changed\ndata: -\n\n"
        finally:
            self._pages.discard(page)
