"""Slack's limits on blocks and views, checked before anything is sent."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

Json = Mapping[str, Any]

TEXT: Final = 40_000
SECTION: Final = 3_000
BUTTON: Final = 75
VALUE: Final = 2_000
LABEL: Final = 2_000
INPUT: Final = 3_000
TITLE: Final = 24
BUTTONS: Final = 25
OPTIONS: Final = 100
OPTION: Final = 75
OPTION_VALUE: Final = 150
METADATA: Final = 3_000
IDENTIFIER: Final = 255
BLOCKS: Final = {"message": 50, "modal": 100, "home": 100}

PLAIN: Final = ("plain_text",)
EITHER: Final = ("plain_text", "mrkdwn")


def problems(blocks: Any, surface: str = "message") -> list[str]:
    """What Slack would refuse about these blocks, each with its place."""
    if not isinstance(blocks, Sequence) or isinstance(blocks, str):
        return ["/blocks must be a list"]
    found = []
    if not 1 <= len(blocks) <= BLOCKS[surface]:
        found.append(f"/blocks has {len(blocks)}; 1 to {BLOCKS[surface]} are allowed")
    found += _repeated("/blocks", "block_id", blocks)
    for number, block in enumerate(blocks):
        found += _block(f"/blocks/{number}", block)
    return found


def problems_of_view(view: Json) -> list[str]:
    """What Slack would refuse about a modal or a home."""
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return ["/type must be modal or home"]
    found = problems(view.get("blocks"), kind)
    found += _length("/private_metadata", view.get("private_metadata"), METADATA)
    found += _length("/callback_id", view.get("callback_id"), IDENTIFIER)
    if kind == "home":
        return found
    found += _text("/title", view.get("title"), TITLE, PLAIN)
    for name in ("submit", "close"):
        if view.get(name) is not None:
            found += _text(f"/{name}", view[name], TITLE, PLAIN)
    blocks = view.get("blocks") or ()
    if any(each.get("type") == "input" for each in blocks) and not view.get("submit"):
        found.append("/submit is needed where something can be filled in")
    return found


def _block(path: str, block: Any) -> list[str]:
    if not isinstance(block, Mapping):
        return [f"{path} must be an object"]
    check = _BLOCKS.get(str(block.get("type")))
    if check is None:
        return [f"{path}/type is not known: {block.get('type')}"]
    return [*_length(f"{path}/block_id", block.get("block_id"), IDENTIFIER), *check(path, block)]


def _section(path: str, block: Json) -> list[str]:
    fields = block.get("fields") or ()
    if block.get("text") is None and not fields:
        return [f"{path} needs text or fields"]
    found = []
    if block.get("text") is not None:
        found += _text(f"{path}/text", block["text"], SECTION)
    if len(fields) > 10:
        found.append(f"{path}/fields has {len(fields)}; 10 are allowed")
    for number, each in enumerate(fields):
        found += _text(f"{path}/fields/{number}", each, 2_000)
    if block.get("accessory"):
        found += _element(f"{path}/accessory", block["accessory"], _IN_SECTIONS)
    return found


def _header(path: str, block: Json) -> list[str]:
    return _text(f"{path}/text", block.get("text"), 150, PLAIN)


def _context(path: str, block: Json) -> list[str]:
    elements = block.get("elements") or ()
    found = _many(f"{path}/elements", elements, 10)
    for number, each in enumerate(elements):
        if each.get("type") == "image":
            found += _element(f"{path}/elements/{number}", each, ("image",))
        else:
            found += _text(f"{path}/elements/{number}", each, SECTION)
    return found


def _actions(path: str, block: Json) -> list[str]:
    elements = block.get("elements") or ()
    found = _many(f"{path}/elements", elements, BUTTONS)
    found += _repeated(f"{path}/elements", "action_id", elements)
    for number, each in enumerate(elements):
        found += _element(f"{path}/elements/{number}", each, _IN_ACTIONS)
    return found


def _input(path: str, block: Json) -> list[str]:
    found = _text(f"{path}/label", block.get("label"), LABEL, PLAIN)
    if block.get("hint"):
        found += _text(f"{path}/hint", block["hint"], LABEL, PLAIN)
    return found + _element(f"{path}/element", block.get("element"), _IN_INPUTS)


def _image(path: str, block: Json) -> list[str]:
    found = [] if block.get("alt_text") else [f"{path}/alt_text is missing"]
    if not block.get("image_url") and not block.get("slack_file"):
        found.append(f"{path} needs image_url or slack_file")
    return found + _length(f"{path}/image_url", block.get("image_url"), 3_000)


def _rich_text(path: str, block: Json) -> list[str]:
    if not isinstance(block.get("elements"), Sequence):
        return [f"{path}/elements is missing"]
    found = []
    for number, part in enumerate(block["elements"]):
        for place, each in enumerate(part.get("elements") or ()):
            found += _rich_part(f"{path}/elements/{number}/elements/{place}", each)
    return found


def _rich_part(path: str, part: Json) -> list[str]:
    match part.get("type"):
        case "text":
            return [] if part.get("text") else [f"{path}/text must not be empty"]
        case "date":
            missing = {
                "timestamp": not isinstance(part.get("timestamp"), int),
                "format": "{" not in str(part.get("format")),
                "fallback": not part.get("fallback"),
            }
            return [f"{path}/{name} is missing" for name, is_so in missing.items() if is_so]
        case _:
            return []


def _element(path: str, element: Any, allowed: Iterable[str]) -> list[str]:
    if not isinstance(element, Mapping):
        return [f"{path} is missing"]
    kind = str(element.get("type"))
    if kind not in allowed:
        return [f"{path}/type is not allowed here: {kind}"]
    found = _length(f"{path}/action_id", element.get("action_id"), IDENTIFIER)
    if element.get("placeholder"):
        found += _text(f"{path}/placeholder", element["placeholder"], 150, PLAIN)
    if element.get("confirm"):
        found += _confirm(f"{path}/confirm", element["confirm"])
    check = _ELEMENTS.get(kind)
    return found + (check(path, element) if check is not None else [])


def _button(path: str, element: Json) -> list[str]:
    found = _text(f"{path}/text", element.get("text"), BUTTON, PLAIN)
    found += _length(f"{path}/value", element.get("value"), VALUE)
    found += _length(f"{path}/url", element.get("url"), 3_000)
    if element.get("style") not in (None, "primary", "danger"):
        found.append(f"{path}/style is not known")
    return found


def _select(path: str, element: Json) -> list[str]:
    return _options(path, element, OPTIONS)


def _overflow(path: str, element: Json) -> list[str]:
    return _options(path, element, 5)


def _buttons_of_choice(path: str, element: Json) -> list[str]:
    return _options(path, element, 10)


def _line(path: str, element: Json) -> list[str]:
    found = _length(f"{path}/initial_value", element.get("initial_value"), INPUT)
    for name in ("min_length", "max_length"):
        if not 0 <= (element.get(name) or 0) <= INPUT:
            found.append(f"{path}/{name} must be 0 to {INPUT}")
    return found


def _date(path: str, element: Json) -> list[str]:
    return _shaped(path, "initial_date", element, lambda text: _digits(text, "-", (4, 2, 2)))


def _clock(path: str, element: Json) -> list[str]:
    return _shaped(path, "initial_time", element, _is_clock)


def _moment(path: str, element: Json) -> list[str]:
    at = element.get("initial_date_time")
    if at is None or (isinstance(at, int) and 10**9 <= at < 10**10):
        return []
    return [f"{path}/initial_date_time must be ten digits: seconds"]


def _options(path: str, element: Json, most: int) -> list[str]:
    groups = element.get("option_groups")
    lists = [each.get("options", ()) for each in groups] if groups else [element.get("options")]
    found = []
    for options in lists:
        found += _many(f"{path}/options", options or (), most)
        for number, each in enumerate(options or ()):
            place = f"{path}/options/{number}"
            found += _text(f"{place}/text", each.get("text"), OPTION)
            found += _length(f"{place}/value", each.get("value"), OPTION_VALUE)
            if not each.get("value"):
                found.append(f"{place}/value is missing")
    return found


def _confirm(path: str, said: Json) -> list[str]:
    found = _text(f"{path}/title", said.get("title"), 100, PLAIN)
    found += _text(f"{path}/text", said.get("text"), 300)
    for name in ("confirm", "deny"):
        if said.get(name):
            found += _text(f"{path}/{name}", said[name], 30, PLAIN)
    return found


def _text(path: str, said: Any, most: int, kinds: Sequence[str] = EITHER) -> list[str]:
    if not isinstance(said, Mapping) or said.get("type") not in kinds:
        return [f"{path} must be {' or '.join(kinds)}"]
    unknown = sorted(set(said) - {"type", "text", "emoji", "verbatim"})
    if unknown:
        return [f"{path} has what is not known: {', '.join(unknown)}"]
    if not isinstance(said.get("text"), str) or not said["text"]:
        return [f"{path} must not be empty"]
    return _length(path, said["text"], most)


def _length(path: str, text: Any, most: int) -> list[str]:
    if isinstance(text, str) and len(text) > most:
        return [f"{path} has {len(text)} characters; {most} are allowed"]
    return []


def _many(path: str, things: Sequence[Any], most: int) -> list[str]:
    return (
        [] if 1 <= len(things) <= most else [f"{path} has {len(things)}; 1 to {most} are allowed"]
    )


def _repeated(path: str, name: str, things: Sequence[Any]) -> list[str]:
    names = [each.get(name) for each in things if isinstance(each, Mapping) and each.get(name)]
    return [] if len(names) == len(set(names)) else [f"{path}: {name} must not be repeated"]


def _shaped(path: str, name: str, element: Json, fits: Callable[[str], bool]) -> list[str]:
    said = element.get(name)
    return [] if said is None or fits(str(said)) else [f"{path}/{name} is not well formed"]


def _digits(text: str, between: str, lengths: Sequence[int]) -> bool:
    parts = text.split(between)
    return [len(part) for part in parts] == list(lengths) and all(p.isdigit() for p in parts)


def _is_clock(text: str) -> bool:
    return _digits(text, ":", (2, 2)) and int(text[:2]) < 24 and int(text[3:]) < 60


def _nothing(_path: str, _block: Json) -> list[str]:
    return []


_SELECTS: Final = tuple(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "users", "conversations", "channels")
)
_PICKERS: Final = ("checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker")
_IN_INPUTS: Final = ("plain_text_input", "number_input", "email_text_input", *_SELECTS, *_PICKERS)
_IN_ACTIONS: Final = ("button", "overflow", *_SELECTS, *_PICKERS)
_IN_SECTIONS: Final = (*_IN_ACTIONS, "image")

_BLOCKS: Final = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "divider": _nothing,
    "rich_text": _rich_text,
}
_ELEMENTS: Final = {
    "button": _button,
    "static_select": _select,
    "multi_static_select": _select,
    "overflow": _overflow,
    "checkboxes": _buttons_of_choice,
    "radio_buttons": _buttons_of_choice,
    "plain_text_input": _line,
    "datepicker": _date,
    "timepicker": _clock,
    "datetimepicker": _moment,
    "image": _image,
}
