"""Whose events are taken in when, where there are many."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.matrix.listening import TIMELINE, _by_turns

ROOM = "!room:example.org"
STATE = {"state_key": ""}
senders = st.sampled_from(["@ada:example.org", "@bo:example.org", "@flood:example.org", None, 7])
events = st.lists(
    st.tuples(senders, st.booleans()).map(lambda it: {"sender": it[0], **(STATE if it[1] else {})}),
    max_size=3 * TIMELINE,
).map(lambda told: [(ROOM, {**each, "number": number}) for number, each in enumerate(told)])


def queue_of(raw: Any) -> object:
    return "state" if "state_key" in raw else str(raw["sender"])


@given(events)
def test_everybody_s_own_stay_in_order_and_nothing_is_lost(
    told: list[tuple[str, dict[str, Any]]],
) -> None:
    turned = _by_turns(told)
    for queue in {queue_of(raw) for _, raw in told}:
        assert [r for _, r in turned if queue_of(r) == queue] == [
            r for _, r in told if queue_of(r) == queue
        ]
    assert len(turned) == len(told)


@given(events)
def test_little_is_taken_in_as_it_was_told(told: list[tuple[str, dict[str, Any]]]) -> None:
    few = told[:TIMELINE]
    assert _by_turns(few) == few


@given(events)
def test_nobody_waits_for_more_than_a_turn_of_each_other(
    told: list[tuple[str, dict[str, Any]]],
) -> None:
    if len(told) <= TIMELINE:
        return
    queues = len({queue_of(raw) for _, raw in told})
    seen: Counter[str] = Counter()
    for place, (_, raw) in enumerate(_by_turns(told)):
        assert place <= queues * (seen[str(queue_of(raw))] + 1)
        seen[str(queue_of(raw))] += 1
