"""The configuration: a TOML file, overridden by `LIAISON_*` in the environment."""

import base64
import binascii
import difflib
import os
import re
import shlex
import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import ConfigError
from nlp.spans import Label

KEY_BYTES = 32
PREFIX, BETWEEN = "LIAISON_", "__"


class Part(BaseModel):
    """One table of the file. A word it does not know is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Database(Part):
    url: str = "sqlite:///var/data/liaison.db"
    keyring_url: str = "sqlite:///var/keys/keyring.db"
    encrypted: bool = False
    """Whether a SQLite file is encrypted as a whole, beside all that is sealed in it."""

    @field_validator("url", "keyring_url")
    @classmethod
    def _is_known(cls, url: str) -> str:
        try:
            kind = make_url(url).get_backend_name()
        except ArgumentError:
            kind = None
        if kind not in ("sqlite", "postgresql"):
            raise ValueError('must begin with "sqlite:///" or "postgresql+psycopg://"')
        return url


class Keys(Part):
    """Where the master key comes from: one of these."""

    master: SecretStr | None = None
    master_file: Path | None = None
    master_command: str | None = None


class Directory(Part):
    file: Path = Path("directory.toml")


class OwnRule(Part):
    """Something a deployment wants found in what is said: its form, and how it is checked."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    label: Label
    pattern: str = Field(min_length=1, max_length=500)
    check: str | None = None
    words: tuple[str, ...] = ()
    examples: tuple[str, ...] = Field(min_length=1)
    counterexamples: tuple[str, ...] = ()


class Language(Part):
    pipeline: str | None = None
    """An installed spaCy pipeline to read with; ours when there is none."""
    rules: list[OwnRule] = []
    """What is found beside all that everybody looks for."""


class Retention(Part):
    messages_days: int = Field(default=90, ge=1, le=3650)


class Deadlines(Part):
    policy: Path | None = None
    """A policy file of one's own; the one that comes with Liaison when there is none."""


class Ledger(Part):
    anchor: Path | None = None
    """A file, on another machine's disk if possible, that gets a line each hour."""


class Slack(Part):
    """A workspace to work in. Without a bot token there is none."""

    mode: Literal["socket", "http"] = "socket"
    base_url: str = "https://slack.com/api/"
    bot_token: SecretStr | None = None
    bot_token_file: Path | None = None
    app_token: SecretStr | None = None
    app_token_file: Path | None = None
    signing_secret: SecretStr | None = None
    signing_secret_file: Path | None = None
    discreet: bool = True
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)

    @field_validator("base_url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        if not _is_safe_address(url):
            raise ValueError('must begin with "https://"')
        return url if url.endswith("/") else f"{url}/"

    @property
    def is_on(self) -> bool:
        return self.bot_token is not None or self.bot_token_file is not None


class Matrix(Part):
    """A homeserver to work on. Without secrets there is none; `liaison matrix login` makes them."""

    secrets_file: Path | None = None
    secrets: SecretStr | None = None
    store: Path = Path("var/matrix")
    servers: list[str] = Field(default_factory=list)
    inviters: list[str] = Field(default_factory=list)
    only_signed: bool = True
    seed_reactions: bool = False
    discreet: bool = False

    @field_validator("inviters")
    @classmethod
    def _are_people(cls, users: list[str]) -> list[str]:
        for user in users:
            if not user.startswith("@") or ":" not in user:
                raise ValueError('must be people as Matrix writes them: "@ada:example.org"')
        return users

    @property
    def is_on(self) -> bool:
        return self.secrets is not None or self.secrets_file is not None


class Calendar(Part):
    """Personal feeds for people's calendar programs, and their own calendars as we may ask them."""

    address: str | None = None
    """Where people outside reach us, such as "https://liaison.example"; without it, no feeds."""
    host: str = "127.0.0.1"
    port: int = Field(default=3001, ge=0, le=65535)
    user: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None
    people: dict[str, list[str]] = Field(default_factory=dict)

    @field_validator("address")
    @classmethod
    def _is_ours(cls, address: str | None) -> str | None:
        if address is not None and not _is_safe_address(address):
            raise ValueError('must begin with "https://"')
        return address

    @field_validator("people")
    @classmethod
    def _are_calendars(cls, people: dict[str, list[str]]) -> dict[str, list[str]]:
        for addresses in people.values():
            for address in addresses:
                if not _is_safe_address(address.replace("webcal://", "https://", 1)):
                    raise ValueError('must be addresses that begin with "https://"')
        return people


_PLACE = re.compile(r"(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
"""A host as browsers name it, perhaps with a port."""


class Web(Part):
    """Officers' desks in a browser, opened by a link that the chat gives."""

    address: str | None = None
    """Where officers reach us, such as "https://liaison.example"; without it, no desks."""
    host: str = "127.0.0.1"
    port: int = Field(default=3002, ge=0, le=65535)

    @field_validator("address")
    @classmethod
    def _is_ours(cls, address: str | None) -> str | None:
        if address is None:
            return None
        if not _is_safe_address(address):
            raise ValueError('must begin with "https://"')
        named = urlsplit(address)
        place = named.netloc.lower()
        if named.path.strip("/") or named.query or named.fragment or not _PLACE.fullmatch(place):
            raise ValueError('must end with the name, in plain letters: "https://liaison.example"')
        return f"{named.scheme}://{place}"


class Meetings(Part):
    place: str | None = Field(default=None, max_length=300)
    """Where briefings meet; {code} stands for the briefing's code."""


class Log(Part):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    json_lines: bool = False


class Config(BaseSettings):
    """Everything an operator may say. See `config.example.toml`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=BETWEEN,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    database: Database = Database()
    keys: Keys = Keys()
    directory: Directory = Directory()
    language: Language = Language()
    retention: Retention = Retention()
    deadlines: Deadlines = Deadlines()
    ledger: Ledger = Ledger()
    slack: Slack = Slack()
    matrix: Matrix = Matrix()
    calendar: Calendar = Calendar()
    web: Web = Web()
    meetings: Meetings = Meetings()
    log: Log = Log()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # What the file says comes in as arguments, and the environment is stronger.
        return env_settings, init_settings


def read(path: Path | None) -> Config:
    """Read the configuration at *path*; with `None`, from the environment and the defaults alone.

    Raises `ConfigError` with every problem at once: what was found, what is wrong, what would do.
    """
    said = {} if path is None else _said_in(path)
    called = "The environment" if path is None else str(path)
    problems = [_unknown(name) for name in sorted(os.environ) if _is_lost(name)]
    try:
        config = Config(**said)
    except SettingsError as fault:
        raise ConfigError(f"The environment cannot be used: {fault}.") from fault
    except ValidationError as fault:
        problems += [_problem(error) for error in fault.errors(include_url=False)]
    else:
        if not problems:
            return config
    raise ConfigError("\n".join([f"{called} cannot be used:", *problems]))


def master_key(config: Config) -> bytes:
    """The 32 bytes under which everything is sealed. Raises `ConfigError`."""
    keys = config.keys
    given = [name for name in ("master", "master_file", "master_command") if getattr(keys, name)]
    if len(given) != 1:
        found = "none is" if not given else f"{' and '.join(given)} are"
        would = 'Make a key with "liaison keys new FILE" and name the file as keys.master_file.'
        if given:
            would = "Leave out all but the one that gives the key your data is sealed with."
        raise ConfigError(
            f"keys: exactly one of master, master_file, master_command must be set; {found}. "
            f"{would}"
        )
    if keys.master is not None:
        return _decoded(keys.master.get_secret_value(), "keys.master")
    if keys.master_file is not None:
        return read_key(keys.master_file)
    return _decoded(_told_by(keys.master_command or ""), "what keys.master_command prints")


def slack_secret(config: Config, name: str) -> str:
    """A secret of the Slack table, from its key or its file. Raises `ConfigError`."""
    said: SecretStr | None = getattr(config.slack, name)
    file: Path | None = getattr(config.slack, f"{name}_file")
    if said is not None and file is not None:
        raise ConfigError(f"slack: {name} and {name}_file are both set; one is needed.")
    text = said.get_secret_value().strip() if said is not None else ""
    if file is not None:
        text = _kept_in(file)
    if not text:
        raise ConfigError(
            f"slack: {name} is needed. Put it into a file of its own, named as slack.{name}_file."
        )
    return text


def calendar_password(config: Config) -> str:
    """The password of the account that asks calendars; empty where there is none."""
    said = config.calendar.password
    if config.calendar.password_file is not None:
        return _kept_in(config.calendar.password_file)
    return said.get_secret_value() if said is not None else ""


def read_key(path: Path) -> bytes:
    """The key in a file. Raises `ConfigError`."""
    try:
        text = path.read_text("ascii")
    except FileNotFoundError as fault:
        raise ConfigError(
            f"The key file {path} is not there. Bring it back, or make the first one: "
            f"liaison keys new {path}"
        ) from fault
    except UnicodeDecodeError as fault:
        raise ConfigError(f"{path} is not a key in base64.") from fault
    except OSError as fault:
        raise ConfigError(f"The key file {path} cannot be read: {fault.strerror}.") from fault
    _must_be_ours_alone(path)
    return _decoded(text, str(path))


def new_key(path: Path) -> None:
    """Write a new master key into a file that must not exist yet."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as fault:
        raise ConfigError(
            f"{path} exists already. A key that is in use is never overwritten."
        ) from fault
    except OSError as fault:
        raise ConfigError(f"{path} cannot be written: {fault.strerror}.") from fault
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.b64encode(os.urandom(KEY_BYTES)).decode() + "\n")


def known_words() -> list[str]:
    """Every word a configuration may use: tables, and `table.key`."""
    words = []
    for name, part in _parts().items():
        words += [name, *(f"{name}.{inner}" for inner in part.model_fields)]
    return words


def _said_in(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as fault:
        raise ConfigError(
            f"{path} is not there. Copy config.example.toml and adapt it, or name another: -c FILE"
        ) from fault
    except OSError as fault:
        raise ConfigError(f"{path} cannot be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise ConfigError(f"{path} is not a text in UTF-8: see byte {fault.start}.") from fault
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(f"{path} is not TOML: {fault}.") from fault


def _is_lost(name: str) -> bool:
    """Whether a variable is meant for a table that there is not: it would be ignored in silence."""
    table, between, _ = name.removeprefix(PREFIX).partition(BETWEEN)
    return name.startswith(PREFIX) and bool(between) and table.lower() not in _parts()


def _is_safe_address(url: str) -> bool:
    """Whether what goes there cannot be read on the way."""
    named = urlsplit(url)
    here = named.hostname in ("127.0.0.1", "::1", "localhost")
    return bool(named.hostname) and (named.scheme == "https" or (named.scheme == "http" and here))


def _kept_in(path: Path) -> str:
    """What a file with a secret holds. Raises `ConfigError`."""
    try:
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as fault:
        why = getattr(fault, "strerror", None) or "it is no plain text"
        raise ConfigError(f"{path} cannot be read: {why}.") from fault
    _must_be_ours_alone(path)
    return text


def _must_be_ours_alone(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise ConfigError(f"{path} can be read by others. Do: chmod 600 {path}")


def _told_by(command: str) -> str:
    try:
        done = subprocess.run(
            shlex.split(command), capture_output=True, text=True, timeout=30, check=True
        )
    except subprocess.CalledProcessError as fault:
        raise ConfigError(f"keys.master_command ended with status {fault.returncode}.") from fault
    except subprocess.TimeoutExpired as fault:
        raise ConfigError("keys.master_command did not end within 30 seconds.") from fault
    except (OSError, ValueError) as fault:
        # Not the fault's own words: they may repeat the command, and with it a secret.
        raise ConfigError("keys.master_command cannot be run.") from fault
    return done.stdout


def _decoded(text: str, called: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as fault:
        raise ConfigError(
            f'{called} is not a key in base64. Make one with "liaison keys new FILE".'
        ) from fault
    if len(key) != KEY_BYTES:
        raise ConfigError(f"{called} has {len(key)} bytes; a key has {KEY_BYTES}.")
    return key


def _problem(error: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return _unknown(place)
    if error["type"] in ("model_type", "model_attributes_type"):
        return f"- {place} must be a table: [{place}]"
    found = "" if _is_secret(error["loc"]) else f" = {_short(error['input'])}"
    # Ours are whole phrases already; pydantic begins with a capital.
    words = str(error["msg"]).removeprefix("Value error, ")
    return f"- {place}{found}: {words[:1].lower()}{words[1:]}."


def _unknown(place: str) -> str:
    if place.startswith(PREFIX):
        variables = [
            PREFIX + word.upper().replace(".", BETWEEN) for word in known_words() if "." in word
        ]
        return _nearest(place, place, {word: word for word in variables})
    table, _, key = place.partition(".")
    part = _parts().get(table)
    if part is None or not key:
        return _nearest(place, place, {word: word for word in known_words()})
    return _nearest(place, key, {word: f"{table}.{word}" for word in part.model_fields})


def _nearest(place: str, said: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(said, list(known), 1, cutoff=0.5)
    if near:
        return f'- {place} is not known. Did you mean "{known[near[0]]}"?'
    top = [word for word in known.values() if "." not in word] or list(known.values())
    return f"- {place} is not known. Known are: {', '.join(top)}."


def _is_secret(loc: Sequence[Any]) -> bool:
    """Whether what stands there is not repeated: keys, and addresses with passwords in them."""
    return bool(loc) and loc[0] in ("keys", "database", "slack", "matrix", "calendar")


def _short(found: object) -> str:
    words = repr(found)
    return words if len(words) <= 40 else f"{words[:39]}…"


def _parts() -> dict[str, type[Part]]:
    return {
        name: field.annotation
        for name, field in Config.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Part)
    }
