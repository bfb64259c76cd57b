"""Who may ask for a page here, and what a page may do in the browser."""

import hmac
from abc import ABC, abstractmethod
from collections.abc import Mapping, MutableMapping
from ipaddress import ip_address
from typing import Any, ClassVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_USUAL_PORTS = {"https": ":443", "http": ":80"}


class _Guarded(ABC):
    """Lets through what `_lets_in` says; everybody else reads the same plain "not found"."""

    headers: ClassVar[Mapping[str, str]]

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**_HEADERS, **self.headers}.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        answer = self._app if self._lets_in(scope) else PlainTextResponse("Not found.", 404)
        await answer(scope, receive, send_guarded)

    @abstractmethod
    def _lets_in(self, scope: Scope) -> bool: ...


class Guard(_Guarded):
    """Lets nothing through but this machine's own requests that know the token."""

    # The address holds the token: no other site may learn it.
    headers: ClassVar[Mapping[str, str]] = {"Referrer-Policy": "same-origin"}

    def __init__(self, app: ASGIApp, *, token: str) -> None:
        super().__init__(app)
        self._token = token

    def _lets_in(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        return (
            _is_from_here(scope)
            # A name that some other site gave this machine is refused (DNS rebinding).
            and is_loopback(_host(headers.get("host", "")))
            and self._knows_token(scope["path"])
            and (scope["method"] in ("GET", "HEAD") or _is_own(headers))
        )

    def _knows_token(self, path: str) -> bool:
        parts = path.split("/", 3)
        return (
            len(parts) == 4
            and parts[1] == "p"
            and hmac.compare_digest(parts[2].encode(), self._token.encode())
        )


class Door(_Guarded):
    """Lets through what is asked of this address, and from nobody but its own pages what changes
    anything.
    """

    # The address of a link holds its secret: not even the next page's log may learn it.
    headers: ClassVar[Mapping[str, str]] = {"Referrer-Policy": "no-referrer"}

    def __init__(self, app: ASGIApp, *, address: str) -> None:
        super().__init__(app)
        self._origin = _origin(address)

    def _lets_in(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        scheme = self._origin.partition("://")[0]
        if _origin(f"{scheme}://{headers.get('host', '')}") != self._origin:
            return False
        return scope["method"] in ("GET", "HEAD") or self._is_own(headers)

    def _is_own(self, headers: Headers) -> bool:
        """Whether one of our pages asks. Without a referrer, a form's origin reads "null"."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin not in (None, "null") and _origin(origin) != self._origin:
            return False
        if site is None:
            return origin not in (None, "null")
        return site == "same-origin"


def _origin(address: str) -> str:
    """An address as browsers name where a page is from: no path, no port that is the usual one."""
    scheme, _, rest = address.lower().partition("://")
    return f"{scheme}://{rest.rstrip('/').removesuffix(_USUAL_PORTS.get(scheme, ':'))}"


def is_loopback(host: str) -> bool:
    """Whether *host* names this machine and no other."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_from_here(scope: MutableMapping[str, Any]) -> bool:
    client = scope.get("client")
    return client is not None and is_loopback(client[0])


def _is_own(headers: Headers) -> bool:
    """Whether one of our pages asks; what is no browser does not say."""
    return headers.get("sec-fetch-site", "none") in ("none", "same-origin")


def _host(header: str) -> str:
    """The host without its port."""
    if header.startswith("["):
        return header.partition("]")[0] + "]"
    return header.rpartition(":")[0] if ":" in header else header
