"""The one desk of this server: every visitor's questions go to the same workers and share their answers."""

from functools import cache

from viz.jobs import Desk
from viz.work import answer

PRELOAD = ("experiments.comparing", "experiments.executors", "model", "viz.work")


@cache
def desk() -> Desk:
    """The desk; its workers start with the first question."""
    return Desk(answer, preload=PRELOAD)
