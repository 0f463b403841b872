"""Compare: two to four plans on the same people, the answer first."""

import asyncio
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import TYPE_CHECKING

import solara
import solara.lab

from experiments.measures import measure_name
from viz import report
from viz.answers import Answer
from viz.desk import desk
from viz.jobs import FailedError, FullError, Job, StoppedError
from viz.notices import told
from viz.parts.controls import Controls
from viz.parts.html import tag
from viz.parts.inputs import Choice
from viz.parts.result import Result
from viz.parts.shield import Shield
from viz.session import use_dark, use_view

if TYPE_CHECKING:
    from viz.state import Question, View
    from viz.texts import Texts

BEAT = 0.1
"""Seconds between two looks at a job."""

LONGEST_MESSAGE = 300


@dataclass(frozen=True)
class Trouble:
    """Why there is no answer: text key and message."""

    key: str
    message: str = ""


@dataclass(frozen=True, eq=False)
class Comparing:
    """Where a session's comparison stands."""

    answer: Answer | None
    job: Job | None
    trouble: Trouble | None
    ask: Callable[[], None]
    cancel: Callable[[], None]


def use_comparison(question: "Question") -> Comparing:
    """The latest answer of this session and the job under way; the first question of a session is asked at once."""
    latest = solara.use_ref(None)
    job, set_job = solara.use_state(None)
    trouble, set_trouble = solara.use_state(None)
    known = desk().answer(question)
    if known is not None:
        latest.current = known

    def ask() -> None:
        set_trouble(None)
        if job is not None and job.question != question:
            desk().leave(job)
        try:
            set_job(desk().ask(question))
        except FullError:
            set_trouble(Trouble("notice.full"))

    def first() -> None:
        if latest.current is None and job is None:
            ask()

    solara.use_effect(first, [])

    async def watch() -> None:
        if job is None:
            return
        job.watchers += 1
        try:
            while not job.over:
                await asyncio.sleep(BEAT)
        finally:
            job.watchers -= 1
        latest.current, why = _outcome(job, latest.current)
        set_trouble(why)
        set_job(None)

    solara.lab.use_task(watch, dependencies=[job], prefer_threaded=False)

    def cancel() -> None:
        if job is not None:
            desk().leave(job)
            set_trouble(Trouble("notice.stopped"))
            set_job(None)

    return Comparing(latest.current, job, trouble, ask, cancel)


def _outcome(job: Job, before: Answer | None) -> tuple[Answer | None, Trouble | None]:
    try:
        return job.outcome(), None
    except StoppedError:
        return before, Trouble("notice.stopped")
    except BrokenProcessPool:
        return before, Trouble("notice.lost")
    except FailedError as error:
        return before, Trouble("notice.failed", shorten(str(error), LONGEST_MESSAGE, placeholder="…"))


@solara.component
def Page() -> None:
    """The page: controls beside the answer, one under the other on a telephone."""
    view, notices, t, go = use_view()
    dark = use_dark()
    comparing = use_comparison(view.question)
    answer, job = comparing.answer, comparing.job
    solara.Title(f"{t('compare.title')} · {t('app.name')}")
    with tag("main", css="pk-main", id="main"):
        with tag("header", css="pk-intro"):
            tag("h1", t("compare.title"))
            tag("p", t("compare.intro"))
        said = [told(t, notice, view) for notice in notices]
        if answer is not None and view.indicator not in answer.measures:
            used = measure_name(t, answer.measure(view.indicator))
            words = {"name": t("answer.indicator"), "value": view.indicator[:60], "used": used}
            said.append(t("notice.unknown_replaced", **words))
        if said:
            with tag("div", css="pk-notice", role="status"):
                tag("strong", t("notice.heading"))
                for sentence in said:
                    tag("p", sentence)
        with tag("div", css="pk-columns"):
            with tag("div", css="pk-side"):
                Controls(
                    t,
                    view.question,
                    on_change=lambda question: go(replace(view, question=question)),
                    on_run=comparing.ask,
                    on_cancel=comparing.cancel,
                    progress=None if job is None else lambda: Progress(t, job),
                )
            with tag("div", css="pk-answer", id="answer", tabindex="-1"):
                Status(t, comparing, view.question)
                if answer is not None:
                    Heading(t, answer, view, go)
                    measure = answer.measure(view.indicator)
                    with Shield(t("notice.broken"), [answer, measure, t.language, dark]):
                        Result(t, answer, measure, dark)


@solara.component
def Status(t: "Texts", comparing: Comparing, question: "Question") -> None:
    """Whether an answer is still to come, what went wrong, and whether the answer shown is older than the settings."""
    answer, job = comparing.answer, comparing.job
    with tag("div", css="pk-status", role="status"):
        if job is not None and answer is None:
            tag("p", t("progress.first"))
        if comparing.trouble is not None:
            tag("p", t(comparing.trouble.key, message=comparing.trouble.message), css="pk-notice pk-problem")
        if answer is not None and answer.question != question:
            coming = job is not None and job.question == question
            with tag("div", css="pk-notice pk-stale"):
                tag("p", t("notice.coming" if coming else "notice.stale"))
                tag("p", t("notice.stale_plans", asked=report.asked(t, answer)), css="pk-more")
        if answer is not None and answer.failed:
            tag("p", t("answer.missing", n=answer.failed), css="pk-notice pk-problem")


@solara.component
def Progress(t: "Texts", job: Job) -> None:
    """A bar, the time so far and the time left."""
    _, set_beat = solara.use_state(0)

    async def tick() -> None:
        while not job.over:
            await asyncio.sleep(BEAT)
            set_beat(lambda beat: beat + 1)

    solara.lab.use_task(tick, dependencies=[job], prefer_threaded=False)
    ahead, share = desk().ahead(job), job.share
    with tag("div", css="pk-progress"):
        tag("progress", max="1", value=f"{share:.3f}", aria_label=t("progress.label"))
        if ahead:
            tag("p", t("progress.waiting", n=ahead))
        else:
            words = [t("progress.running", percent=t.number(100 * share), seconds=t.number(job.seconds))]
            if job.seconds_left is not None:
                words.append(t("progress.left", seconds=t.number(job.seconds_left + 0.5)))
            tag("p", ", ".join(words), aria_hidden="true")


@solara.component
def Heading(t: "Texts", answer: Answer, view: "View", go: Callable[["View"], None]) -> None:
    """Which measure is looked at, and how far the answer may be trusted."""
    measure = answer.measure(view.indicator)
    label = "exploration" if answer.assumptions == "drawn" else "illustration"
    with tag("div", css="pk-heading"):
        Choice(
            name="indicator",
            hint=report.counted(t, answer, measure),
            label=t("answer.indicator"),
            value=measure.name,
            groups=[
                {
                    "text": t(f"measures.{group}"),
                    "items": [{"value": other.name, "text": measure_name(t, other)} for other in measures],
                }
                for group, measures in report.offered(answer).items()
            ],
            event_change=lambda name: go(replace(view, indicator=name)),
        )
        with tag("p", css="pk-label"):
            tag("strong", t(f"label.{label}"))
            tag("span", t(f"label.{label}_more"))
