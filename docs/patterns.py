"""The patterns a credible model should show at once, looked at and printed with figures; nothing here is fitted.

The targets V1 to V4 and V10 to V14, for Wonosari and Purwokerto as they are; then the structural facts:
fewer clients for each counsellor, early referral, where stigma works, contact against lectures, and a job programme
offered at random (V6). Paired differences are over replicates that share people and luck.

    python docs/patterns.py --replicates 20
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from agents.clients import Status, Work
from model import ReintegrationModel
from scenarios import Specification, load

Plan = dict[str, object]


def lived(specs: list[Specification], months: int, replicates: int) -> ReintegrationModel:
    """A model of these specifications after ``months``."""
    model = ReintegrationModel(specs, seed=11, replicates=range(replicates))
    for _ in range(months):
        model.step()
    return model


def targets(name: str, replicates: int) -> None:
    """Print V1 to V4 and V10 to V14 of a scenario as it is."""
    model = lived([load(name)], 36, replicates)
    mean = model.indicators().drop(columns=["scenario", "replicate"]).mean()
    risk, events = model.record.at_risk.sum(axis=0), model.record.first_reoffences.sum(axis=0)
    hazard = events[:36] / risk[:36]
    yearly = [1 - np.prod(1 - hazard[year : year + 12]) for year in (0, 12, 24)]
    clients = model.tables["clients"]
    stock = (clients.status == Status.SUPERVISED) | (clients.status == Status.OUT_OF_CONTACT)
    print(f"\n{name}, {replicates} replicates of 36 months")
    print(f"  V1  month 12 / month 36 of re-offending  {mean.reoffending_12m / mean.reoffending_36m:.2f}   0.30-0.65")
    print(f"      hazard in years 1, 2, 3                {yearly[0]:.3f} {yearly[1]:.3f} {yearly[2]:.3f}")
    print(f"      month of the highest hazard            {1 + int(np.convolve(hazard, np.ones(3), 'same').argmax())}")
    print(f"  V2  re-offending by month 24               {mean.reoffending_24m:.3f}  0.10-0.25")
    print(f"  V3  recorded failure a client-year         {mean.recorded_failure_per_client_year:.4f} 0.003-0.025")
    print(f"  V4  clients in work                        {mean.employed_share:.3f}  0.65-0.80")
    pb = np.mean(clients.release_type[stock] == 0)
    print(f"  V10 PB among those under supervision       {pb:.3f}  0.65-0.95")
    print(f"  V11 women                                  {np.mean(clients.female):.3f}  0.02-0.06")
    print(f"  V12 clients a counsellor                   {mean.clients_per_counsellor:.0f}     25-140")
    print(f"  V13 clients served in a month              {mean.coverage_current:.3f}  0.01-0.10")
    print(f"  V14 difficulty of access (0.63)            {mean.access_difficulty:.2f}")
    print(f"      discrimination reported (0.55)         {mean.discrimination_reported:.2f}")


def contrast(label: str, before: Plan, after: Plan, indicator: str, replicates: int, months: int = 36) -> None:
    """Print the mean paired difference of an indicator and its standard error."""
    model = lived([load("wonosari", before), load("wonosari", after)], months, replicates)
    values = model.indicators()[indicator].to_numpy()
    difference: NDArray[np.float64] = values[1::2] - values[0::2]
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    ratio = values[1::2].mean() / values[0::2].mean()
    print(f"  {label:58s} {indicator:22s} {difference.mean():+.4f} (se {error:.4f}), ratio {ratio:.3f}")


def facts(replicates: int) -> None:
    """Print the structural facts."""
    money: Plan = {
        "setting.clients": 200,
        "levers.funding.annual_budget_idr": 600_000_000,
        "levers.funding.fixed_share": 1,
        "levers.funding.irregular_share": 0,
        "levers.funding.outside_share": 0,
        "levers.funding.first_money_month": 1,
        "levers.funding.room_slots_per_month": 800,
        "levers.human_resources.members_per_group": 12,
        "levers.human_resources.recruits_per_year": 80,
        "levers.human_resources.hours_per_member_month": 16,
    }
    staff: Plan = {"levers.human_resources.counsellors": 42}
    quality: Plan = {
        "levers.coordination.written_procedure": 1,
        "levers.human_resources.coaching_sessions_per_year": 12,
        "levers.human_resources.certification_places_per_year": 60,
    }
    print(f"\nstructural facts, {replicates} pairs")
    contrast("X-14 three times the counsellors, nothing else", {}, staff, "reoffending_24m", replicates)
    contrast("     three times the counsellors, nothing else", {}, staff, "revocation_per_client_year", replicates)
    contrast("     procedure and trained members", money, {**money, **quality}, "reoffending_24m", replicates)
    contrast("     both", money, {**money, **quality, **staff}, "reoffending_24m", replicates)
    agreements: Plan = {"levers.coordination.referral_agreements": 4}
    contrast("X-04 early referral", money, {**money, **agreements}, "reoffending_12m", replicates)
    contrast("     early referral", money, {**money, **agreements}, "months_to_first_service", replicates)
    harsh: Plan = {**money, "setting.community_stigma": 0.8}
    mild: Plan = {**money, "setting.community_stigma": 0.3}
    contrast("G-01 stigma 0.8 against 0.3", mild, harsh, "reoffending_24m", replicates)
    no_jobs: Plan = {"parameters.hazard_ratio_employed": 1}
    contrast("     the same where work does not act on the hazard", {**mild, **no_jobs}, {**harsh, **no_jobs},
             "reoffending_24m", replicates)  # fmt: skip
    lectures: Plan = {"levers.community.media_reach": 0.5, "levers.community.outreach_events_per_year": 0}
    contact: Plan = {"levers.community.outreach_events_per_year": 400}
    contrast("G-05 media reaching half of all villagers", money, {**money, **lectures}, "village_stigma", replicates)
    contrast("     joint events", money, {**money, **contact}, "village_stigma", replicates)


def job_offer(replicates: int) -> None:
    """Print V6: half of the clients without work are given an informal job at random in month 6, once."""
    model = lived([load("wonosari")], 6, replicates)
    clients = model.tables["clients"]
    idle = np.flatnonzero((clients.status == Status.SUPERVISED) & (clients.work == Work.NONE) & ~clients.reoffended)
    offered = idle[clients.key[idle] % np.uint64(2) == 0]
    held = np.setdiff1d(idle, offered)
    clients.write(offered, {"work": np.full(len(offered), Work.INFORMAL, dtype=np.int8)})
    model.read_afresh()
    raw = model.tables["clients"].work != Work.NONE
    at_start = np.flatnonzero((clients.status == Status.SUPERVISED) & ~clients.reoffended)
    working, not_working = at_start[raw[at_start]], at_start[~raw[at_start]]
    for _ in range(24):
        model.step()
    share = {name: clients.reoffended[rows].mean() for name, rows in
             {"offered": offered, "held": held, "working": working, "not": not_working}.items()}  # fmt: skip
    print(f"\nV6 randomised job offer, {len(offered)} offered, {len(held)} not: "
          f"re-offending in 24 months {share['offered']:.3f} against {share['held']:.3f}, "
          f"ratio {share['offered'] / share['held']:.2f} (0.80-1.00)")  # fmt: skip
    print(f"   raw contrast of all at the same moment: in work {share['working']:.3f}, not {share['not']:.3f}, "
          f"ratio {share['working'] / share['not']:.2f}")  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=20)
    asked = parser.parse_args()
    for name in ("wonosari", "purwokerto"):
        targets(name, asked.replicates)
    facts(asked.replicates)
    job_offer(asked.replicates)


if __name__ == "__main__":
    main()
