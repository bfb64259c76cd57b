"""How often the interpreter looks for circles of garbage."""

import gc

_AFTER = (100_000, 20, 100)
"""So many objects are made before it looks; Python's own 700 is for programs that make few."""


def collect_rarely() -> None:
    """Look for garbage rarely, and never among what is loaded by now.

    To be called once everything is loaded. A message makes thousands of objects, nearly all of
    which go by themselves; looking through those that stay took a sixth of the time it took to
    understand one (`python -m benchmarks`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_AFTER)
