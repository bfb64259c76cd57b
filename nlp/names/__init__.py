"""Names: the same one in other words, its keys, and how likely two of them are one."""

from nlp.names.blocking import Key, exact_keys, inside_keys, keys
from nlp.names.comparison import (
    Code,
    Comparison,
    Reason,
    are_surely_different,
    compare,
)
from nlp.names.facts import FactEvidence, Facts, shares_case, shares_identifier
from nlp.names.frequency import commonness
from nlp.names.line import compare_line
from nlp.names.parts import Kind, tokens
from nlp.names.running import Ngram, ngrams
from nlp.names.weights import THRESHOLD, VERSION
from nlp.names.words import fold

__all__ = [
    "THRESHOLD",
    "VERSION",
    "Code",
    "Comparison",
    "FactEvidence",
    "Facts",
    "Key",
    "Kind",
    "Ngram",
    "Reason",
    "are_surely_different",
    "commonness",
    "compare",
    "compare_line",
    "exact_keys",
    "fold",
    "inside_keys",
    "keys",
    "ngrams",
    "shares_case",
    "shares_identifier",
    "tokens",
]
