"""Linking: exact by identifier, by name with reasons, and never surer than the evidence."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import names as made_up
from benchmarks.mutations import MUTATIONS
from bot import questions
from bot.casework import calibration, entities, judgements, linking, matching, nearly, standing
from bot.casework.candidates import Candidate, Finding, Linked, New, Unsure, decide
from bot.casework.sought import Passage
from bot.conversation.messages import Trust
from bot.wording import evidence as wording
from nlp import names
from nlp.pipeline import Text
from nlp.spans import Label, Span
from storage import indexing
from storage.models import Agency, Case, Entity, Prompt, Room, Verdict
from tests.house import pipeline, policy
from tests.unit.bot.agencies import NOW, Agencies, open_agencies


@pytest.fixture(scope="module")
def agencies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agencies]:
    agencies = open_agencies(tmp_path_factory.mktemp("linking"))
    yield agencies
    agencies.store.close()


@pytest.fixture
def session(agencies: Agencies) -> Iterator[Session]:
    with agencies.undone() as session:
        yield session


@pytest.fixture
def larch(agencies: Agencies, session: Session) -> Case:
    return agencies.case(session)


def found(agencies: Agencies, session: Session, text: str) -> list[Finding]:
    return found_in(agencies.room(session), session, text)


def found_in(room: Room | None, session: Session, text: str) -> list[Finding]:
    [read] = pipeline().read([Text(text, "BE")])
    [findings] = linking.find(session, [Passage(text, read.spans, room, read.runs)])
    return findings


def candidates(agencies: Agencies, session: Session, text: str) -> list[Candidate]:
    return [each for finding in found(agencies, session, text) for each in finding.candidates]


def candidate(*, is_verified: bool = True) -> Candidate:
    return Candidate(1, 1, 1, 0.9, is_verified, (), 1)


# What it amounts to

SAID = Span(0, 8, "XX00 TST", Label.PLATE, "GB", "XX00TST")


@pytest.mark.parametrize(
    ("those", "verdict"),
    [
        ([], New),
        ([candidate()], Linked),
        ([candidate(is_verified=False)], Unsure),
        ([candidate(), candidate()], Unsure),
    ],
)
def test_only_a_single_verified_identifier_counts_as_linked(
    those: Sequence[Candidate], verdict: type
) -> None:
    assert isinstance(decide(SAID, those), verdict)


@pytest.mark.parametrize(
    "said",
    [
        replace(SAID, negated=True),
        replace(SAID, hearsay=True),
        replace(SAID, alternatives=(SAID,)),
        replace(SAID, label=Label.FLIGHT),
        replace(SAID, label=Label.PERSON),
    ],
)
def test_what_is_denied_only_heard_of_or_not_one_thing_s_alone_is_never_linked(said: Span) -> None:
    assert isinstance(decide(said, [candidate()]), Unsure)


# Identifiers


def test_an_identifier_is_found_however_it_is_written(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    agencies.person(session, "Tobias Krantz", larch, plate="XX00TST")
    for text in ("plate XX00 TST", "plate XX-00-TST", "plate xx00tst"):
        [one] = candidates(agencies, session, text)
        assert one.is_verified
        assert [reason.text for reason in one.reasons] == ["plate equal: XX00TST"]


def test_an_identifier_counts_for_its_own_kind_only(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    agencies.person(session, "Tobias Krantz", larch, plate="XX00TST")
    span = Span(0, 7, "XX00TST", Label.VIN, None, "XX00TST")
    [[finding]] = linking.find(session, [Passage("XX00TST", [span], None)])
    assert finding.candidates == ()


def test_what_does_not_check_out_is_a_reason_against(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    agencies.person(session, "Tobias Krantz", larch, plate="XX00TST")
    span = Span(0, 7, "XX00TST", Label.PLATE, None, "XX00TST", False, 0.4, "no such format")
    [[finding]] = linking.find(session, [Passage("XX00TST", [span], None)])
    [one] = finding.candidates
    assert not one.is_verified
    assert [(r.text, r.against) for r in one.reasons] == [
        ("plate equal: XX00TST", False),
        ("no such format", True),
    ]


# What was written with a slip


def vehicle(agencies: Agencies, session: Session, plate: str, case: Case) -> Entity:
    known = entities.Known("Vehicle", identifiers=[entities.Hard(Label.PLATE, plate)])
    agency = session.get_one(Agency, case.agency_id)
    return entities.add(session, agency, known, now=NOW, case=case)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("XX01 TST", "one character differs"),
        ("XXO0 TST", "one character differs, and the two look alike"),
        ("XX00 TTS", "two characters next to each other are swapped"),
        ("XX0? ?ST", "not every character was read"),
    ],
)
def test_a_slip_in_a_plate_is_unsure_and_says_why(
    agencies: Agencies, session: Session, larch: Case, written: str, why: str
) -> None:
    van = vehicle(agencies, session, "XX00TST", larch)
    [near] = candidates(agencies, session, f"grey van {written} at the gate")
    assert (near.entity_id, near.is_verified) == (van.id, False)
    [reason, against] = near.reasons
    assert "XX00TST is known" in reason.text
    assert (against.text, against.against) == (why, True)


def test_a_known_plate_is_not_taken_for_its_neighbour(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    vehicle(agencies, session, "XX00TST", larch)
    exact = vehicle(agencies, session, "XX01TST", larch)
    [only] = candidates(agencies, session, "grey van XX01 TST")
    assert (only.entity_id, only.is_verified) == (exact.id, True)


def test_a_slip_is_asked_about_where_the_room_carries_the_case_only(
    agencies: Agencies, session: Session
) -> None:
    vehicle(agencies, session, "XX00TST", agencies.case(session, "HAZEL"))
    assert candidates(agencies, session, "grey van XX01 TST") == []
    assert candidates(agencies, session, "grey van XX00 TST") != []


def test_that_another_case_knows_what_was_written_does_not_show_in_what_a_desk_is_asked(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    vehicle(agencies, session, "XX00TST", larch)
    [as_if_nobody] = candidates(agencies, session, "grey van XX01 TST")
    hazel = agencies.case(session, "HAZEL", owner="bela")
    vehicle(agencies, session, "XX01TST", hazel)
    asked = candidates(agencies, session, "grey van XX01 TST")
    assert {each.case_id for each in asked} == {larch.id, hazel.id}
    assert [each for each in asked if each.case_id == larch.id] == [as_if_nobody]


def test_a_hidden_case_is_in_no_other_s_way_when_desks_are_asked(
    agencies: Agencies, session: Session, larch: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.info |= {"policy": policy(), "kinds": questions.KINDS}
    monkeypatch.setattr(matching, "MOST_PROMPTS", 1)
    vehicle(agencies, session, "XX00TST", agencies.case(session, "HAZEL", owner="bela"))
    vehicle(agencies, session, "XX05TSZ", larch)
    text = "grey van XX00 TST, then XX05 TSZ"
    findings = found(agencies, session, text)
    author, message = agencies.officer(session, "ada"), agencies.message(session, text)
    heard = matching.Heard(message, author, agencies.room(session), findings)
    matching.match(session, [heard], now=NOW)
    assert session.scalars(select(Prompt.case_id)).all() == [larch.id]


def test_check_digits_prove_a_slip_wherever_it_is_known(
    agencies: Agencies, session: Session
) -> None:
    hazel = agencies.case(session, "HAZEL")
    account = entities.Known(
        "BankAccount", identifiers=[entities.Hard(Label.IBAN, "GB33BUKB20201555555555")]
    )
    entities.add(session, agencies.agency(session), account, now=NOW, case=hazel)
    [near] = candidates(agencies, session, "paid to GB33BUKB20201555555565")
    assert near.case_id == hazel.id


@pytest.mark.parametrize(
    ("label", "known", "said"),
    [
        (Label.IBAN, "GB33BUKB20201555555555", "paid to GB33 BUKB 2O2O 1555 5555 55"),
        (Label.IBAN, "GB33BUKB20201555555555", "GB33 BUKB 2020 1555 5555 5 was what they paid"),
        (Label.CONTAINER, "CSQU3054383", "box CSQU3O54383 on the quay"),
        (Label.VIN, "1M8GDM9AXKP042788", "VIN IM8GDM9AXKPO42788"),
        (Label.CARD, "4111111111111111", "card 4l11 1111 1111 1111"),
        (Label.PHONE, "+12025550143", "call +1 202 555 O143"),
    ],
)
def test_a_letter_for_a_figure_or_one_too_few_is_no_way_out(
    agencies: Agencies, session: Session, label: Label, known: str, said: str
) -> None:
    hazel = agencies.case(session, "HAZEL")
    thing = entities.Known(entities.SCHEMA_OF[label], identifiers=[entities.Hard(label, known)])
    entities.add(session, agencies.agency(session), thing, now=NOW, case=hazel)
    [near] = candidates(agencies, session, said)
    assert (near.case_id, near.is_verified, near.is_near) == (hazel.id, False, True)
    assert known in near.reasons[0].text


@pytest.mark.parametrize(
    ("label", "known", "said"),
    [
        (Label.EMAIL, "jon.sampleton@example.org", "mail jon.sarnpleton@exarnple.org"),
        (Label.EMAIL, "jon.sampleton@example.org", "mail jon.sampleton+x@example.org"),
        (Label.HANDLE, "@jon_sampleton", "telegram: @jonsampleton"),
        (Label.DOMAIN, "example.org", "their site is examp1e.org"),
        (Label.URL, "https://example.org/login", "see hxxps://examp1e[.]org/login"),
    ],
)
def test_an_address_made_to_look_like_another_is_asked_about_where_its_case_is_carried(
    agencies: Agencies, session: Session, larch: Case, label: Label, known: str, said: str
) -> None:
    for case in (larch, agencies.case(session, "HAZEL")):
        thing = entities.Known(entities.SCHEMA_OF[label], identifiers=[entities.Hard(label, known)])
        entities.add(session, agencies.agency(session), thing, now=NOW, case=case)
    [near] = candidates(agencies, session, said)
    assert (near.case_id, near.is_verified, near.is_near) == (larch.id, False, True)


def test_of_many_addresses_only_so_much_is_looked_up(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    text = " ".join(f"somebody.number{each}@mail.example.org" for each in range(9))
    [read] = pipeline().read([Text(text, "BE")])
    planned = nearly.plan(indexing.of(session), dict(enumerate(read.spans)))
    assert 0 < sum(map(len, planned.values())) <= nearly.MOST_READINGS


def test_a_telephone_without_its_country_is_known(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    phone = entities.Known("LegalEntity", identifiers=[entities.Hard(Label.PHONE, "+12025550143")])
    entities.add(session, agencies.agency(session), phone, now=NOW, case=larch)
    span = Span(6, 16, "2025550143", Label.PHONE, None, "2025550143", True, 0.5, "no country")
    [findings] = linking.find(
        session, [Passage("phone 2025550143", [span], agencies.room(session))]
    )
    [near] = findings[0].candidates
    assert near.reasons[-1].text == "no country code was written"


def test_what_fits_many_of_a_case_is_nobody_of_it(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    for digit in range(5):
        vehicle(agencies, session, f"XX0{digit}TST", larch)
    assert candidates(agencies, session, "grey van XX0? TST") == []
    assert len(candidates(agencies, session, "grey van XX00 T?T")) == 1


def test_an_entity_is_proposed_in_every_case_it_stands_in(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    one = agencies.person(session, "Tobias Krantz", larch, plate="XX00TST")
    elm = agencies.case(session, "ELM")
    entities.put_into(session, one, elm, now=NOW)
    session.flush()
    met = candidates(agencies, session, "plate XX00 TST")
    assert {each.case_id for each in met} == {larch.id, elm.id}
    assert isinstance(decide(SAID, met), Unsure)


@pytest.mark.parametrize("gone", ["erased_at", "restricted_at"])
def test_who_is_erased_or_restricted_is_proposed_nowhere(
    agencies: Agencies, session: Session, larch: Case, gone: str
) -> None:
    one = agencies.person(session, "Tobias Krantz", larch, plate="XX00TST")
    setattr(one, gone, NOW)
    session.flush()
    assert candidates(agencies, session, "plate XX00 TST, Tobias Krantz") == []


def test_an_erased_case_proposes_nothing(agencies: Agencies, session: Session, larch: Case) -> None:
    agencies.person(session, "Tobias Krantz", larch, plate="XX00TST")
    larch.erased_at = NOW
    session.flush()
    assert candidates(agencies, session, "plate XX00 TST") == []


def test_the_machine_compares_with_every_agency_s_entities(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    theirs = agencies.case(session, "HAZEL", owner="bruno")
    agencies.person(session, "Tobias Krantz", larch, plate="XX00TST")
    agencies.person(session, "Tobias Krantz", theirs, agency="birch", plate="XX00TST")
    met = candidates(agencies, session, "plate XX00 TST")
    assert {each.agency_id for each in met} == {larch.agency_id, theirs.agency_id}


# Names


def test_a_name_is_never_a_verified_identifier(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    agencies.person(session, "Tobias Krantz", larch)
    [one] = candidates(agencies, session, "stopped Tobias Krantz")
    assert not one.is_verified
    assert one.reasons
    assert isinstance(decide(SAID, [one]), Unsure)


@pytest.mark.parametrize(
    "text",
    ["stopped tobias krantz at the gate", "KRANTZ, TOBIAS was seen", "krantz tobias' van"],
)
def test_a_known_name_is_found_in_running_text(
    agencies: Agencies, session: Session, larch: Case, text: str
) -> None:
    agencies.person(session, "Tobias Krantz", larch)
    assert len(candidates(agencies, session, text)) == 1


def test_a_name_that_nothing_but_the_index_gave_away_says_so(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    agencies.person(session, "Tobias Krantz", larch)
    agencies.person(session, "Quiet Lantern", larch)
    [finding] = [f for f in found(agencies, session, "seen: quiet lantern") if f.candidates]
    assert finding.is_known_name
    assert finding.span.text == "quiet lantern"
    [finding] = [f for f in found(agencies, session, "Saw Tobias Krantz there") if f.candidates]
    assert not finding.is_known_name


def test_another_name_is_not_proposed(agencies: Agencies, session: Session, larch: Case) -> None:
    agencies.person(session, "Tobias Krantz", larch)
    for text in ("stopped Tobias Kranenburg", "stopped Matthias Krantz", "Krantz Street"):
        assert [c for c in candidates(agencies, session, text) if c.score > 0.9] == [], text


def test_one_word_of_a_name_counts_only_where_the_room_carries_the_case(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    elm = agencies.case(session, "ELM")
    agencies.person(session, "Tobias Krantz", larch)
    agencies.person(session, "Tilda Marrow", elm)
    [one] = candidates(agencies, session, "krantz was seen")
    assert [reason.text for reason in one.reasons] == [
        wording.part_of_name("krantz", "Tobias Krantz"),
        wording.only_part(),
    ]
    assert one.is_common
    assert candidates(agencies, session, "marrow was seen") == []
    assert [f for f in found_in(None, session, "krantz was seen") if f.candidates] == []


def test_a_known_name_is_found_whole_where_it_was_read_in_part(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    agencies.person(session, "Tobias Krantz", larch)
    part = Span(11, 17, "Krantz", Label.PERSON, value="Krantz", confidence=0.4)
    text = "Saw Tobias Krantz there"
    passage = Passage(text, [part], None, names.ngrams(text))
    [[whole]] = [[f for f in each if f.candidates] for each in linking.find(session, [passage])]
    assert whole.span.text == "Tobias Krantz"


def test_one_word_that_fits_two_people_says_nothing(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    agencies.person(session, "Tobias Krantz", larch)
    agencies.person(session, "Matilda Krantz", larch)
    assert candidates(agencies, session, "krantz was seen") == []


def test_one_word_that_fits_somebody_in_another_case_hides_nobody(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    """Or what is not found would tell of what the other case knows."""
    theirs = agencies.case(session, "HAZEL", owner="bruno")
    room = agencies.room(session)
    room.carries = [*room.carries, "birch/HAZEL"]
    agencies.person(session, "Tobias Krantz", larch)
    agencies.person(session, "Matilda Krantz", theirs, agency="birch")
    met = candidates(agencies, session, "krantz was seen")
    assert {each.case_id for each in met} == {larch.id, theirs.id}


def test_a_longer_name_hides_a_shorter_one_of_the_same_case_only(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    theirs = agencies.case(session, "HAZEL", owner="bruno")
    agencies.person(session, "tilda marrow quist", theirs, agency="birch")
    agencies.person(session, "tilda marrow", larch)
    met = candidates(agencies, session, "seen: tilda marrow quist")
    assert {each.case_id for each in met} == {larch.id, theirs.id}
    agencies.person(session, "tilda marrow quist", larch)
    here = [f for f in found(agencies, session, "seen: tilda marrow quist") if f.candidates]
    of_larch = [f.span.text for f in here for c in f.candidates if c.case_id == larch.id]
    assert set(of_larch) == {"tilda marrow quist"}


def test_a_person_is_not_taken_for_an_organisation_of_the_same_name(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    theirs = agencies.case(session, "HAZEL", owner="bruno")
    agencies.person(session, "tilda marrow", larch)
    firm = entities.Known("Organization", names=["tilda marrow"])
    entities.add(session, agencies.agency(session, "birch"), firm, now=NOW, case=theirs)
    met = [f for f in found(agencies, session, "seen: tilda marrow") if f.candidates]
    assert {(f.span.label, c.case_id) for f in met for c in f.candidates} == {
        (Label.PERSON, larch.id),
        (Label.ORG, theirs.id),
    }


def test_a_common_name_says_so(agencies: Agencies, session: Session, larch: Case) -> None:
    agencies.person(session, "John Smith", larch)
    agencies.person(session, "Tobias Krantz", larch)
    [smith] = candidates(agencies, session, "stopped John Smith")
    [krantz] = candidates(agencies, session, "stopped Tobias Krantz")
    assert smith.is_common
    assert wording.common_name() in [r.text for r in smith.reasons if r.against]
    assert not krantz.is_common


def test_of_many_with_one_name_each_agency_proposes_a_few(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    for number in range(8):
        agencies.person(session, "Tobias Krantz", agencies.case(session, f"ELM-{number}"))
    met = candidates(agencies, session, "stopped Tobias Krantz")
    assert len(met) == linking.MOST_PER_NAME


def test_an_alias_is_found_until_it_is_forgotten(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    one = agencies.person(session, "Tobias Krantz", larch)
    entities.learn_name(session, one, "Toby the Tide", judgement_id=7, case=larch, now=agencies.now)
    assert len(candidates(agencies, session, "met toby the tide")) == 1
    entities.forget_name(session, 7)
    assert candidates(agencies, session, "met toby the tide") == []
    assert len(candidates(agencies, session, "met tobias krantz")) == 1


# Evidence


def test_the_same_evidence_has_the_same_signature_and_other_evidence_another(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    agencies.person(session, "Tobias Krantz", larch, plate="XX00TST")
    [one] = candidates(agencies, session, "plate XX00 TST")
    [again] = candidates(agencies, session, "he drove XX-00-TST, plate seen")
    [by_name] = candidates(agencies, session, "stopped Tobias Krantz")
    [by_name_again] = candidates(agencies, session, "seen: tobias krantz")
    assert one.signature == again.signature
    assert by_name.signature == by_name_again.signature
    assert one.signature != by_name.signature


def test_evidence_is_rejected_until_the_rejection_is_undone(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    one = agencies.person(session, "Tobias Krantz", larch, plate="XX00TST")
    match = agencies.match(session, agencies.message(session, "plate XX00 TST"), one, larch)
    match.is_verified = False  # of what is verified each sighting is asked about
    aron = agencies.officer(session, "aron")
    assert judgements.rejected(session, [match.signature, 8]) == set()
    said = judgements.judge(
        session, match, aron, Verdict.DIFFERENT, now=NOW, trust=Trust.AUTHENTICATED
    )
    assert judgements.rejected(session, [match.signature, 8]) == {match.signature}
    judgements.undo(session, said, aron, now=NOW)
    assert judgements.rejected(session, [match.signature, 8]) == set()


def test_many_messages_ask_the_database_no_more_often_than_one(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    for number in range(10):
        agencies.person(session, f"Tobias Krantz{number}", larch, plate=f"XX{number:02}TST")
    session.expire_all()

    def asked(many: int) -> int:
        texts = [f"plate XX{number % 10:02} TST" for number in range(many)]
        read = pipeline().read([Text(each, "BE") for each in texts])
        readings = [Passage(t, r.spans, None, r.runs) for t, r in zip(texts, read, strict=True)]
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        driver: Any = session.connection().connection.driver_connection
        driver.set_trace_callback(note)
        linking.find(session, readings)
        driver.set_trace_callback(None)
        return count

    first = asked(1)
    assert asked(100) <= first + 2


def test_a_name_is_told_as_comparing_it_with_everybody_would_tell(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    chance = random.Random(20270309)
    known = {}
    for name in [made_up.person(chance) for _ in range(40)]:
        known[agencies.person(session, name, larch).id] = name
    keys = {number: names.keys(name, names.Kind.PERSON) for number, name in known.items()}
    changes = [change for change in MUTATIONS.values() for _ in range(3)]
    written = [change(name, chance) for name in known.values() for change in changes]
    said = [made_up.person(chance) for _ in range(300)] + [each for each in written if each]
    spans = [Span(0, len(n), n, Label.PERSON, None, n, True, 0.9) for n in said]
    met = linking.find(session, [Passage(span.text, [span], None) for span in spans])
    told = 0
    for name, [finding] in zip(said, met, strict=True):
        keyed = names.keys(name, names.Kind.PERSON)
        scores = {
            number: names.compare(name, each, names.Kind.PERSON).score
            for number, each in known.items()
            if any(key.family != "s" for key in keyed & keys[number])
        }
        if len(scores) > standing.FIRST_COMPARED:
            continue
        best = sorted((s for s in scores.values() if s >= calibration.ASKED_FROM), reverse=True)
        assert [each.score for each in finding.candidates] == best[: linking.MOST_PER_NAME], name
        assert all(each.score == scores[each.entity_id] for each in finding.candidates)
        told += bool(best)
    assert told > len(said) / 3


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_any_text_can_be_linked(
    agencies: Agencies, session: Session, larch: Case, text: str
) -> None:
    for finding in found(agencies, session, text):
        assert finding.span.start <= finding.span.end


def test_every_span_comes_back_with_what_it_may_mean(
    agencies: Agencies, session: Session, larch: Case
) -> None:
    one: Entity = agencies.person(session, "Tobias Krantz", larch, plate="XX00TST")
    text = "plates XX00 TST and XX33 TST"
    findings = found(agencies, session, text)
    assert [(f.span.value, [c.entity_id for c in f.candidates]) for f in findings] == [
        ("XX00TST", [one.id]),
        ("XX33TST", []),
    ]
