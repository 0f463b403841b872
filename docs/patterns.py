"""The patterns a credible model should show at once, looked at and printed with figures; nothing here is fitted.

Targets are the rows V of the evidence; facts are what must hold without being forced. Plans compared live side by side:
the same people, the same past, the same luck. Every difference is the mean over replicates with its standard error.

    python docs/patterns.py --replicates 6
    python docs/patterns.py --replicates 20 --part counsellors
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.activities import ACTIVITIES
from agents.chance import Stream, uniform
from agents.clients import Status, Work
from experiments import cohort
from model import ReintegrationModel
from scenarios import Specification, grid, load, parameters

Plan = dict[str, object]
Flags = NDArray[np.bool_]

FUNDING, PEOPLE, COORDINATION = "levers.funding.", "levers.human_resources.", "levers.coordination."
#: two hundred clients and enough money, rooms and hours for all of them; levers of coordination as in Wonosari
AMPLE: Plan = {
    "setting.clients": 200,
    f"{FUNDING}annual_budget_idr": 1_500_000_000,
    f"{FUNDING}administration_share": 0.1,
    f"{FUNDING}fixed_share": 1,
    f"{FUNDING}irregular_share": 0,
    f"{FUNDING}outside_share": 0,
    f"{FUNDING}first_money_month": 1,
    f"{FUNDING}room_slots_per_month": 800,
    f"{PEOPLE}counsellors": 4,
    f"{PEOPLE}members_per_group": 12,
    f"{PEOPLE}recruits_per_year": 80,
    f"{PEOPLE}hours_per_member_month": 16,
}
QUALITY: Plan = {
    f"{COORDINATION}written_procedure": 1,
    f"{COORDINATION}shared_register_coverage": 0.9,
    f"{COORDINATION}forum_meetings_per_year": 12,
    f"{PEOPLE}coaching_sessions_per_year": 12,
    f"{PEOPLE}certification_places_per_year": 60,
}


def lived(
    specs: Mapping[str, Specification], replicates: int, months: int = 36
) -> tuple[ReintegrationModel, pd.DataFrame]:
    """The specifications side by side after ``months``; indicators by plan and replicate.

    To the indicators come ``offences_supervised``, new offences during supervision, and the mean monthly hazard over
    the last year of clients who did not come back from custody: ``mean_hazard`` of all who are followed,
    ``hazard_supervised`` of those under supervision.
    """
    model = ReintegrationModel(list(specs.values()), seed=11, replicates=range(replicates))
    clients = model.tables["clients"]
    width = len(model.tables["offices"])
    offences, hazard, at_risk = np.zeros(width), np.zeros((2, width)), np.zeros((2, width))
    for month in range(months):
        model.step()
        office, out = clients.office, month - clients.release_month
        supervised = out < clients.term_months
        offences += np.bincount(office[clients.offended & supervised], minlength=width)
        if month >= months - 12:
            seen = (clients.hazard > 0) & ~clients.returned
            for kind, who in enumerate((seen, seen & supervised)):
                hazard[kind] += np.bincount(office[who], clients.hazard[who], minlength=width)
                at_risk[kind] += np.bincount(office[who], minlength=width)
    mean, mean_supervised = hazard / at_risk
    frame = model.indicators().assign(offences_supervised=offences, mean_hazard=mean, hazard_supervised=mean_supervised)
    frame["plan"] = [list(specs)[number] for number in model.tables["offices"].specification]
    return model, frame.set_index(["plan", "replicate"])


def against(frame: pd.DataFrame, base: str, plan: str, *indicators: str) -> None:
    """Print the mean paired difference of ``plan`` from ``base``, its standard error and the ratio of the means."""
    for name in indicators:
        before, after = frame.loc[base, name], frame.loc[plan, name]
        gain = after - before
        error, ratio = gain.std(ddof=1) / np.sqrt(len(gain)), after.mean() / before.mean()
        print(
            f"  {plan:48s} {name:28s} {before.mean():10.5g} -> {after.mean():10.5g}  "
            f"{gain.mean():+.4g} (se {error:.2g})  ratio {ratio:.3f}"
        )


def wonosari(*plans: Plan) -> Specification:
    """Wonosari with what the plans change, the later ones over the earlier."""
    changes: Plan = {}
    for plan in plans:
        changes |= plan
    return load("wonosari", changes)


def only(activity: str) -> Plan:
    """All money for activities on one of them, without help of other agencies."""
    shares = {f"{FUNDING}activity_shares.{name}": float(name == activity) for name in ACTIVITIES}
    return {**shares, f"{COORDINATION}referral_agreements.ngo": 0, "levers.community.outreach_events_per_year": 0}


def targets(replicates: int) -> None:
    """V1 to V4 and V10 to V14 of both offices as they are."""
    for name in ("wonosari", "purwokerto"):
        model, frame = lived({name: load(name)}, replicates)
        mean = frame.mean(numeric_only=True)
        risk, events = model.record.at_risk.sum(axis=0), model.record.first_reoffences.sum(axis=0)
        hazard = events[:36] / risk[:36]
        yearly = [1 - np.prod(1 - hazard[year : year + 12]) for year in (0, 12, 24)]
        smooth = np.convolve(hazard, np.ones(5) / 5, "valid")
        clients = model.tables["clients"]
        stock = (clients.status == Status.SUPERVISED) | (clients.status == Status.OUT_OF_CONTACT)
        pb = np.mean(clients.release_type[stock] == 0)
        print(f"\n{name}, {replicates} replicates of 36 months")
        for label, value, band in (
            ("V1  of who re-offends in 36 months, in 12", mean.reoffending_12m / mean.reoffending_36m, "0.30-0.65"),
            ("    hazard in year 1", yearly[0], ""),
            ("    hazard in year 2", yearly[1], ""),
            ("    hazard in year 3", yearly[2], "below year 2"),
            ("    month of the highest hazard", float(3 + smooth.argmax()), "first year"),
            ("V2  re-offending by month 24", mean.reoffending_24m, "0.10-0.25"),
            ("V3  recorded failures a client-year", mean.recorded_failure_per_client_year, "0.003-0.025"),
            ("    of these revocations", mean.revocation_per_client_year, ""),
            ("V4  clients in work", mean.employed_share, "0.65-0.80"),
            ("    as recorded", mean.employed_share_recorded, ""),
            ("V10 PB among those under supervision", pb, "0.65-0.95"),
            ("V11 women", np.mean(clients.female), "0.02-0.06"),
            ("V12 clients a counsellor", mean.clients_per_counsellor, "25-140"),
            ("V13 clients served in a month", mean.coverage_current, "0.01-0.10"),
            ("V14 difficulty of access", mean.access_difficulty, "0.45-0.65"),
            ("    who want help, none in a year or since release", mean.unmet_need, "0.45-0.65"),
            ("    discrimination reported", mean.discrimination_reported, "about 0.55"),
        ):
            print(f"  {label:50s} {value:8.4f}   {band}")


def counsellors(replicates: int) -> None:
    """V18, X-14: fewer clients a counsellor alone, and with procedure and trained members."""
    measures = ("offences_supervised", "hazard_supervised", "offences", "mean_hazard", "revocation_per_client_year")
    shipped = {
        "wonosari": load("wonosari"),
        "counsellors alone": load("wonosari-tripled-counsellors"),
        "quality alone": load("wonosari-tripled-counsellors-quality", {f"{PEOPLE}counsellors": 14}),
        "both": load("wonosari-tripled-counsellors-quality"),
        "all remedies": load("wonosari-everything"),
        "all remedies and counsellors": load("wonosari-everything", {f"{PEOPLE}counsellors": 42}),
    }
    print(f"\nV18 in Wonosari: counsellors 14 -> 42, {replicates} pairs")
    _, frame = lived(shipped, replicates)
    for plan in list(shipped)[1:]:
        against(frame, "wonosari", plan, *measures)
    staff: Plan = {f"{PEOPLE}counsellors": 12}
    ample = {
        "ample": wonosari(AMPLE),
        "counsellors alone": wonosari(AMPLE, staff),
        "quality alone": wonosari(AMPLE, QUALITY),
        "both": wonosari(AMPLE, QUALITY, staff),
    }
    print(f"V18 where nothing else is scarce: 200 clients, counsellors 4 -> 12, {replicates} pairs")
    _, frame = lived(ample, replicates)
    for plan in list(ample)[1:]:
        against(frame, "ample", plan, *measures)


def referral(replicates: int) -> None:
    """X-04: agreements and a procedure bring help sooner; what sooner and later referral do to re-offending."""
    base: Plan = {**AMPLE, f"{COORDINATION}forum_meetings_per_year": 12, "parameters.agency_places_per_client_year": 0}
    agreed: Plan = {f"{COORDINATION}referral_agreements.{who}": 1 for who in ("dinas_sosial", "dinas_tenaga_kerja")}
    specs = {
        "forum": wonosari(base),
        "agreements with all agencies": wonosari(base, agreed),
        "referral after 2.5 months in the mean": wonosari(base, {"parameters.referral_base": 0.4}),
        "referral after 10 months in the mean": wonosari(base, {"parameters.referral_base": 0.1}),
    }
    print(f"\nX-04 early referral, nothing scarce, other agencies' places left out, {replicates} pairs")
    _, frame = lived(specs, replicates)
    for plan in list(specs)[1:]:
        against(frame, "forum", plan, "months_to_first_service", "reoffending_12m", "reoffending_36m", "mean_hazard")
    shipped = {"wonosari": load("wonosari"), "wonosari-early-referral": load("wonosari-early-referral")}
    _, frame = lived(shipped, replicates)
    against(frame, "wonosari", "wonosari-early-referral", "months_to_first_service", "coverage_ever", "reoffending_12m")


def courses(replicates: int) -> None:
    """P-09, X-05, X-06: a place for everybody who asks, in short or in certified courses; the same people untrained."""
    rich: Plan = {**AMPLE, f"{FUNDING}annual_budget_idr": 9_000_000_000}
    specs = {name: wonosari(rich, only(name)) for name in ("outreach", "vocational", "certified_course")}
    model, _ = lived(specs, replicates)
    clients, offices = model.tables["clients"], model.tables["offices"]
    plan_of = offices.specification[clients.office]
    print(
        f"\nP-09 courses for everybody who asks, each trained client against the same one untrained, {replicates} pairs"
    )
    for number, name in enumerate(specs):
        if number == 0:
            continue
        trained = np.flatnonzero(
            (plan_of == number) & (clients.first_service_month >= 0) & (clients.release_month >= 0)
        )
        untrained = np.flatnonzero(plan_of == 0)
        _, at, other = np.intersect1d(clients.key[trained], clients.key[untrained], return_indices=True)
        with_course, without = trained[at], untrained[other]
        print(
            f"  {name}: {len(at)} clients trained, {np.mean(clients.certificate[with_course]):.2f} with a certificate"
        )
        for what, values in (
            ("in work at the end", clients.work != Work.NONE),
            ("in formal work", clients.work == Work.FORMAL),
            ("in a business of their own", clients.work == Work.BUSINESS),
            ("re-offended", clients.reoffended),
        ):
            _same_people(what, values[with_course], values[without])


def _same_people(what: str, after: Flags, before: Flags) -> None:
    gain = after.astype(np.float64) - before
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    ratio = after.mean() / before.mean()
    means = f"{before.mean():.4f} -> {after.mean():.4f}"
    print(f"    {what:44s} {means}  {gain.mean():+.4f} (se {error:.4f})  ratio {ratio:.3f}")


def stigma(replicates: int) -> None:
    """G-01: more stigma in the villages, and what is left of its effect when a path is closed."""
    closed: dict[str, Plan] = {
        "all paths open": {},
        "work does not act on the hazard": {"parameters.hazard_ratio_employed": 1},
        "nor commitment, companionship and guidance": {
            "parameters.hazard_ratio_employed": 1,
            "parameters.hazard_ratio_commitment": 1,
            "parameters.hazard_ratio_companionship": 1,
            "parameters.hazard_ratio_case_management": 1,
        },
    }
    print(f"\nG-01 community stigma 0.8 against 0.3, {replicates} pairs")
    for label, plan in closed.items():
        mild, harsh = (wonosari(plan, {"setting.community_stigma": level}) for level in (0.3, 0.8))
        _, frame = lived({"mild": mild, label: harsh}, replicates)
        against(
            frame, "mild", label, "mean_hazard", "offences", *(("employed_share", "confidence") if not plan else ())
        )


def contact(replicates: int) -> None:
    """G-05: repeated contact against lectures, where villages are many and where they are few."""
    events = "levers.community.outreach_events_per_year"
    for villages in (144, 12):
        scene: Plan = {**AMPLE, "setting.villages": villages, "levers.community.media_reach": 0, events: 0}
        specs = {
            "neither": wonosari(scene),
            "media reach half of all villagers": wonosari(scene, {"levers.community.media_reach": 0.5}),
            "26 events a year": wonosari(scene, {events: 26}),
            "144 events a year": wonosari(scene, {events: 144}),
        }
        print(f"\nG-05 contact against lectures, {villages} villages, {replicates} pairs")
        _, frame = lived(specs, replicates)
        for plan in list(specs)[1:]:
            against(frame, "neither", plan, "village_stigma", "spent_idr")


def job_offer(replicates: int) -> None:
    """V6: an informal job given at random to half of those without work in month 6, once; and the raw contrast."""
    worlds = [ReintegrationModel("wonosari", seed=11, replicates=range(replicates)) for _ in range(2)]
    for model in worlds:
        for _ in range(6):
            model.step()
    clients = worlds[0].tables["clients"]
    free = (clients.status == Status.SUPERVISED) & ~clients.reoffended
    idle = np.flatnonzero(free & (clients.work == Work.NONE))
    offered = idle[uniform(Stream.PARAMETER, 0, clients.key[idle]) < 0.5]
    held = np.setdiff1d(idle, offered)
    fresh = clients.release_month >= 6 - 3
    clients.write(offered, {"work": np.full(len(offered), Work.INFORMAL, dtype=np.int8)})
    worlds[0].read_afresh()
    for model in worlds:
        for _ in range(24):
            model.step()
    given, not_given = (model.tables["clients"].reoffended for model in worlds)
    print(f"\nV6 job offer at random, {len(offered)} offered in {replicates} replicates, re-offended in 24 months")
    _same_people("offered, the same people without the offer", given[offered], not_given[offered])
    for label, chosen in (("within three months of release", fresh), ("later", ~fresh)):
        rows = offered[chosen[offered]]
        _same_people(f"{label}, {len(rows)} clients", given[rows], not_given[rows])
    print(f"    two groups: offered {given[offered].mean():.4f}, not {given[held].mean():.4f}")
    people = cohort("wonosari", clients=1000 * replicates, months=24, seed=11, monthly=True)
    sums = people[people.at_risk].groupby(["month", "employed"]).hazard.agg(["sum", "size"]).unstack().dropna()
    whole = sums["size"].sum(axis=1)
    working = (sums["sum", 1] * sums["size", 0] / whole).sum()
    resting = (sums["sum", 0] * sums["size", 1] / whole).sum()
    print(f"    raw contrast of a cohort's hazards, month by month: {working / resting:.3f}")
    print(f"    put in as the effect of work: {parameters()['hazard_ratio_employed'].value}")


def bottlenecks(replicates: int) -> None:
    """Hours bind or money binds: twice of what binds, twice of what does not."""
    money: Plan = {f"{FUNDING}annual_budget_idr": 360_000_000}
    hours: Plan = {f"{PEOPLE}hours_per_member_month": 16}
    few: Plan = {f"{PEOPLE}members_per_group": 1, f"{PEOPLE}hours_per_member_month": 2}
    tight: Plan = {f"{FUNDING}annual_budget_idr": 1_800_000_000}
    for label, scene, more in (
        ("Wonosari as it is", {}, {"twice the money": money, "twice the hours": hours}),
        (
            "one member a group, two hours a month, ten times the money",
            {**few, **tight},
            {
                "twice the money": {f"{FUNDING}annual_budget_idr": 3_600_000_000},
                "twice the hours": {f"{PEOPLE}hours_per_member_month": 4},
            },
        ),
    ):
        specs = {"as it is": wonosari(scene), **{name: wonosari(scene, plan) for name, plan in more.items()}}
        print(f"\nbottlenecks, {label}, {replicates} pairs")
        _, frame = lived(specs, replicates)
        binding = frame.loc["as it is", ["binding_money", "binding_hours", "binding_rooms"]].mean()
        print("  " + ", ".join(f"{name} {value:.2f}" for name, value in binding.items()))
        for plan in more:
            against(frame, "as it is", plan, "sessions_held", "coverage_ever")


def three_levers(replicates: int) -> None:
    """The corners of the shipped grid: money, people, coordination, low or high; alone and together."""
    corners = {name: spec for name, spec in grid("wonosari-grid").items() if "mid" not in name}
    _, frame = lived(corners, replicates)
    names = {name: name.removeprefix("wonosari-grid-") for name in corners}
    print(f"\ngrid funding-people-coordination, {replicates} replicates")
    shown = (
        "sessions_held",
        "coverage_ever",
        "employed_share",
        "reintegration_index",
        "mean_hazard",
        "reoffending_24m",
    )
    means = frame.rename(index=names, level=0)[list(shown)].groupby(level=0).mean()
    print(means.round(4).to_string())
    low, high = means.loc["low-low-low"], means.loc["high-high-high"]
    alone = means.loc[["high-low-low", "low-high-low", "low-low-high"]] - low
    print("  sum of the three alone / all together:")
    print("  " + ", ".join(f"{name} {alone[name].sum():+.4f} / {high[name] - low[name]:+.4f}" for name in shown))


def drawn(replicates: int) -> None:
    """The bands of the targets, when assumptions are drawn from their ranges as comparisons do."""
    model = ReintegrationModel(load("wonosari"), seed=11, replicates=range(replicates), assumptions="drawn")
    for _ in range(36):
        model.step()
    told, inside = model.indicators(), np.ones(replicates, dtype=bool)
    print(f"\nWonosari, {replicates} draws of the assumptions: lowest tenth, middle, highest tenth, share in the band")
    for name, low, high in (
        ("reoffending_24m", 0.10, 0.25),
        ("recorded_failure_per_client_year", 0.003, 0.025),
        ("employed_share", 0.65, 0.80),
        ("coverage_current", 0.01, 0.10),
        ("access_difficulty", 0.45, 0.65),
        ("discrimination_reported", 0.45, 0.65),
    ):
        within = told[name].between(low, high)
        inside &= within
        spread = " ".join(f"{value:8.4f}" for value in told[name].quantile([0.1, 0.5, 0.9]))
        print(f"  {name:36s} {spread}   {within.mean():.2f} in {low} to {high}")
    print(f"  all of them at once: {inside.sum()} of {replicates}")


def drift(replicates: int) -> None:
    """What moves in five years in which nothing is changed."""
    model = ReintegrationModel(load("wonosari"), seed=11, replicates=range(replicates))
    for _ in range(60):
        model.step()
    by_month = model.history.groupby("month").mean(numeric_only=True)
    yearly = by_month[["offences", "custody_cost_idr"]].diff(12).loc[[13, 24, 36, 48, 60]]
    states = ["clients_per_counsellor", "members_active", "employed_share", "mspss_friends", "village_stigma"]
    print(f"\nWonosari, {replicates} replicates of 60 months: sums of the last year, states of the month")
    print(pd.concat([yearly, by_month.loc[yearly.index, states]], axis=1).round(3).to_string())


def ages(replicates: int) -> None:
    """V7: failures within three years of release by age at release, and re-offending by months of work."""
    people = cohort("wonosari", clients=2500 * replicates, months=36, seed=11)
    band = pd.cut(people["age_at_release"], [0, 25, 35, 45, 55, 200], right=False)
    failed = people.groupby(band, observed=True)["reoffended"].agg(["size", "mean"])
    print(f"\nV7 re-offended within 36 months by age at release, {len(people)} clients")
    print(failed.round(4).to_string())
    print(f"  under 25 against 45 to 55: {failed['mean'].iloc[0] / failed['mean'].iloc[3]:.2f}   1.4-2.2")
    print(f"  under 25 against 55 and over: {failed['mean'].iloc[0] / failed['mean'].iloc[4]:.2f}   1.4-2.2")
    months = cohort("wonosari", clients=500 * replicates, months=24, seed=11, monthly=True)
    working = months[months["status"] != "custody"].groupby("month")["employed"].mean()
    print("V4 in work by month since release:", working.loc[[1, 3, 6, 8, 12, 18, 24]].round(3).to_dict())


PARTS: dict[str, Callable[[int], None]] = {
    each.__name__: each
    for each in (
        targets,
        drawn,
        drift,
        ages,
        counsellors,
        referral,
        courses,
        stigma,
        contact,
        job_offer,
        bottlenecks,
        three_levers,
    )
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=6)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    asked = parser.parse_args()
    for name in asked.part or PARTS:
        PARTS[name](asked.replicates)


if __name__ == "__main__":
    main()
