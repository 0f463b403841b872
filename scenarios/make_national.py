"""Writes the national table from published totals and spreads: `python -m scenarios.make_national`.

Published are 94 offices (L-02), 187,643 clients (L-01), 2,851 counsellors (L-03), caseloads between 25 and 139 (L-05),
42 % of offices that actively involve Pokmas (P-05) and 10 to 35 partner groups where they do (V13). Not published is
how clients, villages, unemployment and wages spread over offices: each column takes evenly spaced quantiles of a plain
distribution around what is known of a few places, handed to the offices in an order that a hash shuffles. So there is
no chance in it, and the same script writes the same bytes.
"""

from __future__ import annotations

import hashlib
import math
from importlib import resources
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OFFICES = 94
CLIENTS = 187_643
COUNSELLORS = 2_851
CASELOADS = (25.0, 139.0)
ACTIVE_SHARE = 0.42
GROUPS = (10, 35)
INFORMAL_SHARE = 0.5911

SEED = "national table 1"
FIELDS_OF_GROUPS = {"self_reliance": 0.4, "personality": 0.3, "legal": 0.1, "community": 0.2}

HEAD = """\
# Made-up offices. Only totals and spreads are published: 94 Bapas (L-02), 187,643 clients (L-01), 2,851 counsellors
# (L-03), 25 to 139 clients a counsellor (L-05), 42 % of Bapas that actively involve Pokmas (P-05), 10 to 35 groups
# there (V13).
# No row is a real office. Written by `python -m scenarios.make_national`; what a row leaves open is as in wonosari.
"""


def table() -> str:
    """The whole table as text."""
    clients = _to_total([_lognormal(1700, 0.55, u) for u in _shuffled("clients")], CLIENTS)
    villages = [round(144 * (1300 / 144) ** u) for u in _shuffled("villages")]
    groups = _groups()
    columns: dict[str, list[str]] = {
        "office": [f"{number:02d}" for number in range(1, OFFICES + 1)],
        "setting.clients": [str(each) for each in clients],
        "setting.villages": [str(each) for each in villages],
        "setting.area_radius_km": [_radius(each) for each in villages],
        "setting.open_unemployment_rate": _column("unemployment", _unemployment),
        "setting.informal_share": [str(INFORMAL_SHARE)] * OFFICES,
        "setting.monthly_wage_idr": _column("wage", _wage),
        "levers.funding.annual_budget_idr": _budgets(clients),
        "levers.funding.room_slots_per_month": [str(12 * each or 20) for each in groups],
        "levers.human_resources.counsellors": [str(each) for each in _counsellors(clients)],
        **{
            f"levers.human_resources.groups_{field}": [str(_of_field(each)[field]) for each in groups]
            for field in FIELDS_OF_GROUPS
        },
        "levers.human_resources.recruits_per_year": [f"{round(2.1 * each)}" for each in groups],
    }
    rows = zip(*columns.values(), strict=True)
    return HEAD + "".join(f"{','.join(row)}\n" for row in (columns, *rows))


def _shuffled(column: str, count: int = OFFICES) -> list[float]:
    """Evenly spaced probabilities (0.5, 1.5, ... over `count`), in the order of a hash of seed, column and place."""

    def key(place: int) -> str:
        return hashlib.sha256(f"{SEED}:{column}:{place}".encode()).hexdigest()

    places = sorted(range(count), key=key)
    return [(place + 0.5) / count for place in places]


def _lognormal(median: float, sigma: float, u: float) -> float:
    return median * math.exp(sigma * NormalDist().inv_cdf(u))


def _column(name: str, of: Callable[[float], str]) -> list[str]:
    return [of(u) for u in _shuffled(name)]


def _unemployment(u: float) -> str:
    """Around 5.3 % (Indonesia), within the districts of Central Java, 1.92 to 8.98 % (E-03)."""
    return f"{min(max(_lognormal(0.051, 0.33, u), 0.0192), 0.0898):.4f}"


def _wage(u: float) -> str:
    """From the minimum wage of Gunungkidul (E-06) to above the mean wage of employees, in whole thousands."""
    return str(1000 * round(min(max(_lognormal(2_600_000, 0.2, u), 2_188_000), 4_500_000) / 1000))


def _radius(villages: int) -> str:
    """Between the areas assumed for Wonosari (144 villages, 25 km) and Purwokerto (1,300 villages, 40 km)."""
    return f"{25 + 15 * math.log(villages / 144) / math.log(1300 / 144):.1f}"


def _budgets(clients: Sequence[int]) -> list[str]:
    """About Rp 205,000 a client, between the two offices of the studies, in whole millions (gap 5)."""
    per_client = [_lognormal(205_000, 0.2, u) for u in _shuffled("budget")]
    return [str(1_000_000 * round(each * money / 1e6)) for each, money in zip(clients, per_client, strict=True)]


def _counsellors(clients: Sequence[int]) -> list[int]:
    """Counsellors so that caseloads spread over the published band and the total is met exactly."""
    spread = [_lognormal(1.0, 0.45, u) for u in _shuffled("caseload")]
    low, high = 10.0, 300.0
    for _ in range(60):
        middle = (low + high) / 2
        if sum(_staff(clients, spread, middle)) > COUNSELLORS:
            low = middle
        else:
            high = middle
    staff = _staff(clients, spread, high)
    for office in sorted(range(OFFICES), key=lambda office: -staff[office]):
        missing = COUNSELLORS - sum(staff)
        if missing and CASELOADS[0] <= clients[office] / (staff[office] + 1):
            staff[office] += 1
    return staff


def _staff(clients: Sequence[int], spread: Sequence[float], median: float) -> list[int]:
    found = []
    for count, factor in zip(clients, spread, strict=True):
        caseload = min(max(median * factor, CASELOADS[0]), CASELOADS[1])
        least, most = math.ceil(count / CASELOADS[1]), math.floor(count / CASELOADS[0])
        found.append(min(max(round(count / caseload), least), most))
    return found


def _groups() -> list[int]:
    """Active groups: 10 to 35 in the offices that involve Pokmas, none in the others."""
    count = round(ACTIVE_SHARE * OFFICES)
    active = sorted(range(OFFICES), key=lambda office: _shuffled("active")[office])[:count]
    low, high = GROUPS
    sizes = {
        office: low + math.floor(u * (high - low + 1))
        for office, u in zip(active, _shuffled("groups", count), strict=True)
    }
    return [sizes.get(office, 0) for office in range(OFFICES)]


def _of_field(groups: int) -> dict[str, int]:
    whole = _to_total([groups * part for part in FIELDS_OF_GROUPS.values()], groups)
    return dict(zip(FIELDS_OF_GROUPS, whole, strict=True))


def _to_total(parts: Sequence[float], total: int) -> list[int]:
    """Whole numbers in proportion to `parts` with exactly that total (largest remainders)."""
    scale = total / sum(parts) if total else 0.0
    whole = [math.floor(scale * part) for part in parts]
    order = sorted(range(len(parts)), key=lambda place: whole[place] - scale * parts[place])
    for place in order[: total - sum(whole)]:
        whole[place] += 1
    return whole


def main() -> None:
    """Write the table into the library."""
    path = Path(str(resources.files("scenarios").joinpath("library", "national.csv")))
    path.write_text(table(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
