"""The words and short cuts that the stories of the main flow share."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.memory import Posted
from bot.casework import entities
from nlp.spans import Label
from storage.models import Agency, Case, Message, Officer, Room, Tlp
from tests.house import House

ROOM = "#joint-harbour"
PLATE, OTHER_PLATE, HIDDEN_PLATE, UNKNOWN_PLATE = "XX00 TST", "XX33 TST", "XX11 TST", "XX12 TST"
"""Known in LARCH, which the room carries; known nowhere; in HAZEL, which is hidden; nowhere."""
IBAN = "GB33BUKB20201555555555"
NOTHING = "Nothing I can show here; that is not proof of nothing."


def thread(house: House, event: str, *, where: str = ROOM, who: str = "ada") -> list[str]:
    """What the bot says under a message, as it reads now."""
    return [posted.text for posted in posted_under(house, event, where=where, who=who)]


def posted_under(house: House, event: str, *, where: str = ROOM, who: str = "ada") -> list[Posted]:
    return [posted for posted in house.posted(where, who) if posted.thread == event]


def questions(house: House, who: str) -> list[str]:
    """The questions that somebody was told of, as they read now."""
    return [text for text in house.private(who) if text.startswith("Question ")]


def opened(house: House, who: str) -> str:
    """What somebody reads on opening the newest question."""
    return house.taps(who, "Open")


def kept(house: House) -> list[tuple[str, str]]:
    """What is kept of what people said in rooms: its kind and how far it came."""

    def look(session: Session) -> list[tuple[str, str]]:
        rows = session.scalars(
            select(Message).where(Message.is_private.is_(False)).order_by(Message.id)
        )
        return [(row.kind, row.progress.value) for row in rows]

    return house.read(look)


def change_room(house: House, slug: str = "joint-harbour", **values: object) -> None:
    """The directory says something else of a room from now on."""

    def verb(session: Session) -> None:
        room = session.scalars(select(Room).where(Room.slug == slug)).one()
        for name, value in values.items():
            setattr(room, name, value)

    house.do(verb)


def change_officer(house: House, slug: str, **values: object) -> None:
    def verb(session: Session) -> None:
        officer = session.scalars(select(Officer).where(Officer.slug == slug)).one()
        for name, value in values.items():
            setattr(officer, name, value)

    house.do(verb)


def case(house: House, code: str) -> Case:
    def look(session: Session) -> Case:
        found = session.scalars(select(Case).where(Case.code == code)).one()
        session.expunge(found)
        return found

    return house.read(look)


def knows(
    house: House,
    code: str,
    *,
    names: tuple[str, ...] = (),
    schema: str = "Person",
    plate: str | None = None,
    marking: Tlp | None = None,
) -> None:
    """A case has known something for long."""

    def verb(session: Session) -> None:
        found = session.scalars(select(Case).where(Case.code == code)).one()
        if marking is not None:
            found.marking = marking
        hard = [] if plate is None else [entities.Hard(Label.PLATE, plate.replace(" ", ""))]
        entities.add(
            session,
            session.get_one(Agency, found.agency_id),
            entities.Known(schema, names=names, identifiers=hard),
            now=house.now,
            case=found,
        )

    house.do(verb)
