"""What a report says of a comparison: every text, number and drawing of its two pages, in the reader's language."""

from __future__ import annotations

import math
from dataclasses import replace
from textwrap import shorten
from typing import TYPE_CHECKING, Any, cast

from experiments import charts, citing, findings
from experiments.assumptions import FEWEST, companions
from experiments.importance import MEASURED_HERE
from experiments.measures import PER, amount, digits, letter, measure_name, quantity, unit_name
from experiments.outcomes import outcome as outcome_of
from experiments.palette import LIGHT
from experiments.plans import Row, levers_that_differ, other_differences, other_people
from experiments.runs import as_text
from experiments.wording import changed
from scenarios import GRADES, parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.comparing import Comparison
    from experiments.importance import Sensitivity
    from experiments.measures import Measure
    from experiments.outcomes import Outcome
    from experiments.texts import Language, Texts
    from scenarios import Specification

LONGEST_TITLE = 70
"""Letters of a title, before it is cut."""

TABLE = {
    2: ("employed_share", "mspss_total", "coverage_ever", "unmet_need", "offences", *findings.SPENDING),
    3: ("coverage_ever", *findings.SPENDING),
    4: ("coverage_ever", *findings.SPENDING),
}
"""Measures of the table behind the one looked at and the headline, costs last, by the number of plans."""

LINES = {2: 27, 3: 18, 4: 11}
"""Lines of the table of plans for which the first page has room, by the number of plans."""

LETTERS = {2: (24, 46), 3: (24, 30), 4: (24, 22)}
"""Letters on a line of the first and of the other columns of that table."""

WITH_PRACTICE = 3
"""Plans beside which the field practice has room."""

NAMED = {2: 6, 3: 5, 4: 4}
"""Names in a sentence, before the rest is counted."""

CHARTS = {2: 6, 3: 6, 4: 3}
"""Measures shown month by month."""

DOTS = {2: (344, 150), 3: (344, 150), 4: (222, 130)}
"""Width and height of the dot charts."""

DECIDING, MEASURED_FIRST = 4, 3
"""Assumptions named as deciding, and as those to measure first."""

REGISTER_NOTES = 2
"""Notes on the register for which there is room."""

COMPANIONS = {2: 3, 3: 1, 4: 1}
"""Assumptions told of each plan."""

WATCHED = {2: 4, 3: 2, 4: 1}
"""What of the register is told of each plan."""

LOOKED_UP = ("share", "client-sessions")
"""Units of what an office can count in its register without working out a rate."""


class Brief:
    """A comparison on its way to paper.

    Args:
        comparison: The comparison.
        t: Texts.
        indicator: What is looked at first; without it the comparison's headline.
        sensitivity: Which parameters decide, if that was analysed.
    """

    def __init__(
        self, comparison: Comparison, t: Texts, indicator: str | None = None, sensitivity: Sensitivity | None = None
    ) -> None:
        self.t, self.comparison, self.sensitivity = t, comparison, sensitivity
        self.outcome: Outcome = outcome_of(comparison)
        self.measure = self.outcome.measure(indicator or self.outcome.headline)
        self.specs = [comparison.specifications[name] for name in self.outcome.names]
        self.plans = len(self.specs)
        self.names = [self._name(plan) for plan in range(self.plans)]
        self.others = range(1, self.plans)

    def _name(self, plan: int) -> str:
        spec = self.specs[plan]
        if plan and spec.hash == self.specs[0].hash:
            return self.t("plan_name.again", letter=letter(plan))
        return self.t("plan_name.plain", letter=letter(plan), title=self._title(spec))

    def _title(self, spec: Specification) -> str:
        return shorten(self.t.own(spec.title), LONGEST_TITLE, placeholder=" …")

    def content(self) -> dict[str, Any]:
        """Everything the template asks for."""
        answers = [self._answer(plan) for plan in self.others]
        return {
            "t": self.t,
            "language": self.t.language,
            "look": LIGHT,
            "font": charts.FONT,
            "heading": self._heading(),
            "label": "exploration" if self.comparison.assumptions == "drawn" else "illustration",
            "question": self._question(),
            "how": self._how(),
            "notices": self._notices(),
            "answers": answers,
            "dots_caption": self._dots_caption() if any(answer["chart"] for answer in answers) else "",
            "plans": [{"name": name, "swatch": charts.swatch(plan)} for plan, name in enumerate(self.names)],
            **self._plans(),
            "caveats": self._caveats(),
            "months": [self._months(measure) for measure in self._charted()],
            "table": self._table(),
            "grades": self._grades(),
            "evidence": self._evidence(),
            "watch_lead": self.t("watch.lead", months=self.t("count.months", n=self.comparison.months)),
            "watch": [line for plan in self.others for line in self._watch(plan)],
            "watch_notes": self._watch_notes(),
            "limits": self._limits(),
            **self._made(),
        }

    def drawings(self) -> dict[str, str]:
        """The charts by file name without ending."""
        dots = {f"differences-{letter(plan).lower()}": self._answer(plan)["chart"] for plan in self.others}
        months = {f"months-{one.name.replace('_', '-')}": self._months(one)["drawing"] for one in self._charted()}
        return {name: drawing for name, drawing in (dots | months).items() if drawing}

    def _heading(self) -> str:
        if self.plans == 2:
            return self._title(self.specs[1])
        return self.t("report.heading", n=self.plans - 1, baseline=self._title(self.specs[0]))

    def _called(self) -> list[str]:
        """What sentences call the plans: by name where there are two, else by letter."""
        return self.names if self.plans == 2 else [letter(plan) for plan in range(self.plans)]

    def _question(self) -> str:
        return self.t(
            "report.ask",
            months=self.t("count.months", n=self.comparison.months),
            plans=self.t("report.or").join(self._called()[1:]),
            baseline=self.names[0],
            measure=measure_name(self.t, self.measure),
        )

    def _how(self) -> str:
        return self.t(
            "report.how",
            pairs=self.t("count.pairs", n=self.comparison.pairs),
            clients=self.t("count.clients", n=self.specs[0].setting.clients),
            assumptions=self.t("report.drawn" if self.comparison.assumptions == "drawn" else "report.fixed"),
            least=quantity(self.t, self.measure, self.measure.least),
        )

    def _notices(self) -> list[str]:
        elsewhere = [plan for plan in self.others if other_people(self.specs[0], self.specs[plan])]
        overrides, lang = self.comparison.overrides, cast("Language", self.t.language)
        said = [changed("changed_plans", overrides, lang)] * bool(overrides)
        said += [self.t("answer.other_office", letter=letter(plan)) for plan in elsewhere]
        return said + [self.t("answer.missing", n=self.outcome.failed)] * bool(self.outcome.failed)

    def _answer(self, plan: int) -> dict[str, Any]:
        """The answer for one plan, in words and as a chart."""
        t, measure = self.t, self.measure
        said = findings.finding(t, self.outcome, plan, measure, self._called())
        if said is None:
            return {"verdict": self.names[plan], "sentence": t("answer.nothing"), "because": "", "chart": ""}
        tally = self.outcome.tally(plan, measure)
        width, height = DOTS[self.plans]
        below, above = findings.sides(t, plan, measure)
        left, right = (tally.worse, tally.better) if measure.higher_is_better else (tally.better, tally.worse)
        words = charts.Words(
            title=t("dots.label", sentence=said.sentence),
            axis=t("dots.axis", unit=unit_name(t, measure.shown_unit)),
            number=t.signed,
            left=t("report.side_left", said=below, n=t.number(left)),
            middle=t("report.side_same", n=t.number(tally.same)),
            right=t("report.side_right", said=above, n=t.number(right)),
        )
        chart = charts.dots(
            self.outcome.paired(plan, measure),
            least=measure.least * measure.scale,
            higher_is_better=measure.higher_is_better,
            plan=plan,
            words=words,
            width=width,
            height=height,
        )
        because = f"{said.because} {said.direction}" if self.plans == 2 else said.because
        return {"verdict": said.verdict, "sentence": said.sentence, "because": because, "chart": chart}

    def _dots_caption(self) -> str:
        said = findings.dots_caption(self.t, self.outcome, self.measure, self.others)
        tables = [self.outcome.paired(plan, self.measure) for plan in self.others]
        each = max(charts.per_mark(table, self.measure.least * self.measure.scale) for table in tables)
        return said if each == 1 else f"{said} {self.t('report.per_mark', n=each)}"

    def _plans(self) -> dict[str, Any]:
        """The levers that differ, as many as there is room for, and what else differs."""
        rows = [_without_repetition(row, self.plans <= WITH_PRACTICE) for row in levers_that_differ(self.t, self.specs)]
        shown, left = [], LINES[self.plans]
        for row in rows:
            left -= _lines(row, self.plans)
            if left >= 0:
                shown.append(row)
        hidden = [row.name[:1].lower() + row.name[1:] for row in rows if row not in shown]
        notes = [self.t("report.more", n=len(hidden), names=self._listed(hidden))] if hidden else []
        besides = other_differences(self.t, self.specs)
        if besides:
            notes.append(self.t("report.besides", names=self._listed(besides)))
        if not besides and len({spec.hash for spec in self.specs}) == 1:
            notes.append(self.t("report.alike"))
        return {"levers": shown, "lever_notes": notes}

    def _listed(self, names: Sequence[str]) -> str:
        most = NAMED[self.plans]
        said = ", ".join(names[:most])
        return self.t("report.and_more", names=said, n=len(names) - most) if len(names) > most else said

    def _caveats(self) -> list[str]:
        about = "assumptions" if self.comparison.assumptions == "drawn" else "fixed"
        return [self.t("caveats.world"), self.t(f"caveats.{about}"), self.t("caveats.persons")]

    def _charted(self) -> list[Measure]:
        return findings.charted(self.outcome, self.measure)[: CHARTS[self.plans]]

    def _months(self, measure: Measure) -> dict[str, str]:
        """One measure month by month; a measure and its twin in the register share one scale."""
        t = self.t
        bands, _ = findings.month_tables(self.outcome, measure)
        twins = [one for one in self.outcome.twin(measure) or () if findings.has_months(self.outcome, one)]
        tops = [float(findings.month_tables(self.outcome, one)[0]["high90"].max()) for one in twins]
        drawing = charts.over_time(
            bands,
            plans=range(self.plans),
            zero=measure.unit != findings.MSPSS,
            top=max(tops, default=None),
            words=charts.Words(findings.time_label(t, self.outcome, measure), t("time.axis"), t.number),
        )
        return {"name": measure_name(t, measure), "unit": unit_name(t, measure.shown_unit), "drawing": drawing}

    def _table(self) -> list[dict[str, Any]]:
        """The main measures: a row for each measure and plan."""
        names = dict.fromkeys((self.measure.name, self.outcome.headline, *TABLE[self.plans]))
        rows = []
        for measure in (self.outcome.measures[name] for name in names if name in self.outcome.measures):
            tallies = [(plan, self.outcome.tally(plan, measure)) for plan in self.others]
            known = [(plan, tally) for plan, tally in tallies if tally.pairs]
            for place, (plan, tally) in enumerate(known):
                places = digits(measure, max(abs(tally.low), abs(tally.high)) * measure.scale)
                low, middle, high = (
                    amount(self.t, measure, value, places, signed=True)
                    for value in (tally.low, tally.middle, tally.high)
                )
                counts = (self.t.number(count) for count in (tally.better, tally.same, tally.worse))
                rows.append(
                    {
                        "name": measure_name(self.t, measure),
                        "rows": 0 if place else len(known),
                        "plan": letter(plan),
                        "counts": " / ".join(counts),
                        "middle": middle,
                        "range": "–" if tally.verdict == "few" else self.t("report.between", low=low, high=high),
                        "unit": unit_name(self.t, measure.shown_unit),
                    }
                )
        return rows

    def _grades(self) -> list[dict[str, Any]]:
        of_model = [parameter.grade for parameter in parameters().values()]
        of_place = [backing.grade for backing in self.specs[0].evidence.values()]
        return [
            {
                "meaning": self.t.own(meaning),
                "model": self.t.number(of_model.count(grade)),
                "place": self.t.number(of_place.count(grade)),
            }
            for grade, meaning in GRADES.items()
        ]

    def _evidence(self) -> list[str]:
        """The assumptions that matter: by an analysis that was made, and by the pairs at hand."""
        t, said = self.t, []
        if self.sensitivity is not None:
            said.append(self._ranked(self.sensitivity))
        most = COMPANIONS[self.plans]
        weak: dict[str, str] = {}
        for plan in self.others:
            found = companions(self.comparison, self.outcome.names[plan], self.measure.name)
            if found is None:
                return [*said, t("evidence.not_told", n=FEWEST)]
            for one in found[:most]:
                if one.parameter.grade != MEASURED_HERE:
                    weak[one.parameter.name] = t.own(one.parameter.meaning)
            names = "; ".join(
                t(
                    f"companion.{self.measure.sense}.{'up' if one.correlation > 0 else 'down'}",
                    meaning=t.own(one.parameter.meaning),
                    letter=letter(plan),
                    grade=t.own(GRADES[one.parameter.grade]),
                )
                for one in found[:most]
            )
            said.append(
                t("evidence.companions", n=len(found[:most]), letter=letter(plan), names=names)
                if found
                else t("evidence.nothing_stands_out", letter=letter(plan))
            )
        if weak and self.sensitivity is None and self.plans == 2:
            said.append(t("evidence.measure_first", names="; ".join([*weak.values()][:MEASURED_FIRST])))
        return said

    def _ranked(self, made: Sensitivity) -> str:
        table = parameters()
        names = [str(name) for name in made.table["parameter"].head(DECIDING)]
        first = (
            made.table.dropna(subset=["measure_first"]).sort_values("measure_first")["parameter"].head(MEASURED_FIRST)
        )
        about = measure_name(self.t, self.outcome.measure(made.indicator))
        deciding = "; ".join(self.t.own(table[name].meaning) for name in names)
        said = self.t("evidence.ranked", method=made.method, measure=about, names=deciding)
        weak = "; ".join(self.t.own(table[str(name)].meaning) for name in first)
        return f"{said} {self.t('evidence.measure_first', names=weak)}" if weak else said

    def _watch(self, plan: int) -> list[str]:
        """What the register would show of one plan: the measures in it that tell it most clearly from the baseline."""
        t, told = self.t, []
        for measure in self.outcome.measures.values():
            twin = self.outcome.twin(measure)
            tally = self.outcome.tally(plan, measure)
            of_register = twin is not None and twin[1] == measure and measure.unit in LOOKED_UP
            if of_register and tally.pairs and tally.verdict not in ("same", "unclear", "few"):
                told.append((-max(tally.better, tally.worse) / tally.pairs, measure))
        clearest = [measure for _, measure in sorted(told, key=lambda one: one[0])][: WATCHED[self.plans]]
        lines = []
        for measure in clearest:
            middles = self.outcome.paired(plan, measure)[["baseline", "value"]].median() / measure.scale
            here, there = (quantity(t, measure, float(middles[side])) for side in ("baseline", "value"))
            name = measure_name(t, measure)
            lines.append(t("watch.line", letter=letter(plan), measure=name, there=there, here=here))
        return lines or [t("watch.nothing", letter=letter(plan))]

    def _watch_notes(self) -> list[str]:
        """What the register would say of the measure looked at, where it misleads."""
        twin = self.outcome.twin(self.measure)
        said = [self.t("watch.missing")]
        for plan in self.others if twin is not None else ():
            tallies = [self.outcome.tally(plan, one) for one in twin or ()]
            verdicts = {one.verdict for one in tallies}
            if twin is not None and len(verdicts) > 1 and "few" not in verdicts:
                said.append(findings.beside_the_register(self.t, self.outcome, plan, twin))
        return said[:REGISTER_NOTES]

    def _limits(self) -> list[str]:
        ranges, table = [], self.comparison.summary
        for plan in self.others:
            at = (table["scenario"] == self.outcome.names[plan]) & (table["indicator"] == self.measure.name)
            low, high = (PER * float(table[at].iloc[0][name]) for name in ("better_low", "better_high"))
            if math.isfinite(low):
                ends = {"low": self.t.number(math.floor(low)), "high": self.t.number(math.ceil(high))}
                ranges.append(self.t("limits.range", letter=letter(plan), **ends))
        surer = [self.t("limits.surer", ranges="; ".join(ranges))] if ranges else []
        months = self.t("count.months", n=self.comparison.months)
        return [*surer, self.t("limits.world"), self.t("limits.slow"), self.t("limits.horizon", months=months)]

    def _made(self) -> dict[str, Any]:
        """How these numbers are named and made again."""
        from experiments.jobs import code_version
        from experiments.store import versions

        asked = citing.asked(self.comparison)
        plans = citing.plans(self.comparison)
        more = [word for each in as_text(self.comparison.overrides).items() for word in ("--set", "=".join(each))]
        more += ["--indicator", self.measure.name] * (self.measure.name != self.outcome.headline)
        more += ["--language", self.t.language, "--out", "report.html"]
        hashes = ", ".join(f"{letter(plan)} {name}" for plan, name in enumerate(self.outcome.hashes))
        run = citing.run_id(self.outcome.hashes, **asked)
        files = ", ".join(name for plan, name in enumerate(plans) if name == citing.plan_file(plan))
        made = [self.t("again.identity", run=run, hashes=hashes, seed=self.comparison.seed)]
        made += [self.t("made.files", files=files)] * bool(files)
        versions_ = ", ".join(f"{name} {number}" for name, number in versions().items())
        made.append(self.t("made.versions", versions=versions_, code=code_version()))
        return {"run": run, "command": citing.command_line("report", plans, **asked, more=more), "made": made}


def _without_repetition(row: Row, practice: bool) -> Row:
    """The row with each practice told once: a plan that does as the baseline does keeps its number and level."""
    first, *others = row.cells if practice else [replace(cell, practice="") for cell in row.cells]
    others = [replace(cell, practice="") if cell.practice == first.practice else cell for cell in others]
    return Row(row.name, (first, *others))


def _lines(row: Row, plans: int) -> int:
    """About how many lines a row takes."""
    first, other = LETTERS[plans]
    heights = [
        math.ceil(len(f"{cell.value}: {cell.level}") / other) + math.ceil(len(cell.practice) / other)
        for cell in row.cells
    ]
    return max(math.ceil(len(row.name) / first), *heights)
