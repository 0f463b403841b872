"""What is measured: every indicator declared once.

An indicator says how it is measured each month. Those that describe a state (the share employed) count, for a whole
run, as the mean of its last twelve months; those that add up (the share that has re-offended within 12 months of
release) count as they stand at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.activities import Activity, Bound
from agents.chance import Floats
from agents.clients import MONTHS_A_YEAR, Role, Work, ever_served, in_custody, supervised
from agents.money import Use, spent
from agents.rules import Mask, Rows, What
from agents.tables import NEVER

if TYPE_CHECKING:
    from model.reintegration import ReintegrationModel


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    Attributes:
        name: column name, the same in every table and file.
        unit: unit of the value.
        meaning: label by language (``id``, ``en``).
        higher_is_better: which direction a comparison counts as better (for money spent: lower).
        smallest_difference: smaller differences count as the same unless someone asks otherwise.
        monthly: True for a state (a run counts the mean of its last twelve months), False for what adds up.
        measure: from the model, its value now for every office, shape (offices,); NaN where nobody is there to measure.
    """

    name: str
    unit: str
    meaning: dict[str, str]
    higher_is_better: bool
    smallest_difference: float
    monthly: bool
    measure: Callable[[ReintegrationModel], Floats]


def _share(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)


# what is counted of the clients under supervision


def _employed(c: Rows) -> Mask:
    return np.asarray(c.work != Work.NONE)


def _formal(c: Rows) -> Mask:
    return np.asarray(c.work == Work.FORMAL)


def _informal(c: Rows) -> Mask:
    return np.asarray(c.work == Work.INFORMAL)


def _business(c: Rows) -> Mask:
    return np.asarray(c.work == Work.BUSINESS)


def _served(c: Rows) -> Mask:
    return np.asarray(c.served)


def _ever_served(c: Rows) -> Mask:
    return np.asarray(ever_served(c))


def _asks(c: Rows) -> Mask:
    return np.asarray(c.wanted.any(axis=1))


def _asks_in_vain(c: Rows) -> Mask:
    return np.asarray(_asks(c) & (c.month - c.latest_service_month >= MONTHS_A_YEAR))


def _discriminated(c: Rows) -> Mask:
    return np.asarray(c.reports_discrimination)


def _released_in_the_run(c: Rows) -> Mask:
    return np.asarray((c.release_month >= 0) & ~c.returned)


def _first_served(c: Rows) -> Mask:
    return np.asarray(c.served & (c.first_service_month == c.month) & _released_in_the_run(c))


def _wait(c: Rows) -> Any:
    return _first_served(c) * np.maximum(c.first_service_month - c.release_month, 0)


def _first_recorded(c: Rows) -> Mask:
    return np.asarray(c.service_recorded & (c.first_recorded_month == c.month) & _released_in_the_run(c))


def _wait_recorded(c: Rows) -> Any:
    return _first_recorded(c) * np.maximum(c.first_recorded_month - c.release_month, 0)


def _sessions_recorded(c: Rows) -> Any:
    return c.service_recorded * c.attended.sum(axis=1)


def _employed_recorded(c: Rows) -> Mask:
    return np.asarray(c.work_recorded)


def _served_recorded(c: Rows) -> Mask:
    return np.asarray(c.service_recorded)


def _ever_recorded(c: Rows) -> Mask:
    return np.asarray(c.first_recorded_month != NEVER)


def _new_work(c: Rows) -> Mask:
    return np.asarray((c.work != Work.NONE) & (c.tenure_months == 0))


def _with_family(c: Rows) -> Mask:
    return np.asarray(c.family.exists)


def _reconciled(c: Rows) -> Mask:
    return np.asarray(_with_family(c) & (c.family.acceptance >= 0.5))


def _distress(c: Rows) -> Any:
    return c.distress


def _confidence(c: Rows) -> Any:
    return c.confidence


def _commitment(c: Rows) -> Any:
    return c.commitment


def _role_clarity(c: Rows) -> Any:
    return c.role_clarity


def _role_strain(c: Rows) -> Any:
    return c.role_strain


def _support(c: Rows) -> Any:
    return c.support


def _difficulty(c: Rows) -> Mask:
    return np.asarray(c.reports_difficulty)


def _roles_held(c: Rows) -> Any:
    return (c.roles >= 0.5).sum(axis=1)


def _roles(c: Rows) -> Any:
    return c.roles


def _clients(model: ReintegrationModel, what: What = supervised) -> Floats:
    """Sum of ``what`` over clients under supervision, by office."""
    return model.total("clients", "office", what, among=supervised)


def _of_supervised(what: Callable[[Rows], Any]) -> Callable[[ReintegrationModel], Floats]:
    return lambda model: _share(_clients(model, what), _clients(model))


def _mspss(source: int | None) -> Callable[[ReintegrationModel], Floats]:
    """Support on the MSPSS scale from 1 to 7 (Zimet et al. 1988, G-07)."""

    def measure(model: ReintegrationModel) -> Floats:
        sums = _clients(model, _support)
        felt = sums.mean(axis=1) if source is None else sums[:, source]
        return 1.0 + 6.0 * _share(felt, _clients(model))

    return measure


def _role(role: Role) -> Callable[[ReintegrationModel], Floats]:
    return lambda model: _share(_clients(model, _roles)[:, role], _clients(model))


def _support_part(model: ReintegrationModel) -> Floats:
    return (_mspss(None)(model) - 1.0) / 6.0


def _wellbeing(model: ReintegrationModel) -> Floats:
    return 1.0 - _share(_clients(model, _distress), _clients(model))


#: the reintegration index is the plain mean of these parts, which are always shown beside it
INDEX_PARTS: dict[str, Callable[[ReintegrationModel], Floats]] = {
    "index_work": _role(Role.WORKER),
    "index_family": _role(Role.FAMILY_MEMBER),
    "index_neighbourhood": _role(Role.NEIGHBOUR),
    "index_group": _role(Role.GROUP_MEMBER),
    "index_support": _support_part,
    "index_wellbeing": _wellbeing,
}


def _index(model: ReintegrationModel) -> Floats:
    return np.asarray(np.mean([part(model) for part in INDEX_PARTS.values()], axis=0))


def _median_income(model: ReintegrationModel) -> Floats:
    """Median income of clients under supervision by office, shape (offices,), the lower middle of an even number."""
    c = model.active_rows("clients", supervised)
    office, income = c.office.index, c.income_idr
    # by office and then by income, as one number
    reach = income.max(initial=0) + 1
    ordered = np.sort(office * reach + income) % reach
    counts = np.bincount(office, minlength=len(model.tables["offices"]))
    middle = np.cumsum(counts) - counts + np.maximum(counts - 1, 0) // 2
    return np.where(counts > 0, ordered[np.minimum(middle, max(len(ordered) - 1, 0))] if len(ordered) else 0.0, np.nan)


def _office(column: str) -> Callable[[ReintegrationModel], Floats]:
    def measure(model: ReintegrationModel) -> Floats:
        values = getattr(model.tables["offices"], column)
        return np.asarray(values.sum(axis=1) if values.ndim == 2 else values, dtype=np.float64)

    return measure


def _of_clients(column: str) -> Callable[[ReintegrationModel], Floats]:
    """Places of a column by activity that are for clients: all but the events of outreach."""
    return lambda model: np.asarray(
        np.delete(getattr(model.tables["offices"], column), Activity.OUTREACH, axis=1).sum(axis=1), dtype=np.float64
    )


def _bound_by(bound: Bound) -> Callable[[ReintegrationModel], Floats]:
    """Of the activities that the plan gives money to, the share held down by ``bound``."""

    def measure(model: ReintegrationModel) -> Floats:
        bounds = model.tables["offices"].bound
        return _share((bounds == bound).sum(axis=1), (bounds != Bound.UNPLANNED).sum(axis=1))

    return measure


def _ratio(part: str, whole: str, scale: float = 1.0) -> Callable[[ReintegrationModel], Floats]:
    return lambda model: scale * _share(model.record.sums[part], model.record.sums[whole])


#: what adds up over a run, by office, one number a month
COUNTS: dict[str, Callable[[ReintegrationModel], Floats]] = {
    "client_months": _office("under_supervision"),
    "recorded": lambda model: model.total("clients", "office", "recorded_failure"),
    "revoked": lambda model: model.total("clients", "office", "revoked"),
    "first_served": lambda model: model.total("clients", "office", _first_served),
    "waited": lambda model: model.total("clients", "office", _wait),
    "first_recorded": lambda model: model.total("clients", "office", _first_recorded),
    "waited_recorded": lambda model: model.total("clients", "office", _wait_recorded),
    "planned": _of_clients("planned"),
    "held": _of_clients("held"),
    "held_recorded": lambda model: model.total("clients", "office", _sessions_recorded),
    "cancelled": _of_clients("cancelled"),
    "duplicated": _of_clients("duplicated"),
    "places": _of_clients("places"),
    "new_work": lambda model: _clients(model, _new_work),
    "offences": lambda model: model.total("clients", "office", "offended"),
    "custody_months": lambda model: model.total("clients", "office", in_custody),
    "left": lambda model: _left(model),
    "member_months": lambda model: model.total("members", "office", "serving"),
}


def _left(model: ReintegrationModel) -> Floats:
    members, offices = model.tables["members"], model.tables["offices"]
    return np.bincount(members.office[members.left], minlength=len(offices)).astype(np.float64)


def _village_mean(model: ReintegrationModel) -> Floats:
    return _share(model.total("villages", "office", "stigma"), model.tables["offices"].villages)


def _willingness(model: ReintegrationModel) -> Floats:
    return _share(
        model.total("employers", "office", "willingness"), model.tables["offices"].employers.astype(np.float64)
    )


def _money(what: Callable[[Any], Any]) -> Callable[[ReintegrationModel], Floats]:
    return lambda model: np.asarray(what(model.tables["offices"]), dtype=np.float64)


def _declare(*rows: tuple[str, str, str, str, bool, float, bool, Callable[[Any], Any]]) -> dict[str, Indicator]:
    return {
        name: Indicator(name, unit, {"id": id_, "en": en}, higher, smallest, monthly, measure)
        for name, unit, id_, en, higher, smallest, monthly, measure in rows
    }


DAYS_A_MONTH = 365.25 / MONTHS_A_YEAR


def _payroll(model: ReintegrationModel) -> Floats:
    return model.tables["offices"].spent_idr[:, Use.PAYROLL].astype(np.float64)


def _custody_cost(model: ReintegrationModel) -> Floats:
    offices = np.arange(len(model.tables["offices"]))
    return np.asarray(
        model.record.sums["custody_months"] * DAYS_A_MONTH * model.beliefs.of(offices).custody_day_cost_idr
    )


def _public_cost(model: ReintegrationModel) -> Floats:
    return _money(spent)(model) + _payroll(model)


def _cost_per(
    cost: Callable[[ReintegrationModel], Floats], sum_of: str, scale: float = 1.0
) -> Callable[[ReintegrationModel], Floats]:
    return lambda model: scale * _share(cost(model), model.record.sums[sum_of])


MORE, LESS, STATE, SUM = True, False, True, False

# name, unit, label (id), label (en), better when, smallest difference, state or sum, measure
INDICATORS: dict[str, Indicator] = _declare(
    ("reoffending_12m", "share", "melanggar lagi dalam 12 bulan setelah bebas",
     "re-offended within 12 months of release", LESS, 0.03, SUM, lambda model: model.record.reoffending(12)),
    ("reoffending_24m", "share", "melanggar lagi dalam 24 bulan setelah bebas",
     "re-offended within 24 months of release", LESS, 0.03, SUM, lambda model: model.record.reoffending(24)),
    ("reoffending_36m", "share", "melanggar lagi dalam 36 bulan setelah bebas",
     "re-offended within 36 months of release", LESS, 0.03, SUM, lambda model: model.record.reoffending(36)),
    ("reoffending_12m_recorded", "share", "kegagalan dalam 12 bulan setelah bebas, menurut register",
     "failures within 12 months of release, as recorded", LESS, 0.03, SUM,
     lambda model: model.record.recorded_failing(12)),
    ("reoffending_24m_recorded", "share", "kegagalan dalam 24 bulan setelah bebas, menurut register",
     "failures within 24 months of release, as recorded", LESS, 0.03, SUM,
     lambda model: model.record.recorded_failing(24)),
    ("reoffending_36m_recorded", "share", "kegagalan dalam 36 bulan setelah bebas, menurut register",
     "failures within 36 months of release, as recorded", LESS, 0.03, SUM,
     lambda model: model.record.recorded_failing(36)),
    ("offences", "offences", "pelanggaran baru selama simulasi", "new offences in the run", LESS, 3.0, SUM,
     lambda model: model.record.sums["offences"]),
    ("recorded_failure_per_client_year", "per client-year", "kegagalan tercatat per klien-tahun",
     "recorded failures per client-year", LESS, 0.005, SUM, _ratio("recorded", "client_months", MONTHS_A_YEAR)),
    ("revocation_per_client_year", "per client-year", "pencabutan per klien-tahun", "revocations per client-year",
     LESS, 0.005, SUM, _ratio("revoked", "client_months", MONTHS_A_YEAR)),
    ("employed_share", "share", "klien yang bekerja", "clients in work", MORE, 0.03, STATE, _of_supervised(_employed)),
    ("employed_share_recorded", "share", "klien yang bekerja, menurut register", "clients with work, as recorded",
     MORE, 0.03, STATE, _of_supervised(_employed_recorded)),
    ("employed_formal_share", "share", "klien dengan pekerjaan formal", "clients in formal work",
     MORE, 0.03, STATE, _of_supervised(_formal)),
    ("employed_informal_share", "share", "klien dengan pekerjaan informal", "clients in informal work",
     MORE, 0.03, STATE, _of_supervised(_informal)),
    ("own_business_share", "share", "klien dengan usaha sendiri", "clients with a business of their own",
     MORE, 0.03, STATE, _of_supervised(_business)),
    ("median_income_idr", "IDR/month", "pendapatan tengah klien", "median income of clients",
     MORE, 100_000.0, STATE, _median_income),
    ("mspss_family", "MSPSS 1-7", "dukungan keluarga yang dirasakan", "support felt from family",
     MORE, 0.2, STATE, _mspss(0)),
    ("mspss_friends", "MSPSS 1-7", "dukungan teman yang dirasakan", "support felt from friends",
     MORE, 0.2, STATE, _mspss(1)),
    ("mspss_significant_other", "MSPSS 1-7", "dukungan orang terdekat yang dirasakan",
     "support felt from a significant other", MORE, 0.2, STATE, _mspss(2)),
    ("mspss_total", "MSPSS 1-7", "dukungan yang dirasakan, seluruhnya", "support felt, total",
     MORE, 0.2, STATE, _mspss(None)),
    ("family_reconciled_share", "share", "klien yang diterima keluarganya", "clients accepted by their family",
     MORE, 0.03, STATE, lambda model: _share(_clients(model, _reconciled), _clients(model, _with_family))),
    ("village_stigma", "0-1", "stigma di desa", "stigma in the villages", LESS, 0.03, STATE, _village_mean),
    ("employer_willingness", "0-1", "kesediaan pemberi kerja", "employers' willingness", MORE, 0.03, STATE,
     _willingness),
    ("discrimination_reported", "share", "klien yang melaporkan diskriminasi", "clients who report discrimination",
     LESS, 0.03, STATE, _of_supervised(_discriminated)),
    ("access_difficulty", "share", "klien yang sulit mengakses layanan",
     "clients who report difficulty reaching services", LESS, 0.03, STATE, _of_supervised(_difficulty)),
    ("distress", "0-1", "tekanan batin", "psychological distress", LESS, 0.03, STATE, _of_supervised(_distress)),
    ("confidence", "0-1", "kepercayaan diri", "confidence", MORE, 0.03, STATE, _of_supervised(_confidence)),
    ("commitment", "0-1", "tekad hidup taat hukum", "commitment to a law-abiding life", MORE, 0.03, STATE,
     _of_supervised(_commitment)),
    ("role_clarity", "0-1", "kejelasan peran", "role clarity", MORE, 0.03, STATE, _of_supervised(_role_clarity)),
    ("role_strain", "0-1", "beban dan benturan peran", "role strain", LESS, 0.03, STATE, _of_supervised(_role_strain)),
    ("roles_held", "roles of 4", "peran yang dijalani", "roles held", MORE, 0.1, STATE, _of_supervised(_roles_held)),
    ("reintegration_index", "0-1", "indeks reintegrasi (rata-rata bagiannya)",
     "reintegration index (mean of its parts)", MORE, 0.02, STATE, _index),
    ("index_work", "0-1", "bagian indeks: peran sebagai pekerja", "index part: role of worker",
     MORE, 0.03, STATE, INDEX_PARTS["index_work"]),
    ("index_family", "0-1", "bagian indeks: peran dalam keluarga", "index part: role in the family",
     MORE, 0.03, STATE, INDEX_PARTS["index_family"]),
    ("index_neighbourhood", "0-1", "bagian indeks: peran sebagai tetangga", "index part: role of neighbour",
     MORE, 0.03, STATE, INDEX_PARTS["index_neighbourhood"]),
    ("index_group", "0-1", "bagian indeks: peran dalam kelompok atau jemaah",
     "index part: role in a group or congregation", MORE, 0.03, STATE, INDEX_PARTS["index_group"]),
    ("index_support", "0-1", "bagian indeks: dukungan yang dirasakan", "index part: support felt",
     MORE, 0.03, STATE, INDEX_PARTS["index_support"]),
    ("index_wellbeing", "0-1", "bagian indeks: ketenangan batin", "index part: freedom from distress",
     MORE, 0.03, STATE, INDEX_PARTS["index_wellbeing"]),
    ("coverage_current", "share", "klien yang dilayani bulan ini", "clients served in the month",
     MORE, 0.03, STATE, _of_supervised(_served)),
    ("coverage_ever", "share", "klien yang pernah dilayani", "clients ever served", MORE, 0.03, STATE,
     _of_supervised(_ever_served)),
    ("coverage_current_recorded", "share", "klien yang dilayani bulan ini, menurut register",
     "clients served in the month, as recorded", MORE, 0.03, STATE, _of_supervised(_served_recorded)),
    ("coverage_ever_recorded", "share", "klien yang pernah dilayani, menurut register",
     "clients ever served, as recorded", MORE, 0.03, STATE, _of_supervised(_ever_recorded)),
    ("unmet_need", "share", "klien yang membutuhkan kegiatan tetapi tidak dilayani 12 bulan terakhir",
     "of clients who want an activity, not served in the last year", LESS, 0.03, STATE,
     lambda model: _share(_clients(model, _asks_in_vain), _clients(model, _asks))),
    ("served_within_3m", "share", "klien yang dilayani dalam 3 bulan setelah bebas",
     "clients served within 3 months of release", MORE, 0.03, SUM, lambda model: model.record.served(3)),
    ("months_to_first_service", "months",
     "bulan tunggu sampai layanan pertama, bagi yang bebas selama simulasi dan dilayani",
     "months waited for the first service, of those released in the run and served", LESS, 0.5, SUM,
     _ratio("waited", "first_served")),
    ("months_to_first_service_recorded", "months",
     "bulan tunggu sampai layanan pertama, menurut register", "months waited for the first service, as recorded",
     LESS, 0.5, SUM, _ratio("waited_recorded", "first_recorded")),
    ("sessions_planned", "client-sessions", "tempat yang direncanakan", "places planned", MORE, 50.0, SUM,
     lambda model: model.record.sums["planned"]),
    ("sessions_held", "client-sessions", "kehadiran klien dalam kegiatan", "places attended", MORE, 50.0, SUM,
     lambda model: model.record.sums["held"]),
    ("sessions_held_recorded", "client-sessions", "kehadiran klien, menurut register", "places attended, as recorded",
     MORE, 50.0, SUM, lambda model: model.record.sums["held_recorded"]),
    ("sessions_cancelled", "client-sessions", "tempat yang dibatalkan", "places cancelled", LESS, 50.0, SUM,
     lambda model: model.record.sums["cancelled"]),
    ("sessions_duplicated", "client-sessions", "tempat yang tumpang tindih", "places duplicated", LESS, 50.0, SUM,
     lambda model: model.record.sums["duplicated"]),
    ("attendance_share", "share", "kehadiran dari tempat yang tersedia", "attendance of places open", MORE, 0.03, SUM,
     _ratio("held", "places")),
    ("attendance_share_recorded", "share", "kehadiran dari tempat yang tersedia, menurut register",
     "attendance of places open, as recorded", MORE, 0.03, SUM, _ratio("held_recorded", "places")),
    ("recorded_share", "share", "kehadiran yang tercatat dalam register", "attendances that stand in the register",
     MORE, 0.05, SUM, _ratio("held_recorded", "held")),
    ("binding_money", "share", "kegiatan yang dibatasi uang", "activity-months bound by money", LESS, 0.05, STATE,
     _bound_by(Bound.MONEY)),
    ("binding_hours", "share", "kegiatan yang dibatasi jam anggota", "activity-months bound by members' hours",
     LESS, 0.05, STATE, _bound_by(Bound.HOURS)),
    ("binding_rooms", "share", "kegiatan yang dibatasi ruang", "activity-months bound by rooms", LESS, 0.05, STATE,
     _bound_by(Bound.ROOMS)),
    ("members_active", "persons", "anggota Pokmas aktif", "active Pokmas members", MORE, 3.0, STATE,
     lambda model: model.total("members", "office", "serving")),
    ("members_certified_share", "share", "anggota bersertifikat", "members with a certificate", MORE, 0.05, STATE,
     lambda model: _share(model.total("members", "office", "certified"), model.total("members", "office", "serving"))),
    ("member_exit_per_year", "per member-year", "anggota yang keluar per tahun", "member exits per year",
     LESS, 0.05, SUM, _ratio("left", "member_months", MONTHS_A_YEAR)),
    ("clients_per_counsellor", "clients", "klien per pembimbing (PK)", "clients per counsellor (PK)", LESS, 5.0, STATE,
     lambda model: _share(_office("under_supervision")(model), _office("counsellors")(model))),
    ("spent_idr", "IDR", "uang yang dibelanjakan", "money spent", LESS, 1_000_000.0, SUM, _money(spent)),
    ("spent_programmes_idr", "IDR", "uang untuk kegiatan", "money spent on activities", LESS, 1_000_000.0, SUM,
     _office("spent_programmes_idr")),
    ("payroll_idr", "IDR", "gaji PK yang dibayar negara", "salaries of counsellors, paid by the state",
     LESS, 1_000_000.0, SUM, _payroll),
    ("public_cost_idr", "IDR", "biaya publik: uang yang dibelanjakan dan gaji PK",
     "public cost: money spent and salaries of counsellors", LESS, 1_000_000.0, SUM, _public_cost),
    ("carried_over_idr", "IDR", "uang yang tersisa", "money carried over", LESS, 1_000_000.0, SUM,
     _money(lambda offices: offices.cash_idr)),
    ("cost_per_client_idr", "IDR per client-year", "biaya per klien-tahun, gaji PK termasuk",
     "cost per client-year, salaries of counsellors included", LESS, 50_000.0, SUM,
     _cost_per(_public_cost, "client_months", MONTHS_A_YEAR)),
    ("cost_per_session_idr", "IDR per client-session", "biaya kegiatan per kehadiran",
     "cost of activities per attendance", LESS, 10_000.0, SUM, _cost_per(_office("spent_programmes_idr"), "held")),
    ("cost_per_session_recorded_idr", "IDR per client-session", "biaya kegiatan per kehadiran, menurut register",
     "cost of activities per attendance, as recorded", LESS, 10_000.0, SUM,
     _cost_per(_office("spent_programmes_idr"), "held_recorded")),
    ("cost_per_job_idr", "IDR per job", "dana Bapas per pekerjaan yang dimulai klien",
     "money of the Bapas per job that clients took up", LESS, 50_000.0, SUM, _cost_per(_money(spent), "new_work")),
    ("custody_cost_idr", "IDR", "biaya penahanan klien bagi negara", "public cost of clients in custody",
     LESS, 1_000_000.0, SUM, _custody_cost),
)  # fmt: skip
