"""A cohort for researchers: simulated people followed from release, one row each or one row a month.

The office lives at its own size with all its mechanisms; the cohort are the first clients released in its first year,
from as many replicates as it takes, each followed for the same number of months. A smaller cohort is the beginning of a
larger one. Clients who do not exist are all there is in such a table, and the table says so wherever it goes.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import BrokenExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from experiments.cohort_columns import CLIENT, MONTHLY, NOTES, Column
from experiments.errors import SEEDS, ExperimentError, processes, whole
from experiments.executors import LocalPool, local_pool, processors, serial
from experiments.jobs import code_version
from experiments.runs import resolve
from experiments.store import command, versions

if TYPE_CHECKING:
    import os
    from collections.abc import Generator, Mapping, Sequence
    from concurrent.futures import Executor, Future

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from agents.rules import Rows
    from experiments.batch import Progress
    from scenarios import Specification

    Array = NDArray[Any]
    Course = dict[str, Array]
    """What is followed by name, shape (clients, months + 1): at release, then at the end of each month since."""

CLIENTS = (1, 1_000_000)

SIDE_BY_SIDE = 10
"""Worlds stepped together: enough to be quick, few enough to be light."""

STOCK_SIDE_BY_SIDE = 20_000
"""Clients under supervision in worlds stepped together, so that large offices come with fewer worlds."""


@dataclass(frozen=True)
class Question:
    """A cohort that somebody asks for.

    Attributes:
        spec: The resolved scenario.
        clients: Clients in the cohort.
        months: Months each is followed.
        seed: Seed of all chance.
        monthly: One row a client and month rather than one a client.
    """

    spec: Specification
    clients: int
    months: int
    seed: int
    monthly: bool

    @property
    def columns(self) -> tuple[Column, ...]:
        """Columns of the answer."""
        return MONTHLY if self.monthly else CLIENT


def cohort(
    scenario: str | os.PathLike[str] | Specification,
    *,
    clients: int = 1000,
    months: int = 24,
    seed: int = 1,
    monthly: bool = False,
    overrides: Mapping[str, object] | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Follow simulated clients from their release.

    Args:
        scenario: Name of a shipped scenario, path of a scenario file, or a specification.
        clients: Clients in the cohort, 1 to 1,000,000; fewer clients are the first rows of more.
        months: Months each is followed, 1 to ``parameters.follow_up_months`` (36 unless set higher).
        seed: Seed; the same seed gives the same people with the same luck under every scenario.
        monthly: One row a client and month rather than one a client.
        overrides: Dotted key to value, as from ``--set``.
        executor: Any ``concurrent.futures.Executor``, which stays open; without it, local processes.
        workers: How many of these, by default one per processor; what fits in one block is computed in this process.
        progress: Told of clients done; it may raise to stop.

    Returns:
        The columns of :data:`CLIENT`, or of :data:`MONTHLY`, with what they mean in ``attrs``; uncertain parameters
        have their central values. A survival package takes the rows ``at_risk``, each from ``entry`` (not itself at
        risk) to ``exit``, with ``event``. ``PHReg`` of statsmodels counts a row at risk at its entry already: give it
        ``entry + 0.5``, or ``month`` as strata.

    Raises:
        ExperimentError: A number out of range, or worker processes were lost.
        scenarios.ScenarioError: A scenario or an override that cannot be used.
    """
    import pandas as pd

    question = ask(scenario, clients=clients, months=months, seed=seed, monthly=monthly, overrides=overrides)
    with closing(pieces(question, executor, workers, progress)) as blocks:
        frame = pd.concat(list(blocks), ignore_index=True)
    frame.attrs |= about(question)
    return frame


def follow(question: Question, replicates: tuple[int, ...]) -> pd.DataFrame:
    """Follow everybody released in the first year of some replicates, stepped side by side: a pure function.

    Returns:
        Rows in order of replicate, month of release, identity and month; ``client`` counts from 0.
    """
    import numpy as np
    import pandas as pd

    from agents.clients import Status
    from agents.rules import Rows
    from model import ReintegrationModel

    office = ReintegrationModel(question.spec, seed=question.seed, replicates=replicates)
    clients = office.tables["clients"]
    # the releases of a year are known before it: until theirs, people wait inside as they will come out
    rows = np.flatnonzero(clients.status == Status.INSIDE)
    rows = rows[np.lexsort((clients.id[rows], clients.office[rows]))]
    people = Rows(office, clients, rows)
    released = people.release_month
    told = {"client": np.arange(len(rows)), "release_month": released}
    fixed = {"replicate": np.array(replicates)[people.office.index], **_fixed(people, question.spec)}
    at_release = _seen(people)
    course = {name: np.repeat(values[:, None], question.months + 1, axis=1) for name, values in at_release.items()}
    for _ in range(int(released.max(initial=0)) + question.months):
        office.step()
        since = office.month - released
        followed = np.flatnonzero((since > 0) & (since <= question.months))
        for name, values in _seen(Rows(office, clients, rows[followed])).items():
            course[name][followed, since[followed]] = values
    if question.monthly:
        told = {name: np.repeat(values, question.months) for name, values in told.items()} | _month_by_month(course)
    else:
        told |= fixed | _in_one_row(course)
    return pd.DataFrame({each.name: told[each.name] for each in question.columns}).astype(
        {each.name: each.dtype for each in question.columns}
    )


def _seen(c: Rows) -> Course:
    """What is followed, of rows ``c`` as they stand."""
    from agents.clients import Work

    return {
        "status": c.status,
        "employed": c.work != Work.NONE,
        "served": c.served,
        "perceived_stigma": c.perceived_stigma,
        "support": 1.0 + 6.0 * c.support.mean(axis=1),
        "hazard": c.hazard,
        "event": c.first_reoffence,
        "recorded": c.recorded_failure,
        "returned": c.returned,
    }


def _fixed(c: Rows, spec: Specification) -> dict[str, Any]:
    """What is fixed of each client."""
    import numpy as np

    from agents.clients import MONTHS_A_YEAR, Offence, Release

    return {
        "office": _named(np.zeros(len(c), dtype=np.int8), [spec.setting.office]),
        "village": c.village.id,
        "age_at_release": (c.release_month - c.birth_month) / MONTHS_A_YEAR,
        "female": c.female,
        "offence": _named(c.offence, [each.name.lower() for each in Offence]),
        "priors": c.priors,
        "release_type": _named(c.release_type, [each.name for each in Release]),
    }


def _in_one_row(course: Course) -> Course:
    """The months of each client in one row."""
    import numpy as np

    lived = {name: values[:, 1:] for name, values in course.items()}
    clients, months = lived["event"].shape
    employed = lived["employed"].sum(axis=1)
    return {
        "months_observed": np.full(clients, months),
        "reoffended": lived["event"].any(axis=1),
        "month_reoffended": _first(lived["event"]),
        "recorded": lived["recorded"].any(axis=1),
        "month_recorded": _first(lived["recorded"]),
        "first_job_month": _first(lived["employed"]),
        "months_employed": employed,
        "share_employed": employed / months,
        "months_served": lived["served"].sum(axis=1),
        "mean_perceived_stigma": lived["perceived_stigma"].mean(axis=1),
        "mean_mspss": lived["support"].mean(axis=1),
    }


def _month_by_month(course: Course) -> dict[str, Any]:
    """The months of each client in a row each."""
    import numpy as np

    from agents.clients import Status

    clients, months = course["event"][:, 1:].shape
    before = {name: values[:, :-1].ravel() for name, values in course.items()}
    during = {name: values[:, 1:].ravel() for name, values in course.items()}
    free = during["hazard"] > 0.0
    # who faces the month's hazard has come out, for the first time or again
    out = free & ((before["status"] == Status.INSIDE) | (before["status"] == Status.CUSTODY))
    shown = [each.name.lower() for each in Status if each not in (Status.INSIDE, Status.GONE)]
    offended = np.cumsum(course["event"][:, :-1], axis=1).ravel() > 0
    month = np.tile(np.arange(1, months + 1), clients)
    return {
        **{name: before[name] for name in ("employed", "served", "perceived_stigma", "support")},
        **{name: during[name] for name in ("hazard", "event", "recorded")},
        "status": _named(np.where(out, Status.SUPERVISED, before["status"]) - Status.SUPERVISED, shown),
        "month": month,
        "entry": month - 1,
        "exit": month,
        "at_risk": free & ~offended & ~during["returned"],
    }


def _named(codes: NDArray[np.integer[Any]], names: list[str]) -> pd.Categorical[str]:
    import pandas as pd

    return pd.Categorical.from_codes(codes, pd.Index(names))


def _first(happened: Array) -> Array:
    """Month since release in which it first happened, shape (clients,), NaN where it did not."""
    import numpy as np

    return np.where(happened.any(axis=1), happened.argmax(axis=1) + 1.0, np.nan)


def pieces(
    question: Question, executor: Executor | None, workers: int | None, progress: Progress | None
) -> Generator[pd.DataFrame]:
    """The answer in order, block by block, cut to the clients asked for.

    The first world shows how many clients a world gives, and so how many more worlds it takes; the pieces depend on the
    question alone, however many processes answer it.
    """
    workers = processes(workers) or processors()
    wanted, done, worlds, started = question.clients, 0, 0, time.perf_counter()
    side_by_side = max(1, min(SIDE_BY_SIDE, STOCK_SIDE_BY_SIDE // question.spec.setting.clients))
    if progress is not None:
        progress(0, wanted, None)
    while done < wanted:
        more = -(-(wanted - done) * worlds // done) if done else max(worlds, 1)
        parts = -(-more // side_by_side)
        edges = [worlds + more * part // parts for part in range(parts + 1)]
        worlds += more
        blocks = [tuple(range(*ends)) for ends in pairwise(edges)]
        for piece in _answers(question, blocks, executor, workers):
            piece["client"] += done
            done = min(done + len(piece) // (question.months if question.monthly else 1), wanted)
            if progress is not None:
                progress(done, wanted, (time.perf_counter() - started) / max(done, 1) * (wanted - done))
            yield piece[piece["client"] < wanted]


def _answers(
    question: Question, blocks: Sequence[tuple[int, ...]], executor: Executor | None, workers: int
) -> Generator[pd.DataFrame]:
    """Blocks in order, computed a little ahead; an engine of its own is stopped at once when it is left early."""
    processes = min(workers, len(blocks))
    engine = executor or (local_pool(processes) if processes > 1 else serial())
    pending: deque[Future[pd.DataFrame]] = deque()
    try:
        for block in blocks:
            pending.append(engine.submit(follow, question, block))
            while pending and (pending[0].done() or len(pending) > 2 * max(workers, 4)):
                yield _answer(pending.popleft(), question)
        while pending:
            yield _answer(pending.popleft(), question)
    except BaseException:
        for future in pending:
            future.cancel()
        if executor is None and isinstance(engine, LocalPool):
            engine.abandon()
        raise
    if executor is None:
        engine.shutdown()


def _answer(future: Future[pd.DataFrame], question: Question) -> pd.DataFrame:
    error = future.exception()
    if isinstance(error, BrokenExecutor):
        raise ExperimentError(
            "a worker process was lost, perhaps for want of memory; ask again with fewer (--workers 1)"
        ) from error
    if error is not None:
        message = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise ExperimentError(f"the cohort of '{question.spec.name}' failed: {message}") from error
    return future.result()


def ask(
    scenario: str | os.PathLike[str] | Specification,
    *,
    clients: int = 1000,
    months: int = 24,
    seed: int = 1,
    monthly: bool = False,
    overrides: Mapping[str, object] | None = None,
) -> Question:
    """The question behind :func:`cohort`, checked; arguments and errors as there."""
    from scenarios import parameters

    clients, seed = whole("clients", clients, CLIENTS), whole("seed", seed, SEEDS)
    spec = resolve(scenario, overrides)
    longest = int(spec.parameters["follow_up_months"])
    try:
        months = whole("months", months, (1, longest))
    except ExperimentError as error:
        allowed = parameters()["follow_up_months"].quantity.allowed
        raise ExperimentError(
            f"{error}, for so long clients are followed (parameters.follow_up_months: {allowed})"
        ) from None
    if spec.setting.clients == 0:
        raise ExperimentError(f"setting.clients: 0 in '{spec.name}', so nobody is released; give 1 or more")
    return Question(spec, clients, months, seed, monthly)


def about(question: Question) -> dict[str, Any]:
    """What a table says of itself."""
    return {
        "simulated": True,
        "note": NOTES,
        "scenario": question.spec.name,
        "scenario_hash": question.spec.hash,
        "clients": question.clients,
        "months": question.months,
        "seed": question.seed,
        "assumptions": "fixed",
        "code": code_version(),
        "versions": versions(),
        "command": command(),
        "columns": {each.name: {"unit": each.unit, "id": each.id, "en": each.en} for each in question.columns},
    }
