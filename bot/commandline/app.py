"""Every command of `liaison`. What a command needs is imported when it runs: help comes at once."""

import os
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="liaison",
    help=(
        "A liaison bot for work between intelligence services and law enforcement.\n\n"
        "To try it: liaison demo. To run it: keys new, upgrade, directory apply, check, run; "
        "deploy/README.md goes through them."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
directory_app = typer.Typer(
    help="Who is who: agencies, desks, officers, rooms.", no_args_is_help=True
)
ledger_app = typer.Typer(help="The audit log.", no_args_is_help=True)
keys_app = typer.Typer(help="The master key.", no_args_is_help=True)
held_app = typer.Typer(
    help="Words that waited in a backup that was restored.", no_args_is_help=True
)
slack_app = typer.Typer(help="Slack.", no_args_is_help=True)
matrix_app = typer.Typer(help="Matrix.", no_args_is_help=True)
app.add_typer(directory_app, name="directory")
app.add_typer(ledger_app, name="ledger")
app.add_typer(keys_app, name="keys")
app.add_typer(held_app, name="held")
app.add_typer(slack_app, name="slack")
app.add_typer(matrix_app, name="matrix")

ConfigFile = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", show_default=True)
]
DEFAULT = Path("config.toml")


@app.command()
def run(config: ConfigFile = DEFAULT) -> None:
    """Start the bot.

    It runs until it is told to end (Ctrl-C or SIGTERM), and leaves nothing half-done.
    """
    from bot.commandline.telling import end_before_it_begins

    end_before_it_begins()
    from bot.commandline import running

    running.run(config)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the practice room lives.")] = Path("var/demo"),
    port: Annotated[int, typer.Option(help="The local port; 0 takes any free one.")] = 8765,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Delete what is there and begin anew.")
    ] = False,
) -> None:
    """Open the practice room.

    It is on this machine alone, and no account anywhere is needed. It prints one local address;
    Ctrl-C ends it, and the next start goes on where it was.
    """
    from bot.commandline import practising

    practising.demo(folder, port, fresh=fresh)


@app.command()
def rehearse(
    scripts: Annotated[list[Path], typer.Argument(help="The rehearsals to play.")],
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only how each ended.")
    ] = False,
) -> None:
    """Play scripted exercises.

    Prints every room and every private message as people read them. Status 0 only when all that
    is expected holds. docs/rehearsals.md says how to write one.
    """
    from bot.commandline import rehearsing

    rehearsing.rehearse(scripts, quiet=quiet)


@app.command()
def check(
    config: ConfigFile = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Ask the chat platforms, too.")] = False,
) -> None:
    """Say what is wrong here and what would help.

    Looks at configuration, database, keys, directory, language, chats, clock and ledger, and
    changes nothing. Status 1 when something must be put right.
    """
    from bot.commandline import checking

    checking.check(config, as_json=as_json, live=live)


@app.command()
def upgrade(config: ConfigFile = DEFAULT) -> None:
    """Make the database, or bring it up to date."""
    from bot.commandline import keeping

    keeping.upgrade(config)


@directory_app.command("apply")
def directory_apply(
    file: Annotated[
        Path | None, typer.Argument(help="Else the one the configuration names.")
    ] = None,
    config: ConfigFile = DEFAULT,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Show what the file changes, and apply it.

    What vanished from it is retired, never deleted. What officers said of their own zone and duty
    hours in chat is kept until the file says something new.
    """
    from bot.commandline import keeping

    keeping.directory_apply(config, file, yes=yes)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, Follow the Money as JSON lines, or STIX.")],
    case: Annotated[
        str, typer.Option(help="The case to import into; a new one needs --title and --purpose.")
    ],
    officer: Annotated[
        str, typer.Option("--as", help="The slug of the officer who answers for it.")
    ],
    config: ConfigFile = DEFAULT,
    purpose: Annotated[str, typer.Option(help="What a new case is for.")] = "",
    title: Annotated[str, typer.Option(help="What a new case is called.")] = "",
    rejects: Annotated[
        Path | None, typer.Option(help="Where to list the rows that are bad.")
    ] = None,
) -> None:
    """Import entities into a case.

    A table names its columns in its first line, such as schema, name, dob, phone, iban, plate,
    category. Bad rows are told by line and reason, and the good ones kept; an import that was
    ended goes on where it was. Status 2 when nothing in the file could be used. A bundle of STIX
    2.1 says what has no place in a case, and must not be marked more strictly than the case.
    """
    from bot.commandline import importing

    importing.import_file(
        config, file, case=case, officer=officer, purpose=purpose, title=title, rejects=rejects
    )


@app.command()
def export(
    case: Annotated[str, typer.Argument(help="The case.")],
    officer: Annotated[
        str, typer.Option("--as", help="The slug of the officer who answers for it.")
    ],
    purpose: Annotated[str, typer.Option(help="What it is for; it is recorded.")],
    config: ConfigFile = DEFAULT,
    to: Annotated[
        Path | None, typer.Option(help="The file to write; else standard output.")
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--everyone", help="With victims, witnesses and the like, too.")
    ] = False,
    as_stix: Annotated[bool, typer.Option("--stix", help="As one bundle of STIX 2.1.")] = False,
) -> None:
    """Hand a case out as Follow the Money, or as STIX.

    One entity a line, on record, and without those who need protection.
    """
    from bot.commandline import exporting

    exporting.export_case(
        config,
        case,
        officer=officer,
        purpose=purpose,
        to=to,
        everyone=everyone,
        as_stix=as_stix,
    )


@app.command()
def who(
    text: Annotated[str, typer.Argument(help="A desk, or what a question is about, and when.")],
    config: ConfigFile = DEFAULT,
    officer: Annotated[
        str | None, typer.Option("--as", help="The slug of the officer who would ask.")
    ] = None,
) -> None:
    """Say whom a question would reach, and why.

    Such as: liaison who "plate AB12CDE in Antwerp, tomorrow 03:00". Nobody is asked. Status 1 when
    no desk covers what the words name.
    """
    from bot.commandline import duties

    duties.who(config, text, officer=officer)


@app.command()
def roster(
    file: Annotated[Path, typer.Argument(help="A calendar file (.ics): one event for each turn.")],
    desk: Annotated[str, typer.Option(help="The slug of the desk whose roster it is.")],
    config: ConfigFile = DEFAULT,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Import a desk's duty roster.

    Each event is the turn of the officer whom its title or its attendee names. From the first turn
    to the last it takes the place of their weekly hours; what they said of single days stays.
    Status 2 when nothing in the file could be used.
    """
    from bot.commandline import duties

    duties.roster(config, file, desk=desk, yes=yes)


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(help="A file that is not there yet.")],
    config: ConfigFile = DEFAULT,
) -> None:
    """Copy the database into one file, and verify it.

    The bot may run meanwhile. The keys are not in it.
    """
    from bot.commandline import copies

    copies.backup(config, to)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What backup wrote.")],
    config: ConfigFile = DEFAULT,
) -> None:
    """Bring a backup back into an empty database, and verify it.

    The database may be of another kind than the one it came from. What was erased stays erased,
    and words that waited to be said are held: see held.
    """
    from bot.commandline import copies

    copies.restore(config, file)


@held_app.command("list")
def held_list(config: ConfigFile = DEFAULT) -> None:
    """Show what waited when the backup was made, without its words."""
    from bot.commandline import held

    held.show(config)


@held_app.command("release")
def held_release(
    numbers: Annotated[list[int] | None, typer.Argument(help="From held list.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is held.")] = False,
    config: ConfigFile = DEFAULT,
) -> None:
    """Let it be said now, unless the chat has it already."""
    from bot.commandline import held

    held.decide(config, numbers or [], release=True, everything=everything)


@held_app.command("drop")
def held_drop(
    numbers: Annotated[list[int] | None, typer.Argument(help="From held list.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is held.")] = False,
    config: ConfigFile = DEFAULT,
) -> None:
    """Let it never be said."""
    from bot.commandline import held

    held.decide(config, numbers or [], release=False, everything=everything)


@ledger_app.command("verify")
def ledger_verify(config: ConfigFile = DEFAULT) -> None:
    """Say whether the audit log holds, every chain."""
    from bot.commandline import keeping

    keeping.ledger_verify(config)


@app.command()
def purge(
    config: ConfigFile = DEFAULT,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Erase what nobody decided to keep.

    Its keys are destroyed: it cannot be undone. A bot that runs does this each hour by itself.
    """
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
    """Put everything under a new master key.

    The bot may run meanwhile, with the old one, which opens until it is retired.
    """
    from bot.commandline import keeping

    keeping.keys_rotate(config, new)


@keys_app.command("retire")
def keys_retire(
    config: ConfigFile = DEFAULT,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Let the master key before the last rotation open nothing any more.

    When every process was started anew with the new one.
    """
    from bot.commandline import keeping

    keeping.keys_retire(config, yes=yes)


@keys_app.command("rotate-index")
def keys_rotate_index(config: ConfigFile = DEFAULT) -> None:
    """Put the index of names and numbers under a new key.

    The bot may run meanwhile, and finds everything. It can be ended at any moment: the same again
    goes on where it was. In the end the key before is destroyed.
    """
    from bot.commandline import keeping

    keeping.keys_rotate_index(config)


@slack_app.command("manifest")
def slack_manifest(
    events_url: Annotated[
        str | None,
        typer.Option("--http", help="For HTTP: where Slack reaches us, with /slack/events."),
    ] = None,
    link: Annotated[
        bool, typer.Option("--link", help="As an address to open in a browser.")
    ] = False,
    gov: Annotated[bool, typer.Option("--gov", help="The address for GovSlack.")] = False,
    reads_files: Annotated[
        bool, typer.Option("--files", help="For rooms in which what is in files is read.")
    ] = False,
) -> None:
    """Print what Slack has to know to make the app."""
    from bot.commandline import installing

    installing.slack_manifest(events_url, link=link, gov=gov, reads_files=reads_files)


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
def extract(
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="Read with the pipeline and the rules of this one."),
    ] = None,
) -> None:
    """What texts say, as JSON lines.

    \b
    In:  {"text": "reg XX00 TST", "region": "GB", "sent_at": "2026-11-18T10:20:00Z"}
    Out: {"spans": [{"start": 4, "end": 12, "text": "XX00 TST", "label": "PLATE", ...}]}

    The last two may be left out, keys of your own are passed over. A line that cannot be read,
    or has a key that is likely a slip for one of these, gets {"error": ...}.
    """
    from functools import partial

    from bot import config as configuration
    from bot.commandline import lines, opening
    from nlp import pipeline

    own = None if config is None else opening.pipeline_of(configuration.read(config))
    read = partial(pipeline.extract_line, pipeline=own)
    lines.answer(read, keys=("text", "region", "sent_at"))


@app.command("compare-names")
def compare_names() -> None:
    """Whether two names are the same, as JSON lines.

    \b
    In:  {"left": "Robert Sampleton", "right": "Sampleton, Bob", "kind": "person"}
    Out: {"score": ..., "same": true, "reasons": [...]}

    The kind is person or organisation. A line that cannot be read gets {"error": ...}.
    """
    from bot.commandline import lines
    from nlp import names

    lines.answer(names.compare_line, keys=("left", "right", "kind"))


@app.command()
def when() -> None:
    """What a phrase means by a time, as JSON lines.

    \b
    In:  {"phrase": "tomorrow 0900Z", "now": "2026-11-18T10:20:00Z", "tz": "Europe/Brussels"}
    Out: {"kind": "instant", "at": "2026-11-19T09:00:00Z"}

    A line that cannot be read gets {"error": ...}.
    """
    from bot.commandline import lines
    from nlp import times

    lines.answer(times.read_line, keys=("phrase", "now", "tz"))


def main() -> None:
    """Run the command line. What an operator must act on is told in words, never as a traceback."""
    from bot.commandline.telling import told_plainly

    os.umask(0o077)  # What we write is nobody else's to read.
    with told_plainly():
        app()
