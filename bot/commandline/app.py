"""Every command of `liaison`. What a command needs is imported when it runs: help comes at once."""

import os
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="liaison",
    help="A liaison bot for work between intelligence services and law enforcement.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
directory_app = typer.Typer(help="Agencies, desks, officers, rooms.", no_args_is_help=True)
ledger_app = typer.Typer(help="The audit log.", no_args_is_help=True)
keys_app = typer.Typer(help="The master key.", no_args_is_help=True)
app.add_typer(directory_app, name="directory")
app.add_typer(ledger_app, name="ledger")
app.add_typer(keys_app, name="keys")
matrix_app = typer.Typer(help="Matrix.", no_args_is_help=True)
app.add_typer(matrix_app, name="matrix")

ConfigFile = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", show_default=True)
]
DEFAULT = Path("config.toml")


@app.command()
def run(config: ConfigFile = DEFAULT) -> None:
    """Start the bot and keep it running."""
    from bot.commandline import running

    running.run(config)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the practice room lives.")] = Path("var/demo"),
    port: Annotated[int, typer.Option(help="The local port; 0 takes any free one.")] = 8765,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew.")] = False,
) -> None:
    """Open the practice room on this machine: no account anywhere is needed."""
    from bot.commandline import running

    running.demo(folder, port, fresh=fresh)


@app.command()
def rehearse(
    scripts: Annotated[list[Path], typer.Argument(help="The rehearsals to play.")],
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only how it ended.")] = False,
) -> None:
    """Play scripted exercises and hold them to their expectations."""
    from bot.commandline import rehearsing

    rehearsing.rehearse(scripts, quiet=quiet)


@app.command()
def check(
    config: ConfigFile = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Say what is wrong with this installation, and what would put it right."""
    from bot.commandline import checking

    checking.check(config, as_json=as_json)


@app.command()
def upgrade(config: ConfigFile = DEFAULT) -> None:
    """Bring the database to this version."""
    from bot.commandline import keeping

    keeping.upgrade(config)


@directory_app.command("apply")
def directory_apply(
    file: Annotated[Path | None, typer.Argument(help="The directory file.")] = None,
    config: ConfigFile = DEFAULT,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Show what a directory file changes, and apply it."""
    from bot.commandline import keeping

    keeping.directory_apply(config, file, yes=yes)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, or Follow the Money as JSON lines.")],
    case: Annotated[str, typer.Option(help="The case to import into.")],
    officer: Annotated[str, typer.Option("--as", help="The officer who answers for it.")],
    config: ConfigFile = DEFAULT,
    purpose: Annotated[str, typer.Option(help="The purpose, for a case that is new.")] = "",
    title: Annotated[str, typer.Option(help="The title, for a case that is new.")] = "",
    rejects: Annotated[Path | None, typer.Option(help="Where bad rows go.")] = None,
) -> None:
    """Import entities into a case. Bad rows are told by line and reason; it can be resumed."""
    from bot.commandline import importing

    importing.import_file(
        config, file, case=case, officer=officer, purpose=purpose, title=title, rejects=rejects
    )


@app.command()
def export(
    case: Annotated[str, typer.Argument(help="The case.")],
    officer: Annotated[str, typer.Option("--as", help="The officer who answers for it.")],
    purpose: Annotated[str, typer.Option(help="What it is for; it is recorded.")],
    config: ConfigFile = DEFAULT,
    to: Annotated[
        Path | None, typer.Option(help="The file to write; else standard output.")
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--everyone", help="With victims, witnesses and the like, too.")
    ] = False,
) -> None:
    """Export a case as Follow the Money JSON lines, without those who need protection."""
    from bot.commandline import exporting

    exporting.export_case(config, case, officer=officer, purpose=purpose, to=to, everyone=everyone)


@ledger_app.command("verify")
def ledger_verify(config: ConfigFile = DEFAULT) -> None:
    """Walk every chain of the audit log and say whether it holds."""
    from bot.commandline import keeping

    keeping.ledger_verify(config)


@app.command()
def purge(
    config: ConfigFile = DEFAULT,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Erase what nobody decided to keep, by destroying its keys."""
    from bot.commandline import keeping

    keeping.purge(config, yes=yes)


@keys_app.command("new")
def keys_new(file: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
    """Make a master key."""
    from bot.commandline import keeping

    keeping.keys_new(file)


@keys_app.command("rotate")
def keys_rotate(
    new: Annotated[Path, typer.Argument(help="The file with the new master key.")],
    config: ConfigFile = DEFAULT,
) -> None:
    """Put everything under a new master key. The bot must not run meanwhile."""
    from bot.commandline import keeping

    keeping.keys_rotate(config, new)


@matrix_app.command("login")
def matrix_login(
    config: ConfigFile = DEFAULT,
    homeserver: Annotated[str, typer.Option(help="Its address: https://matrix.example.org")] = "",
    user: Annotated[str, typer.Option(help="The bot's account: liaison")] = "",
    token_file: Annotated[
        Path | None, typer.Option(help="A file with an access token, instead of a password.")
    ] = None,
    register_with: Annotated[
        Path | None,
        typer.Option(help="A file with the homeserver's registration secret: make the account."),
    ] = None,
    new_device: Annotated[
        bool, typer.Option("--new-device", help="Keep the identity, and take a new device.")
    ] = False,
) -> None:
    """Log the bot in, make its keys, and have its identity vouch for them.

    The password is asked for, or comes from LIAISON_MATRIX_PASSWORD.
    """
    from bot.commandline import matrix

    matrix.login(
        config,
        homeserver=homeserver,
        user=user,
        token_file=token_file,
        register_with=register_with,
        new_device=new_device,
    )


@matrix_app.command("rooms")
def matrix_rooms(config: ConfigFile = DEFAULT) -> None:
    """List the rooms the bot is in: encrypted or not, who is there, and what they may carry."""
    from bot.commandline import matrix

    matrix.rooms(config)


@matrix_app.command("trust")
def matrix_trust(
    user: Annotated[str, typer.Argument(help="Whom: @ada:example.org")],
    config: ConfigFile = DEFAULT,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Take somebody's identity of now for theirs, after they told you that it changed."""
    from bot.commandline import matrix

    matrix.trust(config, user, yes=yes)


@app.command()
def extract() -> None:
    """What texts say: JSON lines in, JSON lines out."""
    from bot.commandline import lines
    from nlp import pipeline

    lines.answer(pipeline.extract_line)


@app.command("compare-names")
def compare_names() -> None:
    """Whether two names are the same: JSON lines in, JSON lines out."""
    from bot.commandline import lines
    from nlp import names

    lines.answer(names.compare_line)


@app.command()
def when() -> None:
    """What a phrase means by a time: JSON lines in, JSON lines out."""
    from bot.commandline import lines
    from nlp import times

    lines.answer(times.read_line)


def main() -> None:
    """Run the command line. What an operator must act on is told in words, never as a traceback."""
    from bot.commandline.telling import told_plainly

    os.umask(0o077)  # What we write is nobody else's to read.
    with told_plainly():
        app()
