"""The report of a comparison: HTML that prints on two sheets of A4, complete in itself and without a script."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from experiments.errors import MOST_PLANS, ExperimentError, several

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from jinja2 import Template

    from experiments.comparing import Comparison
    from experiments.importance import Sensitivity
    from scenarios import Specification


def report(
    question: Comparison | Sequence[str | os.PathLike[str] | Specification],
    out: str | os.PathLike[str] | None = None,
    *,
    language: str = "id",
    indicator: str | None = None,
    sensitivity: Sensitivity | None = None,
    **asked: Any,
) -> str:
    """Tell a comparison on two pages, the answer first.

    Args:
        question: A comparison, or the scenarios to compare as for :func:`compare`; two to four plans.
        out: File to write, its name ending in .html; without it nothing is written.
        language: ``"id"`` or ``"en"``.
        indicator: Indicator to look at first; without it re-offending at the longest horizon with data.
        sensitivity: Which parameters decide, told beside the evidence.
        asked: The other arguments of :func:`compare`, for scenarios.

    Returns:
        The page as HTML; the same question gives the same bytes.

    Raises:
        ExperimentError: A language, an indicator or a number of plans that cannot be used, a file that cannot be
            written, or what :func:`compare` refuses.
        scenarios.ScenarioError: A scenario that cannot be used.
    """
    from experiments.exports import check_ending, write_bytes

    known_language(language)
    path = check_ending(out, endings=(".html",))
    comparison = compared(question, indicator, **asked)
    text = page(comparison, language, indicator=indicator, sensitivity=sensitivity)
    if path is not None:
        write_bytes(text.encode(), path)
    return text


def page(
    comparison: Comparison, language: str, *, indicator: str | None = None, sensitivity: Sensitivity | None = None
) -> str:
    """Return the HTML of a comparison; arguments as for :func:`report`."""
    from experiments.briefing import Brief
    from experiments.texts import texts

    return _template().render(Brief(comparison, texts(language), indicator, sensitivity).content())


def compared(
    question: Comparison | Sequence[str | os.PathLike[str] | Specification], indicator: str | None = None, **asked: Any
) -> Comparison:
    """Return the comparison that is to be told, made if need be.

    Raises:
        ExperimentError: As :func:`report`.
        scenarios.ScenarioError: As :func:`report`.
    """
    from experiments.comparing import Comparison, compare

    if isinstance(question, Comparison):
        check_plans(1 + len(question.scenarios), indicator)
        if asked:
            raise ExperimentError(f"report: {', '.join(asked)} belong to a question; a comparison is made already")
        return question
    check_plans(len(several("scenarios", question)), indicator)
    return compare(question, **asked)


def check_plans(plans: int, indicator: str | None) -> None:
    """Check that a report can hold so many plans and begin with an indicator.

    Raises:
        ExperimentError: It cannot.
    """
    from experiments.costs import known_indicator

    if indicator is not None:
        known_indicator("indicator", indicator)
    if plans > MOST_PLANS:
        raise ExperimentError(f"report: {plans} plans given; two pages hold two to four")


def known_language(language: str) -> None:
    """Check that there are texts in a language.

    Raises:
        ExperimentError: There are none.
    """
    from experiments.texts import LANGUAGES

    if language not in LANGUAGES:
        raise ExperimentError(f"language: '{language}' is not known; allowed: {', '.join(LANGUAGES)}")


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("experiments")
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return pages.get_template("report.html")
