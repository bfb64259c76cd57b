"""Rehearsals: scripted exercises, played against a fresh deployment, with stated expectations."""

import re
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from adapters.memory import Posted
from adapters.practice.stage import Stage
from adapters.practice.world import practice_world
from bot.conversation.messages import Attachment, Words
from bot.conversation.ports import Extract
from bot.errors import ConfigError, LiaisonError
from bot.exercise import World, read_world
from bot.followup.deadlines import Policy
from bot.governance import ledger, retention

_SPAN = re.compile(r"(\d+)\s*(second|minute|hour|day)s?", re.IGNORECASE)
_KNOWN = ("title", "about", "starts", "seed", "directory", "world", "step")
_NEEDED = ("title", "about", "starts")
_BY_VERB: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "says": (("who",), ("in", "thread", "as")),
    "edits": (("who", "with"), ()),
    "deletes": (("who",), ()),
    "taps": (("who",), ("in", "with")),
    "joins": (("who",), ()),
    "leaves": (("who",), ()),
    "passes": ((), ()),
    "restarts": ((), ()),
    "purges": ((), ()),
    "verifies": ((), ()),
    "reads": (("who",), ("in", "never", "remembers")),
    "equal": ((), ("except",)),
    "note": ((), ()),
}
"""What a step with this verb needs, and what else it may have."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, or one thing that must hold."""

    number: int
    verb: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A scripted exercise."""

    title: str
    about: str
    starts: datetime
    steps: tuple[Step, ...]
    world: World
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Failed:
    """An expectation that did not hold."""

    step: int
    why: str


@dataclass(slots=True)
class Played:
    """What came of a rehearsal."""

    transcript: list[str] = field(default_factory=list)
    failures: list[Failed] = field(default_factory=list)
    expectations: int = 0


def read(path: Path) -> Rehearsal:
    """Read a rehearsal. Raises `ConfigError` with everything that is wrong with it."""
    try:
        held = tomllib.loads(path.read_text("utf-8"))
    except OSError as fault:
        raise ConfigError(f"{path} cannot be read: {fault.strerror}.") from fault
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(f"{path} is not TOML: {fault}") from fault
    problems = [f'"{name}" is missing' for name in _NEEDED if name not in held]
    problems += [_unknown(name, _KNOWN) for name in held if name not in _KNOWN]
    steps = []
    for number, given in enumerate(held.get("step", []), 1):
        wrong = list(_wrong_with(given))
        problems += [f"step {number}: {each}" for each in wrong]
        if not wrong:
            steps.append(Step(number, next(name for name in given if name in _BY_VERB), given))
    if not held.get("step"):
        problems.append("there is no [[step]]")
    if problems:
        raise ConfigError("\n".join([f"{path} cannot be played:", *(f"- {p}" for p in problems)]))
    world = practice_world()
    if "directory" in held:
        world = read_world(path.parent / held["directory"], path.parent / held["world"])
    return Rehearsal(
        held["title"],
        held["about"].strip(),
        held["starts"].astimezone(UTC),
        tuple(steps),
        world,
        held.get("seed", 1),
    )


def _wrong_with(given: Mapping[str, Any]) -> Iterator[str]:
    """Everything that is wrong with one step as it is written."""
    verbs = [name for name in given if name in _BY_VERB]
    if len(verbs) != 1:
        yield f"it must have exactly one of: {', '.join(sorted(_BY_VERB))}"
        return
    needed, further = _BY_VERB[verbs[0]]
    for name in needed:
        if name not in given:
            yield f'"{verbs[0]}" needs "{name}"'
    known = (verbs[0], *needed, *further)
    for name in given:
        if name not in known:
            yield _unknown(name, known)


def _unknown(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f'"{name}" is unknown' + (f'. Did you mean "{near[0]}"?' if near else "")


async def play(rehearsal: Rehearsal, *, extract: Extract, policy: Policy) -> Played:
    """Play a rehearsal against a fresh deployment and hold it to its expectations."""
    with tempfile.TemporaryDirectory(prefix="liaison-rehearsal-") as folder:
        stage = Stage(
            Path(folder),
            rehearsal.world,
            extract=extract,
            policy=policy,
            start=rehearsal.starts,
            seed=rehearsal.seed,
        )
        await stage.begin()
        play = _Play(stage)
        play.tell_news()
        for step in rehearsal.steps:
            await play.step(step)
            play.tell_news()
        await stage.end()
        return play.played


class _Play:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.played = Played()
        self._labels: dict[str, str] = {}
        self._remembered: dict[str, str] = {}
        self._said_at: dict[str, datetime] = {}
        self._told = 0
        self._names: dict[str, str] = {}

    async def step(self, step: Step) -> None:
        step = Step(step.number, step.verb, _filled(step.given, self._remembered))
        try:
            await getattr(self, f"_{step.verb}")(step)
        except (LookupError, LiaisonError) as fault:
            self._fail(step, str(fault))

    async def _says(self, step: Step) -> None:
        who, where = step.given["who"], step.given.get("in", "private")
        at = self.stage.now
        thread = self._labels.get(step.given.get("thread", ""))
        event = await self.stage.says(who, where, step.given["says"].strip(), thread=thread)
        if "as" in step.given:
            self._labels[step.given["as"]] = event
            self._said_at[step.given["as"]] = at

    async def _edits(self, step: Step) -> None:
        await self.stage.edits(
            step.given["who"], self._event(step.given["edits"]), step.given["with"]
        )

    async def _deletes(self, step: Step) -> None:
        await self.stage.deletes(step.given["who"], self._event(step.given["deletes"]))

    async def _taps(self, step: Step) -> None:
        who, label = step.given["who"], step.given["taps"]
        self._line(f"{self._name(who)} taps [{label}]" + self._typed(step), indent=2)
        shown = await self.stage.taps(
            who, label, where=step.given.get("in", "private"), text=step.given.get("with")
        )
        self.tell_news()
        if shown is not None:
            self._block(f"Shown to {self._name(who)} alone", shown)

    async def _joins(self, step: Step) -> None:
        self._line(f"{self._name(step.given['who'])} joins {step.given['joins']}", indent=2)
        await self.stage.joins(step.given["who"], step.given["joins"])

    async def _leaves(self, step: Step) -> None:
        self._line(f"{self._name(step.given['who'])} leaves {step.given['leaves']}", indent=2)
        await self.stage.leaves(step.given["who"], step.given["leaves"])

    async def _passes(self, step: Step) -> None:
        length = span(step.given["passes"])
        verb = "passes" if re.match(r"1\D", step.given["passes"]) else "pass"
        self._line(f"{step.given['passes']} {verb}", indent=2)
        await self.stage.passes(length)

    async def _restarts(self, _step: Step) -> None:
        self._line("Liaison is ended and started again", indent=2)
        await self.stage.restart()

    async def _purges(self, _step: Step) -> None:
        stage = self.stage
        purged = await stage.liaison.do(lambda session: retention.purge(session, stage.now))
        carried = retention.carry_out(stage.store, stage.now)
        self._line(_shown_purge(purged, carried), indent=2)
        await stage.liaison.work()

    async def _verifies(self, step: Step) -> None:
        self.played.expectations += 1
        result = await self.stage.liaison.read(ledger.verify)
        self._line(f"{_shown_ledger(result)}.", indent=2)
        if not isinstance(result, ledger.Verified):
            self._fail(step, _shown_ledger(result))

    async def _note(self, step: Step) -> None:
        self._line(f"({step.given['note']})", indent=2)

    async def _reads(self, step: Step) -> None:
        """`who` reads this `in` a room, in private, or on the sheet."""
        who, where = step.given["who"], step.given.get("in", "private")
        self.played.expectations += 1
        if where == "sheet":
            shown = self.stage.sheet_of(who)
            texts = [shown.text] if shown is not None else []
        else:
            said = [p for p in self.stage.reads(who, where) if p.author is None]
            texts = [text for p in said for text in (p.text, _attached(p.attachment)) if text]
        for wanted in _listed(step.given["reads"]):
            if not any(wanted in text for text in texts):
                near = texts[-1] if texts else "nothing"
                self._fail(step, f'{who} does not read "{wanted}" in {where}. Last there: "{near}"')
        for name, pattern in step.given.get("remembers", {}).items():
            found = [match for text in texts for match in re.findall(pattern, text)]
            if found:
                self._remembered[name] = found[-1]
            else:
                self._fail(step, f"{who} reads nothing like {pattern} in {where}")
        for unwanted in _listed(step.given.get("never", [])):
            for text in texts:
                if unwanted in text:
                    self._fail(step, f'{who} reads "{unwanted}" in {where}: "{text}"')

    async def _equal(self, step: Step) -> None:
        """What the bot answered to two messages is equal in words, size and time."""
        self.played.expectations += 1
        first, second = (self._answers(label, step) for label in step.given["equal"])
        if first != second:
            self._fail(step, f"they differ: {first} and {second}")
        if not first:
            self._fail(step, "there was no answer to compare")

    def _answers(self, label: str, step: Step) -> list[tuple[str, int, tuple[str, ...], timedelta]]:
        """Words (less what is quoted), size, controls and delay of every answer in the thread."""
        event = self._event(label)
        answers = []
        for posted in self.stage.chat.posted:
            if posted.thread != event or posted.author is not None:
                continue
            text = posted.text
            for quoted in step.given.get("except", []):
                text = text.replace(quoted, "…")
            labels = tuple(control.label for control in posted.controls)
            answers.append((text, len(posted.text), labels, posted.at - self._said_at[label]))
        return answers

    def tell_news(self) -> None:
        """Write down what appeared since last told, as a person would read it."""
        versions = self.stage.chat.versions
        for posted in versions[self._told :]:
            self._tell(posted)
        self._told = len(versions)

    def _tell(self, posted: Posted) -> None:
        where = posted.address
        if where.startswith("@"):
            where = f"{self._name(where[1:])}, private"
        who = "Liaison" if posted.author is None else self._name(posted.author.user)
        in_thread = ", in the thread" if posted.thread else ""
        if posted.deleted:
            self._line(f"{where}{in_thread} · {who} took back a message")
            return
        said = " (edited)" if posted.revision and posted.author else ""
        said = " (now reads)" if posted.revision and posted.author is None else said
        at = posted.at if not posted.revision else self.stage.now
        self._line(f"{where}{in_thread} · {who}{said}:", at=at)
        self._words(Words(posted.text, posted.controls, posted.attachment))

    def _block(self, heading: str, words: Words) -> None:
        self._line(f"{heading}:", indent=2)
        self._words(words)

    def _words(self, words: Words) -> None:
        lines = self.played.transcript
        lines += [f"      {line}" for line in words.text.splitlines()]
        if words.attachment is not None:
            lines.append(f"      (attached: {words.attachment.name})")
            lines += [f"      | {line}" for line in _attached(words.attachment).splitlines()]
        if words.controls:
            lines.append("      " + " ".join(f"[{control.label}]" for control in words.controls))

    def _line(self, text: str, *, indent: int = 0, at: datetime | None = None) -> None:
        at = (at or self.stage.now).astimezone(UTC)
        self.played.transcript.append(f"{at:%a %d %b %H:%M:%S}Z {' ' * indent}{text}")

    def _typed(self, step: Step) -> str:
        return f' and writes "{step.given["with"]}"' if "with" in step.given else ""

    def _name(self, slug: str) -> str:
        if not self._names:
            for officer in self.stage.world.directory.officers:
                self._names[officer.slug] = officer.name
        return self._names.get(slug, slug)

    def _event(self, label: str) -> str:
        if label not in self._labels:
            raise LookupError(f'no earlier step is called "{label}"')
        return self._labels[label]

    def _fail(self, step: Step, why: str) -> None:
        self.played.failures.append(Failed(step.number, why))
        self._line(f"!! step {step.number}: {why}")


def span(text: str) -> timedelta:
    """ "2 seconds", "1 hour 30 minutes". Raises `ConfigError`."""
    parts = _SPAN.findall(text)
    if not parts:
        raise ConfigError(f'"{text}" is no length of time. Write "3 minutes" or "1 hour".')
    return sum(
        (timedelta(**{f"{unit.lower()}s": int(count)}) for count, unit in parts), timedelta()
    )


def _shown_purge(purged: retention.Purged, carried: retention.Carried) -> str:
    erased = (
        f"Purge: erased {_many(purged.messages, 'message')}, {_many(purged.cases, 'case')}, "
        f"{_many(purged.entities, 'person or thing', 'people and things')}, "
        f"{_many(purged.deliveries, 'answer')} of the bot, {_many(purged.others, 'other row')}; "
        f"{_many(carried.destroyed, 'key')} destroyed."
    )
    held = f" Somebody holds {_many(purged.held, 'thing')}: kept." if purged.held else ""
    failed = f" {_many(carried.failed, 'key')} could NOT be destroyed." if carried.failed else ""
    return f"{erased}{held}{failed}"


def _shown_ledger(result: ledger.Verified | ledger.Broken) -> str:
    if isinstance(result, ledger.Verified):
        entries = _many(result.entries, "entry", "entries")
        return f"The ledger holds: {entries} in {_many(result.chains, 'chain')}"
    where = f"process {result.process or 'none'}, entry {result.sequence}"
    return f"the ledger does NOT hold: {where}: {result.why}"


def _many(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _filled(held: Any, remembered: Mapping[str, str]) -> Any:
    """What a step says, with `{name}` replaced by what an earlier step remembered."""
    if isinstance(held, str):
        for name, found in remembered.items():
            held = held.replace(f"{{{name}}}", found)
        return held
    if isinstance(held, list):
        return [_filled(each, remembered) for each in held]
    if isinstance(held, dict):
        return {name: _filled(each, remembered) for name, each in held.items()}
    return held


def _attached(attachment: Attachment | None) -> str:
    """What a plain text that is attached says; other files speak for themselves."""
    if attachment is None or not attachment.media_type.startswith("text/plain"):
        return ""
    return attachment.content.decode("utf-8", "replace")


def _listed(held: str | list[str]) -> Iterator[str]:
    yield from [held] if isinstance(held, str) else held
