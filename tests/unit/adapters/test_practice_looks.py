"""What a page of the practice room shows, from plain values."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory import Posted
from adapters.web import looks
from bot.conversation.messages import AccountRef
from bot.practice import Persona, Step
from storage.models import Role

NOW = datetime(2027, 3, 8, 22, 30, tzinfo=UTC)


def _persona(slug: str, zone: str = "Europe/Brussels", *roles: Role, hours: str = "") -> Persona:
    return Persona(
        slug=slug,
        name=f"{slug.title()} Quill",
        agency="Alder Customs",
        agency_slug="alder",
        country="BE",
        unit="Alder harbour desk",
        roles=roles or (Role.FIELD,),
        clearance="TLP:AMBER",
        zone=zone,
        duty_hours=hours,
        duty_rank=0,
        account=AccountRef("practice", "practice", slug),
    )


def _posted(event: str, author: Persona | None, at: datetime = NOW, **more: object) -> Posted:
    account = author and author.account
    return Posted(event, "#harbour", account, f"words {event}", at, **more)  # type: ignore[arg-type]  # a test's own fields


ADA, BO = _persona("ada"), _persona("bo", "Asia/Singapore")


def _threads(*wall: Posted) -> list[looks.Thread]:
    faces = looks.faces([ADA, BO], {}, NOW)
    return looks.threads(wall, {face.persona.account: face for face in faces}, faces[0])


def test_answers_stand_below_what_they_answer() -> None:
    first, second = _threads(
        _posted("1", ADA),
        _posted("2", BO),
        _posted("3", None, thread="1"),
        _posted("4", BO, thread="1"),
    )
    assert [line.posted.event for line in first.answers] == ["3", "4"]
    assert second.answers == ()


def test_a_day_is_named_once_and_in_the_readers_zone() -> None:
    late = _posted("2", ADA, NOW + timedelta(minutes=45))
    assert [thread.day for thread in _threads(_posted("1", ADA), late, late)] == [
        "Monday 8 March 2027",
        "Tuesday 9 March 2027",
        "",
    ]


def test_what_was_taken_back_leaves_no_place_unless_something_hangs_below_it() -> None:
    gone = _posted("1", ADA, deleted=True)
    assert _threads(gone) == []
    assert len(_threads(gone, _posted("2", BO, thread="1"))) == 1


def test_only_ones_own_words_are_ones_own() -> None:
    mine, other, bot = _threads(_posted("1", ADA), _posted("2", BO), _posted("3", None))
    assert (mine.first.is_own, other.first.is_own, bot.first.is_own) == (True, False, False)
    assert bot.first.name == "Liaison"


def test_who_has_left_the_directory_keeps_the_name_of_the_account() -> None:
    (thread,) = _threads(_posted("1", _persona("cy")))
    assert (thread.first.author, thread.first.name) == (None, "cy")


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ((Role.FIELD,), "field officer"),
        ((Role.HEAD, Role.LIAISON), "head and liaison officer"),
    ],
)
def test_roles_are_said_in_words(roles: tuple[Role, ...], said: str) -> None:
    assert looks.role(_persona("ada", "UTC", *roles)) == said


def test_duty_is_shown_on_the_officers_own_clock() -> None:
    hours = "Mon-Fri 08:00-18:00"
    people = [_persona("ada", hours=hours), _persona("bo", "America/New_York", hours=hours)]
    night, day = looks.faces(people, {}, NOW - timedelta(hours=1))
    assert (night.is_on_duty, day.is_on_duty) == (False, True)


def test_what_is_alike_in_the_ledger_is_counted() -> None:
    said = [
        Step(NOW, "disclosure", "system", f"delivery:{number}376513265907297")
        for number in range(3)
    ]
    asked = Step(NOW, "disclosure", "system", "prompt:4F2")
    assert looks.happened([*said, asked], "UTC") == [
        "22:30 disclosure delivery (3)",
        "22:30 disclosure prompt 4F2",
    ]


def test_the_common_clock_is_a_date_time_group() -> None:
    assert looks.zulu(NOW) == "082230Z MAR 27"
