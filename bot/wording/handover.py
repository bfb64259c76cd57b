"""What the bot says of handing a desk over."""

from collections.abc import Sequence


def usage() -> str:
    return "Write: handover OFFICER and, if you like, a note for them."


def nothing() -> str:
    return "Your desk is clear: there is nothing to hand over."


def own_agency() -> str:
    return "A desk is handed over within one agency, to a liaison officer or head."


def offered(code: str, to: str, items: int, by: str, stay: Sequence[str]) -> str:
    many = "one item" if items == 1 else f"{items} items"
    text = (
        f"Handover {code}: {many} offered to {to}, by {by}. What is not taken over then goes to "
        "the head of your desk; until then it stays yours."
    )
    return f"{text} Not offered, they stay with you: {', '.join(stay)}." if stay else text


def detail(who: str, items: Sequence[str], note: str) -> str:
    listed = "\n".join(items)
    text = f"{who} hands over:\n{listed}"
    return f'{text}\nNote: "{note}"' if note else text


def item(code: str, by: str) -> str:
    return f"{code}, by {by}"


def action(code: str, by: str) -> str:
    return f"Action {code}, by {by}"


def taken(code: str, item: str, left: int) -> str:
    many = "One item is" if left == 1 else f"{left} items are"
    rest = f"{many} left to take." if left else "Nothing is left to take."
    return f"Handover {code}: {item} is yours now. {rest}"


def undone(code: str) -> str:
    return f"Handover {code} is open again. What you had taken is back where it was."


def lapsed(code: str, to: str, items: Sequence[str], stay: Sequence[str]) -> str:
    parts = [f"Handover {code}: not taken over in time."]
    if items:
        parts.append(f"With {to} now: {', '.join(items)}.")
    if stay:
        parts.append(f"Still with you: {', '.join(stay)}.")
    return " ".join(parts)


def not_taken(code: str, to: str) -> str:
    return f"Handover {code}: you did not take it over in time. It went to {to}."


def take(code: str) -> str:
    return f"Take {code}"


def accepted(code: str, items: int) -> str:
    many = "One item is" if items == 1 else f"{items} items are"
    return f"Handover {code}: {many} yours now."


def declined(code: str) -> str:
    return f"Handover {code} is declined. Everything stays where it was."


def not_for_you_to_take(code: str) -> str:
    return f"{code} cannot be with you. It stays where it is."


def giver_hears(code: str, stay: Sequence[str] = (), *, accepted: bool) -> str:
    text = f"Handover {code}: {'accepted' if accepted else 'declined'}."
    return f"{text} Still with you: {', '.join(stay)}." if stay else text


def giver_hears_undone(code: str) -> str:
    return f"Handover {code}: the acceptance was taken back. What was taken is with you again."


def handed_on(code: str, who: str) -> str:
    return f"Question {code}: handed over to {who}."
