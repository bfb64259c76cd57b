"""The practice room: the chat in memory on a page, where anybody can play anybody."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import structlog
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from adapters.memory import MemoryChat
from adapters.web import looks, pages, playground
from adapters.web.clock import PracticeClock, next_morning, working_hour
from adapters.web.guard import Guard
from adapters.web.shelf import Shelf
from adapters.web.stream import Stream
from bot import practice
from bot.conversation import intake
from bot.conversation.messages import AccountRef, Control, Tap, Words
from bot.errors import ChatRefused, UserError
from bot.liaison import Liaison
from bot.practice import Health, Persona, Place
from storage.models import Role

PRIVATE = "private"
MAX_TEXT = 1_000_000
_LONGEST_MARK = 64
MAX_BODY = 8 * 1024 * 1024

_BEAT = 0.5
_A_MOMENT = timedelta(seconds=2)
"""While the clock stands, whatever somebody does takes this long."""
_AT_LEAST = timedelta(seconds=30)
"""How far the clock goes when what is due now cannot be done now."""
_HOUSE = timedelta(hours=1)
"""How often the bot keeps house, in practice time."""
_HEALTH_LASTS = 2.0
_STEPS = {
    "1m": timedelta(minutes=1),
    "3m": timedelta(minutes=3),
    "1h": timedelta(hours=1),
    "8h": timedelta(hours=8),
}
_TOO_LONG = f"That is more than {MAX_TEXT:,} characters. Nothing was sent; send it in parts."

_log = structlog.get_logger(__name__)


def practice_app(
    liaison: Liaison,
    chat: MemoryChat,
    clock: PracticeClock,
    *,
    token: str,
    beats: bool = True,
    read: playground.Read | None = None,
) -> Starlette:
    """The pages, below `/p/TOKEN/`. Everything else, and everybody else, gets "not found".

    *clock* is the one that *liaison* and *chat* read. While the pages are served they also keep
    the liaison working, unless *beats* is false. With *read*, there is a playground for it.
    """
    room = _PracticeRoom(liaison, chat, clock, token, beats)
    routes: list[BaseRoute] = [
        Route("/", room.front),
        Route("/news", room.news),
        Route("/{who}/", room.enter),
        Route("/{who}/file/{event}", room.file),
        Route("/{who}/at/{where}", room.show),
        Route("/{who}/at/{where}/say", room.say, methods=["POST"]),
        Route("/{who}/at/{where}/edit", room.edit, methods=["POST"]),
        Route("/{who}/at/{where}/delete", room.delete, methods=["POST"]),
        Route("/{who}/at/{where}/tap", room.tap, methods=["POST"]),
        Route("/{who}/at/{where}/clock", room.turn, methods=["POST"]),
        Mount("/static", StaticFiles(directory=pages.HERE / "static")),
    ]
    if read is not None:
        room.has_playground = True
        ground = playground.Playground(read, clock, Jinja2Templates(env=pages.environment()))
        routes[:0] = [
            Route("/playground", ground.page),
            Route("/playground", ground.read, methods=["POST"]),
        ]
    app = Starlette(
        routes=[Mount(f"/p/{token}", routes=routes)],
        middleware=[Middleware(Guard, token=token)],
        exception_handlers={ClientDisconnect: _gone},
        lifespan=room.lifespan,
    )
    app.state.stream = room.stream
    return app


@dataclass(frozen=True, slots=True)
class _Visit:
    """Who looks at which room, with everything the page may show them."""

    me: looks.Face
    people: list[looks.Face]
    place: Place
    places: list[tuple[Place, int]]
    private_unread: int
    health: Health
    now: datetime
    due: bool

    @property
    def address(self) -> str:
        return self.place.address

    @property
    def account(self) -> AccountRef:
        return self.me.persona.account

    @property
    def elsewhere(self) -> int:
        """How much is unread in this person's other rooms."""
        others = sum(unread for place, unread in self.places if place != self.place)
        return others + (self.private_unread if self.place.slug != PRIVATE else 0)


class _PracticeRoom:
    def __init__(
        self, liaison: Liaison, chat: MemoryChat, clock: PracticeClock, token: str, beats: bool
    ) -> None:
        self.stream = Stream()
        self._liaison = liaison
        self._chat = chat
        self._clock = clock
        self._base = f"/p/{token}"
        self._beats = beats
        self.has_playground = False
        self._listening = asyncio.Lock()
        self._moving = asyncio.Lock()
        self._shelf = Shelf()
        self._kept_house_at: datetime | None = None
        self._health: tuple[float, Health] | None = None
        self._pages = Jinja2Templates(env=pages.environment())
        chat.watchers.append(self.stream.changed)

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Take up where the last run stopped, and keep the liaison working."""
        stand = await self._liaison.read(practice.clock_stand)
        if stand is None:
            await self._begin_in_the_morning()
        else:
            self._clock.set(stand)
        await self._furnish()
        await self._settle()
        await self._keep_house()
        beating = asyncio.create_task(self._beat()) if self._beats else None
        yield
        if beating is not None:
            beating.cancel()

    # What people look at.

    async def front(self, request: Request) -> Response:
        """Choose who to be."""
        people, places, _ = await self._people()
        return self._page(
            request,
            "front.html",
            {
                "agencies": looks.by_agency(people),
                "tour": _tour(people, places),
                "playground": self.has_playground,
            },
        )

    async def enter(self, request: Request) -> Response:
        """Go where something waits for this person, else where they usually are."""
        people, places, _ = await self._people()
        me = _who(people, request)
        mine = [place for place, _ in self._rooms_of(me, places)]
        wanted = request.query_params.get("to", "")
        if any(place.slug == wanted for place in mine) and not me.waiting:
            where = wanted
        elif me.waiting or not mine:
            where = PRIVATE
        else:
            where = mine[0].slug
        return RedirectResponse(self._url(me, where), 303)

    async def show(self, request: Request) -> Response:
        visit = await self._visit(request)
        self._chat.mark_read(visit.account, visit.address)
        return self._room(request, visit)

    async def news(self, _request: Request) -> Response:
        return self.stream.response()

    async def file(self, request: Request) -> Response:
        """Download what is attached to a message, or was shown in a sheet."""
        people, _, _ = await self._people()
        account = _who(people, request).persona.account
        event = request.path_params["event"]
        held = self._shelf.take(account, event)
        posted = self._chat.find(event)
        if held is None and posted is not None and account in self._chat.present(posted.address):
            held = posted.attachment
        if held is None:
            raise HTTPException(404)
        name = f"attachment; filename*=UTF-8''{quote(held.name, safe='')}"
        return Response(
            held.content, media_type=held.media_type, headers={"Content-Disposition": name}
        )

    # What people do.

    async def say(self, request: Request) -> Response:
        form, visit = await _form(request), await self._visit(request)
        text = _text(form)
        if not text.strip():
            return self._refused(request, visit, "There is nothing to say yet.")
        if len(text) > MAX_TEXT:
            return self._refused(request, visit, _TOO_LONG)
        try:
            self._chat.post(
                visit.account,
                visit.address,
                text,
                now=self._clock(),
                thread=_field(form, "thread") or None,
                once=_field(form, "once")[:_LONGEST_MARK],
            )
        except ChatRefused as fault:
            return self._refused(request, visit, str(fault))
        await self._settle()
        return await self._done(request)

    async def edit(self, request: Request) -> Response:
        form, visit = await _form(request), await self._visit(request)
        text = _text(form)
        if not text.strip():
            return self._refused(request, visit, "To take a message back, use Delete.")
        if len(text) > MAX_TEXT:
            return self._refused(request, visit, _TOO_LONG)
        try:
            self._chat.edit(visit.account, _field(form, "event"), text, now=self._clock())
        except ChatRefused as fault:
            return self._refused(request, visit, str(fault))
        await self._settle()
        return await self._done(request)

    async def delete(self, request: Request) -> Response:
        form, visit = await _form(request), await self._visit(request)
        try:
            self._chat.delete(visit.account, _field(form, "event"), now=self._clock())
        except ChatRefused as fault:
            return self._refused(request, visit, str(fault))
        await self._settle()
        return await self._done(request)

    async def tap(self, request: Request) -> Response:
        """Tap a control. What comes back is shown to this person alone, in a sheet.

        A line that was refused comes back with what is wrong with it, to be put right.
        """
        form, visit = await _form(request), await self._visit(request)
        fields = {"text": _text(form)} if "text" in form else {}
        tap = Tap(by=visit.account, token=_field(form, "token"), fields=fields)
        try:
            shown = await self._liaison.tap(tap)
        except UserError as fault:
            await self._settle()
            asks = _field(form, "asks")
            again = Control(_field(form, "label"), tap.token, asks=asks) if asks else None
            return await self._sheet(
                request, Words(str(fault)), is_refusal=True, again=again, typed=_text(form)
            )
        await self._settle()
        if shown is None:
            return await self._done(request)
        return await self._sheet(request, shown)

    async def turn(self, request: Request) -> Response:
        """Turn the clock: let time pass, stand still, or run."""
        form, visit = await _form(request), await self._visit(request)
        now, step = self._clock(), _field(form, "step")
        match step:
            case "run":
                self._clock.run()
                await self._keep_clock()
            case "pause":
                self._clock.pause()
                await self._keep_clock()
            case "morning":
                await self._pass_until(next_morning(now, ZoneInfo(visit.me.persona.zone)))
            case "next":
                due = await self._liaison.next_due_at()
                if due is None:
                    return self._refused(request, visit, "Nothing is waiting for its time.")
                await self._pass_until(max(due, now) + _A_MOMENT)
            case _ if step in _STEPS:
                await self._pass_until(now + _STEPS[step])
            case _:
                raise HTTPException(400)
        return await self._done(request)

    # What happens behind the pages.

    async def _begin_in_the_morning(self) -> None:
        """The first practice is on a working day, when desks are manned."""
        people, _, _ = await self._people()
        if people:
            zone = ZoneInfo(people[0].persona.zone)
            self._clock.move_to(working_hour(self._clock(), zone))
        await self._keep_clock()

    async def _furnish(self) -> None:
        """Let everybody into the directory's rooms who belongs there, and nobody else."""
        now, platform = self._clock(), self._chat.platform
        guests = await self._liaison.read(lambda session: practice.guests(session, platform))
        for address, accounts in guests.items():
            for account in accounts:
                self._chat.join(account, address, now=now)
            for account in self._chat.present(address) if accounts else ():
                if account not in accounts:
                    self._chat.leave(account, address, now=now)

    async def _listen(self) -> None:
        """Tell the liaison what people did since it last heard: now, or before a kill."""
        platform = self._chat.platform
        async with self._listening:
            cursor = await self._liaison.read(lambda session: intake.cursor_of(session, platform))
            inbounds, behind = self._chat.since(cursor)
            if inbounds:
                await self._liaison.hear(inbounds, cursor=(platform, behind))

    async def _settle(self) -> None:
        """Let the bot hear what was done, and do what it can do now."""
        await self._listen()
        await self._liaison.work()
        if not self._clock.is_running:
            await self._pass_until(self._clock() + _A_MOMENT)
        self.stream.changed()

    async def _pass_until(self, moment: datetime) -> None:
        """Let time pass, stopping wherever something is due, so that each happens at its own."""
        async with self._moving:
            was_running = self._clock.is_running
            self._clock.pause()
            try:
                while (now := self._clock()) < moment:
                    due = await self._liaison.next_due_at()
                    stop = moment if due is None else min(moment, due)
                    self._clock.move_to(stop if stop > now else min(moment, now + _AT_LEAST))
                    await self._liaison.work()
            finally:
                if was_running:
                    self._clock.run()
            await self._keep_clock()
            await self._keep_house()

    async def _keep_clock(self) -> None:
        stand, now = self._clock.stand, self._clock()
        await self._liaison.do(lambda session: practice.keep_clock(session, stand, now=now))
        self.stream.changed()

    async def _keep_house(self) -> None:
        """Reviews, retention and what else is done now and then, once that much time has passed."""
        now = self._clock()
        if self._kept_house_at is None or now - self._kept_house_at >= _HOUSE:
            self._kept_house_at = now
            await self._liaison.keep_house()
            await self._liaison.work()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_BEAT)
            if not self._clock.is_running:
                continue
            try:
                await self._liaison.work()
                await self._keep_house()
            except Exception as fault:
                # The next beat tries again; what cannot be done must not stop what can.
                _log.error("a beat failed", fault=type(fault).__name__)

    # How it is shown.

    async def _people(self) -> tuple[list[looks.Face], list[Place], Health]:
        platform, now = self._chat.platform, self._clock()
        found, places = await self._liaison.read(
            lambda session: (
                practice.personas(session, platform),
                practice.places(session, platform),
            )
        )
        waiting = {each.account: self._chat.unread(each.account, _private(each)) for each in found}
        return looks.faces(found, waiting, now), places, await self._fares()

    async def _fares(self) -> Health:
        """How the bot fares; looked up again only after a while, for it walks the ledger."""
        if self._health is None or monotonic() - self._health[0] > _HEALTH_LASTS:
            now = self._clock()
            self._health = (
                monotonic(),
                await self._liaison.read(lambda session: practice.health(session, now)),
            )
        return self._health[1]

    async def _visit(self, request: Request) -> _Visit:
        people, places, health = await self._people()
        me = _who(people, request)
        rooms = self._rooms_of(me, places)
        where = request.path_params["where"]
        here = [place for place, _ in rooms if place.slug == where]
        if where == PRIVATE:
            here = [_private_place(me.persona)]
        if not here:
            raise HTTPException(404)
        return _Visit(
            me=me,
            people=people,
            place=here[0],
            places=rooms,
            private_unread=me.waiting,
            health=health,
            now=self._clock(),
            due=await self._liaison.next_due_at() is not None,
        )

    def _rooms_of(self, me: looks.Face, places: list[Place]) -> list[tuple[Place, int]]:
        account = me.persona.account
        inside = set(self._chat.rooms_of(account))
        return [
            (place, self._chat.unread(account, place.address))
            for place in places
            if place.address in inside
        ]

    async def _done(self, request: Request) -> Response:
        """The room after something was done."""
        visit = await self._visit(request)
        if not _is_fragment(request):
            return RedirectResponse(self._url(visit.me, visit.place.slug), 303)
        self._chat.mark_read(visit.account, visit.address)
        response = self._room(request, visit)
        response.headers.update(
            {"HX-Retarget": "#live", "HX-Reswap": "innerMorph", "HX-Trigger": "done"}
        )
        return response

    async def _sheet(
        self,
        request: Request,
        words: Words,
        *,
        is_refusal: bool = False,
        again: Control | None = None,
        typed: str = "",
    ) -> Response:
        """What is shown to one person alone, over the room."""
        visit = await self._visit(request)
        file = words.attachment and self._shelf.keep(visit.account, words.attachment)
        sheet = {
            "words": words, "file": file, "is_refusal": is_refusal, "again": again, "typed": typed
        }  # fmt: skip
        if not _is_fragment(request):
            return self._room(request, visit, sheet=sheet)
        response = self._page(request, "_sheet.html", self._context(visit, sheet=sheet))
        response.headers.update({"HX-Retarget": "#sheet-body", "HX-Reswap": "innerHTML"})
        if not is_refusal:
            response.headers["HX-Trigger"] = "told"
        return response

    def _refused(self, request: Request, visit: _Visit, why: str) -> Response:
        """A short word to who tried what the chat does not do."""
        if not _is_fragment(request):
            return self._room(request, visit, notice=why)
        response = self._page(request, "_notice.html", {"notice": why})
        response.headers.update({"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"})
        return response

    def _room(
        self,
        request: Request,
        visit: _Visit,
        *,
        sheet: Mapping[str, Any] | None = None,
        notice: str = "",
    ) -> Response:
        page = "_live.html" if _is_fragment(request) else "room.html"
        return self._page(request, page, self._context(visit, sheet=sheet, notice=notice))

    def _context(
        self, visit: _Visit, *, sheet: Mapping[str, Any] | None = None, notice: str = ""
    ) -> dict[str, Any]:
        by_account = {face.persona.account: face for face in visit.people}
        is_private = visit.place.slug == PRIVATE
        present = [
            by_account[account]
            for account in self._chat.present(visit.address)
            if account in by_account
        ]
        wall = self._chat.shown_to(visit.account, visit.address)
        return {
            "visit": visit,
            "me": visit.me,
            "place": visit.place,
            "here": self._url(visit.me, visit.place.slug),
            "is_private": is_private,
            "present": present,
            "threads": looks.threads(wall, by_account, visit.me),
            "is_running": self._clock.is_running,
            "today": looks.date(visit.now, visit.me.persona.zone),
            "zulu": looks.zulu(visit.now),
            "cities": looks.cities(visit.people),
            "agencies": looks.by_agency(visit.people),
            "tour": _tour(visit.people, [place for place, _ in visit.places]),
            "happened": looks.happened(
                visit.health.latest, visit.people, visit.me.persona.zone, visit.now
            ),
            "set_aside": [
                (
                    f"{self._base}/{each.author}/at/{each.room or PRIVATE}#m{each.event}",
                    each.title or "In private",
                    looks.clock(each.at, visit.me.persona.zone),
                )
                for each in visit.health.set_aside
            ],
            "sheet": sheet,
            "notice": notice,
        }

    def _page(self, request: Request, name: str, context: Mapping[str, Any]) -> Response:
        return self._pages.TemplateResponse(
            request, f"practice/{name}", {"base": self._base, **context}
        )

    def _url(self, me: looks.Face, where: str) -> str:
        return f"{self._base}/{quote(me.slug)}/at/{quote(where)}"


@dataclass(frozen=True, slots=True)
class _Tour:
    """What a newcomer may try, with people and rooms that are really there."""

    field: looks.Face
    desk: looks.Face
    room: str
    finding: str
    briefing: str


def _tour(people: Sequence[looks.Face], places: Sequence[Place]) -> _Tour | None:
    field = next((face for face in people if Role.FIELD in face.persona.roles), None)
    desk = next((face for face in people if Role.LIAISON in face.persona.roles), None)
    if field is None or desk is None or not places:
        return None
    others = dict.fromkeys(
        face.persona.agency_slug
        for face in people
        if face.persona.agency_slug != desk.persona.agency_slug
    )
    return _Tour(
        field,
        desk,
        places[0].slug,
        "XX00 TST, grey van, quay 7",
        f"brief tomorrow 0900Z with {', '.join(list(others)[:2])}",
    )


def _private(persona: Persona) -> str:
    return f"@{persona.account.user}"


def _private_place(persona: Persona) -> Place:
    return Place(
        slug=PRIVATE,
        address=_private(persona),
        title="Your private room",
        purpose="You and the bot alone. Everything you write here is meant for it.",
        ceiling=persona.clearance,
        listens="all",
    )


def _who(people: Sequence[looks.Face], request: Request) -> looks.Face:
    for face in people:
        if face.slug == request.path_params["who"]:
            return face
    raise HTTPException(404)


def _is_fragment(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


async def _gone(_request: Request, _fault: Exception) -> Response:
    """Whoever asked closed the window before saying what: nothing was done, nobody reads this."""
    return Response(status_code=400)


async def _form(request: Request) -> FormData:
    if int(request.headers.get("content-length", 0)) > MAX_BODY:
        raise HTTPException(413)
    return await request.form()


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _text(form: FormData) -> str:
    """What was written, as it was written but for its line ends."""
    return _field(form, "text").replace("\r\n", "\n").strip("\n")
