"""Slack's markup and plain text: what people meant, and ours so that it is no markup."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_TOKEN = re.compile(r"<([^<>\s][^<>]{0,3000})>")


def plain(event: Mapping[str, Any], bot: str) -> str:
    """What a message says, without markup; files by name, forwarded messages in full."""
    blocks = event.get("blocks") or ()
    if blocks and all(block.get("type") == "rich_text" for block in blocks):
        said = "\n".join(_rich(block.get("elements") or (), bot) for block in blocks)
    else:
        said = unmarked(str(event.get("text") or ""), bot)
    shared = [
        unmarked(str(each.get("text") or each.get("fallback") or ""), bot)
        for each in event.get("attachments") or ()
        if each.get("is_share") or each.get("is_msg_unfurl")
    ]
    files = [str(each.get("title") or each.get("name") or "") for each in event.get("files") or ()]
    return "\n".join(part for part in [said.strip("\n"), *shared, *files] if part)


def unmarked(text: str, bot: str = "") -> str:
    """A text in Slack's markup as people read it."""
    return unescaped(_TOKEN.sub(lambda found: _token(found[1], bot), text))


def escaped(text: str) -> str:
    """A text that means nothing to Slack but itself. The last step before sending."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned(text: str) -> list[str]:
    """The ids of the people a text in Slack's markup names."""
    return [found[1] for found in _PERSON.finditer(text)]


def with_names(text: str, names: Mapping[str, str]) -> str:
    """The same text with these people, by their ids, called so."""
    return _PERSON.sub(
        lambda found: f"<@{found[1]}|{names[found[1]]}>" if found[1] in names else found[0], text
    )


_PERSON = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]{0,200})?>")


def _token(inside: str, bot: str) -> str:
    target, _, label = inside.partition("|")
    match target[:1]:
        case "@":
            return _person(target[1:], label, bot)
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
        case _:
            return _link(target, label)


def _person(user: str, label: str, bot: str) -> str:
    return "@liaison" if user == bot else f"@{label or user}"


def _link(url: str, label: str) -> str:
    """What a link shows; its address too, where it is another one than it shows."""
    bare = re.sub(r"^(?:mailto:|tel:|https?://)", "", url)
    if not label or label == url:
        return bare if url.startswith(("mailto:", "tel:")) else url
    is_same = _letters(label) == _letters(bare)
    return label if is_same else f"{label} ({url})"


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()


def _rich(elements: Sequence[Mapping[str, Any]], bot: str) -> str:
    """The text of a rich text block: lists and quotes a line each."""
    lines = []
    for element in elements:
        inner = element.get("elements") or ()
        if element.get("type") == "rich_text_list":
            lines += [_rich([each], bot) for each in inner]
        else:
            lines.append("".join(_part(each, bot) for each in inner))
    return "\n".join(lines)


def _part(part: Mapping[str, Any], bot: str) -> str:
    match part.get("type"):
        case "text":
            return str(part.get("text", ""))
        case "link":
            return _link(str(part.get("url", "")), str(part.get("text") or ""))
        case "user":
            return _person(str(part.get("user_id", "")), "", bot)
        case "channel":
            return f"#{part.get('channel_id', '')}"
        case "usergroup":
            return f"@{part.get('usergroup_id', '')}"
        case "broadcast":
            return f"@{part.get('range', '')}"
        case "emoji":
            return f":{part.get('name', '')}:"
        case "date":
            return str(part.get("fallback") or "")
        case _:
            return ""
