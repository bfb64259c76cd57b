"""Keeping house from the command line: schema, directory, ledger, purge, keys."""

from collections import Counter
from dataclasses import fields
from pathlib import Path

import typer
from sqlalchemy.orm import Session

from bot import config as configuration
from bot.casework import renewing
from bot.commandline.opening import now, opened
from bot.commandline.telling import say, tell
from bot.errors import ConfigError
from bot.followup import deadlines
from bot.governance import directory, ledger, retention
from bot.governance.directory import Change, Did
from bot.governance.ledger import Broken, Operation, Verified
from bot.governance.own_hours import Kept
from bot.governance.retention import Carried, Purged
from storage import database
from storage.database import Store
from storage.errors import WrongKey

_SHOWN_EACH = 10_000


def upgrade(path: Path) -> None:
    """Apply every migration that is missing."""
    config = configuration.read(path)
    with opened(config, any_version=True) as store:
        database.upgrade(store.engine)
    say("The database is up to date.")


def directory_apply(path: Path, file: Path | None, *, yes: bool) -> None:
    """Show the difference, ask, apply."""
    config = configuration.read(path)
    wanted = directory.read(file or config.directory.file)
    with opened(config) as store:
        with store.reading() as session:
            changes = directory.difference(session, wanted)
            kept = directory.kept(session, wanted)
        for each in kept:
            say(shown_kept(each))
        if not changes:
            with store.begin() as session:
                # What the file says and officers said before it is the file's word from now on.
                directory.apply(session, wanted, by="operator", now=now())
            say("The directory is as it should be. Nothing to change.")
            return
        for change in changes:
            say(shown_change(change))
        if not yes and not typer.confirm(f"Apply {_many(changes)}?", err=True):
            tell("Nothing was changed.")
            raise typer.Exit(1)
        with store.begin() as session:
            applied = directory.apply(session, wanted, by="operator", now=now())
    say(f"Applied: {_many(applied)}.")


def ledger_verify(path: Path) -> None:
    """Verify the ledger; status 1 when it does not hold."""
    config = configuration.read(path)
    with opened(config) as store, store.reading() as session:
        result = ledger.verify(session)
        lost = _unanchored(session, config.ledger.anchor)
    if isinstance(result, Broken):
        say(
            f"The ledger does NOT hold: process {result.process or 'none'}, "
            f"entry {result.sequence}: {result.why}."
        )
        raise typer.Exit(1)
    if lost:
        say(f"The ledger does NOT hold: it lacks what was anchored outside at {lost.split()[0]}.")
        raise typer.Exit(1)
    say(f"The ledger holds: {counted(result)}.")


def counted(result: Verified) -> str:
    """How much of a ledger was walked."""
    entries = _counted(result.entries, "entry", "entries")
    return f"{entries} in {_counted(result.chains, 'chain')}"


def purge(path: Path, *, yes: bool) -> None:
    """Erase what nobody decided to keep."""
    config = configuration.read(path)
    policy = deadlines.load_policy(config.deadlines.policy)
    if not yes and not typer.confirm("Erase what is past its time? It cannot be undone.", err=True):
        tell("Nothing was erased.")
        raise typer.Exit(1)
    with opened(config) as store:
        total, is_complete = Purged(), False
        while not is_complete:
            with store.begin() as session:
                session.info["policy"] = policy
                purged = retention.purge(session, now(), policy_days=config.retention.messages_days)
            is_complete, total = purged.is_complete, _sum(total, purged)
        carried = retention.carry_out(store, now())
    say(_shown_purge(total, carried))
    if carried.failed:
        raise typer.Exit(1)


def keys_new(file: Path) -> None:
    """Make a master key."""
    configuration.new_key(file)
    say(f"A new master key is in {file}. Keep a copy apart from the data: without it all is lost.")


def keys_rotate(path: Path, new: Path) -> None:
    """Wrap everything under a new master key, also while the bot runs."""
    config = configuration.read(path)
    key = configuration.read_key(new)
    if key == configuration.master_key(config):
        raise ConfigError(
            f"{new} holds the key that is in use. Make another: liaison keys new FILE"
        )
    with opened(config) as store:
        # The keyring is another database: the intent is on record before anything happens.
        _record_of_keys(store, step="rotating")
        many = store.keyring.rotate(key)
        _record_of_keys(store, step="rotated", rewrapped=many)
    say(
        f"{many} keys are under the new master key. Name {new} as keys.master_file now, start the "
        "bot again when it suits, then do: liaison keys retire. Until then the old key opens too."
    )


def keys_retire(path: Path, *, yes: bool) -> None:
    """Let the master key before open nothing any more."""
    config = configuration.read(path)
    question = (
        "Retire the old master key? A process that still runs with it stops opening anything."
    )
    if not yes and not typer.confirm(question, err=True):
        tell("Nothing was changed.")
        raise typer.Exit(1)
    with opened(config) as store:
        _record_of_keys(store, step="retiring")
        try:
            was_there = store.keyring.retire()
        except WrongKey as fault:
            raise ConfigError(
                "The configuration names the old master key still. Name the new one as "
                "keys.master_file. Nothing was changed."
            ) from fault
        _record_of_keys(store, step="retired")
    say("The old master key opens nothing any more." if was_there else "No old key was open.")


def keys_rotate_index(path: Path) -> None:
    """Bring the index under a new key, also while the bot runs."""
    config = configuration.read(path)
    with opened(config) as store:
        renewed = renewing.renew(store, now, tell=_Renewing())
    say(f"The index is under a new key: {_counted(renewed.rows, 'row')} renewed.")
    if renewed.unreadable:
        rows = _counted(renewed.unreadable, "row")
        say(f"{rows} could not be read by anybody, and can be found by nothing any more.")
    if not renewed.is_over:
        say("The key before could NOT be destroyed: is the keyring writable? Do: liaison purge")
        raise typer.Exit(1)


class _Renewing:
    """A line now and then: a large index takes minutes."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()

    def __call__(self, kind: str, rows: int) -> None:
        before, self._rows[kind] = self._rows[kind], self._rows[kind] + rows
        if before // _SHOWN_EACH != self._rows[kind] // _SHOWN_EACH:
            tell(f"{kind}: {self._rows[kind]} renewed")


def _record_of_keys(store: Store, *, step: str, rewrapped: int = 0) -> None:
    with store.begin() as session:
        ledger.record(
            session,
            Operation.ADMINISTRATION,
            now=now(),
            subject="keys",
            step=step,
            rewrapped=rewrapped,
        )


def shown_change(change: Change) -> str:
    """One change of the directory, as an operator reads it."""
    line = f"{_SIGNS[change.did]} {change.kind} {change.slug}"
    if change.did is not Did.CHANGED:
        line += f" ({change.did})"
    return "\n".join(
        [
            line,
            *(
                f"    {field.name}: {field.before or '-'} -> {field.after or '-'}"
                for field in change.fields
            ),
        ]
    )


def shown_kept(kept: Kept) -> str:
    """What the file does not change, as an operator reads it."""
    return (
        f"= officer {kept.officer}\n"
        f"    {kept.field}: {kept.value or '-'} is kept: set in chat on {kept.set_at:%Y-%m-%d}; "
        f"the file says {kept.listed or '-'}"
    )


_SIGNS = {Did.ADDED: "+", Did.CHANGED: "~", Did.RETIRED: "-", Did.RESTORED: "+"}


def _many(changes: list[Change]) -> str:
    return _counted(len(changes), "change")


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _unanchored(session: Session, anchor: Path | None) -> str | None:
    """The newest line that was anchored outside, if the ledger knows nothing of it."""
    if anchor is None or not anchor.is_file():
        return None
    lines = [line for line in anchor.read_text("ascii").splitlines() if line.strip()]
    # Each root entry stands on all before it: the newest answers for them.
    return lines[-1] if lines and not ledger.is_anchored(session, lines[-1]) else None


def _sum(left: Purged, right: Purged) -> Purged:
    """What two rounds of one purge came to."""
    counted = {
        each.name: getattr(left, each.name) + getattr(right, each.name)
        for each in fields(Purged)
        if each.name not in ("held", "is_complete")
    }
    return Purged(**counted, held=right.held, is_complete=right.is_complete)


def _shown_purge(purged: Purged, carried: Carried) -> str:
    erased = (
        f"Erased: {purged.messages} messages, {purged.cases} cases, {purged.entities} entities, "
        f"{purged.deliveries} of the bot's own messages, {purged.others} other rows. "
        f"{carried.destroyed} keys are destroyed."
    )
    lines = [erased]
    if purged.held:
        lines.append(f"{purged.held} stay because somebody holds them.")
    if purged.retracting:
        lines.append(
            f"{purged.retracting} of the bot's messages are taken back from the chats by the "
            "running bot."
        )
    if purged.left_in_chat:
        lines.append(
            f"{purged.left_in_chat} messages of people were erased here. Their originals are the "
            "chat's to delete: see its own retention."
        )
    if carried.not_retracted:
        lines.append(f"{carried.not_retracted} messages could not be taken back from the chats.")
    if carried.failed:
        lines.append(
            f"{carried.failed} keys could NOT be destroyed: is the keyring writable? Purge again."
        )
    return "\n".join(lines)
