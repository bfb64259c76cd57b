"""What the bot says of how sure a name must be before an agency is asked."""

from collections.abc import Mapping

from bot.wording.phrases import counted

FIGURES = (
    "decisions", "officers", "held_out", "vain_before", "vain_after", "lost", "loss_before",
    "loss_after",
)  # fmt: skip
"""What is kept of a trial, and shown: counts, and two means that nobody can be told by."""


def stands(score: float, version: int, shipped: float) -> str:
    if not version:
        return f"You are asked about a name from {shipped:.2f} on, as shipped."
    return (
        f"You are asked about a name from {score:.2f} on, as your own decisions taught "
        f'(calibration {version}); shipped is {shipped:.2f}. Undo: "calibration undo".'
    )


def too_few(decisions: int, officers: int, enough: int) -> str:
    return (
        f"{counted(decisions, 'decision')} about names by {counted(officers, 'officer')}: too few "
        f"to learn from. It takes {enough}, and nobody's count for more than a third."
    )


def would_change(score: float, *, is_better: bool) -> str:
    if is_better:
        return f"Learnt anew now, you would be asked from {score:.2f} on."
    return f"Learnt anew now, it would be {score:.2f}; that is not proved better, so nothing moves."


def was_judged(figures: Mapping[str, float]) -> str:
    learnt_from = int(figures["decisions"] - figures["held_out"])
    by = counted(int(figures["officers"]), "officer")
    return (
        f"Learnt from {counted(learnt_from, 'decision')} of {by} and judged by the newest "
        f"{figures['held_out']}: {figures['vain_after']} asked in vain instead of "
        f"{figures['vain_before']}, {figures['lost']} that were the same not asked about; mean log "
        f"loss {figures['loss_after']:.3f} instead of {figures['loss_before']:.3f}."
    )


def is_used(version: int, score: float, shipped: float) -> str:
    return (
        f"From your agency's own decisions: you are asked about a name from {score:.2f} on now, "
        f'shipped is {shipped:.2f} (calibration {version}). Figures: "calibration". '
        'Undo: "calibration undo".'
    )


def ended(version: int, shipped: float) -> str:
    return (
        f"Calibration {version} has ended: you are asked about a name from {shipped:.2f} on, as "
        "shipped, until enough more has been decided."
    )


def is_as_shipped() -> str:
    return "You are asked about names as shipped; there is nothing to undo."
