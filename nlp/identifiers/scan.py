"""Finding every identifier in a text, in one look for what may be there and one for what is."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from phonenumbers import SUPPORTED_REGIONS

from nlp.identifiers import (
    accounts,
    addresses,
    bare,
    coordinates,
    documents,
    markings,
    moments,
    money,
    network,
    numbers,
    phones,
    phrases,
    plates,
    quantities,
    references,
    terms,
    vehicles,
    vessels,
    wallets,
    zones,
)
from nlp.identifiers.cues import words_of
from nlp.identifiers.rule import CHECKED, DOUBTFUL, Found, Rule, Sight
from nlp.identifiers.sieve import Sieve, sieve
from nlp.identifiers.windows import windows
from nlp.normalise import View
from nlp.spans import Label, Span

MAX_SPANS = 256  # more than this in one text and the rest is left unread
# One text costs about this much and no more; what stands behind is left unread. The unit is one
# character looked at for one rule, and what a sight costs that was nothing is reckoned in it: of
# what was something there are MAX_SPANS at most.
MAX_EFFORT = 2_000_000
# Of so many times in words the moment is worked out, which takes longer than all else does; a text
# of more of them is a calendar, or was written to cost much. The others are found without.
MAX_MOMENTS = 32

RULES: tuple[Rule, ...] = (
    *phones.RULES,
    *accounts.RULES,
    *wallets.RULES,
    *bare.RULES,
    *plates.RULES,
    *vehicles.RULES,
    *vessels.RULES,
    *network.RULES,
    *documents.RULES,
    *zones.RULES,
    *addresses.RULES,
    *numbers.RULES,
    *coordinates.RULES,
    *money.RULES,
    *quantities.RULES,
    *markings.RULES,
    *references.RULES,
    *moments.RULES,
    *phrases.RULES,
    *terms.RULES,
)


class Scan(NamedTuple):
    """What was found, and how much of the original text was looked at to find it."""

    spans: tuple[Span, ...]
    read_to: int


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules, and what says which of them, by their places, are worth trying on a text."""

    rules: tuple[Rule, ...]
    which: Sieve


def scan(
    view: View,
    *,
    region: str | None = None,
    sent_at: datetime | None = None,
    which: Sieve | None = None,
    rules: Rules | None = None,
) -> Scan:
    """Every identifier in the view, in reading order, without overlaps."""
    known = RULES if rules is None else rules.rules
    which = which or (prefilter() if rules is None else rules.which)
    region = region if region in SUPPORTED_REGIONS else None
    candidates: list[_Candidate] = []
    seen_to: dict[int, int] = {}  # by rule: what one window's sight took, the next does not see
    read_to = len(view.text)
    effort = moments = 0
    for window in windows(view.text):
        if effort >= MAX_EFFORT or _are_too_many(candidates):
            read_to = min((window.start, *(c.start for c in candidates if c.end > window.start)))
            break
        around = window.around
        words = words_of(around)
        for number in which(around):
            rule = known[number]
            effort += window.end - window.start
            for match in window.sights(rule.pattern, seen_to.get(number, 0)):
                seen_to[number] = match.end()
                moments += rule.says_when
                is_late = rule.says_when and moments > MAX_MOMENTS
                sight = Sight(rule, match, region, None if is_late else sent_at, words)
                found = rule.read(sight)
                if found is None:
                    effort += rule.effort
                if found is not None and is_late and sent_at is not None:
                    found = found._replace(why=_NOT_WORKED_OUT)
                if found is not None:
                    candidates.append(_Candidate.of(sight, found))
    if not candidates:
        return Scan((), _origin_end(view, read_to))
    chosen = _settle([c for c in candidates if c.end <= read_to])
    if len(chosen) > MAX_SPANS:
        chosen = chosen[:MAX_SPANS]
        read_to = chosen[-1].end
    return Scan(tuple(c.span(view) for c in chosen), _origin_end(view, read_to))


def with_own(own: Sequence[Rule]) -> Rules:
    """All of ours, and a deployment's own."""
    ours, theirs = prefilter(), rule_sieve(own)
    count = len(RULES)
    return Rules(
        (*RULES, *own), lambda text: [*ours(text), *(count + place for place in theirs(text))]
    )


@cache
def prefilter() -> Sieve:
    """Says which rules, by their place in RULES, are worth trying on a text."""
    return rule_sieve(RULES)


def rule_sieve(rules: Sequence[Rule]) -> Sieve:
    """The same for any rules. Most texts have no figures, and no word that a rule needs."""
    free = [number for number, rule in enumerate(rules) if not rule.needs and not rule.figures]
    every = [number for number, rule in enumerate(rules) if not rule.needs]
    without_figures = sieve([rules[number].prefilter for number in free])
    with_figures = sieve([rules[number].prefilter for number in every])
    in_words, in_all = _by_word(rules, figures=False), _by_word(rules, figures=True)
    all_words = frozenset(in_all)

    def places(text: str) -> list[int]:
        if _has_figures(text):
            by_word, found = in_all, [every[place] for place in with_figures(text)]
        else:
            by_word, found = in_words, [free[place] for place in without_figures(text)]
        said = words_of(text)
        if not all_words.isdisjoint(said):
            needing = {n for word in all_words & said for n in by_word.get(word, ())}
            found += [number for number in needing if _may_find(rules[number], said)]
        found.sort()
        return found

    return places


def _by_word(rules: Sequence[Rule], *, figures: bool) -> dict[bytes, list[int]]:
    """The rules that need words, by each word; those that need figures too only where there are."""
    found: dict[bytes, list[int]] = {}
    for number, rule in enumerate(rules):
        if rule.needs is not None and (figures or not rule.figures):
            for key in rule.needs.keys:
                found.setdefault(key, []).append(number)
    return found


def _may_find(rule: Rule, said: frozenset[bytes]) -> bool:
    return rule.beside is None or rule.beside.may_be_in(said)


@dataclass(slots=True)
class _Candidate:
    """A finding that has not yet met those it overlaps. Offsets are the view's."""

    start: int
    end: int
    rule: Rule
    found: Found
    cue_distance: int | None
    losers: tuple["_Candidate", ...] = ()

    @classmethod
    def of(cls, sight: Sight, found: Found) -> "_Candidate":
        start, end = found.extent or sight.match.span(sight.rule.group)
        distance = sight.cue_distance if found.distance is None else found.distance
        return cls(start, end, sight.rule, found, distance)

    def place(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def label(self) -> Label:
        return self.found.label or self.rule.label

    @property
    def is_strong(self) -> bool:
        return self.found.confidence >= DOUBTFUL

    def rank(self) -> tuple[object, ...]:
        """Smaller goes first. A longer strong reading beats what is inside it, valid or not:
        the digits of a mistyped IBAN are not a telephone number."""
        found, distance = self.found, self.cue_distance
        return (
            found.confidence < DOUBTFUL,
            self.start - self.end,
            distance is None,
            not found.valid,
            -found.confidence,
            _FAR if distance is None else distance,
            -self.rule.priority,
            self.start,
        )

    def span(self, view: View) -> Span:
        if not self.losers and not self.found.others:
            return self._as(self.found, view)
        others = [self._as(other, view) for other in self.found.others]
        told = {(other.label, other.value) for other in others}
        beaten = [loser.span(view) for loser in self.losers]
        rest = [each for each in beaten if (each.label, each.value) not in told]
        return self._as(self.found, view, (*rest, *others)[:_MOST_ALTERNATIVES])

    def _as(self, found: Found, view: View, alternatives: tuple[Span, ...] = ()) -> Span:
        start, end = view.origin(self.start, self.end)
        why, value, label = found.why, found.value, found.label or self.rule.label
        if view.is_disguised(self.start, self.end):
            alike = "look-alike letters read as Latin ones"
            if label in _ADDRESSES and value is not None:
                alike = f"look-alike letters: it only looks like {value}"
                value = network.undisguised(value, view.disguise(self.start, self.end))
            why = "; ".join(filter(None, (why, alike)))
        return Span(
            start,
            end,
            view.original[start:end],
            label,
            subtype=found.subtype,
            value=value,
            valid=found.valid,
            confidence=found.confidence,
            why=why,
            alternatives=alternatives,
        )


def _has_figures(text: str) -> bool:
    # As bytes: many times quicker than to look for a digit.
    data = text.encode("utf-8", "replace")
    return len(data.translate(None, b"0123456789")) < len(data)


def _are_too_many(candidates: list[_Candidate]) -> bool:
    # Asked before each window of a long text: to settle them all takes longer than to count.
    return (
        len(candidates) > MAX_SPANS
        and _most_apart(candidates) > MAX_SPANS
        and len(_settle(candidates)) > MAX_SPANS
    )


def _most_apart(candidates: list[_Candidate]) -> int:
    """How many of them there may be at most that do not overlap."""
    count = end = 0
    for to, start in sorted([(candidate.end, candidate.start) for candidate in candidates]):
        if start >= end:
            count, end = count + 1, to
    return count


def _settle(candidates: list[_Candidate]) -> list[_Candidate]:
    """One reading for each stretch; the others are kept beside it."""
    candidates.sort(key=_Candidate.place)
    if all(before.end <= behind.start for before, behind in pairwise(candidates)):
        return candidates
    chosen: list[tuple[int, int, int]] = []  # start, end, place in winners
    winners: list[_Candidate] = []
    losers: dict[int, list[_Candidate]] = {}
    for candidate in sorted(candidates, key=_Candidate.rank):
        place = bisect_left(chosen, (candidate.end, 0, 0))
        before = chosen[place - 1] if place else None
        if before is None or before[1] <= candidate.start:
            insort(chosen, (candidate.start, candidate.end, len(winners)))
            winners.append(candidate)
            continue
        losers.setdefault(before[2], []).append(candidate)
    settled = []
    for _, _, number in chosen:
        winner = winners[number]
        if beaten := losers.get(number):
            winner.losers = _worth_keeping(winner, beaten)
            winner.found = _with_value(winner, beaten)
        settled.append(winner)
    return settled


def _with_value(winner: _Candidate, losers: list[_Candidate]) -> Found:
    """With the value of the one reading that is most of it, if it has none: "since 3 April 2027".
    The clock alone is not the value of a day and its clock."""
    within = [
        loser.found
        for loser in losers
        if loser.label is winner.label
        and loser.found.value is not None
        and 2 * (loser.end - loser.start) > winner.end - winner.start
    ]
    is_many = winner.found.subtype in _OF_MANY
    if winner.found.value is not None or is_many or len(within) != 1:
        return winner.found
    why = winner.found.why or within[0].why
    return winner.found._replace(value=within[0].value, why=why)


def _worth_keeping(winner: _Candidate, losers: list[_Candidate]) -> tuple[_Candidate, ...]:
    kept: dict[tuple[object, ...], _Candidate] = {}
    for loser in losers:
        as_long = (loser.start, loser.end) == (winner.start, winner.end)
        within = winner.start <= loser.start and loser.end <= winner.end
        same_value = loser.found.value == winner.found.value
        if loser.label is winner.label and (same_value or not as_long):
            continue
        if within and not as_long and winner.found.confidence == CHECKED:
            continue
        if as_long or loser.is_strong:
            kept.setdefault((loser.label, loser.found.value), loser)
    return tuple(kept.values())[:_MOST_ALTERNATIVES]


def _origin_end(view: View, read_to: int) -> int:
    if read_to >= len(view.text):
        return len(view.original)
    return view.origin(read_to, read_to + 1)[0]


_ADDRESSES = frozenset({Label.DOMAIN, Label.URL, Label.EMAIL})  # each letter leads elsewhere
_OF_MANY = frozenset({"range", "repetition"})  # times that no one day is the value of
_FAR = 1 << 20
_NOT_WORKED_OUT = "one of many times: which moment it is was not worked out"
_MOST_ALTERNATIVES = 3
