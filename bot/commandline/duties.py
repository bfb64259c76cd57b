"""Duty from the command line: whom a question would reach, and a desk's roster from a calendar."""

from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import config as configuration
from bot.commandline.opening import now, officer_named, opened, pipeline_of
from bot.commandline.telling import say, tell
from bot.errors import ConfigError, UserError
from bot.followup import rota, routing, whom
from storage.models import Unit


def who(path: Path, text: str, *, officer: str | None) -> None:
    """Say who would be asked; status 1 when nobody would."""
    config = configuration.read(path)
    extract = pipeline_of(config).read
    with opened(config) as store, store.reading() as session:
        session.info["extract"] = extract
        reader = officer_named(session, officer) if officer is not None else None
        try:
            say(whom.simulate(session, text, now=now(), reader=reader))
        except UserError as mistake:
            tell(str(mistake))
            raise typer.Exit(1) from mistake


def roster(path: Path, file: Path, *, desk: str, yes: bool) -> None:
    """Show what the file says of the desk, ask, apply."""
    config = configuration.read(path)
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise ConfigError(f"{file} cannot be read: {fault.strerror}.") from fault
    with opened(config) as store:
        with store.reading() as session:
            unit = _desk(session, desk)
            manning = routing.of_desk(session, unit)
            try:
                read = rota.read(content, manning, ZoneInfo(unit.zone), now=now())
            except ValueError as fault:
                raise ConfigError(f"{file}: {fault}") from fault
            named = {officer.slug: officer.name for officer in manning}
        for problem in read.problems:
            tell(f"{file.name}, {problem}.")
        if not read.turns:
            tell("There is no turn in it that could be used. Nothing was changed.")
            raise typer.Exit(2)
        for slug, name in named.items():
            turns = sum(turn.officer == slug for turn in read.turns)
            say(f"{name}: {turns} turn{'' if turns == 1 else 's'}")
        if read.until is not None:
            say(f"What repeats is taken up to {read.until:%d.%m.%Y}; bring it in again by then.")
        if not yes and not typer.confirm("Let this be the desk's roster?", err=True):
            tell("Nothing was changed.")
            raise typer.Exit(1)
        with store.begin() as session:
            counted = rota.apply(session, _desk(session, desk), read, now=now())
    say(f"{desk}: {counted} turns from now on. Its officers' hours of the week rest meanwhile.")


def _desk(session: Session, slug: str) -> Unit:
    unit = session.scalar(select(Unit).where(Unit.slug == slug, Unit.retired_at.is_(None)))
    if unit is None:
        raise ConfigError(f'--desk {slug}: the directory knows no desk "{slug}".')
    return unit
