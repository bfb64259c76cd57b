"""The secrets of the bot's account: kept in one file that only its owner may read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from adapters.matrix.signing import SEED_BYTES, Seeds, SigningKey, unbased
from bot.errors import ConfigError

LOGIN = "Make it with: liaison matrix login"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who the bot is on Matrix: its device, and the keys that vouch for it."""

    homeserver: str
    user: str
    device: str
    token: str
    pickle_key: str
    seeds: Seeds

    @property
    def fingerprint(self) -> str:
        """The public master key in groups of four, as people compare it."""
        key = SigningKey(self.seeds.master).public
        return " ".join(key[at : at + 4] for at in range(0, len(key), 4))

    def on_device(self, device: str, token: str) -> "Credentials":
        """The same identity on a new device."""
        return replace(self, device=device, token=token)


def new_pickle_key() -> str:
    return secrets.token_urlsafe(32)


def read(file: Path, given: str | None = None) -> Credentials:
    """The credentials in *file*, or those *given* in its place. Raises `ConfigError`."""
    if given:
        return _unpacked(given, "matrix.secrets")
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError as fault:
        raise ConfigError(f"The Matrix secrets {file} are not there. {LOGIN}") from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(f"The Matrix secrets {file} cannot be read.") from fault
    if file.stat().st_mode & 0o077:
        raise ConfigError(f"{file} can be read by others. Do: chmod 600 {file}")
    return _unpacked(text, str(file))


def write(file: Path, credentials: Credentials) -> None:
    """Write the file whole or not at all."""
    beside = file.with_name(file.name + ".new")
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as held:
        held.write(json.dumps(asdict(credentials), indent=1) + "\n")
        held.flush()
        os.fsync(held.fileno())
    beside.replace(file)


def _unpacked(text: str, called: str) -> Credentials:
    try:
        held: dict[str, Any] = json.loads(text)
        seeds = Seeds(**{name: str(seed) for name, seed in held.pop("seeds").items()})
        lengths = {len(unbased(seed)) for seed in asdict(seeds).values()}
        credentials = Credentials(**{k: str(v) for k, v in held.items()}, seeds=seeds)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise ConfigError(f"{called} does not hold Matrix secrets. {LOGIN}") from fault
    if lengths != {SEED_BYTES} or not all(asdict(credentials).values()):
        raise ConfigError(f"{called} is not whole: bring it back from its copy. {LOGIN}")
    return credentials
