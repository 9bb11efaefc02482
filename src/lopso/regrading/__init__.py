"""Regrading: handed-in attempts replayed against the version in force, as a difference first, then written.

The marks and the pass mark are those of the version in force. Which attempt counts stays with the rule that the
person sat under (the version handed in last). A mark stays as it is where the new version has nothing to say: the
question is gone, its answer cannot be read any more, or a person marked it by hand. A question added since is not in
an old paper.
"""

from lopso.regrading.applying import PAUSE, VERB, jobs, write
from lopso.regrading.changes import AttemptChange, Difference, ItemChange, PersonChange, Result, summary
from lopso.regrading.replaying import difference, replay
from lopso.regrading.running import LastRun, Turn, last_run, running, take_turn

__all__ = [
    "PAUSE",
    "VERB",
    "AttemptChange",
    "Difference",
    "ItemChange",
    "LastRun",
    "PersonChange",
    "Result",
    "Turn",
    "difference",
    "jobs",
    "last_run",
    "replay",
    "running",
    "summary",
    "take_turn",
    "write",
]
