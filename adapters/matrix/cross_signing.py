"""The bot's own identity: it vouches for its device, so that careful clients speak with it."""

from typing import Any

from adapters.matrix.credentials import Credentials
from adapters.matrix.homeserver import Homeserver, Refused, path
from adapters.matrix.machine import Machine
from adapters.matrix.signing import SigningKey, is_signed
from bot.errors import ConfigError

UPLOAD = path("keys", "device_signing", "upload")


async def vouch(
    homeserver: Homeserver,
    credentials: Credentials,
    machine: Machine,
    *,
    password: str | None = None,
) -> bool:
    """Sign our device with our identity, which is made known first where there is none.

    Returns whether anything had to be done. Raises `ConfigError` where the account has another
    identity already: replacing it would look to everybody like a break-in.
    """
    user = credentials.user
    master, self_signing, user_signing = (
        SigningKey(seed)
        for seed in (
            credentials.seeds.master, credentials.seeds.self_signing, credentials.seeds.user_signing
        )
    )  # fmt: skip
    told = await homeserver.post(path("keys", "query"), {"device_keys": {user: []}})
    known = list(told.get("master_keys", {}).get(user, {}).get("keys", {}).values())
    if known and known != [master.public]:
        raise ConfigError(
            f"{user} has an identity already that is not ours. Bring back the secrets it was made "
            "with, or reset it in a client as its owner; I do not replace it."
        )
    if not known:
        identity = machine.sign(_key(user, "master", master))
        await _make_known(
            homeserver,
            {
                "master_key": identity,
                "self_signing_key": master.sign(_key(user, "self_signing", self_signing), user),
                "user_signing_key": master.sign(_key(user, "user_signing", user_signing), user),
            },
            user,
            password,
        )
    device: dict[str, Any] = told["device_keys"][user][machine.device]
    if is_signed(device, user, self_signing.public, self_signing.public):
        return not known
    device = {name: value for name, value in device.items() if name != "unsigned"}
    signed = self_signing.sign(device, user)
    answer = await homeserver.post(
        path("keys", "signatures", "upload"), {user: {machine.device: signed}}
    )
    if answer.get("failures"):
        raise ConfigError("The homeserver does not take our signature of our own device.")
    return True


async def _make_known(
    homeserver: Homeserver, keys: dict[str, Any], user: str, password: str | None
) -> None:
    try:
        await homeserver.post(UPLOAD, keys)
    except Refused as fault:
        session = fault.answer.get("session")
        if fault.status != 401 or session is None or password is None:
            raise ConfigError(
                "The homeserver wants the account's password before it takes the bot's identity. "
                "Do: liaison matrix login --new-device, and type the password."
            ) from fault
        auth = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user},
            "password": password,
            "session": session,
        }
        await homeserver.post(UPLOAD, {**keys, "auth": auth})


def _key(user: str, usage: str, key: SigningKey) -> dict[str, Any]:
    return {"user_id": user, "usage": [usage], "keys": {f"ed25519:{key.public}": key.public}}
