"""What a worker process does for a page: the library's own `compare`, then no more of it than the page shows.

Nothing heavy is imported until a worker calls `answer`: the web process knows this module by name only.
"""

from typing import TYPE_CHECKING

from viz.answers import Answer
from viz.jobs import FailedError, StoppedError
from viz.state import Plan, Question

if TYPE_CHECKING:
    from experiments import Comparison
    from scenarios import Specification
    from viz.jobs import Post


def specification(plan: Plan) -> "Specification":
    """The resolved scenario of a plan, with the levers changed on the page laid over it."""
    from scenarios import load

    return load(plan.scenario, overrides={f"levers.{path}": value for path, value in plan.changes} or None)


def answer(question: Question, post: "Post") -> Answer:
    """Compare the plans of a question and keep what a page shows.

    Raises:
        FailedError: A plan cannot be used or the question cannot be answered; the library's own line.
        StoppedError: The page asked to stop.
    """
    from experiments import Cancelled, ExperimentError, compare, serial
    from scenarios import ScenarioError

    try:
        comparison = compare(
            [specification(plan) for plan in question.plans],
            pairs=question.pairs,
            months=question.months,
            seed=question.seed,
            smallest_difference=question.least / 100,
            executor=serial(),
            progress=post.report,
            cancelled=post.stopped,
        )
    except Cancelled as stopped:
        raise StoppedError from stopped
    except (ScenarioError, ExperimentError) as error:
        raise FailedError(str(error)) from error
    return condense(question, comparison)


def condense(question: Question, comparison: "Comparison") -> Answer:
    """The part of a comparison that a page shows, with the question it belongs to."""
    from experiments.outcomes import outcome

    return Answer(question=question, **vars(outcome(comparison)))
