"""One Slack workspace: its Web API, called at its pace, and who its people are."""

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.faults import EVERYWHERE, FOR_THE_OPERATOR, ShutOut, fault_of
from adapters.slack.hearing import PLATFORM, Installation
from adapters.slack.quiet import LOGGER
from bot.conversation.messages import AccountRef
from bot.errors import ChatBusy, ChatUnavailable, ConfigError, LiaisonError

TIMEOUT: Final = 10
PER_SECOND: Final = 1.0
BURST: Final = 3
"""Slack lets through about one message a second and channel, and a few at once."""
WAITS_FOR: Final = 0.3
"""Seconds that are not worth telling anybody of."""
KNOWN_FOR: Final = 3600.0
MOST_PEOPLE: Final = 20_000

_SLACKS: Final = ("slack.com", "slack-gov.com")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a user: where they are at home, and whether they can be written to."""

    home: str
    is_person: bool


class Workspace:
    """The workspace that a bot token opens."""

    def __init__(
        self,
        client: AsyncWebClient,
        us: Installation,
        scopes: frozenset[str],
        pace: "Pace | None" = None,
    ) -> None:
        self.client = client
        self.us = us
        self.scopes = scopes
        self._troubles: dict[str, str] = {}
        """Why we are shut out, by where: of one method, or everywhere."""
        self.on_trouble: Callable[[], Coroutine[Any, Any, None]] | None = None
        """Done whenever what keeps us out has changed."""
        self.pace = pace or Pace()
        self._under_way: set[asyncio.Task[None]] = set()
        self._people: OrderedDict[str, tuple[float, Profile]] = OrderedDict()

    @property
    def trouble(self) -> str | None:
        """What keeps us out until an operator acts; nothing while Slack lets us in."""
        return next(iter(self._troubles.values()), None)

    def shut_out(self, where: str, why: str) -> None:
        """Slack refuses us. Told to the operator once."""
        if where not in self._troubles:
            self._troubles[where] = why
            log.error("slack refuses us", method=where or "all", error=why.partition(":")[0])
            self._tell()

    def let_in(self, *where: str) -> None:
        """Slack does not refuse us there."""
        if [each for each in where if self._troubles.pop(each, None)]:
            self._tell()

    def _tell(self) -> None:
        if self.on_trouble is not None:
            self.later(self.on_trouble())

    async def ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method of the Web API. Raises `ChatUnavailable` or `ChatRefused`."""
        self.pace.check(method)
        verb = getattr(self.client, method.replace(".", "_"))
        try:
            response = await verb(**arguments)
        except SlackApiError as fault:
            raise self._understood(method, fault) from fault
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise ChatUnavailable(f"{method}: {type(fault).__name__}") from fault
        self.let_in(EVERYWHERE, method)
        answer: dict[str, Any] = response.data
        return answer

    async def respond(self, url: str, answer: Mapping[str, Any]) -> None:
        """Answer a command late, at the address that came with it, if that is one of Slack's."""
        if not is_slacks(url, self.client.base_url, "hooks"):
            log.error("a command named an address that is not Slack's")
            return
        session = self.client.session
        assert session is not None
        async with session.post(url, json=dict(answer)) as response:
            if response.status != 200:
                log.warning("a late answer was not taken", status=response.status)

    async def profile(self, user: str) -> Profile:
        """Who this is. Asked once an hour, or when Slack says that it has changed."""
        held = self._people.get(user)
        if held is not None and held[0] > time.monotonic():
            return held[1]
        answer = await self.ask("users.info", user=user)
        found = _profile(answer["user"], self.us)
        self._people[user] = (time.monotonic() + KNOWN_FOR, found)
        self._people.move_to_end(user)
        while len(self._people) > MOST_PEOPLE:
            self._people.popitem(last=False)
        return found

    async def account(self, user: str) -> AccountRef:
        """The log-in of a user, with their own home team."""
        return AccountRef(PLATFORM, (await self.profile(user)).home, user)

    async def settled(self, account: AccountRef) -> AccountRef:
        """The log-in with its home as we name it everywhere.

        An event may name a guest's workspace where their profile names the organisation.
        """
        if self.us.is_ours(account.home) or not account.user:
            return account
        try:
            return await self.account(account.user)
        except LiaisonError:
            return account

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for; a fault of it is told to the operator."""
        task = asyncio.create_task(_told(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def idle(self) -> None:
        """Wait until nothing is under way that nobody waits for."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    def forget(self, user: str) -> None:
        """Ask again who this is."""
        self._people.pop(user, None)

    def _understood(self, method: str, fault: SlackApiError) -> LiaisonError:
        response = fault.response
        error, retry_after = str(_read(response, "error")), None
        if getattr(response, "status_code", 200) == 429:
            error, retry_after = "ratelimited", _seconds(response.headers)
            self.pace.rest(method, retry_after)
        elif getattr(response, "status_code", 200) >= 500:
            error = "service_unavailable"
        known = fault_of(method, error, retry_after)
        if isinstance(known, ShutOut):
            self.shut_out(known.where, known.why)
        return known


@asynccontextmanager
async def opened(
    token: str, base_url: str, *, pace: "Pace | None" = None
) -> AsyncIterator[Workspace]:
    """The workspace of this token. Raises as its calls do."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        # One session for all calls: else each makes a connection of its own.
        client = AsyncWebClient(
            token=token, base_url=base_url, timeout=TIMEOUT, session=session, logger=LOGGER
        )
        client.retry_handlers.clear()  # What failed is tried again by the outbox, not here.
        workspace = await _entered(client, pace)
        yield workspace
        await workspace.idle()


def is_slacks(url: str, base_url: str, service: str) -> bool:
    """Whether an address is of that *service* (hooks, files) of the Slack that we speak to."""
    named, base = urlsplit(url), urlsplit(base_url)
    if base.hostname in _SLACKS:
        return named.scheme == "https" and named.netloc == f"{service}.{base.hostname}"
    return (named.scheme, named.netloc) == (base.scheme, base.netloc)


class Pace:
    """How fast Slack lets us go: a turn for each thing said in a channel, rest where it said so.

    Whose turn is far off is told so at once, so that it holds up nobody.
    """

    def __init__(self, per_second: float = PER_SECOND) -> None:
        self._per_second = per_second
        self._full_at: dict[str, float] = {}
        """When the bucket of a channel is full again."""
        self._turns: dict[str, float] = {}
        self._resting: dict[str, float] = defaultdict(float)

    async def turn(self, channel: str, mark: str) -> None:
        """Wait for the turn of what *mark* stands for. Raises `ChatBusy` where it is far off."""
        now = time.monotonic()
        at = self._turns.get(mark)
        if at is None:
            full_at = max(self._full_at.get(channel, 0.0), now) + 1 / self._per_second
            self._full_at[channel] = full_at
            at = self._turns[mark] = full_at - BURST / self._per_second
        if at - now > WAITS_FOR:
            self._forget(now)
            raise ChatBusy("The channel is written to by turns.", retry_after=at - now)
        del self._turns[mark]
        await asyncio.sleep(max(0.0, at - now))

    def check(self, method: str) -> None:
        """Raise `ChatBusy` while Slack wants this left alone."""
        rest = self._resting[method] - time.monotonic()
        if rest > 0:
            raise ChatBusy(f"Slack wants {method} to rest.", retry_after=rest)

    def rest(self, method: str, seconds: float) -> None:
        """Slack has said for how long to leave this alone."""
        self._resting[method] = time.monotonic() + seconds

    def _forget(self, now: float) -> None:
        """Turns that nobody took, and channels that are quiet."""
        if len(self._turns) + len(self._full_at) > MOST_PEOPLE:
            self._turns = {mark: at for mark, at in self._turns.items() if at > now - KNOWN_FOR}
            self._full_at = {name: at for name, at in self._full_at.items() if at > now}


async def _entered(client: AsyncWebClient, pace: "Pace | None") -> Workspace:
    try:
        response = await client.auth_test()
    except SlackApiError as fault:
        error = str(_read(fault.response, "error"))
        if error in FOR_THE_OPERATOR:
            raise ConfigError(
                f"Slack refuses the bot token ({error}): {FOR_THE_OPERATOR[error]}."
            ) from fault
        raise fault_of("auth.test", error, 1.0) from fault
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as fault:
        raise ChatUnavailable(f"Slack cannot be reached: {type(fault).__name__}.") from fault
    told: dict[str, Any] = dict(cast("Mapping[str, Any]", response.data))
    us = Installation(
        team=str(told["team_id"]),
        user=str(told["user_id"]),
        bot=str(told.get("bot_id") or ""),
        enterprise=told.get("enterprise_id"),
    )
    scopes = str(response.headers.get("x-oauth-scopes", ""))
    return Workspace(client, us, frozenset(filter(None, scopes.split(","))), pace)


async def _told(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception as fault:
        # Its kind alone: what a fault says may repeat what somebody said.
        log.warning("something could not be done on slack", fault=type(fault).__name__)


def _profile(user: Mapping[str, Any], us: Installation) -> Profile:
    organisation = (user.get("enterprise_user") or {}).get("enterprise_id")
    profile_team = (user.get("profile") or {}).get("team")
    return Profile(
        home=us.home(organisation, user.get("team_id"), profile_team),
        is_person=not (user.get("is_bot") or user.get("deleted") or user.get("is_stranger")),
    )


def _read(response: Any, name: str) -> Any:
    """What an answer says, if it is one: in front of Slack others answer, in HTML."""
    said = getattr(response, "data", response)
    return said.get(name) if isinstance(said, Mapping) else None


def _seconds(headers: Mapping[str, str]) -> float:
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "1")
    return float(said) if str(said).isdigit() else 1.0
