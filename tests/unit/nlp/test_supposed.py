"""Who is only supposed to be spared is told apart from who is said to be, and from everybody."""

import pytest

from nlp import supposed
from nlp.roles import Role
from nlp.spans import Label, Span

NAME = "Jon Sampleton"


def role_in(text: str) -> Role | None:
    start = text.index(NAME)
    person = Span(start, start + len(NAME), NAME, Label.PERSON)
    return supposed.role_of(text, person) if supposed.may_be_in(text) else None


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Jon Sampleton may be a witness", Role.WITNESS),
        ("Jon Sampleton, perhaps a minor, was there", Role.MINOR),
        ("Jon Sampleton could have been the victim", Role.VICTIM),
        ("is Jon Sampleton a witness?", Role.WITNESS),
        ("was Jon Sampleton our source or not?", Role.SOURCE),
        ("Jon Sampleton (victim?) at quay 7", Role.VICTIM),
        ("possible witness Jon Sampleton", Role.WITNESS),
        ("alleged victim: Jon Sampleton", Role.VICTIM),
        ("Jon Sampleton ist vielleicht ein Zeuge", Role.WITNESS),
        ("Jon Sampleton est peut-être une victime", Role.VICTIM),
        ("Jon Sampleton es quizás testigo", Role.WITNESS),
        ("Jon Sampleton is misschien een getuige", Role.WITNESS),
    ],
)
def test_what_is_supposed_doubted_or_asked_of_somebody_is_found(text: str, role: Role) -> None:
    assert role_in(text) is role


@pytest.mark.parametrize(
    "text",
    [
        "Jon Sampleton is a witness",
        "Jon Sampleton may be the driver",
        "where is Jon Sampleton?",
        "is Jon Sampleton there? A witness called.",
        "Jon Sampleton may be late. A witness called.",
        "the possible witness met Jon Sampleton",
    ],
)
def test_nothing_is_supposed_where_it_is_said_or_of_somebody_else(text: str) -> None:
    assert role_in(text) is None
