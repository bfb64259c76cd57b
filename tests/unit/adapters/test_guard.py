"""The door of the pages: this machine, with the token, and nobody else."""

from collections.abc import Mapping

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from adapters.web.guard import Guard

TOKEN = "Zm9yIHRlc3Rz"  # a made-up one
OPEN = f"/p/{TOKEN}/page"


async def _page(_request: Request) -> Response:
    return PlainTextResponse("inside")


def _asked(
    path: str = OPEN,
    *,
    host: str = "127.0.0.1:8765",
    client: str = "127.0.0.1",
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
) -> int:
    app = Starlette(
        routes=[Route("/{path:path}", _page, methods=["GET", "POST"])],
        middleware=[Middleware(Guard, token=TOKEN)],
    )
    asker = TestClient(app, base_url=f"http://{host}", client=(client, 50000))
    return asker.request(method, path, headers=dict(headers or {})).status_code


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "localhost", "[::1]:8765"])
def test_this_machine_is_let_in_with_the_token(host: str) -> None:
    assert _asked(host=host) == 200


@pytest.mark.parametrize(
    "path", ["/", "/p/", f"/p/{TOKEN}", "/p/wrong/page", f"/x/{TOKEN}/page", f"/p/{TOKEN}x/page"]
)
def test_without_the_token_there_is_nothing(path: str) -> None:
    assert _asked(path) == 404


def test_another_machine_finds_nothing() -> None:
    assert _asked(client="192.0.2.7") == 404


@pytest.mark.parametrize("host", ["liaison.example", "192.0.2.7:8765", "127.0.0.1.example"])
def test_a_name_that_another_site_gave_this_machine_finds_nothing(host: str) -> None:
    assert _asked(host=host) == 404


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 404), ("same-site", 404), ("same-origin", 200)]
)
def test_no_other_site_can_act_here(site: str, status: int) -> None:
    assert _asked(method="POST", headers={"Sec-Fetch-Site": site}) == status


def test_a_page_may_load_nothing_from_elsewhere_and_run_nothing_written_in_it() -> None:
    app = Starlette(routes=[Route(OPEN, _page)], middleware=[Middleware(Guard, token=TOKEN)])
    asker = TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000))
    for path in (OPEN, "/"):
        policy = asker.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "http" not in policy
