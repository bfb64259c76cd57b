"""What the bot says about duty: who is on, who is away, who steps in, who would be asked."""

from collections.abc import Sequence

# Away and back


def away(until: str, since: str, moved: Sequence[str]) -> str:
    when = f"from {since} until {until}" if since else f"until {until}"
    return f'You are away {when}. {_moved(moved, bool(since))} Back sooner: "back".'


def away_for(who: str, until: str, since: str, moved: Sequence[str]) -> str:
    when = f"from {since} until {until}" if since else f"until {until}"
    return f"{who} is away {when}. {_moved(moved, bool(since))}"


def made_away(by: str, until: str) -> str:
    return f'{by} has noted that you are away until {until}. If that is wrong: "back".'


def stepped_in_meanwhile(moved: Sequence[str]) -> str:
    return f"While you were away the next in line stepped in: {', '.join(moved)}."


def _moved(moved: Sequence[str], is_later: bool) -> str:
    if is_later:
        return "What is with you then goes to the next in line."
    if not moved:
        return "Nothing was waiting for you."
    return f"The next in line stepped in: {', '.join(moved)}."


def moved_to(code: str, whom: str) -> str:
    return f"{code} to {whom}"


def back() -> str:
    return "You are back. Whoever stepped in keeps what they have; ask them to pass it on."


def not_away() -> str:
    return "You are not away."


def away_usage() -> str:
    return "Write: away until Monday 0900, or away Friday 0700 to Friday 1900."


def only_heads() -> str:
    return "Only the head of their agency can say that of somebody else."


# Shifts and swaps


def on_shift(since: str, until: str) -> str:
    return f'You are on duty from {since} until {until}, besides your hours. Undo: "shift off".'


def shifts_dropped(count: int) -> str:
    many = "One shift was" if count == 1 else f"{count} shifts were"
    return f"{many} taken back; your hours of the week count again."


def no_shifts() -> str:
    return "You have no shifts besides your hours."


def shift_usage() -> str:
    return "Write: shift Friday 1800 to Saturday 0600, or shift off."


def swap_usage() -> str:
    return "Write: swap OFFICER Friday 0700 to 1900, and if they give you theirs: for Sunday."


def swap_own_agency() -> str:
    return "Duty is swapped within one agency, with a liaison officer or head."


def swap_offered(code: str, whom: str) -> str:
    return f"Swap {code}: {whom} is asked. Nothing changes before they accept."


def swap_detail(who: str, mine: str, theirs: str) -> str:
    text = f"{who} asks you to take their duty {mine}."
    return f"{text} In return they take yours {theirs}." if theirs else text


def swap_accepted(code: str) -> str:
    return f"Swap {code}: agreed. The roster is changed."


def swap_declined(code: str) -> str:
    return f"Swap {code} is declined. The roster stays as it was."


def swap_answered(code: str, *, accepted: bool) -> str:
    return f"Swap {code}: {'agreed; the roster is changed' if accepted else 'declined'}."


def swap_lapsed(code: str) -> str:
    return f"Swap {code}: no answer came. The roster stays as it was."


def swap_undone(code: str) -> str:
    return f"Swap {code} was taken back. The roster is as it was before."


def stretch(since: str, until: str) -> str:
    return f"from {since} until {until}"


# Who is on duty, and who would be asked


def roster(place: str, at: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{place}, {at}:", *lines])


def roster_line(who: str, *, is_on: bool, until: str, coming: str) -> str:
    if is_on:
        return f"{who}: on duty until {until}" if until else f"{who}: on duty"
    return f"{who}: off, next {coming}" if coming else f"{who}: off"


def roster_others(*, is_manned: bool, coming: str) -> str:
    if is_manned:
        return "Somebody is on duty."
    return f"Nobody is on duty; next {coming}." if coming else "Nobody is on duty."


def roster_usage() -> str:
    return "Write: roster DESK, or roster DESK at WHEN."


def nobody_there() -> str:
    return "Nobody answers for this desk."


def who_usage() -> str:
    return "Write: who DESK, or who and what it is about: who plate XX00 TST in Antwerp, tomorrow."


def no_desk_covers() -> str:
    return "No desk covers what these words name. Name a desk, a place or a country."


def named_by(place: str, called: str) -> str:
    return f"it covers {place}, as the {called} says" if called else f"it covers {place}"


def named_itself() -> str:
    return "you named it"


def of_the_case(code: str) -> str:
    return f"case {code} is theirs"


def of_the_agency(agency: str) -> str:
    return f"it is a desk of {agency}"


def would_be_asked(desk: str, because: str, at: str, chosen: str) -> str:
    return f"{desk}, because {because}.\nAt {at}: {chosen}."


def whom(who: str, because: str) -> str:
    return f"{who}, chosen {because}"


def somebody(agency: str) -> str:
    return f"a liaison officer of {agency}"


def suggested_desk(slug: str, because: str) -> str:
    return f"It would go to {slug}, because {because}: write ask {slug} and your question."


# The digest of a day


def digest_on(at: str) -> str:
    return (
        f"You read each day what is on your desk, next {at}; nothing when it is clear, and nothing "
        'while you are away. Undo: "digest off".'
    )


def digest_off() -> str:
    return 'You read your desk only when you say "desk".'


def digest_usage() -> str:
    return "Write: digest on, digest 07:30, digest off, or digest default: as your agency does it."


def digest(desk: str) -> str:
    return f"Today.\n{desk}"
