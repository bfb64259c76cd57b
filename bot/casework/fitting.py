"""Fitting how sure a name must be to what officers decided: pure, and the same every time.

A decision is a score and whether it was the same. The score is mapped by a line in log-odds, held
to the shipped model by a prior and never falling: `sure = logistic(slope * logit(score) + offset)`.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 100
"""So many decisions it takes, counted with their weights."""
SHARE_OF_ONE = 1 / 3
"""No officer's decisions count for more than this share of them."""
LOWEST, HIGHEST = 0.4, 0.8
"""However an agency decides, it is asked from a score between these."""
MOST_LOST = 0.02
"""So few of those that were the same may fall below where the asking begins."""
LEAST_MOVED = 0.01
"""A smaller move of where the asking begins changes nothing for anybody."""
_HELD_OUT = 1 / 3
_SLOPE_SPREAD, _OFFSET_SPREAD = 0.5, 1.0
"""How far the shipped line may be off before decisions say so: the prior's spreads."""
_LEAST_SLOPE = 0.1
_BETTER_BY, _TOLD_APART_BY = 2.0, 4.0
"""Standard errors by which the new line must be nearer, and by which the score must tell apart."""
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Decision:
    """What an officer decided about a suggestion of this score."""

    score: float
    is_same: bool
    officer_id: int


@dataclass(frozen=True, slots=True)
class Line:
    """How a score is read: a line in log-odds."""

    slope: float = 1.0
    offset: float = 0.0

    def sure(self, score: float) -> float:
        """How likely a suggestion of this score is the same."""
        return _logistic(self.slope * _logit(score) + self.offset)

    def score_for(self, sure: float) -> float:
        """The score from which on it is as likely as this."""
        return _logistic((_logit(sure) - self.offset) / self.slope)


SHIPPED = Line()


@dataclass(frozen=True, slots=True)
class Trial:
    """What a line fitted to the older decisions would have done to the newest ones."""

    line: Line
    asked_from: float
    decisions: int
    officers: int
    held_out: int
    loss_before: float
    loss_after: float
    vain_before: int
    vain_after: int
    """Questions that were answered "not the same", as asked, and as they would be."""
    lost: int
    """Those that were the same and would not have been asked about."""
    is_better: bool


def is_enough(decisions: Sequence[Decision]) -> bool:
    """Whether these decisions, by enough officers, are worth learning from."""
    return math.fsum(weights(decisions)) >= ENOUGH - 1e-9


def weights(decisions: Sequence[Decision]) -> list[float]:
    """How much each decision counts: nobody's are more than their share of all."""
    counted = Counter(each.officer_id for each in decisions)
    most = len(decisions) * SHARE_OF_ONE
    return [min(1.0, most / counted[each.officer_id]) for each in decisions]


def fit(decisions: Sequence[Decision]) -> Line:
    """The line that these decisions and the prior speak for."""
    slope, offset = _descend(decisions, weights(decisions))
    if slope >= _LEAST_SLOPE:
        return Line(slope, offset)
    _, offset = _descend(decisions, weights(decisions), slope=_LEAST_SLOPE)
    return Line(_LEAST_SLOPE, offset)


def asked_from(line: Line, threshold: float, decisions: Sequence[Decision]) -> float:
    """From which score on to ask: where it is as likely as the shipped *threshold* promises, as far
    as next to nothing that was the same is lost."""
    same = sorted(
        (each.score, weight)
        for each, weight in zip(decisions, weights(decisions), strict=True)
        if each.is_same
    )
    wanted = min(max(line.score_for(threshold), LOWEST), HIGHEST)
    allowed = MOST_LOST * math.fsum(weight for _, weight in same)
    for score, weight in same:
        allowed -= weight
        if allowed < 0:
            return round(max(min(wanted, score), min(threshold, wanted)), 4)
    return round(wanted, 4)


def trial(decisions: Sequence[Decision], threshold: float) -> Trial:
    """Fit to the older decisions and judge by the newest, which the fit has not seen.

    It is better when it is nearer to what was decided, when next to nothing is lost, and when the
    score tells the same from others at all: who answers at random teaches nothing.
    """
    split = len(decisions) - int(len(decisions) * _HELD_OUT)
    older, newest = decisions[:split], decisions[split:]
    line = fit(older)
    begins = asked_from(line, threshold, older)
    nearer = [_loss(SHIPPED, each) - _loss(line, each) for each in newest]
    weighed = weights(newest)
    vain = [each.score for each in newest if not each.is_same]
    lost = sum(each.is_same and each.score < begins for each in newest)
    vain_after = sum(score >= begins for score in vain)
    is_spared = begins < threshold or vain_after < len(vain)
    return Trial(
        line,
        begins,
        len(decisions),
        len({each.officer_id for each in decisions}),
        len(newest),
        round(_mean([_loss(SHIPPED, each) for each in newest], weighed), 3),
        round(_mean([_loss(line, each) for each in newest], weighed), 3),
        len(vain),
        vain_after,
        lost,
        is_better=abs(begins - threshold) >= LEAST_MOVED
        and is_spared
        and lost <= MOST_LOST * len(newest)
        and _errors_above_none(nearer, weighed) >= _BETTER_BY
        and told_apart(decisions) >= _TOLD_APART_BY,
    )


def told_apart(decisions: Sequence[Decision]) -> float:
    """By how many standard errors the score ranks the same above the others (Mann and Whitney)."""
    weighed = list(zip(decisions, weights(decisions), strict=True))
    same = [(each.score, weight) for each, weight in weighed if each.is_same]
    others = sorted((each.score, weight) for each, weight in weighed if not each.is_same)
    if not same or not others:
        return 0.0
    above = math.fsum(
        weight * other * (1.0 if score > below else 0.5 if score == below else 0.0)
        for score, weight in same
        for below, other in others
    )
    total_same, total_others = (math.fsum(w for _, w in side) for side in (same, others))
    many_same, many_others = (_effective([w for _, w in side]) for side in (same, others))
    spread = math.sqrt((many_same + many_others + 1) / (12 * many_same * many_others))
    return (above / (total_same * total_others) - 0.5) / spread


def _descend(
    decisions: Sequence[Decision], weighed: Sequence[float], slope: float | None = None
) -> tuple[float, float]:
    """Newton's method on a loss with one lowest point; with a *slope*, the offset alone moves."""
    a, b = slope if slope is not None else SHIPPED.slope, SHIPPED.offset
    for _ in range(_ROUNDS):
        ga = (a - SHIPPED.slope) / _SLOPE_SPREAD**2
        gb = (b - SHIPPED.offset) / _OFFSET_SPREAD**2
        haa, hab, hbb = 1 / _SLOPE_SPREAD**2, 0.0, 1 / _OFFSET_SPREAD**2
        for each, weight in zip(decisions, weighed, strict=True):
            x = _logit(each.score)
            p = _logistic(a * x + b)
            off, curve = weight * (p - each.is_same), weight * p * (1 - p)
            ga, gb = ga + off * x, gb + off
            haa, hab, hbb = haa + curve * x * x, hab + curve * x, hbb + curve
        if slope is not None:
            da, db = 0.0, gb / hbb
        else:
            inner = haa * hbb - hab * hab
            da, db = (hbb * ga - hab * gb) / inner, (haa * gb - hab * ga) / inner
        length = max(1.0, math.hypot(da, db))  # A step is never longer than one: it converges.
        a, b = a - da / length, b - db / length
        if math.hypot(da, db) < 1e-9:
            break
    return a, b


def _loss(line: Line, decision: Decision) -> float:
    sure = line.sure(decision.score)
    return -math.log(sure if decision.is_same else 1 - sure)


def _errors_above_none(values: Sequence[float], weighed: Sequence[float]) -> float:
    """By how many standard errors the mean of these lies above nothing."""
    mean = _mean(values, weighed)
    many = _effective(weighed)
    spread = _mean([(value - mean) ** 2 for value in values], weighed)
    return mean / math.sqrt(spread / many) if spread > 0 else 0.0


def _mean(values: Sequence[float], weighed: Sequence[float]) -> float:
    total = math.fsum(weighed)
    return math.fsum(v * w for v, w in zip(values, weighed, strict=True)) / total if total else 0.0


def _effective(weighed: Sequence[float]) -> float:
    """How many decisions of equal weight these are worth."""
    return math.fsum(weighed) ** 2 / math.fsum(w * w for w in weighed)


def _logit(score: float) -> float:
    held = min(max(score, 0.001), 0.999)
    return math.log(held / (1 - held))


def _logistic(total: float) -> float:
    return 1 / (1 + math.exp(-min(max(total, -30.0), 30.0)))
