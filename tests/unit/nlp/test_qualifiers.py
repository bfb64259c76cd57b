import pytest

from nlp import qualifiers
from nlp.meaning import relations
from nlp.names import Facts
from nlp.pipeline import Text, load
from nlp.spans import Label


@pytest.fixture(scope="module")
def said() -> dict[str, Facts]:
    """What is said of the first name of each text."""
    read = load().read([Text(text, "GB") for text in SAID])
    return {
        text: qualifiers.said_of(
            next(span for span in reading.spans if span.label is Label.PERSON),
            text,
            reading.spans,
            relations(text, reading.spans),
        )
        for text, reading in zip(SAID, read, strict=True)
    }


SAID = {
    "Viktor Danek, born 12/03/1991, Slovak, at quay 7": Facts("1991-03-12", "SK"),
    "Viktor Danek (b. 1955), Czech national, male": Facts("1955", "CZ", "male"),
    "Viktor Danek YOB 1991": Facts("1991"),
    "Jon Sampleton born March 1979": Facts("1979-03"),
    "Slovak national Viktor Danek and his friend Jan Kowal, born 1988": Facts(None, "SK"),
    "Viktor Danek met a Slovak at quay 7": Facts(),
    "Viktor Danek was seen on 12/03/2026": Facts(),
    "Viktor Danek (Porto, Portugal) was seen": Facts(place="Porto\nPortugal"),
    "Viktor Danek lives in Ghent": Facts(place="Ghent"),
    "Viktor Danek, a Slovak from Kosice": Facts(nationality="SK", place="Kosice"),
    "met Viktor Danek in Rotterdam": Facts(),
}


@pytest.mark.parametrize("text", SAID)
def test_only_what_is_said_of_a_bearer_is_theirs(said: dict[str, Facts], text: str) -> None:
    assert said[text] == SAID[text]
