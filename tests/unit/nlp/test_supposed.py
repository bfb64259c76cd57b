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
        ("Jon Sampleton may be one of the witnesses", Role.WITNESS),
        ("Jon Sampleton könnte Zeugin sein", Role.WITNESS),
        ("Jon Sampleton könnte eine wichtige Zeugin sein", Role.WITNESS),
        ("Jon Sampleton dürfte einer der Zeugen gewesen sein", Role.WITNESS),
        ("wir meinen, dass Jon Sampleton Zeuge sein könnte", Role.WITNESS),
        ("Dann könnte Jon Sampleton das Opfer sein.", Role.VICTIM),
        ("mutmaßliches Opfer: Jon Sampleton", Role.VICTIM),
        ("Jon Sampleton pourrait être témoin", Role.WITNESS),
        ("Jon Sampleton pourrait être l'un des témoins", Role.WITNESS),
        ("Jon Sampleton peut être une victime", Role.VICTIM),
        ("Jon Sampleton podría ser testigo", Role.WITNESS),
        ("Jon Sampleton podria haber sido la victima", Role.VICTIM),
        ("Jon Sampleton zou een getuige kunnen zijn", Role.WITNESS),
        ("omdat Jon Sampleton getuige zou kunnen zijn", Role.WITNESS),
        ("Jon Sampleton pode ser testemunha", Role.WITNESS),
        ("Jon Sampleton talvez seja uma vítima", Role.VICTIM),
        ("Jon Sampleton potrebbe essere un testimone", Role.WITNESS),
        ("Jon Sampleton może być świadkiem", Role.WITNESS),
        ("Jon Sampleton ar putea fi martor", Role.WITNESS),
        ("Jon Sampleton by mohl být svědkem", Role.WITNESS),
        ("Jon Sampleton kan vara vittne", Role.WITNESS),
        ("Jon Sampleton tanık olabilir", Role.WITNESS),
        ("Jon Sampleton может быть свидетелем", Role.WITNESS),
        ("Jon Sampleton قد يكون شاهدا", Role.WITNESS),
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
        "Jon Sampleton may witness it",
        "Jon Sampleton könnte der Fahrer sein",
        "Jon Sampleton könnte kein Zeuge sein",
        "Jon Sampleton pourrait voir le témoin",
        "Jon Sampleton podría llegar, el testigo no",
    ],
)
def test_nothing_is_supposed_where_it_is_said_or_of_somebody_else(text: str) -> None:
    assert role_in(text) is None
