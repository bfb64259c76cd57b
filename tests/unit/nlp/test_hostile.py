"""Claims about texts written to cost much: the work is counted, not the time it takes."""

import json
import random
import re
import string
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import phonenumbers
import pytest

from nlp.identifiers import network, saying, windows
from nlp.identifiers import scan as scanning
from nlp.identifiers import shapes as shaping
from nlp.identifiers.scan import MAX_EFFORT, MAX_MOMENTS, MAX_SPANS, prefilter, scan
from nlp.identifiers.shapes import MAX_SIGHTS, shapes
from nlp.identifiers.windows import MAX_UNBROKEN, WINDOW
from nlp.names import running
from nlp.normalise import MAX_DISGUISED, MAX_HARMLESS, plain
from nlp.pipeline import MAX_CHARS, MAX_WORDS, Text, load

CASES = [
    json.loads(line)["text"]
    for line in (Path(__file__).parents[2] / "cases" / "identifiers.jsonl").read_text().splitlines()
]
CHANCE = random.Random(20270309)
PRINTABLE = "".join(CHANCE.choices(string.printable, k=MAX_CHARS))
BASE64 = "".join(CHANCE.choices(string.ascii_letters + string.digits + "+/", k=MAX_CHARS))


@pytest.mark.parametrize("text", [PRINTABLE, BASE64], ids=["printable", "base64"])
def test_random_text_is_searched_only_so_far(text: str) -> None:
    searched = 0

    def counting(stretch: str) -> list[int]:
        nonlocal searched
        places = prefilter()(stretch)
        searched += len(places) * min(len(stretch), WINDOW + MAX_UNBROKEN)
        return places

    found = scan(plain(text), region="GB", which=counting)
    assert found.read_to < len(text)
    assert searched < 2 * MAX_EFFORT


def test_a_page_of_telephones_is_parsed_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = 0
    parse = phonenumbers.parse

    def counting(number: str, region: str | None) -> phonenumbers.PhoneNumber:
        nonlocal parsed
        parsed += 1
        return parse(number, region)

    monkeypatch.setattr(phonenumbers, "parse", counting)
    text = ("0000 000 000 " * MAX_CHARS)[:MAX_CHARS]
    assert scan(plain(text), region="GB").read_to < len(text)
    assert parsed < 3000


def test_a_page_of_would_be_domains_is_looked_up_only_so_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = 0
    trouble = network._domain_trouble

    def counting(host: str) -> str:
        nonlocal asked
        asked += 1
        return trouble(host)

    monkeypatch.setattr(network, "_domain_trouble", counting)
    monkeypatch.setattr(scanning, "MAX_EFFORT", 600_000)  # or one page would not be enough
    text = ("abc.abcabc " * MAX_CHARS)[:MAX_CHARS]
    assert scan(plain(text)).read_to < len(text)
    assert asked < 2500


def test_many_readings_of_few_stretches_are_settled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    settled: list[int] = []
    settle = scanning._settle

    def counting(candidates: list[scanning._Candidate]) -> list[scanning._Candidate]:
        settled.append(len(candidates))
        return settle(candidates)

    monkeypatch.setattr(scanning, "_settle", counting)
    text = "tel id passport vat iban reg plate dl nif 123456789 " * 100
    found = scan(plain(text), region="GB")
    assert found.read_to == len(text)
    assert len(settled) == 1
    assert settled[0] > MAX_SPANS >= len(found.spans)


def test_of_a_page_of_times_only_so_many_are_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[str] = []
    monkeypatch.setattr(saying, "read", lambda said, *_: worked_out.append(said))
    sent_at = datetime(2027, 3, 9, 8, 0, tzinfo=UTC)
    text = " ".join(f"tomorrow at {n // 60 + 1}:{n % 60:02}, nothing." for n in range(100))
    found = scan(plain(text), sent_at=sent_at).spans
    assert len(found) == 100
    assert len(set(worked_out)) == MAX_MOMENTS
    assert [bool(span.why) for span in found] == [n >= MAX_MOMENTS for n in range(100)]


def test_names_are_looked_for_only_as_far_as_identifiers_were() -> None:
    text = ("ring 020 7946 0000 020 7946 0000 " * MAX_CHARS)[:MAX_CHARS] + " Sgt Doyle"
    view = plain(text)
    found = scan(view, region="GB")
    assert [span.text for span in shapes(view, found.spans)] == ["Doyle"]
    assert shapes(view, found.spans, until=found.read_to) == []


def test_no_more_names_are_looked_for_than_are_wanted() -> None:
    view = plain("Anna Sample met Boris Sample. " * 1000)
    assert len(shapes(view, (), most=7)) == 7


def test_what_looks_like_names_and_is_none_is_judged_only_so_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged = 0

    def counting(_: re.Match[str]) -> None:
        nonlocal judged
        judged += 1

    counted = [replace(shape, read=counting) for shape in shaping._SHAPES]
    monkeypatch.setattr(shaping, "_SHAPES", counted)
    assert shapes(plain("Xyz Abc, " * MAX_SIGHTS * 2), ()) == []
    assert MAX_SIGHTS <= judged < 2 * MAX_SIGHTS


def test_a_page_of_marks_is_cut_into_so_many_words_and_one() -> None:
    doc = load().nlp.make_doc("(" * MAX_CHARS)
    assert len(doc) == MAX_WORDS + 1
    assert doc.text == "(" * MAX_CHARS


def test_a_page_of_mixed_alphabets_is_a_language_and_no_disguise() -> None:
    view = plain("\u0410BC " * (MAX_DISGUISED + 5))
    assert len(view.disguised) == MAX_DISGUISED


def test_of_a_page_of_dots_in_brackets_only_so_many_are_read_as_dots() -> None:
    view = plain("a[.]b " * (MAX_HARMLESS + 5))
    assert view.text.count("a.b") == MAX_HARMLESS


def test_of_a_word_without_end_the_beginning_is_heard() -> None:
    (ngram,) = running.ngrams("\u00e9" * (running.MAX_CHARS + 5))
    assert ngram.end == running.MAX_CHARS


def test_what_stands_after_the_effort_is_said_to_be_unread() -> None:
    text = PRINTABLE[: MAX_CHARS // 2]
    (reading,) = load().read([Text(text + PRINTABLE[: MAX_CHARS // 2])])
    assert reading.unread
    assert all(span.end <= MAX_CHARS - reading.unread for span in reading.spans)


@pytest.mark.parametrize("text", [PRINTABLE, BASE64, "x\n" * 5000, " ".join(CASES), "", "\n"])
def test_windows_make_the_text(text: str) -> None:
    cut = list(windows.windows(text))
    assert "".join(text[window.start : window.end] for window in cut) == text
    assert all(window.end - window.start <= WINDOW + MAX_UNBROKEN for window in cut)


@pytest.mark.parametrize("seed", range(24))
def test_a_text_reads_in_windows_as_it_does_in_one(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "MAX_EFFORT", 1 << 30)
    chance = random.Random(seed)
    text = chance.choice((" ", "\n", ". ")).join(chance.choices(CASES, k=100))
    view = plain(text)
    found = scan(view, region="GB")
    named = shapes(view, found.spans)
    assert len(list(windows.windows(text))) > 3
    monkeypatch.setattr(windows, "WINDOW", len(text))
    assert scan(view, region="GB") == found
    assert shapes(view, found.spans) == named
