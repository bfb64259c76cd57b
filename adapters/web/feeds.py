"""Personal calendar feeds, and the door for what calendars answer."""

import hashlib
import hmac
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import UserError
from bot.liaison import Liaison
from bot.meetings import calendar, feeds, replies

_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_TYPE = "text/calendar; charset=utf-8"


def feeds_app(liaison: Liaison) -> Starlette:
    """Answers whoever knows a token, and everybody else with the same plain "not found"."""

    async def read(request: Request) -> Response:
        token = request.path_params["token"]
        now = liaison.now()

        def look(session: Any) -> bytes | None:
            officer = feeds.owner(session, token)
            return feeds.content(session, officer, now=now) if officer is not None else None

        content = await liaison.read(look)
        if content is None:
            return _not_found()
        mark = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {**_HEADERS, "ETag": mark, "Cache-Control": "private, no-cache"}
        if hmac.compare_digest(request.headers.get("if-none-match", "").encode(), mark.encode()):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=_TYPE, headers=headers)

    async def answer(request: Request) -> Response:
        token = request.path_params["token"]
        content = b""
        async for part in request.stream():
            content += part
            if len(content) > calendar.LARGEST_REPLY:
                return PlainTextResponse("Too large.", 413, headers=_HEADERS)
        now = liaison.now()

        def take(session: Any) -> Response:
            officer = feeds.owner(session, token)
            if officer is None:
                return _not_found()
            try:
                replies.take(session, officer, content, now=now)
            except UserError as mistake:
                return PlainTextResponse(str(mistake), 422, headers=_HEADERS)
            return Response(status_code=204, headers=_HEADERS)

        answered = await liaison.do(take)
        liaison.woken.set()
        return answered

    path = f"/{feeds.PATH}/{{token}}.ics"
    return Starlette(
        routes=[
            Route(path, read, methods=["GET", "HEAD"]),
            Route(path, answer, methods=["POST"]),
        ]
    )


def _not_found() -> Response:
    return PlainTextResponse("Not found.", 404, headers=_HEADERS)
