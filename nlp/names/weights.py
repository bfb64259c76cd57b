"""What each reason for and against two names being one weighs, in log-odds."""

from collections.abc import Mapping

VERSION = "names-3"
THRESHOLD = 0.5

# A logistic model, made by `python -m benchmarks.weights --write` from pairs of names that people
# judged (three fifths of the name benchmark of OpenSanctions, MIT licence; the rest was held back
# to measure by) and from pairs made by rule: slips, orders, spellings in many scripts, omissions;
# other people of one given or family name, other organisations of one trade.
# Each weight may only point one way, so that more agreement never lowers a score, a looser
# agreement never weighs more than an exact one, and an omission never more than a contradiction.
# Where pairs are few (numbers, fathers) a weight is at least as heavy as the field asks for.
BIAS = -1.00
WEIGHTS: Mapping[str, float] = {
    "agree": 3.06,
    "agree_word": 2.96,
    "same": 2.82,
    "spelling": -0.10,
    "sound": -0.10,
    "sound_cost": -2.34,
    "typo": -0.26,
    "typo_cost": -3.01,
    "typo_word": -1.06,
    "short_form": -0.10,
    "translation": -2.00,
    "initial": -0.72,
    "beginning": -2.50,
    "different_given": -3.45,
    "different_family": -4.06,
    "different_middle": -4.89,
    "different_word": -2.97,
    "different_generic": -4.00,
    "different_place": -4.77,
    "different_number": -4.00,
    "common_only": -1.00,
    "different_form": -4.00,
    "patronym_order": -5.67,
    "patronym_clash": -2.01,
    "order": -1.36,
    "other_order": -4.20,
    "lone": -1.50,
    "missing_given": -1.08,
    "missing_family": -0.80,
    "missing_middle": -1.18,
    "missing_word": -0.94,
    "missing_generic": -3.00,
    "missing_place": -2.47,
    "missing_number": -3.50,
    "form": 0.00,
}
