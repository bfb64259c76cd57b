"""The pages of the practice room, asked for without a browser, before the real liaison."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from starlette.testclient import TestClient
from starlette.types import Message

from adapters.memory import MemoryChat, Posted
from adapters.practice.world import practice_world
from adapters.web.clock import PracticeClock
from adapters.web.practice import MAX_TEXT, practice_app
from bot import practice
from bot.conversation.messages import AccountRef
from bot.exercise import settle_in
from bot.governance.ledger import Operation
from bot.liaison import Liaison
from storage.database import Store, open_store, upgrade
from storage.models import Entry, Progress
from storage.models import Message as Kept
from tests import house

START = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
HARBOUR = "ada/at/joint-harbour"
FROM_HTMX = {"HX-Request": "true"}


def _account(user: str) -> AccountRef:
    return AccountRef("practice", "practice", user)


class Deployment:
    """A practice room on a folder. Its real clock stands, so that a test meets no surprise."""

    def __init__(self, folder: Path) -> None:
        self.real = START
        self.clock = PracticeClock(lambda: self.real)
        self.chat = MemoryChat(self.clock, journal=folder / "chat.jsonl")
        self.store: Store = open_store(
            f"sqlite:///{folder}/liaison.db",
            keyring_url=f"sqlite:///{folder}/keyring.db",
            master=b"k" * 32,
        )
        upgrade(self.store.engine)
        self.liaison = Liaison(
            self.store,
            extract=house.pipeline().read,
            clock=self.clock,
            policy=house.policy(),
            chats=[self.chat],
        )
        self.liaison.do_now(lambda session: settle_in(session, practice_world(), now=START))
        app = practice_app(self.liaison, self.chat, self.clock, token="t", beats=False)
        self.pages = TestClient(
            app,
            base_url="http://127.0.0.1/p/t/",
            client=("127.0.0.1", 50000),
            follow_redirects=False,
        )

    def asks(self, path: str) -> tuple[int, str]:
        response = self.pages.get(path)
        return response.status_code, response.text

    def does(self, path: str, **fields: str) -> tuple[int, str]:
        response = self.pages.post(path, data=fields, headers=FROM_HTMX)
        return response.status_code, response.text

    def told(self, who: str) -> list[Posted]:
        wall = self.chat.shown_to(_account(who), f"@{who}")
        return [posted for posted in wall if posted.author is None]

    def close(self) -> None:
        self.store.close()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One for the tests of this module; its clock stands."""
    deployed = Deployment(tmp_path_factory.mktemp("room"))
    with deployed.pages:
        deployed.does("ada/at/joint-harbour/clock", step="pause")
        yield deployed
    deployed.close()


def test_a_message_that_was_posted_before_a_kill_is_heard_at_the_next_start(tmp_path: Path) -> None:
    first = Deployment(tmp_path)
    with first.pages:
        pass
    # The chat keeps it and answers; the process dies before the liaison hears of it.
    first.chat.post(_account("ada"), "#joint-harbour", "XX00 TST, grey van", now=START)
    first.close()
    second = Deployment(tmp_path)
    with second.pages:
        second.does(f"{HARBOUR}/clock", step="1m")
        assert len(second.told("bruno")) == 1
    second.close()


def test_the_clock_is_found_as_it_was_left(tmp_path: Path) -> None:
    first = Deployment(tmp_path)
    with first.pages:
        first.does(f"{HARBOUR}/clock", step="8h")
        first.does(f"{HARBOUR}/clock", step="pause")
        left = first.clock()
    first.close()
    second = Deployment(tmp_path)
    second.real = START + timedelta(days=1)
    with second.pages:
        assert second.clock() - left < timedelta(seconds=5)
        assert not second.clock.is_running
    second.close()


def test_time_that_passes_stops_wherever_somebody_is_to_be_told(room: Deployment) -> None:
    room.does("ada/at/private/say", text="ask birch-lisbon is the van there? officer waiting")
    asked = room.told("bruno")[-1]
    room.does(f"{HARBOUR}/clock", step="1h")
    (deputy,) = room.told("bice")
    assert deputy.at - asked.at == pytest.approx(timedelta(minutes=3), abs=timedelta(seconds=5))


def test_a_clock_that_stands_takes_a_moment_for_what_is_done(room: Deployment) -> None:
    before, told = room.clock(), len(room.told("bruno"))
    room.does(f"{HARBOUR}/say", text="XX00 TST, grey van")
    assert timedelta(0) < room.clock() - before < timedelta(seconds=10)
    assert len(room.told("bruno")) == told + 1


def test_turning_the_clock_is_in_the_ledger(room: Deployment) -> None:
    before = _entries(room)
    room.does(f"{HARBOUR}/clock", step="3m")
    assert _entries(room) > before


def test_the_bot_keeps_house_once_an_hour_of_practice_time(tmp_path: Path) -> None:
    room = Deployment(tmp_path)
    with room.pages:
        at_the_start = _roots(room)
        room.does(f"{HARBOUR}/clock", step="1m")
        after_a_minute = _roots(room)
        room.does(f"{HARBOUR}/clock", step="1h")
        after_an_hour = _roots(room)
    room.close()
    assert (at_the_start, after_a_minute, after_an_hour) == (1, 1, 2)


@pytest.mark.parametrize("path", ["cleo/at/joint-harbour", "nobody/at/private", "ada/at/nowhere"])
def test_there_is_no_page_for_where_somebody_is_not(room: Deployment, path: str) -> None:
    assert room.asks(path)[0] == 404
    assert room.does(f"{path}/say", text="hello")[0] == 404


def test_a_file_is_for_those_who_see_the_message(room: Deployment) -> None:
    room.does("aron/at/private/say", text="brief tomorrow 0900Z with birch")
    (invited,) = [posted for posted in room.told("aron") if posted.attachment is not None]
    assert room.asks(f"aron/file/{invited.event}")[0] == 200
    assert room.asks(f"ada/file/{invited.event}")[0] == 404


def test_a_tap_that_the_bot_refuses_says_so_to_the_tapper_alone(room: Deployment) -> None:
    status, sheet = room.does(f"{HARBOUR}/tap", token="prompt:9Z9:open")
    assert status == 200
    assert "That was not done" in sheet


def test_a_line_that_is_refused_comes_back_as_it_was_typed(room: Deployment) -> None:
    typed = "XX<00 TST"
    refused = {"token": "card:9Z9:correct:1", "label": "Correct", "asks": "What is right?"}
    sheet = room.does(f"{HARBOUR}/tap", text=typed, **refused)[1]
    assert "That was not done" in sheet
    assert "XX&lt;00 TST</textarea>" in sheet
    assert "What is right?" in sheet
    assert 'value="card:9Z9:correct:1"' in sheet


@pytest.mark.parametrize(
    ("text", "why"), [("\n ", "nothing to say"), ("x" * (MAX_TEXT + 1), "parts")]
)
def test_what_cannot_be_sent_is_explained_and_not_sent(
    room: Deployment, text: str, why: str
) -> None:
    before = room.chat.posted
    assert why in room.does(f"{HARBOUR}/say", text=text)[1]
    assert room.chat.posted == before


def test_nobody_changes_what_another_said(room: Deployment) -> None:
    room.does(f"{HARBOUR}/say", text="gate 4 is shut")
    said = room.chat.posted[-1]
    room.does("bela/at/joint-harbour/edit", event=said.event, text="gate 5")
    room.does("bela/at/joint-harbour/delete", event=said.event)
    assert room.chat.find(said.event) == said


def test_without_a_script_a_post_leads_back_to_the_room(room: Deployment) -> None:
    response = room.pages.post(f"{HARBOUR}/say", data={"text": "plain words"})
    assert response.status_code == 303
    assert response.headers["location"] == f"/p/t/{HARBOUR}"
    assert "plain words" in room.asks(HARBOUR)[1]


def test_a_window_closed_in_the_middle_of_a_word_is_no_fault(room: Deployment) -> None:
    before, told = room.chat.posted, []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        told.append(message.get("status"))

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/p/t/{HARBOUR}/say",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"content-length", b"20"),
        ],
        "query_string": b"",
        "client": ("127.0.0.1", 50000),
    }
    asyncio.run(room.pages.app(scope, receive, send))
    assert told[0] == 400
    assert room.chat.posted == before


def test_words_that_no_page_can_hold_do_not_break_it(room: Deployment) -> None:
    room.chat.post(_account("ada"), "#joint-harbour", "NUL \x00, half \ud800", now=START)
    status, page = room.asks(HARBOUR)
    assert status == 200
    assert "NUL" in page


def test_what_was_not_understood_leads_to_where_it_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.practice._HEALTH_LASTS", -1)  # looked up each time
    room = Deployment(tmp_path)
    with room.pages:
        room.does(f"{HARBOUR}/say", text="plate XX00 TST")
        [said] = [each for each in room.chat.posted if each.author == _account("ada")]
        room.liaison.do_now(
            lambda session: session.execute(update(Kept).values(progress=Progress.FAILED))
        )
        _, page = room.asks(HARBOUR)
    room.close()
    assert "Not understood" in page
    assert f'href="/p/t/ada/at/joint-harbour#m{said.event}">Joint harbour, 10:00</a>' in page


def test_who_watches_over_the_rooms_is_not_in_them(room: Deployment) -> None:
    assert _account("ada") in room.chat.present("#joint-harbour")
    assert _account("otis") not in room.chat.present("#joint-harbour")


def _roots(room: Deployment) -> int:
    """How often house was kept: each time leaves a root in the ledger."""
    roots = select(func.count()).where(Entry.operation == Operation.ROOT)
    return room.liaison.do_now(lambda session: session.scalars(roots).one())


def _entries(room: Deployment) -> int:
    return room.liaison.do_now(lambda session: practice.health(session, START).entries)
