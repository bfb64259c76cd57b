"""Everything that can be asked, tapped, said or promised, gathered from its area."""

from collections.abc import Mapping

from bot.casework import (
    arranging,
    calibration,
    closer,
    deconfliction,
    golive,
    identifying,
    live_commands,
    relating,
    ruling_commands,
    tellings,
    watches,
)
from bot.casework import commands as casework
from bot.casework import forms as cases
from bot.conversation import cardtaps, discretion, forms, roles, sightings
from bot.conversation import commands as conversation
from bot.conversation.forms import FormKind
from bot.conversation.grammar import Command
from bot.conversation.taps import TapHandler
from bot.followup import commands as followup
from bot.followup import forms as asking
from bot.followup import visiting
from bot.followup.dues import DueHandler
from bot.followup.kinds import Kind
from bot.governance import commands as governance
from bot.meetings import commands as meetings
from bot.meetings import forms as calling

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        identifying.KIND,
        deconfliction.KIND,
        cardtaps.BREACH,
        golive.KIND,
        golive.CONFLICT_KIND,
        *followup.KINDS,
        *meetings.KINDS,
    )
}

TAPS: Mapping[str, TapHandler] = {
    "card": cardtaps.handle,
    **golive.TAPS,
    **tellings.TAPS,
    **forms.TAPS,
    **discretion.TAPS,
    **closer.TAPS,
    **relating.TAPS,
    **roles.TAPS,
    **ruling_commands.TAPS,
    **sightings.TAPS,
    "watch": casework.tapped_watch,
    **followup.TAPS,
    **visiting.TAPS,
    **meetings.TAPS,
    **governance.TAPS,
}

FORMS: Mapping[str, FormKind] = {
    kind.name: kind for kind in (*cases.FORMS, *asking.FORMS, *calling.FORMS)
}

COMMANDS: tuple[Command, ...] = (
    conversation.HELP,
    *casework.COMMANDS,
    *ruling_commands.COMMANDS,
    *live_commands.COMMANDS,
    *closer.COMMANDS,
    *calibration.COMMANDS,
    *arranging.COMMANDS,
    *followup.COMMANDS,
    *visiting.COMMANDS,
    *meetings.COMMANDS,
    *governance.COMMANDS,
)

DUES: Mapping[str, DueHandler] = {
    **followup.DUES,
    **golive.DUES,
    **watches.DUES,
    **meetings.DUES,
    **governance.DUES,
}
