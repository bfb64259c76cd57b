"""The playground: a text goes in, and what is read in it stands beside it with the reasons."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from bot.wording import playground as wording
from nlp.meaning import Relation
from nlp.pipeline import Reading, Text
from nlp.spans import Span

Read = Callable[[Sequence[Text]], list[Reading]]

MAX_TEXT = 20_000
"""More is cut: this page is for looking at rules, and not for work."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text, with the span it is if it is one."""

    text: str
    number: int | None = None
    label: str = ""
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What was found, as people read it."""

    number: int
    text: str
    label: str
    kind: str
    value: str
    reasons: tuple[str, ...]
    others: tuple[str, ...]


class Playground:
    """Its page, and the part of it that changes while somebody types."""

    def __init__(self, read: Read, clock: Callable[[], datetime], pages: Jinja2Templates) -> None:
        self._read = read
        self._clock = clock
        self._pages = pages

    async def page(self, request: Request) -> Response:
        return self._pages.TemplateResponse(
            request, "playground/page.html", {**_EMPTY, "base": _base(request)}
        )

    async def read(self, request: Request) -> Response:
        """What stands in the text that somebody typed. It is kept nowhere."""
        form = await request.form(max_part_size=4 * MAX_TEXT, max_files=0)
        said, country = str(form.get("text", ""))[:MAX_TEXT], str(form.get("region", ""))[:2]
        text = Text(said, country.upper() or None, self._clock())
        [reading] = await anyio.to_thread.run_sync(self._read, [text])
        shown = {**seen(said, reading), "said": said, "region": country, "base": _base(request)}
        is_part = request.headers.get("hx-request") == "true"
        name = "playground/_read.html" if is_part else "playground/page.html"
        return self._pages.TemplateResponse(request, name, shown)


def seen(text: str, reading: Reading) -> Mapping[str, object]:
    """What the page shows of a reading."""
    return {
        "pieces": list(_pieces(text, reading.spans)),
        "rows": [_row(number, span) for number, span in enumerate(reading.spans, start=1)],
        "ties": [_tie(relation, reading.spans) for relation in reading.relations],
        "unread": reading.unread,
    }


def _pieces(text: str, spans: Sequence[Span]) -> Iterator[Piece]:
    end = 0
    for number, span in enumerate(spans, start=1):
        if end < span.start:
            yield Piece(text[end : span.start])
        doubtful = not span.valid or bool(span.why)
        yield Piece(span.text, number, wording.label(span.label), doubtful)
        end = span.end
    if end < len(text):
        yield Piece(text[end:])


def _row(number: int, span: Span) -> Row:
    others = tuple(f"{wording.label(each.label)} {each.value or ''}" for each in span.alternatives)
    return Row(
        number,
        span.text,
        wording.label(span.label),
        span.subtype or "",
        span.value or "",
        tuple(wording.reasons(span)),
        others,
    )


def _tie(relation: Relation, spans: Sequence[Span]) -> str:
    with_ = [spans[place].text for place in relation.with_]
    return wording.tie(relation, spans[relation.subject].text, spans[relation.object].text, with_)


def _base(request: Request) -> str:
    return request.url.path.rpartition("/playground")[0]


_EMPTY: Mapping[str, object] = {
    "pieces": [], "rows": [], "ties": [], "unread": 0, "said": "", "region": "",
}  # fmt: skip
