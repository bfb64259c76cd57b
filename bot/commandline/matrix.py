"""Setting the bot up on Matrix: logging in, looking at its rooms, trusting an identity."""

import asyncio
import os
from collections.abc import Coroutine
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import typer
from sqlalchemy import select

from adapters.matrix import credentials as secrets
from adapters.matrix import opening as matrix
from adapters.matrix.credentials import Credentials
from adapters.matrix.homeserver import Homeserver
from adapters.matrix.identities import Identities
from adapters.matrix.speaking import Manners
from bot import config as configuration
from bot.commandline import opening
from bot.commandline.telling import say, tell
from bot.config import Config
from bot.errors import ChatUnavailable, ConfigError
from storage.models import Room

T = TypeVar("T")
NO_FILE = (
    "[matrix] names no secrets_file. Write this into the configuration, and try again:\n\n"
    '[matrix]\nsecrets_file = "matrix.secrets"'
)


def login(
    path: Path,
    *,
    homeserver: str,
    user: str,
    token_file: Path | None,
    register_with: Path | None,
    new_device: bool,
) -> None:
    """Log in once; after that, say who we are, and vouch for the device where nobody has yet."""
    config = configuration.read(path)
    file = config.matrix.secrets_file
    if file is None:
        raise ConfigError(NO_FILE)
    known = credentials_of(config) if file.exists() else None
    if known is not None and not new_device:
        _finish(config, known, None)
        return
    address = homeserver or (known.homeserver if known else typer.prompt("Homeserver"))
    _must_be_safe(address)
    token = _kept_in(token_file) if token_file is not None else None
    password: str | None = None
    if token is None:
        user = user or (known.user if known else typer.prompt("Account"))
        if register_with is not None and known is None:
            password = _waited(matrix.register(address, user, _kept_in(register_with)))
        else:
            password = _password()
        told = _waited(matrix.log_in(address, user, password))
        token = str(told["access_token"])
    else:
        told = _waited(matrix.who_am_i(address, token))
    fresh = matrix.made(address, told, token)
    if known is not None:
        if fresh.user != known.user:
            raise ConfigError(f"That is {fresh.user}, and the secrets are {known.user}'s.")
        matrix.put_store_aside(config.matrix.store, known.device)
        fresh = known.on_device(fresh.device, fresh.token)
    secrets.write(file, fresh)
    _finish(config, fresh, password)


def rooms(path: Path) -> None:
    """Print a line for each room, and one for whoever is in it."""
    config = configuration.read(path)
    told = _waited(matrix.rooms_of(credentials_of(config)))
    if not told:
        say("The bot is in no room. Invite it, and let it run: liaison run")
    with ExitStack() as stack:
        store = stack.enter_context(opening.opened(config))
        session = stack.enter_context(store.reading())
        listed = {
            room.address: room
            for room in session.scalars(
                select(Room).where(Room.platform == "matrix", Room.retired_at.is_(None))
            )
        }
        for room in sorted(told, key=lambda each: each.id):
            row = listed.get(room.id)
            sealed = "encrypted" if room.is_encrypted else "NOT ENCRYPTED: nothing is said there"
            place = f"{row.slug}, up to TLP:{row.ceiling}" if row else "not in the directory"
            say(f"{room.id}  {room.name or '(no name)'}\n  {sealed}; {place}")
            say(f"  {', '.join(sorted(room.present))}")


def trust(path: Path, user: str, *, yes: bool) -> None:
    """Pin somebody's identity anew. A running bot notices."""
    config = configuration.read(path)
    credentials = credentials_of(config)
    if not yes:
        typer.confirm(
            f"Have you heard from {user}, not by chat, that the change is theirs?", abort=True
        )
    key = _waited(_accepted(credentials, config.matrix.store, user))
    if key is None:
        raise ConfigError(f"{user} has no identity that holds: there is nothing to trust.")
    say(f"{user} is known by {key} from now on.")


def credentials_of(config: Config) -> Credentials:
    """The bot's secrets. Raises `ConfigError`."""
    held = config.matrix.secrets
    file = config.matrix.secrets_file
    if held is None and file is None:
        raise ConfigError(NO_FILE)
    return secrets.read(file or Path(), held.get_secret_value() if held is not None else None)


def manners_of(config: Config) -> Manners:
    """How the bot behaves on Matrix, as the configuration says."""
    chosen = config.matrix
    return Manners(
        servers=tuple(chosen.servers),
        inviters=tuple(chosen.inviters),
        only_signed=chosen.only_signed,
        seeds_reactions=chosen.seed_reactions,
        is_discreet=chosen.discreet,
    )


def _finish(config: Config, credentials: Credentials, password: str | None) -> None:
    async def opened() -> None:
        here = await matrix.opened(
            credentials, config.matrix.store, manners_of(config), password=password
        )
        await here.close()

    _waited(opened())
    say(f"Logged in as {credentials.user}, device {credentials.device}.")
    say(f"Fingerprint: {credentials.fingerprint}")
    tell(
        f"Keep copies of {config.matrix.secrets_file} in a safe: whoever has it is the bot. "
        "Next: invite the bot to an encrypted room, and: liaison run"
    )


async def _accepted(credentials: Credentials, folder: Path, user: str) -> str | None:
    homeserver = Homeserver(credentials.homeserver, credentials.token)
    try:
        return await Identities(homeserver, folder / matrix.PINS).accept(user)
    finally:
        await homeserver.close()


def _waited(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except ChatUnavailable as fault:
        raise ConfigError(str(fault)) from fault


def _password() -> str:
    return os.environ.get("LIAISON_MATRIX_PASSWORD") or str(
        typer.prompt("Password", hide_input=True)
    )


def _kept_in(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(f"{file} cannot be read.") from fault


def _must_be_safe(address: str) -> None:
    here = ("http://127.0.0.1", "http://localhost", "http://[::1]")
    if not address.startswith(("https://", *here)):
        raise ConfigError(f'The homeserver "{address}" must begin with "https://".')
