"""Own staff: the officers a room belongs to, whose names in its talk are no finding."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlp import names
from nlp.spans import Label, Span
from storage.models import Agency, Officer, Room


@dataclass(frozen=True, slots=True)
class Colleagues:
    """The officers of some agencies, as the words of their names."""

    named: tuple[frozenset[str], ...]

    def include(self, span: Span) -> bool:
        """Whether a span names one of them: in full, or by a part of their name alone.

        Nobody's case may decide it: that a colleague's name is passed over would tell of one.
        """
        if span.label is not Label.PERSON:
            return False
        words = set(names.fold(_OF_THEIRS.sub("", span.text)).split())
        return bool(words) and any(words <= name for name in self.named)


def in_rooms(session: Session, rooms: Collection[Room]) -> Mapping[int, Colleagues]:
    """Who the colleagues are in each of these rooms, with one question for all."""
    slugs = {slug for room in rooms for slug in room.agencies}
    held: dict[str, list[frozenset[str]]] = {slug: [] for slug in slugs}
    rows = session.execute(
        select(Agency.slug, Officer.name)
        .join(Officer, Officer.agency_id == Agency.id)
        .where(Agency.slug.in_(slugs), Officer.retired_at.is_(None))
    )
    for slug, name in rows:
        held[slug].append(_words(name))
    return {
        room.id: Colleagues(tuple(name for slug in room.agencies for name in held[slug]))
        for room in rooms
    }


@lru_cache(maxsize=1 << 12)
def _words(name: str) -> frozenset[str]:
    return frozenset(names.fold(name).split())


_OF_THEIRS = re.compile(r"['’]s$", re.IGNORECASE)
