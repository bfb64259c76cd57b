"""Claims about the playground."""

from datetime import UTC, datetime

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.templating import Jinja2Templates
from starlette.testclient import TestClient

from adapters.web import playground
from nlp.pipeline import load


@pytest.fixture(scope="module")
def page() -> TestClient:
    folder = playground.__file__.rpartition("/")[0]
    pages = Environment(
        loader=FileSystemLoader(f"{folder}/templates"), autoescape=True, undefined=StrictUndefined
    )
    ground = playground.Playground(
        load().read, lambda: datetime(2027, 3, 9, 12, tzinfo=UTC), Jinja2Templates(env=pages)
    )
    routes = [
        Route("/playground", ground.page),
        Route("/playground", ground.read, methods=["POST"]),
    ]
    return TestClient(Starlette(routes=[Mount("/p/t", routes=routes)]))


def asked(page: TestClient, text: str, **headers: str) -> str:
    answer = page.post("/p/t/playground", data={"text": text, "region": "gb"}, headers=headers)
    assert answer.status_code == 200
    return answer.text


def test_the_page_stands_empty_at_first(page: TestClient) -> None:
    shown = page.get("/p/t/playground").text
    assert "<textarea" in shown
    assert "<mark" not in shown


def test_what_is_read_stands_with_its_reasons(page: TestClient) -> None:
    shown = asked(page, "plate XX00 TST, IMO 1234568")
    assert "XX00TST" in shown
    assert "a word beside it says so" in shown
    assert "check digits do not fit; kept, and not used" in shown


def test_while_somebody_types_only_the_reading_changes(page: TestClient) -> None:
    shown = asked(page, "plate XX00 TST", **{"HX-Request": "true"})
    assert "<textarea" not in shown
    assert "XX00TST" in shown


def test_how_findings_belong_together_is_said(page: TestClient) -> None:
    assert "Jon Sampleton owns XX00 TST." in asked(page, "Jon Sampleton owns plate XX00 TST")


def test_markup_in_the_text_stays_text(page: TestClient) -> None:
    shown = asked(page, "<script>alert(1)</script> plate XX00 TST <b>")
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown


def test_a_text_without_anything_says_so(page: TestClient) -> None:
    assert "Nothing was read in it." in asked(page, "hello there")


def test_more_than_the_most_is_cut(page: TestClient) -> None:
    assert len(asked(page, "x" * 60_000)) < 60_000
