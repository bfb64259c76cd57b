"""From texts to spans: the spaCy pipeline that reads what officers write."""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from nlp.identifiers.custom import Wanted, rule_of
from nlp.identifiers.phones import is_country
from nlp.identifiers.scan import MAX_SPANS, Rules, Scan, scan, with_own
from nlp.identifiers.shapes import shapes
from nlp.meaning import Relation, meant, relations
from nlp.model import naming, recogniser
from nlp.model.recogniser import Found
from nlp.names import Ngram, ngrams
from nlp.normalise import View, plain
from nlp.spans import Span

_IDENTIFIERS, _NAMES, _RECOGNISER = (
    "liaison_identifiers", "liaison_names", "liaison_recogniser",
)  # fmt: skip

MAX_CHARS = 65_536  # of one text; what stands behind them is not read, and said to be unread
MAX_WORDS = 4096  # of one text; what stands behind them is one long word more
BATCH = 128


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be read, with what helps to read it."""

    text: str
    region: str | None = None  # the country whose national telephone and other formats are meant
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says, and how many of its last characters nobody looked at."""

    spans: tuple[Span, ...]
    unread: int = 0
    relations: tuple[Relation, ...] = ()
    runs: Sequence[Ngram] = ()
    """Its runs of words, each of which may be a name that is known already."""


class Pipeline:
    """Reads texts through a spaCy pipeline that has our components. Safe for many threads."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        # A pipeline has one vocabulary, and only one memory zone at a time.
        self._turn = threading.Lock()

    def extract(self, texts: Sequence[Text]) -> list[list[Span]]:
        """The spans of each text, in reading order. Takes any text and never raises."""
        return [list(reading.spans) for reading in self._read(texts)]

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """As `extract`, with all else that a text says."""
        return [
            replace(reading, runs=ngrams(text.text))
            for reading, text in zip(self._read(texts), texts, strict=True)
        ]

    def _read(self, texts: Sequence[Text]) -> list[Reading]:
        # Docs cost more than all else: they are made where somebody but us looks at them.
        if set(self.nlp.pipe_names) == {_IDENTIFIERS, _NAMES, _RECOGNISER}:
            return self._read_plainly(texts)
        # What a message says must not stay behind in the vocabulary.
        with self._turn, self.nlp.memory_zone():
            docs = (_prepared(self.nlp, text) for text in texts)
            return [
                _reading(doc, text)
                for doc, text in zip(self.nlp.pipe(docs, batch_size=BATCH), texts, strict=True)
            ]

    def _read_plainly(self, texts: Sequence[Text]) -> list[Reading]:
        identifiers, names = _identifiers(self.nlp), self.nlp.get_pipe(_NAMES)
        recognised = self.nlp.get_pipe(_RECOGNISER)
        assert isinstance(names, Names)  # which the factories of these names make
        assert isinstance(recognised, Recognised)
        readings: list[Reading] = []
        for start in range(0, len(texts), BATCH):
            part = texts[start : start + BATCH]
            views, spans, read_to = [], [], []
            for text in part:
                read = text.text if len(text.text) <= MAX_CHARS else text.text[:MAX_CHARS]
                view = plain(read)
                found = identifiers.found(view, text)
                views.append(view)
                spans.append(names.joined(view, found.spans, found.read_to))
                read_to.append(found.read_to)
            joined = recognised.joined(views, spans, read_to)
            readings += [
                _meaning(text, named, len(text.text) - until)
                for text, named, until in zip(part, joined, read_to, strict=True)
            ]
        return readings


def load(model: str | None = None, *, own: Sequence[Wanted] = ()) -> Pipeline:
    """Our pipeline, or any installed spaCy pipeline with our components added at its end.

    *own* are rules of the deployment. Raises `RuleFault` when one of them cannot be used.
    """
    if model is None:
        nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "liaison_words"}}})
    else:
        nlp = spacy.load(model)
    last = _RECOGNISER if model is None else "liaison_entities"
    for name in (_IDENTIFIERS, _NAMES, last):
        if name not in nlp.pipe_names:
            nlp.add_pipe(name)
    if own:
        _identifiers(nlp).rules = with_own([rule_of(wanted) for wanted in own])
    return Pipeline(nlp)


def extract_line(line: dict[str, object], *, pipeline: Pipeline | None = None) -> dict[str, object]:
    """One record of `liaison extract`: a text in, its spans or an error out."""
    text, region, sent_at = line.get("text"), line.get("region"), line.get("sent_at")
    if not isinstance(text, str):
        return {"error": 'needs "text", a string'}
    if region is not None and not is_country(region):
        return {"error": f'"region" must be a country code such as "GB", and not {region!r}'[:200]}
    moment = None
    if sent_at is not None:
        try:
            moment = datetime.fromisoformat(str(sent_at))
        except ValueError:
            return {"error": '"sent_at" must be a moment such as "2027-03-14T22:00:00Z"'}
    country = str(region).upper() if region else None
    reading = (pipeline or _ours()).read([Text(text, country, moment)])[0]
    record: dict[str, object] = {"spans": [_record(span) for span in reading.spans]}
    if reading.relations:
        record["relations"] = [_tie(relation) for relation in reading.relations]
    if reading.unread:
        record["unread"] = reading.unread
    return record


class Words:
    """A tokenizer whose effort grows with the text alone, whatever the text is.

    spaCy's own peels affixes one by one, which takes minutes for a page of brackets.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        found = [match.groups() for match in islice(_WORD.finditer(text), MAX_WORDS)]
        words, spaces = [word for word, _ in found], [bool(space) for _, space in found]
        rest = text[sum(map(len, words)) + sum(spaces) :]
        if rest:
            words.append(rest)
            spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_kwargs: Any) -> "Words":
        return self

    def to_disk(self, _path: Any, **_: Any) -> None:
        """Nothing is kept: there is nothing to learn."""

    def from_disk(self, _path: Any, **_: Any) -> "Words":
        return self


@registry.tokenizers("liaison_words")  # type: ignore[untyped-decorator]  # the registry is
def make_words() -> Callable[[Language], Words]:
    return lambda nlp: Words(nlp.vocab)


@Language.factory(_IDENTIFIERS, default_config={"region": None})
class Identifiers:
    """Finds identifiers; `region` is the country of texts that come without one."""

    def __init__(self, nlp: Language, name: str, region: str | None) -> None:
        self.region = region
        self.rules: Rules | None = None

    def __call__(self, doc: Doc) -> Doc:
        text: Text = doc.user_data.get(_TEXT) or Text(doc.text)
        found = self.found(_view(doc), text)
        doc.user_data[_FOUND] = found.spans
        doc.user_data[_READ_TO] = found.read_to
        _show(doc, found.spans)
        return doc

    def found(self, view: View, text: Text) -> Scan:
        """What the rules find."""
        region = text.region or self.region
        return scan(view, region=region, sent_at=text.sent_at, rules=self.rules)


@Language.factory(_NAMES, default_config={"most": MAX_SPANS})
class Names:
    """Finds names by their shape, at most `most` of them, where nothing surer was found."""

    def __init__(self, nlp: Language, name: str, most: int) -> None:
        self.most = most

    def __call__(self, doc: Doc) -> Doc:
        found: tuple[Span, ...] = doc.user_data.get(_FOUND, ())
        joined = self.joined(_view(doc), found, doc.user_data.get(_READ_TO))
        if joined is not found:
            doc.user_data[_FOUND] = joined
            _show(doc, joined)
        return doc

    def joined(self, view: View, found: tuple[Span, ...], until: int | None) -> tuple[Span, ...]:
        """The same with the names that touch nothing of it."""
        named = shapes(view, found, most=self.most, until=until)
        if not named:
            return found
        return tuple(sorted((*found, *named), key=lambda span: span.start))


def _identifiers(nlp: Language) -> Identifiers:
    component = nlp.get_pipe(_IDENTIFIERS)
    assert isinstance(component, Identifiers)  # which the factory of that name makes
    return component


@Language.factory(_RECOGNISER)
class Recognised:
    """Finds people, organisations and places with the model that comes with Liaison."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.recogniser = recogniser.shipped()

    def __call__(self, doc: Doc) -> Doc:
        return self._named([doc])[0]

    def pipe(self, docs: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        waiting = iter(docs)
        while together := list(islice(waiting, batch_size)):
            yield from self._named(together)

    def _named(self, docs: Sequence[Doc]) -> Sequence[Doc]:
        joined = self.joined(
            [_view(doc) for doc in docs],
            [doc.user_data.get(_FOUND, ()) for doc in docs],
            [doc.user_data.get(_READ_TO, len(doc.text)) for doc in docs],
        )
        for doc, spans in zip(docs, joined, strict=True):
            _settle(doc, spans)
        return docs

    def joined(
        self, views: Sequence[View], found: Sequence[tuple[Span, ...]], read_to: Sequence[int]
    ) -> list[tuple[Span, ...]]:
        """What was found in each text, with the names in it."""
        return naming.recognised(self.recogniser, views, found, read_to)


@Language.component("liaison_entities")
def entities(doc: Doc) -> Doc:
    """Takes over the people, organisations and places that another pipeline has found."""
    named = [
        Found(entity.start_char, entity.end_char, _LABEL_OF[entity.label_], _THEIRS)
        for entity in doc.ents
        if entity.label_ in _LABEL_OF
    ]
    view = View(_view(doc).original, doc.text)
    read_to = doc.user_data.get(_READ_TO, len(doc.text))
    _settle(doc, naming.together(view, doc.user_data.get(_FOUND, ()), named, read_to))
    return doc


def _prepared(nlp: Language, text: Text) -> Doc:
    read = text.text[:MAX_CHARS]
    view = plain(read)
    if not read.isascii():
        read = _SURROGATE.sub("\ufffd", read)
    # Tokenizers of other pipelines may choke on a page without spaces.
    doc = Words(nlp.vocab)(read) if _UNBROKEN.search(read) else nlp.make_doc(read)
    doc.user_data[_TEXT] = text
    doc.user_data[_VIEW] = view
    return doc


def _reading(doc: Doc, text: Text) -> Reading:
    read_to = doc.user_data.get(_READ_TO, len(doc.text))
    return _meaning(text, doc.user_data.get(_FOUND, ()), len(text.text) - read_to)


def _meaning(text: Text, spans: tuple[Span, ...], unread: int) -> Reading:
    if not spans:
        return Reading(spans, unread)
    ties = relations(text.text, spans)
    today = None if text.sent_at is None else text.sent_at.date()
    return Reading(meant(text.text, spans, ties, today), unread, ties)


def _view(doc: Doc) -> View:
    view: View | None = doc.user_data.get(_VIEW)
    return plain(doc.text) if view is None else view


def _settle(doc: Doc, spans: tuple[Span, ...]) -> None:
    if spans != doc.user_data.get(_FOUND, ()):
        doc.user_data[_FOUND] = spans
        _show(doc, spans)


def _show(doc: Doc, spans: Sequence[Span]) -> None:
    """The spans as spaCy users look for them, widened to whole tokens."""
    aligned = (
        doc.char_span(span.start, span.end, label=span.label.value, alignment_mode="expand")
        for span in spans
    )
    doc.spans["liaison"] = [span for span in aligned if span is not None]


def _record(span: Span) -> dict[str, object]:
    return asdict(span)


def _tie(relation: Relation) -> dict[str, object]:
    record = asdict(relation)
    record["with"] = record.pop("with_")
    return record


@cache
def _ours() -> Pipeline:
    return load()


_TEXT, _VIEW, _FOUND, _READ_TO = (
    "liaison_text", "liaison_view", "liaison_found", "liaison_read_to",
)  # fmt: skip
# What other pipelines call the things that we name; how sure they are, they do not say.
_LABEL_OF = {
    "PERSON": "PERSON", "PER": "PERSON", "ORG": "ORG", "GPE": "PLACE", "LOC": "PLACE",
    "FAC": "PLACE", "PLACE": "PLACE", "NORP": "NATIONALITY",
}  # fmt: skip
_THEIRS = 0.5
_WORD = re.compile(r"(\w+|[^\w\s]|\s)( ?)")
_UNBROKEN = re.compile(r"\S{100}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
