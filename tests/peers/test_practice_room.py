"""The practice room in a real browser, served by `liaison demo`, as a newcomer meets it."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests import browser

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
PATIENCE = 20_000
SIGHTING = "XX00 TST, grey van, quay 7"

expect.set_options(timeout=PATIENCE)


class Demo:
    """`liaison demo` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = ""
        self._process: subprocess.Popen[str] | None = None

    def start_again(self) -> None:
        """On the same port."""
        self.start(self.port)

    def start(self, port: int = 0) -> None:
        liaison = [sys.executable, "-m", "bot", "demo"]
        with (self.folder.parent / "demo.log").open("a") as log:
            self._process = subprocess.Popen(
                [*liaison, "--folder", self.folder, "--port", str(port)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        assert self._process.stdout is not None
        told = []
        for line in self._process.stdout:
            told.append(line)
            if found := re.search(r"http://\S+", line):
                self.address = found[0]
                return
        self.end()
        raise AssertionError(f"The demo ended: {''.join(told)}{self.log()}")

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.send_signal(how)
        status = self._process.wait(30)
        self._process.stdout.close()
        return status

    @property
    def port(self) -> int:
        found = re.search(r":(\d+)/", self.address)
        assert found is not None
        return int(found[1])

    def log(self) -> str:
        return (self.folder.parent / "demo.log").read_text()


@contextlib.contextmanager
def _running(folder: Path) -> Iterator[Demo]:
    demo = Demo(folder)
    demo.start()
    yield demo
    demo.end()
    assert demo.log() == ""


@pytest.fixture(scope="module")
def started_chromium(chromium: Path) -> Iterator[Browser]:
    """One for the tests of this module: the bot runs in a process of its own."""
    with browser.started(chromium) as started:
        yield started


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A practice room that the tests of this module share: each brings words of its own."""
    with _running(tmp_path_factory.mktemp("practice") / "room") as demo:
        yield demo


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Demo]:
    """A practice room in which nothing has happened yet."""
    with _running(tmp_path / "room") as demo:
        yield demo


def next_month() -> str:
    """A day to come. Not "tomorrow": that is asked about while it is midnight between two zones."""
    return f"{datetime.now(UTC) + timedelta(days=30):%-d %b %Y}"


class Room:
    """One window on the practice room."""

    def __init__(self, page: Page, demo: Demo) -> None:
        self.page = page
        self._demo = demo
        page.set_default_timeout(PATIENCE)

    def open(self, who: str, where: str) -> None:
        self.page.goto(f"{self._demo.address}{who}/at/{where}")
        # What happens before the stream is open is fetched when it opens.
        expect(self.page.locator("#composer")).to_be_visible()

    def posts(self, text: str) -> None:
        self.page.locator("#say-text").fill(text)
        self.page.locator("#say-text").press("Enter")
        expect(self.page.locator("#say-text")).to_have_value("")

    def line(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.locator("#wall .line", has_text=text)

    def lines(self) -> list[str]:
        return [
            re.sub(r"\s+", " ", line) for line in self.page.locator("#wall .text").all_inner_texts()
        ]

    @property
    def sheet(self) -> Locator:
        return self.page.locator("#sheet[open]")


@pytest.fixture
def room(page: Page, demo: Demo) -> Room:
    return Room(page, demo)


def test_a_newcomer_goes_from_a_sighting_to_an_answer_and_a_briefing(
    fresh: Demo, page: Page
) -> None:
    room = Room(page, fresh)
    page.goto(fresh.address)
    page.get_by_role("link", name="Begin as Ada Quill").click()

    # A field officer says what she saw; the bot answers in the thread.
    page.get_by_role("button", name="Write it for me").click()
    page.keyboard.press("Enter")
    card = page.locator(".answers .line.bot")
    expect(card).to_contain_text("XX00 TST")
    assert "LARCH" in card.inner_text()

    # The number beside a name tells who was asked; they open the question and answer it.
    asked = page.locator(".side .person", has=page.locator(".badge"))
    expect(asked).to_have_count(1)
    expect(asked).to_contain_text("Bruno Marsh")
    asked.click()
    expect(page.get_by_role("heading", name="Your private room")).to_be_visible()
    question = room.line("Question")
    assert "XX00" not in question.inner_text()
    question.get_by_role("button", name="Open").click()
    expect(room.sheet).to_contain_text(SIGHTING)
    room.sheet.get_by_role("button", name="Same", exact=True).click()
    expect(room.sheet).to_contain_text("Undo")
    room.sheet.get_by_role("button", name="Close").click()
    expect(question).to_contain_text("closed by you")

    # The field officer is told.
    page.get_by_role("link", name="Ada Quill").first.click()
    page.get_by_role("link", name="Joint harbour").click()
    expect(page.locator(".thread", has_text=SIGHTING)).to_contain_text("confirmed")

    # Her liaison officer calls a briefing; everyone is invited in their own zone.
    page.get_by_role("link", name="Aron Vale").last.click()
    page.get_by_role("button", name="Write it for me").click()
    page.keyboard.press("Enter")
    expect(room.line("Joint briefing")).to_contain_text("Brussels")
    room.open("bruno", "private")
    expect(room.line("Joint briefing")).to_contain_text("Lisbon")
    room.line("Joint briefing").get_by_role("button", name="Yes").click()
    room.sheet.get_by_role("button", name="Close").click()

    # Time passes: at the latest when the briefing has been, its reminders have arrived.
    before = len(room.lines())
    for _ in range(15):
        page.get_by_role("button", name="+8 h").click()
    expect(page.locator("#wall .text")).not_to_have_count(before)
    expect(page.locator(".ledger")).to_contain_text("whole")


def test_nothing_is_lost_and_nothing_repeated_by_a_kill(fresh: Demo, page: Page) -> None:
    # In a context of its own: a server that is gone may be complained of.
    page = _browser(page).new_context().new_page()
    room = Room(page, fresh)
    room.open("ada", "joint-harbour")
    room.posts("XX00 TST at the gate")
    expect(page.locator(".answers .line.bot")).to_have_count(1)
    room.open("bruno", "private")
    expect(room.line("Question")).to_have_count(1)
    room.open("ada", "joint-harbour")
    other = Room(page.context.new_page(), fresh)
    other.open("bela", "joint-harbour")
    # Killed before the bot could say anything about this one, or while it does.
    room.posts("container CSQU3054383 beside it")
    fresh.end(signal.SIGKILL)
    fresh.start_again()

    # What the killed process had taken upon itself is done at once.
    # The other window finds the server again by itself.
    for each in (page, other.page):
        expect(each.locator(".line.bot", has_text="CSQU3054383")).to_have_count(1)
    assert len([line for line in room.lines() if line.startswith("container")]) == 1
    assert len([line for line in room.lines() if "at the gate" in line]) == 1
    said = room.lines()
    room.open("bruno", "private")
    assert len([line for line in room.lines() if "Question" in line]) == 1

    # A calm end and another start change nothing at all.
    assert fresh.end() in (0, -signal.SIGTERM)
    fresh.start_again()
    room.open("ada", "joint-harbour")
    assert room.lines() == said


def test_what_is_sent_again_for_want_of_an_answer_is_said_once(room: Room, demo: Demo) -> None:
    # In a context of its own: what fails on purpose may be complained of.
    mine = Room(_browser(room.page).new_context().new_page(), demo)
    mine.open("ada", "joint-harbour")

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    mine.page.route("**/say", lose_the_answer, times=1)
    words = "a lorry without lights at quay 11"
    mine.page.locator("#say-text").fill(words)
    mine.page.locator("#say-text").press("Enter")
    expect(mine.page.locator("#notice")).to_contain_text("did not reach the server")
    expect(mine.page.locator("#say-text")).to_have_value(words)
    mine.page.locator("#say-text").press("Enter")
    expect(mine.page.locator("#say-text")).to_have_value("")
    expect(mine.line(words)).to_have_count(1)
    mine.posts(words)
    expect(mine.line(words)).to_have_count(2)


def test_another_window_follows_by_itself(room: Room, demo: Demo) -> None:
    other = Room(room.page.context.new_page(), demo)
    other.open("bela", "joint-harbour")
    room.open("ada", "joint-harbour")
    room.posts("quiet at quay 9")
    expect(other.line("quiet at quay 9")).to_be_visible()


def test_a_window_that_could_not_listen_at_first_tries_again(room: Room, demo: Demo) -> None:
    # In a context of its own: what fails on purpose may be complained of.
    other = Room(_browser(room.page).new_context().new_page(), demo)
    other.page.route("**/news", lambda route: route.abort(), times=1)
    other.open("bela", "joint-harbour")
    room.open("ada", "joint-harbour")
    room.posts("quiet at quay 10")
    expect(other.line("quiet at quay 10")).to_be_visible()


def test_a_window_listens_also_when_a_script_comes_late(room: Room, demo: Demo) -> None:
    def late(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    other = Room(room.page.context.new_page(), demo)
    other.page.route("**/hx-sse.min.js", late)
    other.open("bela", "joint-harbour")
    room.open("ada", "joint-harbour")
    room.posts("quiet at quay 11")
    expect(other.line("quiet at quay 11")).to_be_visible()


def test_the_newest_words_are_in_sight(room: Room) -> None:
    room.open("ada", "joint-harbour")
    for number in range(12):
        room.posts(f"nothing moves at gate {number}")
    expect(room.line("at gate 11")).to_be_in_viewport(ratio=1)
    # The wall scrolls, not the page: its head and the place to write stay.
    expect(room.page.locator(".room-head")).to_be_in_viewport(ratio=1)
    expect(room.page.locator("#composer")).to_be_in_viewport(ratio=1)
    room.open("ada", "private")
    room.posts("help")
    answer = room.page.locator("#wall .line.bot").last
    expect(answer).to_contain_text("What I can do")
    expect(answer.locator("header")).to_be_in_viewport(ratio=1)
    expect(room.page.locator("#composer")).to_be_in_viewport(ratio=1)


def test_a_draft_survives_what_others_say(room: Room, demo: Demo) -> None:
    other = Room(room.page.context.new_page(), demo)
    room.open("ada", "joint-harbour")
    other.open("bela", "joint-harbour")
    room.page.locator("#say-text").fill("not yet sent")
    other.posts("a word in between")
    expect(room.line("a word in between")).to_be_visible()
    expect(room.page.locator("#say-text")).to_have_value("not yet sent")


def test_what_is_typed_while_the_last_words_are_on_their_way_stays(room: Room) -> None:
    room.open("ada", "joint-harbour")
    # The answer waits until the next words are typed.
    room.page.route("**/say", lambda route: (room.page.wait_for_timeout(300), route.continue_()))
    composer = room.page.locator("#say-text")
    composer.fill("first of two")
    composer.press("Enter")
    composer.fill("second of two")
    expect(room.line("first of two")).to_be_visible()
    room.page.wait_for_timeout(500)
    expect(composer).to_have_value("second of two")
    composer.press("Enter")
    expect(room.line("second of two")).to_be_visible()
    expect(composer).to_have_value("")


def test_markup_in_a_message_stays_text(room: Room) -> None:
    room.open("ada", "joint-harbour")
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>{{ 7*7 }} hx-get=/ \u202eevil"
    room.posts(hostile)
    expect(room.line("onerror")).to_contain_text("<script>alert(2)</script>{{ 7*7 }}")
    assert room.page.locator("#wall img, #wall script").count() == 0


def test_ones_own_message_can_be_changed_and_taken_back(room: Room) -> None:
    room.open("ada", "joint-harbour")
    room.posts("gate 4 is shut")
    mine = room.line("gate 4 is shut")
    mine.locator("summary").click()
    mine.get_by_label("Your message").fill("gate 5 is shut")
    mine.get_by_role("button", name="Save").click()
    mine = room.line("gate 5 is shut")
    expect(mine).to_contain_text("edited")
    room.page.reload()
    mine.locator("summary").click()
    mine.get_by_role("button", name="Delete").click()
    expect(room.line("is shut")).to_have_count(0)


def test_a_reply_stays_in_its_thread(room: Room) -> None:
    room.open("ada", "joint-harbour")
    room.posts("who is at quay 3?")
    thread = room.page.locator(".thread", has_text="who is at quay 3?")
    thread.locator(".reply summary").click()
    thread.get_by_label("Reply to Ada Quill").fill("I am")
    thread.get_by_role("button", name="Reply").click()
    expect(thread.locator(".answers .line")).to_contain_text("I am")


def test_nobody_sees_a_room_they_are_not_in(room: Room, demo: Demo) -> None:
    response = room.page.goto(f"{demo.address}cleo/at/joint-harbour")
    assert response is not None
    assert response.status == 404


def test_everything_works_without_a_mouse(room: Room) -> None:
    page = room.page
    room.open("aron", "private")
    page.locator("#say-text").focus()
    page.keyboard.type(f"brief {next_month()} 1000Z with birch")
    page.keyboard.press("Enter")
    invitation = room.line("Joint briefing").last
    expect(invitation).to_be_visible()
    agenda = invitation.get_by_role("button", name="Agenda")
    for _ in range(80):
        if agenda.evaluate("it => it === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(room.sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).not_to_be_visible()
    assert agenda.evaluate("it => it === document.activeElement")


def test_a_mistake_in_private_is_answered(room: Room) -> None:
    room.open("ada", "private")
    room.posts("frobnicate the quay")
    expect(room.page.locator("#wall .line.bot").last).to_contain_text("help")


def test_an_invitation_can_be_downloaded(room: Room) -> None:
    room.open("aron", "private")
    room.posts(f"brief {next_month()} 1130Z with birch")
    link = room.line("Joint briefing").last.get_by_role("link", name=re.compile(r"\.ics"))
    with room.page.expect_download() as waiting:
        link.click()
    assert waiting.value.path().read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_a_clock_that_stands_moves_a_little_when_somebody_acts(room: Room) -> None:
    page = room.page
    room.open("ada", "three-desks")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Run")).to_be_visible()
    room.open("ada", "joint-harbour")
    room.posts("container CSQU3054383 at the gate")
    expect(page.locator(".line.bot", has_text="CSQU3054383")).to_be_visible()
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("dark", 390), ("light", 1360)])
def test_pages_have_no_barriers_and_fit_the_screen(
    page: Page, demo: Demo, scheme: Any, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 860})
    room = Room(page, demo)
    page.goto(demo.address)
    must_be_open_to_all(page)
    room.open("ada", "joint-harbour")
    room.posts(f"container TGHU7599330, {scheme} {width}")
    expect(page.locator(".line.bot", has_text="TGHU7599330").last).to_be_visible()
    must_be_open_to_all(page)
    if width < 860:
        for panel in ("Time and guide", "People and rooms"):
            page.get_by_role("button", name=panel).click()
            must_be_open_to_all(page)
            page.keyboard.press("Escape")
    page.get_by_role("button", name="Fix").last.click()
    expect(room.sheet).to_be_visible()
    must_be_open_to_all(page)


def _browser(page: Page) -> Browser:
    found = page.context.browser
    assert found is not None
    return found


def must_be_open_to_all(page: Page) -> None:
    """No fault that a program can find for who sees or moves otherwise; nothing off the side."""
    # Through the debugger, for the page itself lets no foreign script in.
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE})
    found = page.evaluate("axe.run()")["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
