"""Playing rehearsals from the command line."""

import asyncio
import logging
from pathlib import Path

import structlog
import typer

from adapters.practice import script
from bot.commandline.telling import say, tell
from bot.followup.deadlines import load_policy
from nlp import pipeline


def rehearse(paths: list[Path], *, quiet: bool) -> None:
    """Play each, print its transcript; status 1 when an expectation did not hold."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    rehearsals = [script.read(path) for path in paths]
    extract, policy = pipeline.load().read, load_policy()
    failed = 0
    for rehearsal in rehearsals:
        say(f"{rehearsal.title}\n{rehearsal.about}\n")
        played = asyncio.run(script.play(rehearsal, extract=extract, policy=policy))
        if not quiet:
            say("\n".join(played.transcript) + "\n")
        for failure in played.failures:
            tell(f"{rehearsal.title}, step {failure.step}: {failure.why}")
        held = played.expectations - len({f.step for f in played.failures})
        say(f"{rehearsal.title}: {max(held, 0)} of {played.expectations} expectations hold.\n")
        failed += bool(played.failures)
    if failed:
        raise typer.Exit(1)
