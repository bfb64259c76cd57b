"""What a page of the practice room shows: pure, from the wall and the people to plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from adapters.memory import Posted
from bot import clocks
from bot.conversation.messages import AccountRef
from bot.followup import duty
from bot.practice import Persona, Step
from bot.wording import ledger as wording
from storage.models import Role

_HUES = 6
_ROLES = {
    Role.FIELD: "field officer",
    Role.LIAISON: "liaison officer",
    Role.HEAD: "head",
    Role.OVERSIGHT: "oversight",
    Role.ADMIN: "administrator",
}


@dataclass(frozen=True, slots=True)
class Face:
    """A person as the page shows them."""

    persona: Persona
    initials: str
    hue: int
    role: str
    clock: str
    city: str
    is_on_duty: bool
    waiting: int
    """How many private words of the bot they have not seen."""

    @property
    def slug(self) -> str:
        return self.persona.slug

    @property
    def name(self) -> str:
        return self.persona.name


@dataclass(frozen=True, slots=True)
class Line:
    """One message on the wall. `author` is `None` for the bot, and for who has gone."""

    posted: Posted
    author: Face | None
    name: str
    is_own: bool
    clock: str


@dataclass(frozen=True, slots=True)
class Thread:
    first: Line
    answers: tuple[Line, ...]
    day: str
    """The day, on the first thread that began on it."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, as the page tells it."""

    clock: str
    text: str
    day: str
    """The day, on the first that is not of the day before it."""


def faces(
    personas: Sequence[Persona], waiting: Mapping[AccountRef, int], now: datetime
) -> list[Face]:
    """Everyone who can be played, in the order given."""
    agencies = sorted({persona.agency_slug for persona in personas})
    return [
        Face(
            persona=persona,
            initials=_initials(persona.name),
            hue=agencies.index(persona.agency_slug) % _HUES,
            role=role(persona),
            clock=clock(now, persona.zone),
            city=clocks.city(ZoneInfo(persona.zone)),
            is_on_duty=_is_on_duty(persona, now),
            waiting=waiting.get(persona.account, 0),
        )
        for persona in personas
    ]


def threads(wall: Sequence[Posted], people: Mapping[AccountRef, Face], me: Face) -> list[Thread]:
    """The wall in reading order: each thread where it began, its answers below."""
    answers: dict[str, list[Line]] = {}
    for posted in wall:
        if posted.thread is not None:
            answers.setdefault(posted.thread, []).append(_line(posted, people, me))
    told, last_day = [], ""
    for posted in wall:
        if posted.thread is not None:
            continue
        day = date(posted.at, me.persona.zone)
        told.append(
            Thread(
                _line(posted, people, me),
                tuple(answers.get(posted.event, ())),
                day if day != last_day else "",
            )
        )
        last_day = day
    # A message taken back, with nothing below it, leaves no place worth reading.
    return [thread for thread in told if thread.answers or not thread.first.posted.deleted]


def by_agency(people: Sequence[Face]) -> list[tuple[str, list[Face]]]:
    """The same people, agency by agency."""
    return [
        (agency, list(members))
        for agency, members in groupby(people, key=lambda face: face.persona.agency)
    ]


def cities(people: Sequence[Face]) -> list[tuple[str, str]]:
    """What the clocks show where these people are, each city once."""
    return sorted({(face.city, face.clock) for face in people})


def happened(
    steps: Sequence[Step], people: Sequence[Face], zone: str, now: datetime
) -> list[Happening]:
    """The latest of the ledger in a sentence each; what is alike in one minute is counted."""
    names = {face.slug: face.name for face in people}
    alike = groupby(
        steps, key=lambda step: (date(step.at, zone), clock(step.at, zone), _said(step, names))
    )
    told, last_day = [], date(now, zone)
    for (day, shows, text), each in alike:
        times = len(list(each))
        counted = f"{text} ({times} times)" if times > 1 else text
        told.append(Happening(shows, counted, day if day != last_day else ""))
        last_day = day
    return told


def role(persona: Persona) -> str:
    """What they do, in a few words."""
    return " and ".join(_ROLES[each] for each in persona.roles) or "officer"


def clock(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def date(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y}"


def zulu(at: datetime) -> str:
    """The moment as a date-time group: 190902Z NOV 26."""
    return at.astimezone(UTC).strftime("%d%H%MZ %b %y").upper()


def _line(posted: Posted, people: Mapping[AccountRef, Face], me: Face) -> Line:
    author = people.get(posted.author) if posted.author is not None else None
    if posted.author is None:
        name = "Liaison"
    else:
        name = author.name if author is not None else posted.author.user
    return Line(
        posted=posted,
        author=author,
        name=name,
        is_own=posted.author == me.persona.account,
        clock=clock(posted.at, me.persona.zone),
    )


def _said(step: Step, names: Mapping[str, str]) -> str:
    told = [names.get(slug, slug) for slug in step.told]
    return wording.happened(step.operation, step.subject, names.get(step.actor, step.actor), told)


def _initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def _is_on_duty(persona: Persona, now: datetime) -> bool:
    try:
        hours = duty.read(persona.duty_hours)
    except ValueError:
        return False
    return duty.is_on(hours, now, ZoneInfo(persona.zone))
