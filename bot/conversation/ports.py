"""What the bot needs from outside: a chat, a reader of text, a clock."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.conversation.messages import AccountRef, Words
from nlp.pipeline import Reading, Text

Clock = Callable[[], datetime]
"""Now, in UTC. Read in the liaison only."""

Extract = Callable[[Sequence[Text]], Sequence[Reading]]
"""What each of these texts says. It may raise when it could not read them: then none is."""


class Chat(Protocol):
    """A chat platform that can be spoken to.

    Every verb may raise `ChatUnavailable` (worth trying again later) or `ChatRefused` (it is not).
    """

    @property
    def platform(self) -> str: ...

    async def say(self, key: str, address: str, words: Words, *, thread: str | None = None) -> str:
        """Say it once: the same *key* is never said twice. Returns the platform's event."""
        ...

    async def revise(self, key: str, address: str, event: str, words: Words) -> None:
        """Let what was said as *event* read differently."""
        ...

    async def retract(self, key: str, address: str, event: str) -> None:
        """Take back what was said as *event*."""
        ...

    async def members(self, address: str) -> Sequence[AccountRef]:
        """Who is in the room now, the bot itself left out."""
        ...

    async def private_room(self, account: AccountRef) -> str | None:
        """Where this account can be told something alone; `None` where the platform cannot."""
        ...

    async def find_said(self, key: str, address: str) -> str | None:
        """The event under which *key* was said, if it was."""
        ...
