"""The last word on names: what was recognised, beside what the rules have found."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice

from nlp.identifiers import misread
from nlp.identifiers.scan import MAX_SPANS
from nlp.model import gazetteer, nationalities, pieces
from nlp.model.gazetteer import Kind, fold
from nlp.model.masking import masked
from nlp.model.recogniser import Found, Masked, Recogniser
from nlp.model.tokens import tokens
from nlp.names.lexicon import PARTICLES
from nlp.normalise import View
from nlp.spans import Label, Span

LEAST = 0.35  # how sure the recogniser must be to be heard at all
LEAST_ABROAD = 0.6  # the same, of a name in another script than ours
MOST = 0.8  # how sure it can make anybody: it has seen words, and checked nothing
BARE = 0.4  # a given name among colleagues, an agency that everybody knows
CUED = 0.6  # a rule that is at least as sure saw more than capitals
WEAK = frozenset({Label.PERSON, Label.ORG, Label.PLACE})
"""What the rules know by shape alone, and where the recogniser may know better."""


def recognised(
    recogniser: Recogniser,
    views: Sequence[View],
    found: Sequence[tuple[Span, ...]],
    read_to: Sequence[int],
) -> list[tuple[Span, ...]]:
    """The spans of each text with the names in it, from the spans that the rules have *found*.

    Nothing is named that ends behind the place that a text was *read to*, in the original.
    """
    masks = [hidden(*each) for each in zip(views, found, strict=True)]
    named = recogniser([view.text for view in views], masks)
    return [together(*each) for each in zip(views, found, named, read_to, strict=True)]


def together(
    view: View, found: tuple[Span, ...], named: Sequence[Found], read_to: int
) -> tuple[Span, ...]:
    """What was *named* settled with what was found, and the nationalities between them."""
    room = max(0, MAX_SPANS - len(found))
    within = [each for each in named if view.origin(each.start, each.end)[1] <= read_to]
    said = list(islice(nationalities.said(view, read_to), MAX_SPANS))
    # "Dutch" is a word of "Dutch National Police", and "Sri" one of "Sri Lankan".
    spans = [
        span
        for span in settled(view, found, within[:room])
        if not any(_is_less(span, each) for each in said)
    ]
    spans = pieces.joined(view.original, spans)
    left = _Room(spans)
    spans += [span for span in said if left.takes(span)][: max(0, MAX_SPANS - len(spans))]
    return tuple(sorted(spans, key=lambda span: span.start))


def hidden(view: View, found: Sequence[Span]) -> list[Masked]:
    """Where the identifiers are in the view, for the recogniser to look away."""
    return [
        (start, end, name)
        for since, to, name in masked(found)
        for start, end in [_in_view(view, since, to)]
        if start < end
    ]


def settled(view: View, found: Sequence[Span], named: Sequence[Found]) -> tuple[Span, ...]:
    """The spans of a text, in reading order: what was *named* where no rule is surer.

    An identifier is never touched. A name that only its shape told gives way, but for one that a
    word beside it says and that holds more: "aka Jimmy the Fox".
    """
    kept = [span for span in found if span.label not in WEAK or span.confidence > MOST]
    cued = [span for span in found if span.label in WEAK and CUED <= span.confidence <= MOST]
    room = _Room(kept)
    new: list[Span] = []
    heard = [each for each in named if _is_heard(view.text, each)]
    spans = [_span(view, each) for each in heard if not _is_number(view.text, each)]
    whole = [span for span in cued if any(_is_only_more(span, name) for name in spans)]
    for span in spans:
        if not any(_is_less(span, other) for other in whole) and room.takes(span):
            new.append(span)
    new += [span for span in cued if room.takes(span)]
    return tuple(sorted((*kept, *new), key=lambda span: span.start))


class _Room:
    """What is left of a text beside the spans in it."""

    def __init__(self, taken: Sequence[Span]) -> None:
        self._taken = sorted((span.start, span.end) for span in taken)

    def takes(self, span: Span) -> bool:
        """Put the span in, if it touches no other."""
        place = bisect_left(self._taken, (span.end, 0))
        if place and self._taken[place - 1][1] > span.start:
            return False
        self._taken.insert(place, (span.start, span.end))
        return True


def _span(view: View, found: Found) -> Span:
    start, end = view.origin(found.start, found.end)
    said = " ".join(view.text[found.start : found.end].split())
    # In steps, so that a text reads the same in whatever company it is read.
    most = BARE if _is_bare(view.text, found) else MOST
    confidence = min(most, int(found.confidence * 10) / 10)
    return Span(
        start, end, view.original[start:end], Label(found.label), value=said, confidence=confidence
    )


def _is_less(name: Span, other: Span) -> bool:
    """Whether it is a name that is a part of the other span."""
    is_inside = other.start <= name.start and name.end <= other.end
    return is_inside and name.text != other.text and name.label in WEAK


def _is_only_more(whole: Span, name: Span) -> bool:
    """Whether it is the same name with more words, where capitals mean something."""
    return name.label is whole.label and _is_less(name, whole) and not whole.text.isupper()


def _is_heard(text: str, found: Found) -> bool:
    """Whether the recogniser is sure enough; of words in another script it has learnt less."""
    said = text[found.start : found.end]
    is_ours = any(char.isalpha() and char < _OTHER_SCRIPTS for char in said)
    return found.confidence >= (LEAST if is_ours else LEAST_ABROAD) and not _is_nobody(said)


def _is_number(text: str, found: Found) -> bool:
    """Whether it is a number copied with letters for figures: "IBAN GB33BUKB2O2O1555555555"."""
    if not any(char.isdigit() for char in text[found.start : found.end]):
        return False
    return any(s.start < found.end and found.start < s.end for s in misread.number_like(text))


def _is_nobody(said: str) -> bool:
    """Whether these words only say what comes behind them, where people are from, or a number, or
    are what joins the parts of a name: "saw van XX00 TST"."""
    words = [fold(token.text) for token in tokens(said)]
    if not any(char.isalpha() for char in said):  # "@ 2240"
        return True
    is_joining = said.islower() and all(word in PARTICLES for word in words)
    is_heading = all(word in _HEADINGS for word in words)
    return is_joining or is_heading or nationalities.is_of_people(words)


def _is_bare(text: str, found: Found) -> bool:
    """Whether it is a name that says little: one word without a title, or a well-known body."""
    known = gazetteer.shipped()
    words = [fold(token.text) for token in tokens(text[found.start : found.end])]
    if found.label == "ORG":
        return bool(known.kind(words[0]) & _ORG if len(words) == 1 else any(known.runs(words)))
    if found.label != "PERSON" or len(words) > 1:
        return False
    before = [fold(token.text) for token in tokens(text[: found.start][-40:])][-3:]
    return not any(known.kind(word) & _CUES for word in before)


def _in_view(view: View, start: int, end: int) -> tuple[int, int]:
    if view.starts is None:
        return start, end
    return bisect_left(view.starts, start), bisect_left(view.starts, end)


_CUES = int(Kind.TITLE | Kind.RANK | Kind.ALIAS | Kind.ROLE)
_ORG = int(Kind.ORG)
_OTHER_SCRIPTS = "\u0370"  # begin behind the letters that are like ours
_HEADINGS = frozenset(
    """
    iban bic swift lei isin vin imo mmsi imei imsi iccid vrm vrn reg plate plates dob pob pnr visa
    passport ppt acct ref tel mob phone email url ip mac asn cve guid hash tlp pap eta etd atd rv
    lkp mgrs osgb utm btc eth xmr usdt eur usd gbp lat lon nino nas steuer amex skype mobil handy
    ruf kennzeichen nummernschild matricula targa kenteken immatriculation plaque plaka
    """.split()
)
