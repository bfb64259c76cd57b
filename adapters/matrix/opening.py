"""Opening what a configuration names on Matrix: logged in, vouched for, and alone."""

import fcntl
import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from adapters.matrix import credentials as secrets
from adapters.matrix.credentials import Credentials
from adapters.matrix.cross_signing import vouch
from adapters.matrix.homeserver import REVOKED, Homeserver, LoggedOut, Refused, path
from adapters.matrix.identities import Identities
from adapters.matrix.listening import Listening
from adapters.matrix.machine import ANEW, STORE, WHY_NOT, Machine, known_key
from adapters.matrix.rooms import Room, Rooms
from adapters.matrix.signing import Seeds
from adapters.matrix.speaking import Manners, MatrixChat
from adapters.matrix.verification import Verifier
from bot.errors import ConfigError
from bot.liaison import Liaison

PINS = "identities.json"
REGISTER = "/_synapse/admin/v1/register"


@dataclass(slots=True)
class Opened:
    """A chat on Matrix, ready to speak; it hears once a liaison is there to listen with."""

    chat: MatrixChat
    credentials: Credentials
    _lock: int

    def listening(self, liaison: Liaison) -> Listening:
        return Listening(self.chat, liaison, Verifier(self.chat, self.credentials))

    async def close(self) -> None:
        await self.chat.homeserver.close()
        self.chat.machine.close()
        os.close(self._lock)


async def opened(
    credentials: Credentials, folder: Path, manners: Manners, *, password: str | None = None
) -> Opened:
    """The chat of this account. Raises `ConfigError` where an operator must act.

    The device is refused when its crypto store is gone or another's: what it would say then,
    nobody could tell from a forgery.
    """
    lock = _locked(folder)
    homeserver = Homeserver(credentials.homeserver, credentials.token)
    machine: Machine | None = None
    try:
        await _must_be_us(homeserver, credentials)
        known = await known_key(homeserver, credentials.user, credentials.device)
        if known is not None and not has_store(folder):
            raise ConfigError(
                f"The Matrix crypto store of this device is not in {folder}. {WHY_NOT} "
                f"Bring it back from its copy, or take a new device: {ANEW}"
            )
        identities = Identities(homeserver, folder / PINS)
        machine = _machine(credentials, folder, homeserver, identities)
        if known not in (None, machine.ed25519):
            raise ConfigError(
                f"The Matrix crypto store in {folder} is not this device's: the homeserver knows "
                f"other keys. Bring the right one back, or take a new device: {ANEW}"
            )
        await machine.publish()
        await vouch(homeserver, credentials, machine, password=password)
    except BaseException:
        await homeserver.close()
        if machine is not None:
            machine.close()
        os.close(lock)
        raise
    chat = MatrixChat(homeserver, machine, identities, Rooms(credentials.user), manners)
    return Opened(chat, credentials, lock)


def has_store(folder: Path) -> bool:
    """Whether a crypto store was begun there."""
    return (folder / STORE).is_file()


async def log_in(address: str, user: str, password: str) -> dict[str, Any]:
    """A new device of this account: its `device_id`, its `access_token`, its `user_id`."""
    homeserver = Homeserver(address)
    try:
        told: dict[str, Any] = await homeserver.post(
            path("login"),
            {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": user},
                "password": password,
                "initial_device_display_name": "Liaison",
            },
        )
    except Refused as fault:
        raise ConfigError(f"The homeserver does not let us in ({fault.code}).") from fault
    finally:
        await homeserver.close()
    return told


async def who_am_i(address: str, token: str) -> dict[str, Any]:
    """Whose access token this is: its `user_id` and its `device_id`."""
    homeserver = Homeserver(address, token)
    try:
        told: dict[str, Any] = await homeserver.get(path("account", "whoami"))
    finally:
        await homeserver.close()
    return told


async def register(address: str, user: str, secret: str) -> str:
    """Make an account where the homeserver takes a registration secret; returns its password."""
    homeserver = Homeserver(address)
    password = token_urlsafe(32)
    name = user.removeprefix("@").partition(":")[0]
    try:
        nonce = str((await homeserver.get(REGISTER))["nonce"])
        proof = f"{nonce}\0{name}\0{password}\0notadmin"
        await homeserver.post(
            REGISTER,
            {
                "nonce": nonce,
                "username": name,
                "password": password,
                "admin": False,
                "mac": hmac.new(secret.encode(), proof.encode(), hashlib.sha1).hexdigest(),
                "inhibit_login": True,
            },
        )
    except Refused as fault:
        raise ConfigError(f"The homeserver makes no account ({fault.code}).") from fault
    finally:
        await homeserver.close()
    return password


async def rooms_of(credentials: Credentials) -> list[Room]:
    """The rooms this account is in, as the homeserver tells them now."""
    homeserver = Homeserver(credentials.homeserver, credentials.token)
    found = []
    try:
        for address in (await homeserver.get(path("joined_rooms")))["joined_rooms"]:
            room = Room(str(address))
            for event in await homeserver.listed(path("rooms", room.id, "state")):
                room.take(event)
            found.append(room)
    finally:
        await homeserver.close()
    return found


def put_store_aside(folder: Path, device: str) -> None:
    """Leave the crypto store of a device that is given up; a new device begins its own."""
    store = folder / STORE
    if store.exists():
        store.rename(folder / f"crypto.{device}.db")


def made(address: str, told: dict[str, Any], token: str, seeds: Seeds | None = None) -> Credentials:
    """The credentials of a device that was just logged in."""
    if not told.get("device_id"):
        raise ConfigError("The access token belongs to no device: encryption needs one.")
    return Credentials(
        homeserver=address.rstrip("/"),
        user=str(told["user_id"]),
        device=str(told["device_id"]),
        token=token,
        pickle_key=secrets.new_pickle_key(),
        seeds=seeds or Seeds.new(),
    )


async def _must_be_us(homeserver: Homeserver, credentials: Credentials) -> None:
    try:
        told = await homeserver.get(path("account", "whoami"))
    except LoggedOut as fault:
        raise ConfigError(REVOKED) from fault
    if (told.get("user_id"), told.get("device_id")) != (credentials.user, credentials.device):
        raise ConfigError(
            "The access token is another account's or device's than the Matrix secrets say. "
            f"Bring the right ones back, or begin anew: {ANEW}"
        )


def _machine(
    credentials: Credentials, folder: Path, homeserver: Homeserver, identities: Identities
) -> Machine:
    try:
        return Machine(credentials, folder, homeserver, identities)
    except Exception as fault:
        raise ConfigError(
            f"The Matrix crypto store in {folder} does not open with the key in the secrets. "
            f"{WHY_NOT} Bring back the two that belong together, or begin anew: {ANEW}"
        ) from fault


def _locked(folder: Path) -> int:
    """Two processes on one crypto store would each spoil the other's keys."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        os.close(lock)
        raise ConfigError(f"Another process uses the Matrix crypto store in {folder}.") from fault
    return lock
