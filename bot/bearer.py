"""Bearer tokens: whoever has one may open what it opens, so that of each only a hash is kept."""

import hashlib
import secrets
from typing import Final

_BYTES: Final = 32


def token() -> str:
    """A new token, to be shown once. Nobody guesses it: its hash needs no key."""
    return secrets.token_urlsafe(_BYTES)


def hashed(token: str) -> str:
    """What is kept of a token, and by what it is known again."""
    return hashlib.sha256(token.encode()).hexdigest()
