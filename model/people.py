"""People come in: clients with their families, and volunteers who join the groups (phases Arrive and Staff).

Who comes does not depend on any policy. Newcomers of a year are drawn as it begins and wait inside until the month of
their release, so that a year's people are one block of rows; the k-th of a month is the same person whoever else comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import gammaincinv

from agents.activities import FIELDS, PARTNERS_OF, Activity, Field
from agents.chance import BORN, FIRST_MONTH, Floats, Stream, bits, month_of, normal, pick, poisson, uniform
from agents.clients import MONTHS_A_YEAR, Offence, Status, Work
from agents.rules import exact_sum, place_in_run, rank_within
from agents.tables import Array, Table
from model.beliefs import Aligned, Beliefs
from model.network import Network, ring_ties, tied_until
from model.places import employer_of, newcomers, village_of

#: ties each newcomer looks for: to the next in the village, and to the next alike in age and offence
PEER_RINGS = 2
#: bands of ten years of birth kept apart: from 75 years before the run to its 600th month there are 13
_AGE_BANDS = 16


def monthly_flow(offices: Table) -> Floats:
    """Releases a month that keep the setting's clients: clients = flow * mean term (M/G/inf, R-01 to R-03)."""
    mean_term = (offices.release_mix * offices.mean_term_months).sum(axis=1)
    return np.asarray(offices.clients / mean_term)


def settle_clients(tables: Mapping[str, Table], network: Network, beliefs: Beliefs) -> None:
    """Clients under supervision when the first month is lived, in equilibrium with the flow: long terms met more often.

    Those released in that very month are among them (no time served).
    """
    counts = tables["offices"].clients.astype(np.int64)
    _tie_peers(tables["clients"], network, beliefs, _add_clients(tables, beliefs, counts, BORN))
    draw_releases(tables, network, beliefs, range(FIRST_MONTH + 1, FIRST_MONTH + MONTHS_A_YEAR))


def draw_releases(tables: Mapping[str, Table], network: Network, beliefs: Beliefs, months: range) -> None:
    """The people to be released in ``months``; they wait inside."""
    offices = tables["offices"]
    flow = monthly_flow(offices)
    counts = [poisson(uniform(Stream.ARRIVALS, month, offices.key), flow) for month in months]
    rows = _add_clients(tables, beliefs, np.stack(counts), months.start)
    _tie_peers(tables["clients"], network, beliefs, rows)


def release(tables: Mapping[str, Table], month: int) -> None:
    """Who waits inside for a release in ``month`` comes out."""
    clients = tables["clients"]
    due = np.flatnonzero((clients.status == Status.INSIDE) & (clients.release_month <= month))
    clients.write(due, {"status": np.full(len(due), Status.SUPERVISED, dtype=np.int8)})


def _add_clients(tables: Mapping[str, Table], beliefs: Beliefs, counts: NDArray[np.int64], month: int) -> slice:
    """Clients and their families; returns the rows of the clients.

    Args:
        tables: where they go.
        beliefs: what is believed of them.
        counts: shape (offices,) or (months, offices), how many are released in each month from ``month`` on.
        month: first month; :data:`agents.chance.BORN` for those under supervision when the first month is lived.
    """
    offices, clients, families = tables["offices"], tables["clients"], tables["families"]
    new = newcomers(counts, offices, "clients", month)
    office, key = new["office"], new["key"]
    p = beliefs.of(office)

    def draw(stream: Stream, part: int = 0) -> Floats:
        return uniform(stream, BORN, key, part)

    stock = month == BORN
    kind, term, served = _terms(offices, office, draw, p, stock)
    released = FIRST_MONTH - served if stock else month_of(new["id"])
    age = p.age_youngest + (p.age_mean - p.age_youngest) * _gamma_two(draw(Stream.AGE))
    priors = np.floor(np.log(draw(Stream.PRIORS)) / np.log(p.priors_ratio)).astype(np.int32)
    offence = pick(draw(Stream.OFFENCE), offices.offence_mix[office])
    village = village_of(draw(Stream.VILLAGE), office, tables)
    stigma = tables["villages"].stigma[village]
    stability = normal(draw(Stream.STABILITY))
    rows = clients.grow(
        len(key),
        **new,
        female=draw(Stream.SEX) < offices.women_share[office],
        birth_month=released - np.rint(np.minimum(age, 75.0) * MONTHS_A_YEAR).astype(np.int64),
        offence=offence,
        release_type=kind,
        stability=stability,
        village=village,
        status=Status.SUPERVISED if stock else Status.INSIDE,
        release_month=released,
        first_release_month=released,
        term_months=term,
        priors=np.minimum(priors, 20),
        skill=p.skill_at_release * (0.5 + draw(Stream.SKILL)),
        certificate=draw(Stream.CERTIFICATE) < p.certificate_at_release,
        documents=np.clip(p.documents_at_release + 0.5 * (draw(Stream.DOCUMENTS) - 0.5), 0.0, 1.0),
        distress=np.clip(p.distress_base + 0.2 * (draw(Stream.DISTRESS) - 0.5), 0.0, 1.0),
        confidence=np.clip(0.35 + 0.3 * draw(Stream.CONFIDENCE), 0.0, 1.0),
        perceived_stigma=stigma,
    )
    in_reach = draw(Stream.FAMILY_IN_REACH) < p.family_in_reach
    family_new = newcomers(counts, offices, "families", month)
    family_key = family_new["key"]
    row_numbers = np.arange(rows.start, rows.stop)
    accept = p.family_acceptance_base + 0.4 * (uniform(Stream.FAMILY_ACCEPTANCE, BORN, family_key) - 0.5)
    accept = np.clip(accept - p.courtesy_stigma_weight * stigma, 0.0, 1.0)
    knows = employer_of(uniform(Stream.ACQUAINTANCE, BORN, family_key), office, tables)
    acquainted = uniform(Stream.ACQUAINTANCE, BORN, family_key, 1) < p.acquaintance_share
    first = len(families)
    chosen = np.flatnonzero(in_reach)
    families.grow(
        len(chosen),
        **{name: values[chosen] for name, values in family_new.items()},
        client=row_numbers[chosen],
        village=village[chosen],
        acceptance=accept[chosen],
        contact=accept[chosen],
        courtesy_stigma=stigma[chosen],
        means=uniform(Stream.FAMILY_MEANS, BORN, family_key)[chosen],
        knows=np.where(acquainted, knows, -1)[chosen],
    )
    family = np.where(in_reach, first + np.cumsum(in_reach) - 1, -1).astype(np.int32)
    support = np.zeros((len(key), 3))
    support[:, 0] = np.where(in_reach, accept, 0.0)
    support[:, 1] = 0.3
    clients.write(rows, {"family": family, "support": support})
    if stock:
        at_work = draw(Stream.FIRST_WORK) < p.employed_at_start
        formal = draw(Stream.FIRST_WORK, 1) >= offices.informal_share[office]
        employer = employer_of(draw(Stream.JOB_EMPLOYER), office, tables)
        formal &= at_work & (employer >= 0)
        work = np.where(formal, Work.FORMAL, np.where(at_work, Work.INFORMAL, Work.NONE))
        clients.write(
            rows,
            {
                "work": work.astype(np.int8),
                "employer": np.where(formal, employer, -1),
                "tenure_months": np.floor(draw(Stream.TENURE) * (served + 1)).astype(np.int32),
            },
        )
        _remember_clients(tables, beliefs)
    return rows


def _remember_clients(tables: Mapping[str, Table], beliefs: Beliefs) -> None:
    """Employers of clients at the start have the experience that employing as many for long leaves behind."""
    clients, employers = tables["clients"], tables["employers"]
    here = np.bincount(clients.employer[clients.employer >= 0], minlength=len(employers))
    fading = np.maximum(beliefs.of(employers.office).experience_fading, 0.01)
    employers.write(slice(None), {"good_months": here / fading})


def _terms(offices: Table, office: Array, draw: Any, p: Aligned, stock: bool) -> tuple[Array, Array, Array]:
    """Release type, term and months already served of newcomers, shape (n,) each, whole months.

    Terms are uniform on mean * (1 -+ term_spread) (R-02, R-07, R-08). Among those met at a moment, types weigh by flow
    times mean term, terms by their length, and the time already served is uniform over the term.
    """
    mean = offices.mean_term_months
    weight = offices.release_mix * mean if stock else offices.release_mix
    kind = pick(draw(Stream.RELEASE_TYPE), (weight / weight.sum(axis=1, keepdims=True))[office])
    middle, u = mean[office, kind], draw(Stream.TERM)
    low, high = 1.0 - p.term_spread, 1.0 + p.term_spread
    length = np.sqrt(low * low + u * (high * high - low * low)) if stock else low + u * (high - low)
    term = np.maximum(np.floor(middle * length + draw(Stream.TERM, 1)), 1.0)
    served = np.floor(draw(Stream.TIME_SERVED) * term)
    return kind, term.astype(np.int64), served.astype(np.int64)


def _gamma_two(u: Floats) -> Floats:
    """Gamma variate with shape 2 and mean 1 by the inverse CDF of ``u``: right-skewed, as ages at release are."""
    return np.asarray(gammaincinv(2.0, u) / 2.0)


def _tie_peers(clients: Table, network: Network, beliefs: Beliefs, rows: slice) -> None:
    """Newcomers tie to peers alike: one in the village, one of like age and offence; ties last for a drawn time.

    Who are next to each other on both circles are tied once, for the longer of the two times.
    """
    living = np.flatnonzero(clients.status != Status.GONE)
    fresh = living >= rows.start
    age_band = -clients.birth_month[living] // (10 * MONTHS_A_YEAR)
    office = clients.office[living]
    circles = (
        clients.village[living],
        (office * _AGE_BANDS + age_band) * len(Offence) + clients.offence[living],
    )
    ties = []
    for ring, cells in enumerate(circles):
        seek, found = ring_ties(bits(Stream.PEER, BORN, clients.key[living], ring), cells, fresh)
        left, right = living[seek], living[found]
        luck = uniform(Stream.PEER, BORN, clients.key[left], PEER_RINGS + ring)
        begun = np.maximum(clients.release_month[left], FIRST_MONTH)
        ties.append((left, right, tied_until(begun, luck, beliefs.of(clients.office[left]).peer_tie_months)))
    network.pairs["peers"].add(*(np.concatenate(each) for each in zip(*ties, strict=True)))


def recruit(tables: Mapping[str, Table], beliefs: Beliefs, month: int) -> None:
    """Groups grow to the plan, volunteers fill empty posts as recruitment allows; at the start every post is filled."""
    _open_groups(tables)
    offices, groups, members = tables["offices"], tables["groups"], tables["members"]
    serving = members.active()
    posts = np.where(groups.planned, np.rint(offices.members_per_group).astype(np.int64)[groups.office], 0)
    filled = exact_sum(np.ones(len(members), dtype=np.int64)[serving], members.group[serving], len(groups))
    empty = np.maximum(posts - filled.astype(np.int64), 0)
    vacancies = exact_sum(empty, groups.office, len(offices)).astype(np.int64)
    counts = vacancies if month == BORN else np.minimum(vacancies, offices.recruits_paid.astype(np.int64))
    if not counts.any():
        return
    post_group = np.repeat(np.arange(len(groups)), empty)
    post_luck = bits(Stream.MEMBER_ORDER, month, groups.key[post_group])
    place = rank_within(groups.office[post_group], post_luck, np.arange(len(post_group)))
    taken = post_group[np.sort(np.flatnonzero(place < counts[groups.office[post_group]]))]
    taken = taken[np.argsort(groups.office[taken], kind="stable")]
    new = newcomers(counts, offices, "members", month)
    key, office = new["key"], new["office"]
    p = beliefs.of(office)
    acquainted = uniform(Stream.ACQUAINTANCE, BORN, key, 1) < p.acquaintance_share
    competence = np.clip(p.competence_base + 0.3 * (uniform(Stream.COMPETENCE, BORN, key) - 0.5), 0.0, 1.0)
    members.grow(
        len(key),
        **new,
        group=taken,
        serving=True,
        joined_month=month,
        competence=competence,
        motivation=0.3 + 0.4 * uniform(Stream.MOTIVATION, BORN, key),
        knows=np.where(acquainted, employer_of(uniform(Stream.ACQUAINTANCE, BORN, key), office, tables), -1),
    )


def _in_plan(offices: Table, groups: Table) -> NDArray[np.bool_]:
    """Which groups the plan still holds: the first opened of each field, shape (groups,)."""
    planned = np.stack([np.rint(getattr(offices, f"groups_{name}")) for name in FIELDS], axis=1)
    field = groups.office.astype(np.int64) * len(FIELDS) + groups.field
    return np.asarray(rank_within(field, groups.id) < planned[groups.office, groups.field])


def _open_groups(tables: Mapping[str, Table]) -> None:
    """New groups where the plan has more of a field than there are; groups beyond the plan find no new members."""
    offices, groups = tables["offices"], tables["groups"]
    for field, name in enumerate(FIELDS):
        planned = np.rint(getattr(offices, f"groups_{name}")).astype(np.int64)
        there = np.bincount(groups.office[groups.field == field], minlength=len(offices))
        more = np.maximum(planned - there, 0)
        if more.any():
            so_far = np.bincount(groups.office, minlength=len(offices))
            new = newcomers(more, offices, "groups", BORN, already=so_far)
            village = village_of(uniform(Stream.VILLAGE, BORN, new["key"]), new["office"], tables)
            kinds = PARTNERS_OF[field]
            kind = pick(uniform(Stream.PARTNER, BORN, new["key"]), np.full(len(kinds), 1.0 / len(kinds)))
            partner = np.array(kinds, dtype=np.int8)[kind]
            groups.grow(len(new["id"]), **new, field=field, village=village, partner=partner)
    planned = _in_plan(offices, groups)
    changed = np.unique(groups.office[planned != groups.planned])
    groups.write(slice(None), {"planned": planned})
    _measure_ways(tables, changed)


def _measure_ways(tables: Mapping[str, Table], changed: Array) -> None:
    """From each village of the offices ``changed`` to the nearest planned group of each field, else to the Bapas."""
    villages, groups = tables["villages"], tables["groups"]
    for office in changed:
        here = np.flatnonzero(villages.office == office)
        ways = np.repeat(villages.distance_km[here, None], len(FIELDS), axis=1)
        place = np.column_stack([villages.east_km, villages.north_km])
        for field in range(len(FIELDS)):
            at = groups.village[(groups.office == office) & (groups.field == field) & groups.planned]
            if len(at):
                ways[:, field], _ = cKDTree(place[at]).query(place[here])
        villages.write(here, {"group_km": ways})


def mentor(tables: Mapping[str, Table], beliefs: Beliefs, month: int) -> None:
    """Mentoring ties end when the member leaves; clients just served find a free member of the personality groups.

    Free places (mentor_places less load) and unmentored clients who attended psychosocial or spiritual guidance are
    matched one to one in each office, clients in the order of their luck, the least loaded members first.
    """
    clients, members, groups = tables["clients"], tables["members"], tables["groups"]
    tied = np.flatnonzero(clients.mentor >= 0)
    gone = tied[~members.serving[clients.mentor[tied]]]
    clients.write(gone, {"mentor": np.full(len(gone), -1, dtype=np.int32)})
    tied = clients.mentor[clients.mentor >= 0]
    load = np.bincount(tied, minlength=len(members)).astype(np.int32)
    guides = np.flatnonzero(members.serving & (groups.field[members.group] == Field.PERSONALITY))
    places = np.rint(np.broadcast_to(beliefs.of(members.office[guides]).mentor_places, guides.shape)).astype(np.int64)
    free = np.maximum(places - load[guides], 0)
    slot = np.repeat(guides, free)
    nth = place_in_run(slot) + load[slot]
    companionship = clients.attended[:, [Activity.PSYCHOSOCIAL, Activity.SPIRITUAL]].any(axis=1)
    seek = np.flatnonzero((clients.mentor < 0) & companionship)
    place_of_slot = rank_within(members.office[slot], nth, members.id[slot])
    place_of_client = rank_within(clients.office[seek], bits(Stream.PEER, month, clients.key[seek]), clients.id[seek])
    width = len(slot) + len(seek) + 1
    slot_number = members.office[slot].astype(np.int64) * width + place_of_slot
    client_number = clients.office[seek].astype(np.int64) * width + place_of_client
    _, at_client, at_slot = np.intersect1d(client_number, slot_number, assume_unique=True, return_indices=True)
    chosen = slot[at_slot]
    clients.write(seek[at_client], {"mentor": chosen.astype(np.int32)})
    members.write(slice(None), {"load": load + np.bincount(chosen, minlength=len(members)).astype(np.int32)})
