"""Claims about reading whole texts: any text, in batches, and never more than was promised."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from nlp.pipeline import MAX_CHARS, Pipeline, Text, Words, extract_line, load
from nlp.spans import Label

messages = st.lists(st.text(max_size=80), max_size=6)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return load()


@given(messages)
def test_no_text_is_too_strange_to_read(texts: list[str]) -> None:
    found = _OURS.extract([Text(text, "GB") for text in texts])
    assert len(found) == len(texts)
    for text, spans in zip(texts, found, strict=True):
        assert all(text[span.start : span.end] == span.text for span in spans)


@given(messages)
def test_a_text_reads_alone_as_it_does_in_a_batch(texts: list[str]) -> None:
    together = _OURS.extract([Text(text) for text in texts])
    assert together == [_OURS.extract([Text(text)])[0] for text in texts]


@given(st.text())
def test_the_words_of_a_text_make_the_text(text: str) -> None:
    clean = text.encode("utf-8", "replace").decode()
    assert Words(_OURS.nlp.vocab)(clean).text == clean


def test_half_a_character_does_no_harm(pipeline: Pipeline) -> None:
    (spans,) = pipeline.extract([Text("plate \ud800 XX00 TST")])
    assert [span.text for span in spans] == ["XX00 TST"]


def test_the_region_makes_a_national_number_readable(pipeline: Pipeline) -> None:
    with_region, without = pipeline.extract(
        [Text("ring 020 7946 0000", "GB"), Text("ring 020 7946 0000")]
    )
    assert [span.value for span in with_region if span.valid] == ["+442079460000"]
    assert [span.value for span in without] == ["02079460000"]


def test_a_clock_time_falls_on_the_day_of_the_message(pipeline: Pipeline) -> None:
    sent_at = datetime(2027, 3, 14, 20, tzinfo=UTC)
    (spans,) = pipeline.extract([Text("RV at 2200Z", sent_at=sent_at)])
    assert [span.value for span in spans] == ["2027-03-14T22:00:00Z"]


def test_what_stands_behind_the_most_is_said_to_be_unread(pipeline: Pipeline) -> None:
    text = "plate XX00 TST " + "x" * MAX_CHARS + " plate XX00 TST"
    (reading,) = pipeline.read([Text(text)])
    assert [span.start for span in reading.spans] == [6]
    assert reading.unread == len(text) - MAX_CHARS


def test_ten_thousand_identifiers_are_cut_and_counted(pipeline: Pipeline) -> None:
    (reading,) = pipeline.read([Text("1.1.1.1 " * 10_000)])
    assert reading.spans
    assert reading.spans[-1].end <= 80_000 - reading.unread


def test_nothing_of_a_message_stays_in_the_vocabulary(pipeline: Pipeline) -> None:
    pipeline.extract([Text("warm up")])
    before = len(pipeline.nlp.vocab.strings)
    pipeline.extract([Text("zyxwvut named qponmlk sampletonsky")])
    assert len(pipeline.nlp.vocab.strings) == before
    assert "zyxwvut" not in pipeline.nlp.vocab.strings


def test_any_spacy_pipeline_can_carry_our_components(tmp_path: object) -> None:
    nlp = spacy.blank("nl")
    nlp.to_disk(str(tmp_path))
    theirs = load(str(tmp_path))
    assert theirs.nlp.pipe_names == ["liaison_identifiers", "liaison_names", "liaison_entities"]
    (spans,) = theirs.extract([Text("IBAN GB33BUKB20201555555555")])
    assert [span.label for span in spans] == [Label.IBAN]


def test_our_pipeline_survives_being_saved(pipeline: Pipeline, tmp_path: object) -> None:
    pipeline.nlp.to_disk(str(tmp_path))
    again = load(str(tmp_path))
    text = Text("Sgt Doyle saw XX00 TST")
    assert again.extract([text]) == pipeline.extract([text])


def test_spacy_users_find_the_spans_on_the_doc(pipeline: Pipeline) -> None:
    doc = pipeline.nlp("Sgt Doyle saw XX00 TST")
    assert [(span.text, span.label_) for span in doc.spans["liaison"]] == [
        ("Doyle", "PERSON"),
        ("XX00 TST", "PLATE"),
    ]


def test_a_page_of_brackets_is_no_trap_for_a_foreign_tokenizer() -> None:
    theirs = load()
    theirs.nlp.tokenizer = spacy.blank("en").tokenizer
    assert theirs.extract([Text("(" * MAX_CHARS)]) == [[]]


def test_a_line_gives_its_spans_as_plain_values() -> None:
    answer = extract_line(
        {"text": "plate XX00 TST", "region": "gb", "sent_at": "2027-03-14T22:00Z"}
    )
    assert json.loads(json.dumps(answer)) == {
        "spans": [
            {
                "start": 6,
                "end": 14,
                "text": "XX00 TST",
                "label": "PLATE",
                "subtype": "GB",
                "value": "XX00TST",
                "valid": True,
                "confidence": 0.9,
                "why": "",
                "alternatives": [],
                "negated": False,
                "hearsay": False,
                "role": None,
            }
        ]
    }


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"text": None},
        {"text": 7},
        {"text": "x", "region": 44},
        {"text": "x", "region": "ZZ"},
        {"text": "x", "sent_at": "yesterday"},
        {"text": "x", "sent_at": 7},
    ],
)
def test_a_malformed_line_is_answered_with_what_is_wrong(line: dict[str, object]) -> None:
    assert list(extract_line(line)) == ["error"]


def test_a_line_says_how_much_was_left_unread() -> None:
    assert extract_line({"text": "x" * (MAX_CHARS + 5)})["unread"] == 5


def test_values_come_without_the_weight_of_spacy() -> None:
    code = "import sys, nlp.spans, nlp.normalise; sys.exit('spacy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


_OURS = load()
