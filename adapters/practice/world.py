"""The practice world that comes with Liaison: Alder, Birch and Cedar, all fictional."""

from importlib import resources

from bot.exercise import World, read_world


def practice_world() -> World:
    """Three agencies, their rooms and officers, and the cases they have already."""
    here = resources.files("adapters.practice")
    with (
        resources.as_file(here / "directory.toml") as directory,
        resources.as_file(here / "world.toml") as cases,
    ):
        return read_world(directory, cases)
