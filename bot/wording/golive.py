"""What the bot says while an operation is live: little, and to whom it must."""

IT_IS_OVER = "the operation is over"


def officers_only() -> str:
    return "An operation has officers in it, each by name; no desk."


def begun(code: str, case: str, until: str, members: int, moved: int, *, is_checked: bool) -> str:
    people = "You hear" if members == 1 else f"All {members} of you hear"
    peace = f"{people} nothing that can wait; words of danger pass."
    lines = [f"Operation {code}: {case} is live until {until}. {peace}"]
    if moved:
        questions = "One question is" if moved == 1 else f"{moved} questions are"
        lines.append(f"{questions} with deputies.")
    if is_checked:
        lines.append("Time and place were checked; you hear if there is somebody to call.")
    lines.append(f'At its end you are asked how it stands. Sooner: "go over {case}".')
    return " ".join(lines)


STEP_OUT = "Step out"


def taken_in(code: str, case: str, by: str, until: str) -> str:
    return (
        f"{by} has taken you into operation {code} of {case}, until {until}. You hear nothing that "
        "can wait, and your questions go to deputies; words of danger pass. "
        'If that is not right: "live off me".'
    )


def head_hears(code: str, case: str, by: str, members: int, until: str) -> str:
    return (
        f"{by} began operation {code} of {case}: {members} of your people are left in peace until "
        f'{until}. You may let somebody out, "live off OFFICER", or end it, "go over {case}".'
    )


def is_out(code: str, whom: str, *, is_reader: bool) -> str:
    if is_reader:
        return f"You are in operation {code} no more: you are told things again."
    return f"{whom} is in operation {code} no more, and was told so."


def has_left(code: str, whom: str, *, is_reader: bool) -> str:
    if is_reader:
        return f"You were let out of operation {code}: you are told things again."
    return f"{whom} is in operation {code} no more."


def is_in_none(whom: str) -> str:
    return f"{whom} is in no operation that you may speak of."


def commands_it(case: str) -> str:
    return f'Whoever commands an operation does not step out of it. End it: "go over {case}"'


def is_over(code: str, by: str) -> str:
    return f"{by} has ended operation {code}: you are told things again."


def ended(code: str, case: str) -> str:
    return f"Operation {code} is over. You are told things again; a debrief of {case} is offered."


def goes_on(code: str, until: str) -> str:
    return f"Operation {code} goes on until {until}. Then you are asked again."


def how_does_it_stand(code: str, case: str, since: str, until: str) -> str:
    return f"Operation {code} of {case}, live since {since}, was to end by {until}. Is it over?"


def is_live_already(case: str) -> str:
    return f'{case} is live already. End it with "go over {case}".'


def is_not_live(case: str) -> str:
    return f"{case} is not live."


def too_long(days: int) -> str:
    return f"An operation is live for {days} days at most; then say again how it stands."


def own_agency_only() -> str:
    return (
        "An operation has members of the case's own agency. Others open a case of their own and go "
        "live with that: name the same place and time, and both desks learn whom to call."
    )


def is_closed(case: str) -> str:
    return f"Case {case} is closed. Re-open it first: case reopen {case}"


def may_not_see(officer: str, case: str) -> str:
    return f"{officer} may not see {case}, and so is in no operation of it."


def only_members_end(case: str) -> str:
    return f"Only who is in it, or the desk of {case}, ends it."


def conflict(code: str, case: str, desk: str, number: str, *, are_told: bool) -> str:
    call = f"{desk}, {number}" if number else desk
    told = (
        "They were told whom to call, and nothing else."
        if are_told
        else "They were told nothing: your case is kept silent."
    )
    return (
        f"Operation {code} of {case}: another operation may touch it in place and time.\n"
        f"Call: {call}. {told} What becomes of yours?"
    )


def commander_hears(code: str) -> str:
    return f"Operation {code}: another one may touch it. Your desk is calling them; stay reachable."


def why_so() -> str:
    return "Why, in a sentence? It stays with your case."


def say_why() -> str:
    return "Say why, in a sentence: it belongs on record."


def outcome_kept(code: str, case: str, outcome: str) -> str:
    return f"Operation {code} of {case}: {outcome}. It is on record, with your reason."
