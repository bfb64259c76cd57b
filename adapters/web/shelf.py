"""Files that were shown to one person alone and wait to be fetched: the latest few."""

import secrets
from collections.abc import Hashable
from dataclasses import dataclass, field

from bot.conversation.messages import Attachment

_KEPT = 32


@dataclass(slots=True)
class Shelf:
    """Each file under a name that cannot be guessed, for its owner only."""

    files: dict[str, tuple[Hashable, Attachment]] = field(default_factory=dict)

    def keep(self, owner: Hashable, file: Attachment) -> str:
        while len(self.files) >= _KEPT:
            del self.files[next(iter(self.files))]
        name = f"s{secrets.token_hex(8)}"
        self.files[name] = (owner, file)
        return name

    def take(self, owner: Hashable, name: str) -> Attachment | None:
        found, file = self.files.get(name, (None, None))
        return file if found == owner else None

    def clear(self, owner: Hashable) -> None:
        """Nothing waits for this owner any more."""
        for name in [name for name, (whose, _) in self.files.items() if whose == owner]:
            del self.files[name]
