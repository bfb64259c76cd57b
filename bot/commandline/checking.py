"""Looking an installation over: what is wrong with it, and what would put it right."""

import asyncio
import json
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import typer
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot import config as configuration
from bot.casework import renewing
from bot.commandline import keeping, opening
from bot.commandline.telling import refusal, say
from bot.config import Config
from bot.conversation import held, troubles
from bot.errors import LiaisonError
from bot.followup import deadlines
from bot.governance import directory, ledger
from bot.governance.ledger import Broken
from storage import indexing
from storage.database import Store, is_current
from storage.engines import file_of
from storage.errors import StorageError
from storage.models import (
    DirectoryVersion,
    Due,
    DueState,
    Entry,
    Erasure,
    Message,
    Officer,
    Progress,
)

LEAST_DISK, LITTLE_DISK = 100 << 20, 1 << 30
CLOCK_SLACK = timedelta(minutes=1)
LONG_SILENCE = timedelta(days=30)
LATE = timedelta(minutes=10)
A_LINE = "plate XX00 TST, account GB33BUKB20201555555555"


class Grade(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found, and what would put it right."""

    what: str
    grade: Grade
    found: str
    remedy: str = ""


def check(path: Path, *, as_json: bool, live: bool = False) -> None:
    """Print every finding; status 1 when something is wrong that must be put right."""
    findings = list(look_over(path, opening.now(), live=live))
    wrong = any(finding.grade is Grade.FAIL for finding in findings)
    if as_json:
        report = {"ok": not wrong, "findings": [asdict(finding) for finding in findings]}
        say(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        say("\n".join(map(_line, findings)))
    if wrong:
        raise typer.Exit(1)


def look_over(path: Path, now: datetime, *, live: bool = False) -> Iterator[Finding]:
    """Look at everything, whatever is wrong with the rest. Makes and changes nothing."""
    try:
        config = configuration.read(path)
    except LiaisonError as fault:
        yield Finding("configuration", Grade.FAIL, str(fault))
        yield from _zones(now)
        return
    yield Finding("configuration", Grade.OK, f"{path} can be used")
    yield from _looked("folders", lambda: _folders(config))
    yield from _looked("disk", lambda: _disk(config))
    yield from _store(config, now)
    yield from _looked("language", lambda: _language(config))
    yield from _looked("deadlines", lambda: _deadlines(config))
    yield from _zones(now)
    yield from _looked("slack", lambda: _slack(config, live=live))
    yield from _looked("matrix", lambda: _matrix(config))
    yield from _looked("web", lambda: _web(config))
    if not config.slack.is_on and not config.matrix.is_on:
        yield _warn(
            "chats", "no chat is configured: the bot keeps its clocks and hears nothing",
            "configure one: see docs/slack.md and docs/matrix.md; or try it without: liaison demo",
        )  # fmt: skip


def _store(config: Config, now: datetime) -> Iterator[Finding]:
    """The key, the keyring, the database, and all that is looked up in it."""
    with ExitStack() as stack:
        store: Store | None = None
        try:
            configuration.master_key(config)
        except LiaisonError as fault:
            yield Finding("master key", Grade.FAIL, str(fault))
        else:
            yield _ok("master key", "there, and of the right length")
            try:
                opening.must_have_keyring(config)
                if opening.is_there(config.database.url):
                    store = stack.enter_context(opening.opened(config, any_version=True))
            except (LiaisonError, StorageError) as fault:
                yield Finding("keyring", Grade.FAIL, str(fault))
            except SQLAlchemyError as fault:
                yield Finding("database", Grade.FAIL, _refused(fault), _REACHABLE)
            else:
                yield from _keyring(config, is_open=store is not None)
        if store is None or not (yield from _database(store, config)):
            yield from _looked("directory", lambda: _directory_file(config))
            return
        there = store
        with there.reading() as session:
            for what, look in (
                ("index", lambda: _index(session)),
                ("ledger", lambda: _ledger(session)),
                ("directory", lambda: _directory(session, config)),
                ("clock", lambda: _clock(session, now)),
                ("promises", lambda: _promises(session, now)),
                ("held", lambda: _held(session)),
                ("erasures", lambda: _erasures(session)),
                ("chats", lambda: _shut_out(session)),
                ("calendars", lambda: _calendars(session, config)),
            ):
                yield from _looked(what, look)


def _keyring(config: Config, *, is_open: bool) -> Iterator[Finding]:
    if not is_open:
        place = opening.shown(config.database.url)
        yield Finding("database", Grade.FAIL, f"there is none at {place} yet", opening.UPGRADE)
        return
    data, ring = map(file_of, (config.database.url, config.database.keyring_url))
    if data is not None and ring is not None and data.parent.resolve() == ring.parent.resolve():
        yield _warn(
            "keyring", "it opens, and lies in the folder of the data",
            "keep it in a folder of its own, out of the data's backups: an old copy of both "
            "brings back what was erased",
        )  # fmt: skip
    else:
        yield _ok("keyring", "opens with the master key")


def _database(store: Store, config: Config) -> Generator[Finding, None, bool]:
    """Whether what is in the database can be looked at."""
    try:
        current = is_current(store.engine)
    except StorageError as fault:
        yield Finding("database", Grade.FAIL, str(fault))
        return False
    except SQLAlchemyError as fault:
        yield Finding("database", Grade.FAIL, _refused(fault), _REACHABLE)
        return False
    if not current:
        yield Finding("database", Grade.FAIL, "older than this version", opening.UPGRADE)
        return False
    try:
        with store.begin() as session:
            session.execute(text("UPDATE setting SET name = name WHERE id = -1"))
            session.rollback()
    except (StorageError, SQLAlchemyError) as fault:
        told = str(fault) if isinstance(fault, StorageError) else _refused(fault)
        yield Finding("database", Grade.FAIL, told)
        return True
    kind = store.engine.dialect.name
    if file_of(config.database.url) is not None:
        kind += (
            ", encrypted" if config.database.encrypted else ", its file not encrypted as a whole"
        )
    yield _ok("database", f"{kind}, of this version, can be written")
    return True


def _index(session: Session) -> Iterator[Finding]:
    """Under which versions of its key what is kept is found by names and numbers."""
    stands, left = indexing.state(session), sum(renewing.left(session).values())
    if indexing.is_lost(session):
        yield Finding(
            "index", Grade.FAIL, "a key of it is gone: what is kept cannot be found",
            "bring it under a new one: liaison keys rotate-index",
        )  # fmt: skip
    elif stands.before is not None or left:
        yield _warn(
            "index", f"versions {stands.number} and {stands.number + 1} of its key are in use, "
            f"{left} entries are under the one before",
            "all is found; to bring it to its end: liaison keys rotate-index",
        )  # fmt: skip
    else:
        yield _ok("index", f"under version {stands.number + 1} of its key")


def _ledger(session: Session) -> Iterator[Finding]:
    result = ledger.verify(session)
    if isinstance(result, Broken):
        yield Finding(
            "ledger", Grade.FAIL, f"does not hold at entry {result.sequence}: {result.why}",
            "somebody or something changed the record: leave everything as it is, and look into it",
        )  # fmt: skip
    else:
        yield _ok("ledger", f"holds: {keeping.counted(result)}")


def _directory(session: Session, config: Config) -> Iterator[Finding]:
    wanted = directory.read(config.directory.file)
    changes = directory.difference(session, wanted)
    apply = "Do: liaison directory apply"
    if session.scalar(select(DirectoryVersion.id).limit(1)) is None:
        yield Finding("directory", Grade.FAIL, "none was ever applied: the bot knows nobody", apply)
    elif changes:
        some = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
        yield _warn("directory", f"{config.directory.file} has {some} not applied yet", apply)
    else:
        people, rooms = _many(len(wanted.officers), "officer"), _many(len(wanted.rooms), "room")
        yield _ok("directory", f"applied: {people}, {rooms}")


def _directory_file(config: Config) -> Iterator[Finding]:
    directory.read(config.directory.file)
    yield _ok("directory", f"{config.directory.file} can be read")


def _clock(session: Session, now: datetime) -> Iterator[Finding]:
    newest = max(
        filter(None, (session.scalar(select(func.max(Entry.at))), _newest_heard(session))),
        default=None,
    )
    if newest is None:
        yield _ok("clock", f"{now:%Y-%m-%d %H:%M} UTC; nothing is kept to compare it with")
    elif newest > now + CLOCK_SLACK:
        yield Finding(
            "clock", Grade.FAIL,
            f"{now:%Y-%m-%d %H:%M} UTC, and what is kept is from {newest:%Y-%m-%d %H:%M} UTC",
            "set the clock; if it was right then it is slow now, and reminders come late",
        )  # fmt: skip
    elif newest < now - LONG_SILENCE:
        yield _warn(
            "clock", f"{now:%Y-%m-%d %H:%M} UTC; nothing happened for {(now - newest).days} days",
            "if the bot ran meanwhile, the clock is ahead: set it",
        )  # fmt: skip
    else:
        yield _ok("clock", f"{now:%Y-%m-%d %H:%M} UTC, not before what is kept")


def _newest_heard(session: Session) -> datetime | None:
    return session.scalar(select(func.max(Message.heard_at)))


def _promises(session: Session, now: datetime) -> Iterator[Finding]:
    late = session.scalar(
        select(func.count())
        .select_from(Due)
        .where(Due.state == DueState.WAITING, Due.due_at < now - LATE)
    )
    aside = session.scalar(
        select(func.count()).select_from(Message).where(Message.progress == Progress.FAILED)
    )
    if late:
        yield _warn("promises", f"{late} are late", "is the bot running? Do: liaison run")
    if aside:
        yield _warn(
            "promises", f"{aside} messages were set aside: they could not be understood",
            "the log says why, by kind of fault",
        )  # fmt: skip
    if not late and not aside:
        yield _ok("promises", "nothing is late, nothing was set aside")


def _held(session: Session) -> Iterator[Finding]:
    if many := len(held.standing(session)):
        yield _warn(
            "held", f"{many} of the bot's words waited when the restored backup was made",
            "say them or drop them: liaison held list",
        )  # fmt: skip


def _erasures(session: Session) -> Iterator[Finding]:
    waiting = session.scalar(
        select(func.count())
        .select_from(Erasure)
        .where(Erasure.done_at.is_(None), Erasure.failed.is_not(None))
    )
    if waiting:
        yield Finding(
            "erasures", Grade.FAIL, f"{waiting} keys could not be destroyed",
            "make the keyring writable, then: liaison purge",
        )  # fmt: skip
    else:
        yield _ok("erasures", "none has failed")


def _shut_out(session: Session) -> Iterator[Finding]:
    """What a running bot has met and nobody else can see."""
    for each in troubles.standing(session):
        yield Finding(
            each.platform, Grade.FAIL, f"shut out since {each.since:%Y-%m-%d %H:%M} UTC",
            each.why.replace("_", " "),
        )  # fmt: skip


def _calendars(session: Session, config: Config) -> Iterator[Finding]:
    """Whose calendars are asked, and that the directory knows them; secrets can be read."""
    configuration.calendar_password(config)
    wanted = set(config.calendar.people)
    known = set(session.scalars(select(Officer.slug).where(Officer.slug.in_(wanted))))
    if lost := sorted(wanted - known):
        yield _warn(
            "calendars", f"calendar.people names nobody of the directory: {', '.join(lost)}",
            "write them as the directory does",
        )  # fmt: skip
    elif wanted:
        yield _ok("calendars", f"those of {len(wanted)} people are asked")


def _folders(config: Config) -> Iterator[Finding]:
    opening.must_have_folders(config)
    wanted = {file.parent for file in _files(config)}
    closed = sorted(str(each) for each in wanted if not os.access(each, os.W_OK | os.X_OK))
    if closed:
        yield Finding(
            "folders", Grade.FAIL, f"cannot be written: {', '.join(closed)}",
            f"make them ours: chown {os.geteuid()} {' '.join(closed)}",
        )  # fmt: skip
    else:
        yield _ok("folders", ", ".join(sorted(map(str, wanted))) or "none are needed")


def _disk(config: Config) -> Iterator[Finding]:
    folders = [file.parent for file in _files(config) if file.parent.is_dir()] or [Path()]
    free, folder = min((shutil.disk_usage(each).free, str(each)) for each in folders)
    told = f"{free / (1 << 30):.1f} GiB free at {folder}"
    if free < LEAST_DISK:
        yield Finding("disk", Grade.FAIL, told, "free some space: a full disk keeps nothing")
    elif free < LITTLE_DISK:
        yield _warn("disk", told, "free some space")
    else:
        yield _ok("disk", told)


def _files(config: Config) -> list[Path]:
    found = map(file_of, (config.database.url, config.database.keyring_url))
    return [file for file in (*found, config.ledger.anchor) if file is not None]


def _language(config: Config) -> Iterator[Finding]:
    from nlp.pipeline import Text

    [spans] = opening.pipeline_of(config).extract([Text(A_LINE)])
    name = config.language.pipeline or "Liaison's own"
    if len(spans) < 2:
        yield Finding(
            "language", Grade.FAIL, f"{name} does not read a plain line",
            "install Liaison again, or leave language.pipeline out",
        )  # fmt: skip
    else:
        yield _ok("language", f"{name}: reads a line")


def _slack(config: Config, *, live: bool) -> Iterator[Finding]:
    if not config.slack.is_on:
        return
    bot_token = configuration.slack_secret(config, "bot_token")
    by_socket = config.slack.mode == "socket"
    other = configuration.slack_secret(config, "app_token" if by_socket else "signing_secret")
    if not bot_token.startswith("xoxb-"):
        yield _warn("slack", "the bot token does not begin with xoxb-", "is it another token?")
    if by_socket and not other.startswith("xapp-"):
        yield _warn("slack", "the app token does not begin with xapp-", "is it another token?")
    if not live:
        yield _ok("slack", f"configured, by {config.slack.mode}; --live asks Slack itself")
        return
    from adapters.slack import checking as slack

    listed = directory.read(config.directory.file).rooms
    asked = slack.look(
        bot_token, config.slack.base_url, other if by_socket else None,
        reads_files=any(room.reads_files for room in listed if room.platform == "slack"),
    )  # fmt: skip
    for each in asyncio.run(asked):
        if not each.remedy:
            yield _ok("slack", each.found)
        else:
            grade = Grade.FAIL if each.is_grave else Grade.WARN
            yield Finding("slack", grade, each.found, each.remedy)


def _matrix(config: Config) -> Iterator[Finding]:
    if not config.matrix.is_on:
        return
    from adapters.matrix.identities import read_pins
    from adapters.matrix.opening import PINS, has_store
    from bot.commandline.matrix import credentials_of

    credentials = credentials_of(config)
    if not has_store(config.matrix.store):
        yield Finding(
            "matrix", Grade.FAIL, f"there is no crypto store in {config.matrix.store}",
            "bring it back from its copy, or take a new device: liaison matrix login --new-device",
        )  # fmt: skip
        return
    changed = read_pins(config.matrix.store / PINS).changed
    for user in sorted(changed):
        yield _warn(
            "matrix", f"the identity of {user} is not the one known: they are not listened to",
            f"ask them, not by chat, whether they reset it; then: liaison matrix trust {user}",
        )  # fmt: skip
    yield _ok("matrix", f"{credentials.user}, fingerprint {credentials.fingerprint}")


def _web(config: Config) -> Iterator[Finding]:
    """Where desks in a browser are served; what keeps officers out, or lets others listen."""
    web, feeds = config.web, config.calendar
    if web.address is None:
        return
    from adapters.web.guard import is_loopback

    doors = [(feeds.host, feeds.port)] if feeds.address is not None else []
    if config.slack.is_on and config.slack.mode == "http":
        doors.append((config.slack.host, config.slack.port))
    if web.port and (web.host, web.port) in doors:
        yield Finding(
            "web", Grade.FAIL, f"port {web.port} on {web.host} serves something else already",
            "give web.port a number of its own",
        )  # fmt: skip
        return
    yield _ok("web", f"{web.address}/desk/, served on {web.host}, port {web.port}")
    if not is_loopback(web.host):
        yield _warn(
            "web", f"desks are served on {web.host} without TLS, for a whole network to read",
            'leave web.host as "127.0.0.1", behind a proxy that speaks TLS: see deploy/README.md',
        )  # fmt: skip
    if not config.slack.is_on and not config.matrix.is_on:
        yield _warn(
            "web", "no chat is configured, and it is the chat that gives the link to a desk",
            "configure one: see docs/slack.md and docs/matrix.md",
        )  # fmt: skip


def _deadlines(config: Config) -> Iterator[Finding]:
    policy = deadlines.load_policy(config.deadlines.policy)
    yield _ok("deadlines", f"{len(policy.profiles)} profiles")


def _zones(now: datetime) -> Iterator[Finding]:
    try:
        ZoneInfo("Europe/Lisbon")
        release = str(import_module("tzdata").IANA_VERSION)
    except (ImportError, ZoneInfoNotFoundError):
        yield Finding("time zones", Grade.FAIL, "no data", "Do: pip install --upgrade tzdata")
        return
    told = f"{len(available_timezones())} zones, release {release}"
    if int(release[:4]) < now.year - 1:
        yield _warn("time zones", told, "rules change: update tzdata, and the system's zone data")
    else:
        yield _ok("time zones", told)


def _looked(what: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What a look finds; what it stumbles over is a finding too."""
    try:
        yield from look()
    except (LiaisonError, StorageError) as fault:
        yield Finding(what, Grade.FAIL, str(fault))
    except SQLAlchemyError as fault:
        yield Finding(what, Grade.FAIL, _refused(fault))
    except Exception as fault:
        yield Finding(what, Grade.FAIL, f"could not be looked at ({type(fault).__name__})")


def _refused(fault: SQLAlchemyError) -> str:
    return refusal(fault) if isinstance(fault, DBAPIError) else type(fault).__name__


def _ok(what: str, found: str) -> Finding:
    return Finding(what, Grade.OK, found)


def _warn(what: str, found: str, remedy: str) -> Finding:
    return Finding(what, Grade.WARN, found, remedy)


def _line(finding: Finding) -> str:
    found = finding.found.replace("\n", "\n      ")
    line = f"{finding.grade:<5} {finding.what}: {found}"
    if not finding.remedy:
        return line
    return f"{line}\n      {finding.remedy}{'' if finding.remedy.endswith('?') else '.'}"


_REACHABLE = "is the server running, and its address under [database] right?"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
