"""How our words look on Slack: blocks, modals and a home, all of plain text."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DateTimePickerElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextSectionElement,
    SectionBlock,
    StaticSelectElement,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from adapters.slack import limits
from adapters.slack.text import escaped
from bot.conversation.messages import Control, Field, FieldKind, Form, Style, Words
from bot.instants import Moment
from bot.wording import slack as wording

Blocks = list[dict[str, Any]]

ASKS: Final = "asks"
"""The callback of the modal that asks for a line."""
TAP: Final = "tap:"
"""How the action of each of our buttons begins."""
TEXT: Final = "text"
FORM: Final = "form"
"""The callback of a modal that is a form."""
VALUE: Final = "value"
"""The action of everything that is filled in; its block has the field's name."""

_CUT: Final = " […]"
_MOST_SECTIONS: Final = 20
_IN_A_ROW: Final = 5


@dataclass(frozen=True, slots=True)
class Tapped:
    """What one of our buttons carries: a token, and what it asks for first."""

    token: str
    asks: str | None = None

    def packed(self) -> str:
        return json.dumps([self.token, self.asks], ensure_ascii=False, separators=(",", ":"))


def tapped(value: Any) -> Tapped | None:
    """What a button carried; nothing where it is none of ours."""
    try:
        token, asks = json.loads(str(value))
    except (ValueError, TypeError):
        return None
    if not isinstance(token, str) or not isinstance(asks, str | None):
        return None
    return Tapped(token, asks)


def blocks(words: Words, surface: str = "message") -> Blocks:
    """Words as blocks within Slack's limits; what is too long is cut, and says so.

    Everything is plain text: nothing anybody wrote can mention, link or format. Moments alone are
    more, each reader sees them in the zone they are in; and a link of our own, which opens.
    """
    rows = _rows(words.controls)
    room = min(limits.BLOCKS[surface] - len(rows), _MOST_SECTIONS)
    made: list[Block] = []
    start = 0
    for part in parted(words.text or " ", limits.SECTION, room):
        end = start + len(part)
        within = [each for each in words.moments if start <= each.start and each.end <= end]
        link = words.link if words.link is not None and words.link in part else None
        is_rich = bool(within) or link is not None
        made.append(
            _rich(part, within, start, link) if is_rich else SectionBlock(text=_plain(part))
        )
        start = end
    return [each.to_dict() for each in [*made, *rows]]


def plain_text(words: Words) -> str:
    """Words without blocks: nothing is lost but what could be tapped."""
    whole = escaped(words.text) or " "
    return whole if len(whole) <= limits.TEXT else whole[: limits.TEXT - len(_CUT)] + _CUT


def modal(words: Words) -> dict[str, Any]:
    """Words shown to one person alone; what is to be filled in, as a form."""
    if words.form is not None:
        return filling(words.form)
    return View(
        type="modal",
        title=_plain(wording.TITLE),
        close=_plain(wording.CLOSE),
        blocks=blocks(words, "modal"),
    ).to_dict()


def asking(it: Tapped, typed: str = "", mistake: str = "") -> dict[str, Any]:
    """Asks for a line of text before the tap is done; again, where what was typed is refused."""
    element = PlainTextInputElement(
        action_id=VALUE, multiline=True, max_length=limits.INPUT, initial_value=typed or None
    )
    said = blocks(Words(mistake), "modal") if mistake else []
    asked = shortened(it.asks or wording.TITLE, limits.LABEL)
    return View(
        type="modal",
        callback_id=ASKS,
        private_metadata=it.packed(),
        title=_plain(wording.TITLE),
        submit=_plain(wording.SEND),
        close=_plain(wording.CLOSE),
        blocks=[*said, InputBlock(block_id=TEXT, label=_plain(asked), element=element)],
    ).to_dict()


def filling(form: Form) -> dict[str, Any]:
    """A form as a modal with Slack's own pickers."""
    return View(
        type="modal",
        callback_id=FORM,
        private_metadata=Tapped(form.token).packed(),
        title=_plain(shortened(form.title, limits.TITLE)),
        submit=_plain(wording.SEND),
        close=_plain(wording.CLOSE),
        blocks=[_input(each) for each in form.fields],
    ).to_dict()


def home(words: Words) -> dict[str, Any]:
    """The app's own page."""
    return View(type="home", blocks=blocks(words, "home")).to_dict()


def parted(text: str, most: int, parts: int) -> list[str]:
    """The text in at most *parts* pieces, cut at ends of lines where that can be."""
    found: list[str] = []
    while len(text) > most and len(found) < parts - 1:
        cut = text.rfind("\n", most // 2, most) + 1 or most
        found.append(text[:cut])
        text = text[cut:]
    return [*found, shortened(text, most)]


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - len(_CUT)] + _CUT


def _input(field: Field) -> InputBlock:
    return InputBlock(
        block_id=field.name,
        label=_plain(shortened(field.label, limits.LABEL)),
        element=_element(field),
        optional=not field.is_needed,
    )


def _element(field: Field) -> InputInteractiveElement:
    match field.kind:
        case FieldKind.CHOICE if field.options:
            options = [
                Option(value=value, text=_plain(shortened(label, limits.OPTION)))
                for value, label in field.options[: limits.OPTIONS]
            ]
            initial = next((each for each in options if each.value == field.initial), None)
            return StaticSelectElement(action_id=VALUE, options=options, initial_option=initial)
        case FieldKind.MOMENT:
            return DateTimePickerElement(action_id=VALUE)
        case FieldKind.PEOPLE:
            return UserMultiSelectElement(action_id=VALUE)
        case _:
            return PlainTextInputElement(
                action_id=VALUE,
                multiline=field.kind is FieldKind.TEXT,
                max_length=limits.INPUT,
                initial_value=field.initial[: limits.INPUT] or None,
            )


def _rich(part: str, moments: Sequence[Moment], start: int, link: str | None) -> RichTextBlock:
    """A text that begins at *start* of all, in which moments are dates and our *link* opens."""
    elements: list[RichTextElement] = []
    at = 0
    for each in moments:
        first, last = each.start - start, each.end - start
        elements += _text(part[at:first], link)
        elements.append(
            RichTextElementParts.Date(
                timestamp=int(each.at.timestamp()),
                format="{date_short_pretty}, {time}" if each.has_day else "{time}",
                fallback=part[first:last],
            )
        )
        at = last
    elements += _text(part[at:], link)
    return RichTextBlock(elements=[RichTextSectionElement(elements=elements)])


def _text(text: str, link: str | None) -> list[RichTextElement]:
    before, found, after = text.partition(link) if link else (text, "", "")
    elements: list[RichTextElement] = []
    if before:
        elements.append(RichTextElementParts.Text(text=before))
    if found:
        elements.append(RichTextElementParts.Link(url=found))
    if after:
        elements.append(RichTextElementParts.Text(text=after))
    return elements


def _rows(controls: Sequence[Control]) -> list[Block]:
    buttons = [_button(number, control) for number, control in enumerate(controls)]
    return [
        ActionsBlock(elements=buttons[start : start + _IN_A_ROW])
        for start in range(0, len(buttons), _IN_A_ROW)
    ]


def _button(number: int, control: Control) -> ButtonElement:
    style = {Style.PRIMARY: "primary", Style.DANGER: "danger"}.get(control.style)
    return ButtonElement(
        text=_plain(shortened(control.label, limits.BUTTON)),
        action_id=f"{TAP}{number}",
        value=Tapped(control.token, control.asks).packed(),
        style=style,
    )


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text, emoji=False)
