"""What a page of the practice room shows, from plain values."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.memory import Posted
from adapters.web import looks
from bot.conversation.messages import AccountRef
from bot.governance.ledger import Operation
from bot.practice import Persona, Step
from bot.wording import ledger as wording
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


def test_what_happened_is_told_in_sentences_with_names_and_alike_things_counted() -> None:
    bruno = dataclasses.replace(_persona("bo"), name="Bruno Marsh")
    people = looks.faces([bruno], {}, NOW)
    said = [
        Step(NOW, Operation.DISCLOSURE, "", f"delivery:{number}376513265907297", ("bo",))
        for number in range(3)
    ]
    steps = [
        *said,
        Step(NOW, Operation.CONSULTATION, "bo", "prompt:4F2"),
        Step(NOW, Operation.COLLECTION, "bo", "message:3765177758138985275"),
        Step(NOW, Operation.ALTERATION, "bo", "match:3765177758138985275"),
        Step(NOW, Operation.REFUSAL, "bo", "command:case show"),
        Step(NOW, Operation.ADMINISTRATION, "", "unit:birch-lisbon"),
    ]
    assert [(each.clock, each.text) for each in looks.happened(steps, people, "UTC", NOW)] == [
        ("22:30", "Liaison told Bruno Marsh (3 times)"),
        ("22:30", "Bruno Marsh opened question 4F2"),
        ("22:30", "Liaison read what Bruno Marsh wrote"),
        ("22:30", "Bruno Marsh changed a match"),
        ("22:30", "Bruno Marsh was refused the command case show"),
        ("22:30", "The directory was applied"),
    ]


def test_what_happened_on_another_day_says_so_once() -> None:
    early = Step(NOW, Operation.CONSULTATION, "", "cases")
    later = Step(NOW + timedelta(days=1), Operation.CONSULTATION, "", "cases")
    told = looks.happened([later, early, early], [], "UTC", NOW + timedelta(days=1))
    assert [each.day for each in told] == ["", "Monday 8 March 2027"]


def test_nothing_in_the_ledger_is_told_in_references_alone() -> None:
    subjects = {
        found
        for path in (Path(__file__).parents[3] / "bot").rglob("*.py")
        for found in re.findall(r'subject=f?"([a-z]+)[":]', path.read_text("utf-8"))
    }
    assert len(subjects) > 20
    for subject in subjects:
        for operation in Operation:
            said = wording.happened(operation, f"{subject}:3765177758138985275", "Ada Quill", ())
            assert "3765177758138985275" not in said
            assert ":" not in said


def test_the_common_clock_is_a_date_time_group() -> None:
    assert looks.zulu(NOW) == "082230Z MAR 27"
