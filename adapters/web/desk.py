"""An officer's desk in a browser: what lies on it, and what they do about it.

A link from the chat opens it. Whatever is tapped, filled in or said here goes where the chats' taps
and commands go.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from adapters.web import looks, pages
from adapters.web.guard import Door
from adapters.web.shelf import Shelf
from bot import clocks
from bot.conversation import forms
from bot.conversation.messages import Control, Tap, Words
from bot.errors import UserError
from bot.followup import desk as desks
from bot.governance import access, visits
from bot.governance.visits import Visitor
from bot.liaison import Liaison
from storage.models import Role

_BASE: Final = f"/{visits.PATH}"
_MAX_BODY: Final = 256 * 1024
_FIELD, _MOMENT = "field.", "moment."
"""How the names begin of what a form's fields are filled in under."""
_LOOK_AGAIN: Final = {"HX-Refresh": "true"}
"""To a page that shows a desk that is not open here, or no more."""
_WRONG_LINKS: Final = 10
_A_WHILE: Final = timedelta(minutes=1)
_WATCHED: Final = 1000


def desk_app(liaison: Liaison, address: str) -> Starlette:
    """The desk, below `/desk/` of this public address."""
    desk = _Desk(liaison, is_secure=address.startswith("https://"))
    places = Router(
        [
            Route("/", desk.show),
            Route("/enter/{link}", desk.knock),
            Route("/enter/{link}", desk.enter, methods=["POST"]),
            Route("/tap", desk.tap, methods=["POST"]),
            Route("/say", desk.say, methods=["POST"]),
            Route("/leave", desk.leave, methods=["POST"]),
            Route("/file/{name}", desk.file),
            Mount("/static", _Static(directory=pages.HERE / "static")),
        ],
        # Behind a proxy we take TLS for none: such a redirect would say a link in the clear.
        redirect_slashes=False,
    )
    return Starlette(
        routes=[
            Route(_BASE, _to_desk),
            Mount(_BASE, app=places),
        ],
        middleware=[Middleware(Door, address=address)],
        exception_handlers={ClientDisconnect: _gone},
    )


@dataclass(frozen=True, slots=True)
class _Sitting:
    """Somebody at their desk: who, and the secret of their session."""

    visitor: Visitor
    token: str

    def guard(self, act: str, tapped: str = "") -> str:
        """What a form of this session carries for one act, or one tap that a page of it offers.

        No other site can know it; and nobody makes one for a tap that they were not offered.
        """
        return hmac.digest(self.token.encode(), f"{act} {tapped}".encode(), hashlib.sha256).hex()


@dataclass(frozen=True, slots=True)
class _Seen:
    """Everything a desk shows."""

    name: str
    agency: str
    parts: tuple[desks.Part, ...]
    watched: desks.Part
    shut_out: tuple[str, ...]
    begins: tuple[Control, ...]


class _Desk:
    def __init__(self, liaison: Liaison, *, is_secure: bool) -> None:
        self._liaison = liaison
        self._is_secure = is_secure
        # With this prefix a browser takes it from this host alone, over TLS, for all of its paths.
        self._cookie = "__Host-liaison" if is_secure else "liaison"
        self._pages = Jinja2Templates(env=pages.environment())
        self._shelf = Shelf()
        self._wrong = _WrongLinks()

    async def knock(self, request: Request) -> Response:
        """The same page for every link: what looks at it first, such as a preview, uses up none."""
        return self._page(request, "enter.html", {"link": request.path_params["link"]})

    async def enter(self, request: Request) -> Response:
        now = self._liaison.now()
        whence = request.client.host if request.client is not None else ""
        link, token = request.path_params["link"], None
        before = request.cookies.get(self._cookie, "")
        if not self._wrong.are_too_many(whence, now):
            token = await self._liaison.do(
                lambda session: visits.open_by(session, link, instead_of=before, now=now)
            )
        if token is None:
            self._wrong.note(whence, now)
            return self._page(request, "closed.html", {"is_wrong_link": True}, status=403)
        self._liaison.woken.set()
        response = RedirectResponse(f"{_BASE}/", 303)
        response.set_cookie(
            self._cookie, token, max_age=int(visits.LONGEST.total_seconds()), path="/",
            secure=self._is_secure, httponly=True, samesite="strict",
        )  # fmt: skip
        return response

    async def show(self, request: Request) -> Response:
        """The desk as it is now. A page that looks again by itself keeps no desk open."""
        sitting, is_fragment = await self._sitting(request), _is_fragment(request)
        # A page that looks again shows its own desk, and not whose is open here by now.
        if sitting is None or (is_fragment and not _is_of(sitting, request)):
            return self._closed(request)
        if not is_fragment:
            await self._note(sitting)
        return await self._desk(request, sitting)

    async def tap(self, request: Request) -> Response:
        """A control was tapped, or a form filled in."""
        sitting, form = await self._asked(request, "tap")
        if sitting is None:
            return self._closed(request)
        fields = _fields(form, ZoneInfo(sitting.visitor.zone))
        tap = Tap(by=sitting.visitor.account, token=_field(form, "token"), fields=fields)
        return await self._shown(request, sitting, self._liaison.tap(tap))

    async def say(self, request: Request) -> Response:
        """A command was written, as in the chat."""
        sitting, form = await self._asked(request, "say")
        if sitting is None:
            return self._closed(request)
        saying = self._liaison.command(
            sitting.visitor.account, _field(form, "text"), is_vouched=False
        )
        return await self._shown(request, sitting, saying)

    async def leave(self, request: Request) -> Response:
        sitting, _ = await self._asked(request, "leave")
        if sitting is not None:
            now, token = self._liaison.now(), sitting.token
            await self._liaison.do(lambda session: visits.leave(session, token, now=now))
            self._shelf.clear(sitting.visitor.visit_id)
        response = RedirectResponse(f"{_BASE}/", 303)
        response.delete_cookie(
            self._cookie, path="/", secure=self._is_secure, httponly=True, samesite="strict"
        )
        return response

    async def file(self, request: Request) -> Response:
        """Download what was shown with an answer."""
        sitting = await self._sitting(request)
        if sitting is None:
            return self._closed(request)
        held = self._shelf.take(sitting.visitor.visit_id, request.path_params["name"])
        if held is None:
            raise HTTPException(404)
        name = f"attachment; filename*=UTF-8''{quote(held.name, safe='')}"
        return Response(
            held.content, media_type=held.media_type, headers={"Content-Disposition": name}
        )

    async def _sitting(self, request: Request) -> _Sitting | None:
        token, now = request.cookies.get(self._cookie, ""), self._liaison.now()
        if not token:
            return None
        visitor = await self._liaison.read(lambda session: visits.visitor(session, token, now=now))
        return _Sitting(visitor, token) if visitor is not None else None

    async def _asked(self, request: Request, act: str) -> tuple[_Sitting | None, FormData]:
        """Who asks for this to be done, if their own page offered it; and what was filled in."""
        sitting, form = await self._sitting(request), await _form(request)
        if sitting is not None:
            guard = sitting.guard(act, _field(form, "token"))
            if not hmac.compare_digest(_field(form, "guard").encode(), guard.encode()):
                raise HTTPException(403, headers=_LOOK_AGAIN)
            await self._note(sitting)
        return sitting, form

    async def _note(self, sitting: _Sitting) -> None:
        visit, now = sitting.visitor, self._liaison.now()
        if visit.is_to_be_noted:
            await self._liaison.do(lambda session: visits.note(session, visit.visit_id, now=now))

    async def _seen(self, sitting: _Sitting) -> _Seen:
        now, account = self._liaison.now(), sitting.visitor.account

        def look(session: Any) -> _Seen | None:
            officer = access.officer_of(session, account)
            if officer is None:
                return None
            is_admin = Role.ADMIN in officer.roles
            return _Seen(
                officer.name,
                officer.agency.title,
                desks.lying_on(session, officer, now),
                desks.watched(session, officer, now),
                tuple(desks.shut_out(session, officer, now)) if is_admin else (),
                forms.offered(session, officer),
            )

        seen = await self._liaison.read(look)
        if seen is None:
            raise HTTPException(403)
        return seen

    async def _shown(
        self, request: Request, sitting: _Sitting, doing: Awaitable[Words | None]
    ) -> Response:
        """What came of something that was done, shown over the desk or in its place."""
        try:
            words, is_refusal = await doing, False
        except UserError as mistake:
            words, is_refusal = Words(str(mistake)), True
        file = (
            words
            and words.attachment
            and self._shelf.keep(sitting.visitor.visit_id, words.attachment)
        )
        sheet = {"words": words, "file": file, "is_refusal": is_refusal}
        if not _is_fragment(request):
            return await self._desk(request, sitting, sheet)
        response = self._page(request, "_sheet.html", {"sheet": sheet, "guard": sitting.guard})
        response.headers.update({"HX-Retarget": "#sheet-body", "HX-Reswap": "innerHTML"})
        if not is_refusal:
            response.headers["HX-Trigger"] = "changed"
        return response

    async def _desk(
        self, request: Request, sitting: _Sitting, sheet: Mapping[str, Any] | None = None
    ) -> Response:
        now, zone = self._liaison.now(), sitting.visitor.zone
        context = {
            "seen": await self._seen(sitting),
            "clock": looks.clock(now, zone),
            "city": clocks.city(ZoneInfo(zone)),
            "today": looks.date(now, zone),
            "zulu": looks.zulu(now),
            "until": looks.clock(sitting.visitor.until, zone),
            "guard": sitting.guard,
            "sheet": sheet,
        }
        return self._page(request, "_live.html" if _is_fragment(request) else "desk.html", context)

    def _closed(self, request: Request) -> Response:
        """There is no desk here, or no more; a page that still shows one is to look again."""
        page = self._page(request, "closed.html", {"is_wrong_link": False}, status=403)
        if _is_fragment(request):
            page.headers.update(_LOOK_AGAIN)
        return page

    def _page(
        self, request: Request, name: str, context: Mapping[str, Any], *, status: int = 200
    ) -> Response:
        return self._pages.TemplateResponse(
            request, f"desk/{name}", {"base": _BASE, **context}, status_code=status
        )


class _WrongLinks:
    """How often somebody came with a link that opens nothing. Too often, and none is tried."""

    def __init__(self) -> None:
        self._seen: dict[str, list[datetime]] = {}

    def are_too_many(self, whence: str, now: datetime) -> bool:
        return len(self._lately(whence, now)) >= _WRONG_LINKS

    def note(self, whence: str, now: datetime) -> None:
        lately = [*self._lately(whence, now), now]
        self._seen.pop(whence, None)
        while len(self._seen) >= _WATCHED:  # Whoever has been quiet longest is forgotten.
            del self._seen[next(iter(self._seen))]
        self._seen[whence] = lately[-_WRONG_LINKS:]

    def _lately(self, whence: str, now: datetime) -> list[datetime]:
        return [each for each in self._seen.get(whence, ()) if now - each < _A_WHILE]


class _Static(StaticFiles):
    """What pages are made with: kept by browsers, and asked for again whether it is still so."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def _is_fragment(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def _is_of(sitting: _Sitting, request: Request) -> bool:
    """Whether the page that asks is one of this session."""
    said = request.headers.get("desk-guard", "")
    return hmac.compare_digest(said.encode(), sitting.guard("look").encode())


async def _to_desk(_request: Request) -> Response:
    return RedirectResponse(f"{_BASE}/")


async def _gone(_request: Request, _fault: Exception) -> Response:
    """Whoever asked closed the window before saying what: nothing was done, nobody reads this."""
    return Response(status_code=400)


async def _form(request: Request) -> FormData:
    size = request.headers.get("content-length", "")
    if not size.isdecimal() or int(size) > _MAX_BODY:
        raise HTTPException(413)
    return await request.form()


def _fields(form: FormData, zone: ZoneInfo) -> dict[str, str]:
    """What was filled in, by the name of each field, as the chats' forms tell it."""
    found = {}
    for name in form:
        text = _field(form, name)
        if name.startswith(_FIELD):
            found[name.removeprefix(_FIELD)] = text
        elif name.startswith(_MOMENT):
            found[name.removeprefix(_MOMENT)] = _stamp(text, zone)
    # By these a chat says where a form was asked for; a desk is in no room.
    return {name: text for name, text in found.items() if name not in (forms.ADDRESS, forms.EVENT)}


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.replace("\r\n", "\n").strip("\n") if isinstance(value, str) else ""


def _stamp(wall: str, zone: ZoneInfo) -> str:
    """A time on this officer's own clock in seconds since 1970; nothing where none was said."""
    try:
        return str(int(datetime.fromisoformat(wall).replace(tzinfo=zone).timestamp()))
    except ValueError:
        return ""
