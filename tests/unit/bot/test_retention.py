"""Keeping no longer than somebody decided: reviews, holds, purge, keys destroyed."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.casework import entities
from bot.conversation import outbox
from bot.conversation.messages import Tap, Trust, Words
from bot.errors import NotAllowed, UserError
from bot.followup import dues
from bot.governance import commands, erasing, holds, ledger, retention
from bot.governance.ledger import Operation, Verified
from bot.governance.retention import Purged
from storage import sealing
from storage.database import open_store
from storage.errors import Erased
from storage.models import (
    Act,
    Case,
    Delivery,
    Due,
    Entity,
    Entry,
    Erasure,
    Evidence,
    Identifier,
    MatchState,
    Mention,
    Message,
    Name,
    NameKey,
    Progress,
    Tlp,
)
from tests.unit.bot.agencies import NOW, Agencies, account, open_agencies

PURPOSE = "because the trial is pending"


@pytest.fixture
def agencies(tmp_path: Path) -> Iterator[Agencies]:
    agencies = open_agencies(tmp_path)
    yield agencies
    agencies.store.close()


def purge(agencies: Agencies) -> Purged:
    """A night's purge: decided, committed, carried out."""
    with agencies.begin() as session:
        purged = retention.purge(session, agencies.now)
    retention.carry_out(agencies.store, agencies.now)
    return purged


def tick(agencies: Agencies) -> None:
    with agencies.begin() as session:
        dues.fire_due(session, agencies.now, commands.DUES)


def days_pass(agencies: Agencies, days: int) -> None:
    """Time goes by, and what is due meanwhile is done each day."""
    for _ in range(days):
        agencies.passes(days=1)
        tick(agencies)


def words(session: Session, message: Message) -> str:
    return sealing.unseal_or(session, session.get_one(Message, message.id), "text", "gone")


def everything_left_can_be_read(agencies: Agencies) -> None:
    """No key was destroyed under which anything still stands."""
    with agencies.store.reading() as session:
        for model in erasing._sealed_models():
            for row in session.scalars(select(model)):
                for column in erasing._sealed_columns(model):
                    if getattr(row, column):
                        sealing.unseal(session, row, column.removesuffix("_sealed"))


# Messages


def test_what_nobody_quoted_goes_after_ninety_days(agencies: Agencies) -> None:
    with agencies.begin() as session:
        old = agencies.message(session, "grey van at the gate")
    agencies.passes(days=89)
    with agencies.begin() as session:
        young = agencies.message(session, "coffee at ten")
    assert purge(agencies).messages == 0
    agencies.passes(days=1)
    assert purge(agencies).messages == 1
    with agencies.store.reading() as session:
        assert words(session, old) == "gone"
        assert session.get_one(Message, old.id).erased_at == agencies.now
        assert words(session, young) == "coffee at ten"
    everything_left_can_be_read(agencies)


def test_a_purge_repeated_changes_nothing(agencies: Agencies) -> None:
    with agencies.begin() as session:
        agencies.message(session, "grey van at the gate")
    agencies.passes(days=91)
    assert purge(agencies).erased == 1
    assert purge(agencies) == Purged()


def test_what_was_read_from_a_message_goes_with_it(agencies: Agencies) -> None:
    with agencies.begin() as session:
        case = agencies.case(session, owner="bruno")
        van = agencies.person(session, "Jon Sampleton", case, agency="birch")
        message = agencies.message(session, "XX00 TST")
        agencies.match(session, message, van, case, state=MatchState.REJECTED)
    agencies.passes(days=91)
    purge(agencies)
    with agencies.store.reading() as session:
        mention = session.scalars(select(Mention)).one()
        assert mention.look_up is None, "found no more"
        assert mention.text_sealed is mention.value_sealed is None


def test_an_old_backup_cannot_bring_back_what_was_erased(
    agencies: Agencies, tmp_path: Path
) -> None:
    with agencies.begin() as session:
        message = agencies.message(session, "grey van at the gate")
    with closing(sqlite3.connect(tmp_path / "liaison.db")) as database:
        database.execute("VACUUM INTO ?", [str(tmp_path / "backup.db")])
    agencies.passes(days=91)
    purge(agencies)
    restored = open_store(
        f"sqlite:///{tmp_path}/backup.db",
        keyring_url=f"sqlite:///{tmp_path}/keyring.db",
        master=b"k" * 32,
    )
    with restored.reading() as session:
        row = session.get_one(Message, message.id)
        assert row.text_sealed is not None, "the ciphertext is there again"
        with pytest.raises(Erased):
            sealing.unseal(session, row, "text")
    restored.close()


@pytest.mark.parametrize("state", [MatchState.CONFIRMED, MatchState.REJECTED])
def test_a_case_keeps_what_it_quoted_from_a_confirmed_match(
    agencies: Agencies, state: MatchState
) -> None:
    with agencies.begin() as session:
        case = agencies.case(session)
        person = agencies.person(session, "Jon Sampleton", case)
        match = agencies.match(
            session, agencies.message(session, "XX00 TST"), person, case, state=state
        )
        evidence = Evidence(
            match_id=match.id,
            side="case",
            reasons_sealed=b"",
            key_id=sealing.keyring(session).mint(case.key_id),
        )
        evidence.reasons_sealed = sealing.sealed(session, evidence, "reasons", "[]")
        session.add(evidence)
    agencies.passes(days=91)
    purge(agencies)
    with agencies.store.reading() as session:
        assert len(session.scalars(select(Evidence)).all()) == (state is MatchState.CONFIRMED)
    everything_left_can_be_read(agencies)


def test_the_bots_old_words_are_taken_back_from_the_chat(agencies: Agencies) -> None:
    with agencies.begin() as session:
        outbox.say(
            session, key="card", room=agencies.room(session), words=Words("Read: a van."), now=NOW
        )
        session.flush()
        said = session.scalars(select(Delivery)).one()
        said.progress, said.event, said.said_at = Progress.DONE, "e1", NOW
    agencies.passes(days=91)
    assert purge(agencies).retracting == 1
    with agencies.store.reading() as session:
        retraction = session.scalars(select(Delivery).where(Delivery.act == Act.RETRACT)).one()
        assert retraction.about == "card"
        said = session.scalars(select(Delivery).where(Delivery.key == "card")).one()
        with pytest.raises(Erased):
            outbox.words_of(session, said)


def test_a_chat_that_does_not_give_words_back_is_reported(agencies: Agencies) -> None:
    test_the_bots_old_words_are_taken_back_from_the_chat(agencies)
    with agencies.begin() as session:
        retraction = session.scalars(select(Delivery).where(Delivery.act == Act.RETRACT)).one()
        retraction.progress, retraction.fault = Progress.FAILED, "refused"
    assert retention.carry_out(agencies.store, agencies.now).not_retracted == 1


# Holds


def test_a_held_message_outlives_the_purge_in_every_revision(agencies: Agencies) -> None:
    with agencies.begin() as session:
        first = agencies.message(session, "grey van, Jon drove", event="e1")
        agencies.message(session, "grey van", event="e1", revision="2", kind="edited")
        aron = agencies.officer(session, "aron")
        held = holds.hold(session, "message", first.id, aron, PURPOSE, None, NOW)
    agencies.passes(days=400)
    assert purge(agencies).held == 2
    with agencies.begin() as session:
        assert words(session, first) == "grey van, Jon drove"
        holds.lift(session, session.merge(held), agencies.officer(session, "aron"), agencies.now)
    assert purge(agencies).messages == 2
    with agencies.store.reading() as session:
        assert words(session, first) == "gone"


def test_a_hold_ends_at_its_end(agencies: Agencies) -> None:
    with agencies.begin() as session:
        message = agencies.message(session, "grey van")
        until = NOW + timedelta(days=100)
        aron = agencies.officer(session, "aron")
        holds.hold(session, "message", message.id, aron, PURPOSE, until, NOW)
    agencies.passes(days=99)
    assert purge(agencies).messages == 0
    agencies.passes(days=1)
    assert purge(agencies).messages == 1


def test_holding_a_case_holds_what_was_matched_to_it(agencies: Agencies) -> None:
    with agencies.begin() as session:
        case = agencies.case(session, review_on=date(2027, 6, 1))
        person = agencies.person(session, "Jon Sampleton", case)
        message = agencies.message(session, "XX00 TST", by="bela")
        agencies.match(session, message, person, case)
        aron = agencies.officer(session, "aron")
        holds.hold(session, "case", case.id, aron, PURPOSE, None, NOW)
        retention.promise_review(session, case, now=NOW)
    days_pass(agencies, 200)
    assert purge(agencies).held == 2
    with agencies.store.reading() as session:
        assert words(session, message) == "XX00 TST"
        assert session.scalars(select(Case)).one().erased_at is None
        assert session.scalars(select(Entity)).one().erased_at is None


def test_a_held_entity_outlives_its_case(agencies: Agencies) -> None:
    with agencies.begin() as session:
        case = agencies.case(session)
        person = agencies.person(session, "Jon Sampleton", case)
        aron = agencies.officer(session, "aron")
        holds.hold(session, "entity", person.id, aron, PURPOSE, None, NOW)
        erasing.case(session, case, now=NOW)
    agencies.passes(days=800)
    purge(agencies)
    with agencies.store.reading() as session:
        assert session.scalars(select(Entity)).one().erased_at is None


def test_a_deleted_message_keeps_its_words_only_when_held(agencies: Agencies) -> None:
    with agencies.begin() as session:
        held, other = agencies.message(session, "grey van"), agencies.message(session, "red van")
        aron = agencies.officer(session, "aron")
        holds.hold(session, "message", held.id, aron, PURPOSE, None, NOW)
        assert not retention.erase_message(session, held, now=NOW, why="deleted")
        assert retention.erase_message(session, other, now=NOW, why="deleted")
    retention.carry_out(agencies.store, NOW)
    with agencies.store.reading() as session:
        assert (words(session, held), words(session, other)) == ("grey van", "gone")


@pytest.mark.parametrize("slug", ["ada", "bela", "bruno"])
def test_only_the_own_desk_or_oversight_holds(agencies: Agencies, slug: str) -> None:
    with agencies.begin() as session:
        message = agencies.message(session, "grey van")
        officer = agencies.officer(session, slug)
        with pytest.raises(NotAllowed):
            holds.hold(session, "message", message.id, officer, PURPOSE, None, NOW)
        otis = agencies.officer(session, "otis")
        assert holds.hold(session, "message", message.id, otis, PURPOSE, None, NOW)


def test_a_hold_needs_a_reason_and_its_reason_is_sealed(agencies: Agencies) -> None:
    with agencies.begin() as session:
        message, aron = agencies.message(session, "van"), agencies.officer(session, "aron")
        with pytest.raises(UserError, match="needs a reason"):
            holds.hold(session, "message", message.id, aron, " ", None, NOW)
        held = holds.hold(session, "message", message.id, aron, "Jon Sampleton's trial", None, NOW)
        assert sealing.unseal(session, held, "reason") == "Jon Sampleton's trial"
    with agencies.store.reading() as session:
        entries = session.scalars(select(Entry).where(Entry.subject == f"message:{message.id}"))
        assert all("Sampleton" not in f"{each.purpose}{each.details}" for each in entries)


# Reviews


def opened(agencies: Agencies, *, days: int = 60, marking: Tlp = Tlp.AMBER) -> Case:
    """A case whose review is due in so many days, with one person in it."""
    with agencies.begin() as session:
        review_on = (agencies.now + timedelta(days=days)).date()
        case = agencies.case(session, review_on=review_on, marking=marking)
        agencies.person(session, "Jon Sampleton", case, plate="XX00TST")
        retention.promise_review(session, case, now=agencies.now)
        return case


def reminders(agencies: Agencies) -> list[tuple[str, str]]:
    with agencies.store.reading() as session:
        return [
            (
                agencies.officer_by_id(session, row.officer_id).slug,
                outbox.words_of(session, row).text,
            )
            for row in session.scalars(
                select(Delivery).where(Delivery.key.startswith("review:")).order_by(Delivery.id)
            )
        ]


def test_a_review_is_reminded_thirty_and_seven_days_before(agencies: Agencies) -> None:
    opened(agencies)
    days_pass(agencies, 29)
    assert reminders(agencies) == []
    days_pass(agencies, 1)
    assert [who for who, _ in reminders(agencies)] == ["aron"]
    days_pass(agencies, 22)
    assert len(reminders(agencies)) == 1
    days_pass(agencies, 1)
    assert [who for who, _ in reminders(agencies)] == ["aron", "aron", "alma"], "the head too"


def test_a_reminder_says_by_when_and_nothing_of_the_matter(agencies: Agencies) -> None:
    opened(agencies)
    days_pass(agencies, 30)
    [(_, text)] = reminders(agencies)
    assert text == "A review is due by Saturday 8 May 2027. If nobody decides, it is erased then."


def test_a_case_nobody_decided_to_keep_goes_the_day_after_its_review(agencies: Agencies) -> None:
    case = opened(agencies)
    days_pass(agencies, 60)
    assert purge(agencies).cases == 0
    days_pass(agencies, 2)
    assert purge(agencies).cases == 1
    with agencies.store.reading() as session:
        row = session.get_one(Case, case.id)
        assert row.erased_at == agencies.now
        assert sealing.unseal_or(session, row, "title", "gone") == "gone"
        for model in (Name, NameKey, Identifier):
            assert session.scalar(select(func.count()).select_from(model)) == 0, model
        assert not agencies.store.keyring.has(case.key_id)
        assert isinstance(ledger.verify(session), Verified)
        subjects = session.scalars(
            select(Entry.subject).where(Entry.operation == Operation.ERASURE.value)
        ).all()
        assert f"case:{case.code}" in subjects
    everything_left_can_be_read(agencies)


def test_no_case_goes_unannounced_even_after_a_long_outage(agencies: Agencies) -> None:
    opened(agencies)
    agencies.passes(days=100)  # Nobody ticked.
    assert purge(agencies).cases == 0
    tick(agencies)
    assert len(reminders(agencies)) >= 1
    agencies.passes(days=6)
    assert purge(agencies).cases == 0
    agencies.passes(days=2)
    assert purge(agencies).cases == 1


def test_a_case_that_was_never_promised_a_review_gets_one(agencies: Agencies) -> None:
    with agencies.begin() as session:
        agencies.case(session, review_on=NOW.date() - timedelta(days=1))
    purge(agencies)
    agencies.passes(days=8)
    tick(agencies)
    agencies.passes(days=8)
    assert purge(agencies).cases == 1


def test_a_case_somebody_decided_to_keep_stays_with_its_entities(agencies: Agencies) -> None:
    case = opened(agencies, days=40)
    until = (NOW + timedelta(days=600)).date()
    with agencies.begin() as session:
        aron = agencies.officer(session, "aron")
        retention.review(session, session.merge(case), aron, until, PURPOSE, NOW)
    days_pass(agencies, 420)
    assert purge(agencies).cases == 0
    with agencies.store.reading() as session:
        assert session.scalars(select(Entity)).one().erased_at is None
    days_pass(agencies, 182)
    assert purge(agencies).cases == 1


def test_a_review_keeps_who_decided_when_and_why(agencies: Agencies) -> None:
    case = opened(agencies)
    with agencies.begin() as session:
        aron = agencies.officer(session, "aron")
        until = date(2028, 1, 31)
        retention.review(session, session.merge(case), aron, until, "Jon's trial", NOW)
    with agencies.store.reading() as session:
        row = session.get_one(Case, case.id)
        assert (row.review_on, row.reviewed_at) == (until, NOW)
        entry = session.scalars(select(Entry).where(Entry.purpose == "review")).one()
        assert (entry.actor, entry.details["review_on"]) == ("officer:aron", "2028-01-31")
        assert "Jon" not in str(entry.details)


@pytest.mark.parametrize(
    ("slug", "until", "reason"),
    [
        ("ada", date(2028, 1, 31), PURPOSE),
        ("bruno", date(2028, 1, 31), PURPOSE),
        ("aron", date(2028, 1, 31), " "),
        ("aron", NOW.date(), PURPOSE),
        ("aron", date(2031, 1, 1), PURPOSE),
    ],
)
def test_a_review_needs_the_right_person_a_reason_and_a_date(
    agencies: Agencies, slug: str, until: date, reason: str
) -> None:
    case = opened(agencies)
    with agencies.begin() as session:
        officer = agencies.officer(session, slug)
        with pytest.raises(UserError):
            retention.review(session, session.merge(case), officer, until, reason, NOW)


def test_a_reminder_made_stale_by_a_review_says_nothing(agencies: Agencies) -> None:
    case = opened(agencies, days=31)
    with agencies.begin() as session:
        stale = session.scalars(select(Due).order_by(Due.due_at)).first()
        assert stale is not None
        case = session.merge(case)
        case.review_on += timedelta(days=90)
        retention.remind(session, stale, NOW)
    assert reminders(agencies) == []


def test_keeping_for_a_year_is_one_tap_with_a_reason(agencies: Agencies) -> None:
    case = opened(agencies)
    with agencies.begin() as session:
        aron = agencies.officer(session, "aron")

        def tap(verb: str, text: str = "", trust: Trust = Trust.AUTHENTICATED) -> str:
            tapped = Tap(account("aron"), f"review:{case.id}:{verb}", trust, {"text": text})
            shown = retention.on_tap(session, aron, [str(case.id), verb], tapped, NOW)
            assert shown is not None
            return shown.text

        assert "Grey vans on quay 7" in tap("open")
        with pytest.raises(UserError, match="needs a reason"):
            tap("keep")
        with pytest.raises(NotAllowed):
            tap("keep", PURPOSE, Trust.TAP)
        assert "kept until Wednesday 8 March 2028" in tap("keep", PURPOSE)


def test_an_entity_that_another_living_case_needs_stays(agencies: Agencies) -> None:
    with agencies.begin() as session:
        first, second = agencies.case(session, "ELM"), agencies.case(session, "OAK")
        both = agencies.person(session, "Jon Sampleton", first)
        entities.put_into(session, both, second, now=NOW)
        alone = agencies.person(session, "Mara Testwell", first)
        session.flush()
        erasing.case(session, first, now=NOW)
        session.refresh(both)
        session.refresh(alone)
        assert both.erased_at is None
        assert alone.erased_at == NOW
    retention.carry_out(agencies.store, NOW)
    everything_left_can_be_read(agencies)


def test_an_entity_in_no_case_goes_after_its_review(agencies: Agencies) -> None:
    with agencies.begin() as session:
        agencies.person(session, "Jon Sampleton", None)
    agencies.passes(days=364)
    assert purge(agencies).entities == 0
    agencies.passes(days=3)
    assert purge(agencies).entities == 1


def test_an_erased_entity_is_not_known_by_the_id_it_had_elsewhere(agencies: Agencies) -> None:
    with agencies.begin() as session:
        person = agencies.person(session, "Jon Sampleton", None)
        person.origin = "identity--1"
        erasing.entity(session, person, now=NOW)
    with agencies.store.reading() as session:
        assert session.get_one(Entity, person.id).origin is None


def test_erasing_a_case_erases_what_was_said_about_it_with_another(agencies: Agencies) -> None:
    with agencies.begin() as session:
        elm, oak = agencies.case(session, "ELM"), agencies.case(session, "OAK")
        aron = agencies.officer(session, "aron")
        for key, cases in (("both", [elm, oak]), ("other", [elm])):
            outbox.tell(session, key=key, officer=aron, words=Words(key), now=NOW, cases=cases)
        session.flush()
        erasing.case(session, oak, now=NOW)
    retention.carry_out(agencies.store, NOW)
    with agencies.store.reading() as session:
        rows = {row.key: row for row in session.scalars(select(Delivery))}
        assert outbox.words_of(session, rows["other"]).text == "other"
        with pytest.raises(Erased):
            outbox.words_of(session, rows["both"])


# Keys


def test_a_key_that_still_seals_something_else_is_left_alone(agencies: Agencies) -> None:
    with agencies.begin() as session:
        one, other = agencies.message(session, "grey van"), agencies.message(session, "red van")
        other.key_id = one.key_id
        sealing.seal(session, other, "text", "red van")
        session.flush()
        retention.erase_message(session, one, now=NOW, why="deleted")
    retention.carry_out(agencies.store, NOW)
    with agencies.store.reading() as session:
        assert words(session, other) == "red van"


def test_keys_are_destroyed_after_the_decision_is_kept_and_again_until_done(
    agencies: Agencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    with agencies.begin() as session:
        message = agencies.message(session, "grey van")
        retention.erase_message(session, message, now=NOW, why="deleted")
    assert agencies.store.keyring.has(message.key_id), "decided, not yet carried out"
    monkeypatch.setattr(agencies.store.keyring, "destroy", _broken)
    failed = retention.carry_out(agencies.store, NOW)
    assert (failed.destroyed, failed.failed) == (0, 1)
    with agencies.store.reading() as session:
        assert session.scalars(select(Erasure)).one().failed == "OSError"
    monkeypatch.undo()
    again = retention.carry_out(agencies.store, NOW)
    assert (again.destroyed, again.failed) == (1, 0)
    assert not agencies.store.keyring.has(message.key_id)
    assert retention.carry_out(agencies.store, NOW).destroyed == 0


def test_a_purge_that_fails_destroys_nothing(agencies: Agencies) -> None:
    with agencies.begin() as session:
        message = agencies.message(session, "grey van")
    agencies.passes(days=91)
    with pytest.raises(RuntimeError):
        purge_and_fail(agencies)
    retention.carry_out(agencies.store, agencies.now)
    with agencies.store.reading() as session:
        assert words(session, message) == "grey van"


def test_every_erasure_is_in_the_ledger_by_reference(agencies: Agencies) -> None:
    with agencies.begin() as session:
        message = agencies.message(session, "grey van")
    agencies.passes(days=91)
    purge(agencies)
    with agencies.store.reading() as session:
        entries = session.scalars(
            select(Entry).where(Entry.operation == Operation.ERASURE.value).order_by(Entry.sequence)
        ).all()
        assert [entry.subject for entry in entries] == ["message", "keys"]
        assert entries[0].details["rows"] == [message.id]
        assert "van" not in json.dumps([entry.details for entry in entries])


def _broken(_keys: object) -> None:
    raise OSError("the keyring's disk is away")


def purge_and_fail(agencies: Agencies) -> None:
    with agencies.begin() as session:
        retention.purge(session, agencies.now)
        raise RuntimeError
