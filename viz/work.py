"""What a worker process does for a page: the library's own `compare`, then no more of it than the page shows.

Nothing heavy is imported until a worker calls `answer`: the web process knows this module by name only.
"""

from typing import TYPE_CHECKING

from viz.answers import Answer, Measure
from viz.jobs import FailedError, StoppedError
from viz.state import Plan, Question

if TYPE_CHECKING:
    import pandas as pd

    from experiments import Comparison
    from scenarios import Specification
    from viz.jobs import Post

RUNS_SHOWN = 30
BANDS = {"low90": 0.05, "low50": 0.25, "middle": 0.5, "high50": 0.75, "high90": 0.95}


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
    """The part of a comparison that a page shows, small enough to send between processes."""
    names = (comparison.baseline, *comparison.scenarios)
    return Answer(
        question=question,
        names=names,
        hashes=tuple(comparison.specifications[name].hash for name in names),
        assumptions=comparison.assumptions,
        headline=comparison.headline or str(comparison.summary["indicator"].iloc[0]),
        measures=measures(comparison),
        differences=comparison.differences,
        summary=comparison.summary,
        bands=bands(comparison.history),
        runs=comparison.history[comparison.history["replicate"] < RUNS_SHOWN],
        failed=len(comparison.failures),
    )


def measures(comparison: "Comparison") -> dict[str, Measure]:
    """Unit, meaning and direction of every indicator of a comparison, in the order of declaration."""
    from model.indicators import INDICATORS

    present = set(comparison.summary["indicator"])
    return {
        name: Measure(
            name=name,
            unit=indicator.unit,
            meaning=dict(indicator.meaning),
            higher_is_better=indicator.higher_is_better,
            monthly=indicator.monthly,
            least=comparison.smallest_difference[name],
        )
        for name, indicator in INDICATORS.items()
        if name in present
    }


def bands(history: "pd.DataFrame") -> "pd.DataFrame":
    """Quantiles over runs: columns `scenario, month, indicator` and those of `BANDS`; unknown months are left out."""
    import pandas as pd

    keys = ["scenario", "month"]
    wide = history.drop(columns="replicate").groupby(keys, sort=False).quantile(list(BANDS.values()))
    wide.index = wide.index.set_names("quantile", level=-1)
    long = wide.rename_axis(columns="indicator").stack().rename("value").dropna().reset_index()
    table = long.pivot(index=["scenario", "month", "indicator"], columns="quantile", values="value")
    table = table.rename(columns={share: name for name, share in BANDS.items()})
    return pd.DataFrame(table.reset_index()).rename_axis(columns=None)
