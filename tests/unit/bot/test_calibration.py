"""What an agency's decisions teach about names: its own alone, where it proves better."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import calibration, entities, finding, linking
from bot.casework.fitting import Line
from bot.casework.sought import Passage
from bot.conversation.grammar import Asked
from bot.errors import UserError
from nlp.spans import Label, Span
from storage.models import (
    Calibration,
    Case,
    Delivery,
    Judgement,
    Match,
    MatchState,
    Mention,
    Verdict,
)
from storage.types import fresh_id
from tests.unit.bot.agencies import Agencies, open_agencies, open_shared

STRICTER = Line(3.0, -4.0)
MANY = 400


@pytest.fixture(scope="module")
def agencies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agencies]:
    agencies = open_agencies(tmp_path_factory.mktemp("calibration"))
    yield agencies
    agencies.store.close()


@pytest.fixture
def session(agencies: Agencies) -> Iterator[Session]:
    with agencies.undone() as session:
        yield session


def decide(
    agencies: Agencies,
    session: Session,
    many: int,
    *,
    line: Line = STRICTER,
    seed: int = 1,
    by: tuple[str, ...] = ("ada", "aron", "alma", "otis"),
    scorer: str = calibration.SCORER,
    days: int = 0,
) -> Case:
    """Officers of an agency answer so many questions about names, as *line* says."""
    chance = random.Random(seed)
    people = [agencies.officer(session, slug) for slug in by]
    owner = agencies.agency(session)
    case = agencies.case(session, f"ELM-{fresh_id() % 10**6}")
    entity = agencies.person(session, "Tobias Krantz", case)
    message = agencies.message(session, "Tobias Krantz")
    made_of: list[tuple[Mention, Match, Judgement]] = []
    for number in range(many):
        score = round(chance.uniform(0.51, 0.99), 4)
        is_same = chance.random() < line.sure(score)
        mention = Mention(
            message_id=message.id,
            agency_id=owner.id,
            start=0,
            end=1,
            label=Label.PERSON,
            subtype=None,
            valid=True,
            confidence=0.9,
            key_id=message.key_id,
        )
        match = Match(
            mention_id=mention.id,
            entity_id=entity.id,
            case_id=case.id,
            agency_id=owner.id,
            is_verified=False,
            is_hidden=False,
            score=score,
            scorer=scorer,
            signature=fresh_id(),
            made_at=agencies.now,
            state=MatchState.CONFIRMED if is_same else MatchState.REJECTED,
        )
        judgement = Judgement(
            mention_id=mention.id,
            match_id=match.id,
            entity_id=entity.id,
            verdict=Verdict.SAME if is_same else Verdict.DIFFERENT,
            officer_id=people[number % len(people)].id,
            at=agencies.now + timedelta(days=days, minutes=number + 1),
            trust="authenticated",
            signature=match.signature,
            key_id=case.key_id,
        )
        made_of.append((mention, match, judgement))
    for rows in zip(*made_of, strict=True):
        session.add_all(rows)
        session.flush()
    return case


def review(agencies: Agencies, session: Session, *, days: int = 1) -> int:
    return calibration.review(session, agencies.now + timedelta(days=days))


def begins(agencies: Agencies, session: Session, slug: str = "alder") -> float:
    used = calibration.asked_from(session)
    return used.get(agencies.agency(session, slug).id, calibration.ASKED_FROM)


def made(session: Session) -> list[Calibration]:
    return list(session.scalars(select(Calibration).order_by(Calibration.version)))


def test_before_a_hundred_decisions_nothing_is_learnt(agencies: Agencies, session: Session) -> None:
    decide(agencies, session, 99)
    assert review(agencies, session) == 0
    assert made(session) == []


def test_of_two_processes_that_keep_house_at_once_one_learns(
    tmp_path: Path, database_url: str
) -> None:
    both = open_shared(tmp_path, database_url, 2)
    with both[0].store.begin() as session:
        decide(both[0], session, 120)
    together = threading.Barrier(len(both))

    def keep_house(agencies: Agencies) -> int:
        together.wait()
        with agencies.store.begin() as session:
            return review(agencies, session)

    with ThreadPoolExecutor(len(both)) as threads:
        assert sorted(threads.map(keep_house, both)) == [0, 1]
    with both[0].store.reading() as session:
        assert len(made(session)) == 1
    for each in both:
        each.store.close()


def test_what_proves_better_is_used_told_to_heads_and_in_the_ledger(
    agencies: Agencies, session: Session
) -> None:
    decide(agencies, session, MANY)
    assert review(agencies, session) == 1
    [learnt] = made(session)
    assert learnt.used_at is not None
    assert begins(agencies, session) == learnt.asked_from > calibration.ASKED_FROM
    told = session.scalars(select(Delivery).where(Delivery.key.like("calibration:%"))).all()
    assert {each.officer_id for each in told} == {agencies.officer(session, "alma").id}
    assert any(each["subject"] == f"calibration:{learnt.id}" for each in session.info["ledger"])


def test_what_is_not_better_is_kept_and_not_used(agencies: Agencies, session: Session) -> None:
    decide(agencies, session, 200, line=Line())
    assert review(agencies, session) == 1
    [learnt] = made(session)
    assert learnt.used_at is None
    assert begins(agencies, session) == calibration.ASKED_FROM


def test_it_is_not_learnt_again_before_enough_more_is_decided(
    agencies: Agencies, session: Session
) -> None:
    decide(agencies, session, MANY)
    review(agencies, session)
    assert review(agencies, session, days=2) == 0
    decide(agencies, session, calibration.AGAIN_AFTER - 1, seed=2, days=2)
    assert review(agencies, session, days=3) == 0
    decide(agencies, session, 1, seed=3, days=2)
    assert review(agencies, session, days=3) == 1
    assert [each.version for each in made(session)] == [1, 2]


def test_what_was_erased_since_is_not_waited_for(agencies: Agencies, session: Session) -> None:
    decide(agencies, session, MANY)
    review(agencies, session)
    gone = session.scalars(select(Judgement).order_by(Judgement.at).limit(200)).all()
    for each in gone:
        each.undone_by = fresh_id()
    decide(agencies, session, calibration.AGAIN_AFTER, seed=2, days=2)
    assert review(agencies, session, days=3) == 1


def test_a_head_undoes_it_and_it_does_not_come_back_by_itself(
    agencies: Agencies, session: Session
) -> None:
    decide(agencies, session, MANY)
    review(agencies, session)
    alma = agencies.officer(session, "alma")
    calibration.end(session, alma, now=agencies.now)
    assert begins(agencies, session) == calibration.ASKED_FROM
    review(agencies, session)
    assert begins(agencies, session) == calibration.ASKED_FROM
    with pytest.raises(UserError, match="nothing to undo"):
        calibration.end(session, alma, now=agencies.now)


def test_one_agency_s_decisions_move_no_other_and_do_not_show_in_it(
    agencies: Agencies, session: Session
) -> None:
    show = calibration.COMMANDS[0].run
    bruno = agencies.officer(session, "bruno")
    before = show(session, Asked(bruno, "", agencies.now)).words.text
    decide(agencies, session, MANY)
    review(agencies, session)
    assert begins(agencies, session, "birch") == calibration.ASKED_FROM
    assert show(session, Asked(bruno, "", agencies.now)).words.text == before


def test_who_is_of_another_agency_teaches_an_agency_nothing(
    agencies: Agencies, session: Session
) -> None:
    decide(agencies, session, 200, by=("bela", "bruno"))
    assert calibration.decided(session, agencies.agency(session)) == []


def test_what_another_model_scored_teaches_nothing(agencies: Agencies, session: Session) -> None:
    decide(agencies, session, MANY, scorer="names 0")
    assert review(agencies, session) == 0


def test_taken_back_disputed_and_repeated_decisions_do_not_count(
    agencies: Agencies, session: Session
) -> None:
    decide(agencies, session, 10)
    first, second, third, *_ = session.scalars(select(Judgement).order_by(Judgement.at))
    first.undone_by = fresh_id()
    session.get_one(Match, second.match_id).state = MatchState.DISPUTED
    fourth = session.scalars(select(Judgement).order_by(Judgement.at).offset(3)).first()
    assert fourth is not None
    session.get_one(Match, third.match_id).signature = session.get_one(
        Match, fourth.match_id
    ).signature
    session.flush()
    assert len(calibration.decided(session, agencies.agency(session))) == 7


def test_no_name_is_read_to_learn(
    agencies: Agencies, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(agencies, session, MANY)

    def refuse(*_args: object) -> str:
        raise AssertionError("a seal was opened")

    monkeypatch.setattr("storage.sealing.unseal", refuse)
    monkeypatch.setattr("storage.sealing.opened", refuse)
    review(agencies, session)
    assert made(session)


def test_only_one_calibration_of_an_agency_is_used_at_a_time(
    agencies: Agencies, session: Session
) -> None:
    for seed in range(3):
        decide(agencies, session, 300, seed=seed, days=seed)
        review(agencies, session, days=seed + 1)
    used = [each for each in made(session) if each.used_at and not each.ended_at]
    assert len(made(session)) == 3
    assert len(used) == 1


def test_a_name_below_where_an_agency_is_asked_is_not_suggested_to_it(
    agencies: Agencies, session: Session
) -> None:
    case = agencies.case(session)
    agencies.person(session, "Tobias Krantz", case)
    said = Span(0, 14, "Tobias Krantzz", Label.PERSON, None, "Tobias Krantzz", True, 0.9)
    passage = Passage(said.text, [said], agencies.room(session))
    [[before]] = linking.find(session, [passage])
    [candidate] = before.candidates
    session.info["asked_from"] = {case.agency_id: candidate.score + 0.001}
    [[after]] = linking.find(session, [passage])
    assert after.candidates == ()


def test_each_agency_is_asked_from_its_own_score_about_one_shared_entity(
    agencies: Agencies, session: Session
) -> None:
    case = agencies.case(session)
    entity = agencies.person(session, "Tobias Krantz", case)
    other = agencies.case(session, "BIRCH-1", owner="bela")
    entities.put_into(session, entity, other, now=agencies.now)
    said = Span(0, 14, "Tobias Krantzz", Label.PERSON, None, "Tobias Krantzz", True, 0.9)
    passage = Passage(said.text, [said], agencies.room(session))
    for stricter, left in ((case, other), (other, case)):
        session.info["asked_from"] = {stricter.agency_id: 1.0}
        [[found]] = linking.find(session, [passage])
        assert [each.case_id for each in found.candidates] == [left.id]


def test_who_looks_a_name_up_meets_it_as_shipped(agencies: Agencies, session: Session) -> None:
    case = agencies.case(session)
    agencies.person(session, "Tobias Krantz", case)
    session.info["asked_from"] = {case.agency_id: 1.0}
    said = Span(0, 14, "Tobias Krantzz", Label.PERSON, None, "Tobias Krantzz", True, 0.9)
    for slug in ("ada", "alma"):
        reader = agencies.officer(session, slug)
        found = finding.find(
            session, reader, Passage("", [said], None), purpose="a test", now=agencies.now
        )
        assert [each.case.id for each in found] == [case.id]


def test_figures_name_nobody(agencies: Agencies, session: Session) -> None:
    decide(agencies, session, MANY)
    review(agencies, session)
    alma = agencies.officer(session, "alma")
    shown = calibration.COMMANDS[0].run(session, Asked(alma, "", agencies.now)).words.text
    assert "asked in vain instead of" in shown
    assert "as your own decisions taught (calibration 1)" in shown
    assert not any(name in shown for name in ("Quill", "Vale", "Reed", "Fern"))
