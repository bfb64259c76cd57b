"""The configuration: a TOML file, overridden by `LIAISON_*` in the environment."""

import base64
import binascii
import difflib
import os
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.errors import ConfigError

KEY_BYTES = 32


class Part(BaseModel):
    """One table of the file. A word it does not know is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Database(Part):
    url: str = "sqlite:///var/liaison.db"
    keyring_url: str = "sqlite:///var/keyring.db"


class Keys(Part):
    """Where the master key comes from: one of these."""

    master: SecretStr | None = None
    master_file: Path | None = None
    master_command: str | None = None


class Directory(Part):
    file: Path = Path("directory.toml")


class Language(Part):
    pipeline: str | None = None
    """An installed spaCy pipeline to read with; ours when there is none."""


class Retention(Part):
    messages_days: int = Field(default=90, ge=1, le=3650)


class Deadlines(Part):
    policy: Path | None = None
    """A policy file of one's own; the one that comes with Liaison when there is none."""


class Ledger(Part):
    anchor: Path | None = None
    """A file, on another machine's disk if possible, that gets a line each hour."""


class Log(Part):
    level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    json_lines: bool = False


class Config(BaseSettings):
    """Everything an operator may say. See `config.example.toml`."""

    model_config = SettingsConfigDict(
        env_prefix="LIAISON_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    database: Database = Database()
    keys: Keys = Keys()
    directory: Directory = Directory()
    language: Language = Language()
    retention: Retention = Retention()
    deadlines: Deadlines = Deadlines()
    ledger: Ledger = Ledger()
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
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _file.path)


class _File:
    """The file being read: pydantic-settings asks for it by class, not by instance."""

    path: Path | None = None


_file = _File()


def read(path: Path | None) -> Config:
    """Read the configuration at *path*; with `None`, from the environment and the defaults alone.

    Raises `ConfigError` with every problem at once: what was found, what is wrong, what would do.
    """
    if path is not None and not path.is_file():
        raise ConfigError(f"{path} is not there. Copy config.example.toml and adapt it.")
    _file.path = path
    try:
        return Config()
    except ValidationError as fault:
        lines = [_problem(error) for error in fault.errors()]
        called = str(path) if path is not None else "the environment"
        raise ConfigError("\n".join([f"{called} cannot be used:", *lines])) from fault
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(f"{path} is not TOML: {fault}") from fault
    finally:
        _file.path = None


def master_key(config: Config) -> bytes:
    """The 32 bytes under which everything is sealed. Raises `ConfigError` and says what would do."""
    keys = config.keys
    given = [name for name in ("master", "master_file", "master_command") if getattr(keys, name)]
    if len(given) != 1:
        found = "none is" if not given else f"{' and '.join(given)} are"
        raise ConfigError(
            f"keys: exactly one of master, master_file, master_command must be set; {found}. "
            'Make a key with "liaison keys new FILE" and name the file as keys.master_file.'
        )
    if keys.master is not None:
        return _decoded(keys.master.get_secret_value(), "keys.master")
    if keys.master_file is not None:
        return read_key(keys.master_file)
    return _decoded(_told_by(keys.master_command or ""), "what keys.master_command prints")


def read_key(path: Path) -> bytes:
    """The key in a file. Raises `ConfigError`."""
    try:
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(f'{path} cannot be read as a key. Make one with "liaison keys new {path}".') from fault
    if path.stat().st_mode & 0o077:
        raise ConfigError(f"{path} can be read by others. Do: chmod 600 {path}")
    return _decoded(text, str(path))


def new_key(path: Path) -> None:
    """Write a new master key into a file that must not exist yet."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as fault:
        raise ConfigError(f"{path} exists already. A key that is in use is never overwritten.") from fault
    except OSError as fault:
        raise ConfigError(f"{path} cannot be written: {fault.strerror}.") from fault
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.b64encode(os.urandom(KEY_BYTES)).decode() + "\n")


def _told_by(command: str) -> str:
    try:
        done = subprocess.run(
            shlex.split(command), capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError) as fault:
        raise ConfigError(f"keys.master_command failed: {type(fault).__name__}.") from fault
    return done.stdout


def _decoded(text: str, called: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as fault:
        raise ConfigError(f'{called} is not a key in base64. Make one with "liaison keys new FILE".') from fault
    if len(key) != KEY_BYTES:
        raise ConfigError(f"{called} has {len(key)} bytes; a key has {KEY_BYTES}.")
    return key


def _problem(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(place, _known(), 1)
        hint = f' Did you mean "{near[0]}"?' if near else f" Known are: {', '.join(_known())}."
        return f"- {place} is not known.{hint}"
    return f"- {place} = {error['input']!r}: {error['msg']}."


def _known() -> list[str]:
    names = []
    for name, field in Config.model_fields.items():
        names.append(name)
        part = field.annotation
        if isinstance(part, type) and issubclass(part, Part):
            names += [f"{name}.{inner}" for inner in part.model_fields]
    return names
