"""What people do with buttons, modals and commands, and what they are shown for it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

import structlog

from adapters.slack import looks
from adapters.slack.chat import SlackChat
from adapters.slack.hearing import PLATFORM, commander, tapper
from adapters.slack.looks import ASKS, FORM, VALUE, Tapped
from adapters.slack.manifest import ASK_A_UNIT, LINK_TO_CASE
from adapters.slack.text import mentioned, unmarked, with_names
from adapters.slack.workspace import Workspace
from bot.conversation import forms
from bot.conversation.messages import AccountRef, Tap, Words
from bot.errors import LiaisonError, UserError
from bot.governance import access
from bot.liaison import Liaison
from bot.wording import slack as wording

Json = Mapping[str, Any]
Ack = Callable[..., Awaitable[Any]]
Shown = Words | UserError | None

PATIENCE: Final = 2.0
"""Slack waits three seconds. What takes longer is shown when it is done."""

log = structlog.get_logger()


class Desk:
    """Serves the people of one workspace, and those they share channels with.

    What somebody does is done before it is acknowledged: where it fails, Slack warns them.
    """

    def __init__(self, liaison: Liaison, workspace: Workspace, chat: SlackChat) -> None:
        self._liaison = liaison
        self._workspace = workspace
        self._chat = chat
        self._homes: set[str] = set()
        """Who has looked at our home since we started."""
        self._stale: set[str] = set()
        chat.on_private = self._refresh

    async def tapped(self, body: Json, ack: Ack) -> None:
        """A button was tapped: in a message, a modal or on the home."""
        it = looks.tapped((body.get("actions") or [{}])[0].get("value"))
        if it is None:
            await ack()
        elif it.asks is not None:
            await ack()
            await self._show_view(body, looks.asking(it))
        else:
            who = await self._who(body)
            doing = asyncio.create_task(self._tap(who, it.token))
            if await _finishes(doing):
                shown = doing.result()  # Where it failed, it is not acknowledged.
                await ack()
                await self._show(body, who, shown)
            else:
                await ack()
                self._workspace.later(self._show_late(body, who, doing))

    async def sent(self, body: Json, ack: Ack) -> None:
        """A modal was sent: a line that was asked for, or a form."""
        view = body["view"]
        it = looks.tapped(view.get("private_metadata"))
        if view.get("callback_id") not in (ASKS, FORM) or it is None:
            await ack()
            return
        who = await self._who(body)
        filled = await self._filled(view)
        doing = asyncio.create_task(self._tap(who, it.token, filled))
        if not await _finishes(doing):
            await ack(response_action="update", view=looks.modal(Words(wording.WORKING)))
            self._workspace.later(self._update_late(str(view["id"]), who, doing, it, filled))
            return
        match doing.result():
            case UserError() as mistake:
                first = view["blocks"][0]["block_id"]
                await ack(response_action="errors", errors={first: str(mistake)})
            case Words() as words:
                words = self._with_file(who, words)
                await ack(response_action="update", view=looks.modal(words))
            case None:
                await ack()

    async def commanded(self, command: Json, ack: Ack) -> None:
        """A slash command was given. Its answer is shown to whoever gave it, and to nobody else."""
        who = await self._workspace.settled(commander(command, self._workspace.us))
        text = await self._named(str(command.get("text") or ""))
        doing = asyncio.create_task(self._command(who, text, str(command.get("channel_id", ""))))
        if not await _finishes(doing):
            await ack(**_alone(Words(wording.WORKING)))
            self._workspace.later(self._answer_late(command, who, doing))
            return
        shown = doing.result()
        if shown is None:  # A stranger is never answered.
            await ack()
            return
        await ack(**_alone(self._with_file(who, _said(shown))))

    async def used(self, body: Json, ack: Ack) -> None:
        """A shortcut was used on a message: it opens a form about it."""
        form = _SHORTCUTS.get(str(body.get("callback_id")))
        if form is None:
            await ack()
            return
        who = await self._who(body)
        about = {
            forms.ADDRESS: str((body.get("channel") or {}).get("id", "")),
            forms.EVENT: str((body.get("message") or {}).get("ts", "")),
        }
        doing = asyncio.create_task(self._tap(who, form, about))
        if await _finishes(doing):
            shown = doing.result()
            await ack()
            await self._show(body, who, shown)
        else:
            await ack()
            self._workspace.later(self._show_late(body, who, doing))

    def show_home(self, user: str) -> None:
        """Let somebody see what waits for them; again whenever that changes."""
        self._homes.add(user)
        self._refresh(AccountRef(PLATFORM, self._workspace.us.team, user))

    async def _tap(
        self, who: AccountRef, token: str, fields: Mapping[str, str] | None = None
    ) -> Shown:
        try:
            shown = await self._liaison.tap(Tap(who, token, fields=fields or {}))
        except UserError as mistake:
            return mistake
        self._refresh(who)
        return shown

    async def _command(self, who: AccountRef, text: str, address: str) -> Shown:
        try:
            shown = await self._liaison.command(who, text, address=address)
        except UserError as mistake:
            return mistake
        self._refresh(who)
        return shown

    async def _show(self, body: Json, who: AccountRef, shown: Shown) -> None:
        if shown is None:
            return
        words = self._with_file(who, _said(shown))
        await self._show_view(body, looks.modal(words))

    async def _show_late(self, body: Json, who: AccountRef, doing: asyncio.Task[Shown]) -> None:
        """Say that it takes a moment, and then what came of it."""
        opened = await self._show_view(body, looks.modal(Words(wording.WORKING)))
        words = await self._outcome(who, doing)
        if opened is not None:
            await self._workspace.ask("views.update", view_id=opened, view=looks.modal(words))

    async def _update_late(
        self,
        view: str,
        who: AccountRef,
        doing: asyncio.Task[Shown],
        it: Tapped,
        filled: Mapping[str, str],
    ) -> None:
        """Say what came of what was sent; a line that was refused comes back to be put right."""
        words = await self._outcome(who, doing)
        shown = looks.modal(words)
        failed = doing.exception() is not None
        if it.asks is not None and not failed and isinstance(doing.result(), UserError):
            shown = looks.asking(it, filled.get(looks.TEXT, ""), words.text)
        await self._workspace.ask("views.update", view_id=view, view=shown)

    async def _answer_late(
        self, command: Json, who: AccountRef, doing: asyncio.Task[Shown]
    ) -> None:
        words = await self._outcome(who, doing)
        await self._workspace.respond(str(command.get("response_url", "")), _alone(words))

    async def _outcome(self, who: AccountRef, doing: asyncio.Task[Shown]) -> Words:
        """What came of something that took its time."""
        try:
            shown = await doing
        except Exception as fault:
            log.error("a tap was not done", fault=type(fault).__name__)
            return Words(wording.NOT_DONE)
        if shown is None:
            return Words(wording.NOBODY)
        return self._with_file(who, _said(shown))

    async def _show_view(self, body: Json, view: Json) -> str | None:
        """Show a modal, in place of the one that was tapped in. Returns its id."""
        within = body.get("view") or {}
        try:
            if within.get("type") == "modal":
                answer = await self._workspace.ask("views.update", view_id=within["id"], view=view)
            else:
                answer = await self._workspace.ask(
                    "views.open", trigger_id=body.get("trigger_id"), view=view
                )
        except LiaisonError as fault:
            log.warning("a modal could not be shown", fault=type(fault).__name__)
            return None
        return str(answer["view"]["id"])

    def _with_file(self, who: AccountRef, words: Words) -> Words:
        """The words; a file that comes with them is given in private, where that can be."""
        if words.attachment is None or not self._workspace.us.is_ours(who.home):
            return words
        self._workspace.later(self._chat.show_file(who, words.attachment))
        return replace(words, text=f"{words.text}\n{wording.FILE_IS_PRIVATE}", attachment=None)

    async def _who(self, body: Json) -> AccountRef:
        return await self._workspace.settled(tapper(body, self._workspace.us))

    async def _named(self, text: str) -> str:
        """The text of a command, with people by the names the directory has for them."""
        names = {}
        for user in dict.fromkeys(mentioned(text)):
            account = await self._workspace.account(user)
            slug = await self._liaison.read(partial(access.slug_of, account=account))
            if slug is not None:
                names[user] = slug
        return unmarked(with_names(text, names))

    async def _filled(self, view: Json) -> dict[str, str]:
        """What was filled in, by the name of each field."""
        values = (view.get("state") or {}).get("values") or {}
        found = {}
        for name, actions in values.items():
            state = actions.get(VALUE) or {}
            users = state.get("selected_users")
            if users is None:
                found[str(name)] = _value(state)
            else:
                accounts = [await self._workspace.account(user) for user in users]
                found[str(name)] = "\n".join(
                    f"{each.platform} {each.home} {each.user}" for each in accounts
                )
        return found

    def _refresh(self, who: AccountRef) -> None:
        """Show the home of somebody who looks at it as it stands now; once for many changes."""
        if who.user in self._homes and who.user not in self._stale:
            self._stale.add(who.user)
            self._workspace.later(self._publish(who))

    async def _publish(self, who: AccountRef) -> None:
        await asyncio.sleep(0)
        self._stale.discard(who.user)
        try:
            words = await self._liaison.command(who, "desk")
        except UserError as mistake:
            words = Words(str(mistake))
        shown = looks.home(words or Words(wording.NOBODY))
        await self._workspace.ask("views.publish", user_id=who.user, view=shown)


async def _finishes(doing: asyncio.Task[Shown]) -> bool:
    """Whether it is done before Slack loses patience. It goes on in either case."""
    await asyncio.wait([doing], timeout=PATIENCE)
    return doing.done()


def _said(shown: Words | UserError) -> Words:
    return Words(str(shown)) if isinstance(shown, UserError) else shown


def _alone(words: Words) -> dict[str, Any]:
    return {
        "response_type": "ephemeral",
        "text": looks.plain_text(words),
        "blocks": looks.blocks(words),
    }


def _value(state: Json) -> str:
    """What was filled into one element, but for people."""
    chosen = state.get("selected_option") or {}
    return str(state.get("value") or state.get("selected_date_time") or chosen.get("value") or "")


_SHORTCUTS: Final = {
    LINK_TO_CASE: f"{forms.AREA}:{forms.NOTHING}:link",
    ASK_A_UNIT: f"{forms.AREA}:{forms.NOTHING}:ask",
}
