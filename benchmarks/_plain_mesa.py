"""The same month of Pokmas written the ordinary Mesa way: what the columns driver's speed is measured against.

One ``mesa.Agent`` for each client, family, employer, member, group, village and the office, with plain Python
attributes, ties in lists and dictionaries, ``AgentSet.shuffle_do`` and ``do``, chance from ``self.random`` and scalar
arithmetic with ``math``. Phases, formulas, parameters, setting and levers are those of :mod:`model.month`; the draws
are others, and within a phase agents act one after another, as is usual in Mesa.

Left out: all indicators but those of :meth:`PlainModel.record`, the curves of re-offending, money by source and use
(cash and debts are kept), salaries, what bound an activity, kinds of partner and field trials. Newcomers find peers
when they are released, among those who are there, and not on a circle.
"""

from __future__ import annotations

import math
from collections import defaultdict
from types import SimpleNamespace

import mesa

from agents.activities import FIELDS
from agents.chance import FIRST_MONTH
from benchmarks._plain_around import NEVER, TRADES, Employer, Family, Group, Member, Village
from benchmarks._plain_client import Client
from benchmarks._plain_office import Office

NEIGHBOURS = 3


class PlainModel(mesa.Model):
    """One office, its people and its surroundings; a year is lived before month 0."""

    def __init__(self, spec, seed=1):
        super().__init__(rng=int(seed))
        self.spec, self.p, self.month = spec, SimpleNamespace(**spec.parameters), FIRST_MONTH
        self.levers = self.levers_now()
        self.trades, self.alike = [[] for _ in range(TRADES)], defaultdict(list)
        self.employers, self.history = [], []
        self.villages = [Village(self) for _ in range(spec.setting.villages)]
        for village in self.villages:
            others = [other for other in self.villages if other is not village]
            others.sort(key=lambda other: math.dist(other.place, village.place))
            for other in others[:NEIGHBOURS]:
                if other not in village.neighbours:
                    village.neighbours.append(other)
                    other.neighbours.append(village)
        self.employers = [Employer(self) for _ in range(round(spec.setting.villages * self.p.employers_per_village))]
        self.groups = []
        self.office = Office(self)
        clients = [Client(self, stock=True) for _ in range(spec.setting.clients)]
        for agent in clients:
            agent.find_peers()
        self.of(Employer).do("look_around")
        self.open_groups()
        self.recruit(self.planned_groups() * round(self.levers.members_per_group))
        while self.month < 0:
            self.live_month()
        self.history.clear()

    def of(self, kind):
        """Agents of one class; an empty set where there are none."""
        return self.agents_by_type[kind] if kind in self.agents_by_type else self.agents.select(at_most=0)

    def supervised(self):
        return [client for client in self.of(Client) if client.supervised]

    def any_employer(self):
        return self.random.choice(self.employers) if self.employers else None

    def levers_now(self):
        """Every lever of the month by its own name; before month 0 those of the scenario's past."""
        spec, now = self.spec, {}
        for path in spec.lever_paths():
            past = self.month < 0 and f"levers.{path}" in spec.past
            now[path.rsplit(".", 1)[-1]] = spec.past[f"levers.{path}"] if past else spec.lever(path, self.month)
        return SimpleNamespace(**now)

    def agreements(self):
        return [self.levers.dinas_sosial, self.levers.dinas_tenaga_kerja, self.levers.ngo]

    def planned_groups(self):
        return sum(round(getattr(self.levers, f"groups_{field}")) for field in FIELDS)

    def step(self):
        """Live one month."""
        self.live_month()

    def live_month(self):
        """Arrive, fund, staff, plan, serve, reach out, work, relate, offend, supervise, record."""
        office, clients = self.office, self.of(Client)
        self.levers = self.levers_now()
        self.arrive()
        office.receive_money()
        office.pay_first()
        self.of(Member).shuffle_do("tire_or_leave")
        self.open_groups()
        self.recruit(office.recruits)
        office.certify()
        self.of(Member).shuffle_do("train_and_serve")
        office.coordinate()
        office.draw_on_ties()
        clients.shuffle_do("want_places")
        office.plan_activities()
        office.offer_places()
        clients.do("miss_services")
        office.prepare_sessions()
        clients.shuffle_do("attend")
        office.settle_sessions()
        office.find_mentors()
        self.reach_out()
        self.of(Village).do("count_businesses")
        clients.shuffle_do("search_work")
        office.give_grants()
        clients.shuffle_do("earn")
        self.of(Family).shuffle_do("accept")
        clients.shuffle_do("relate")
        clients.shuffle_do("offend")
        self.of(Village).do("hear")
        self.of(Employer).do("witness")
        clients.shuffle_do("supervise")
        self.record()
        clients.do("move_on")
        self.month += 1

    def arrive(self):
        """Custody ends, people are released as often as keeps the setting's clients, all face the month's hazard."""
        setting = self.spec.setting
        self.of(Client).do("begin_month")
        if self.month > FIRST_MONTH:
            mix, terms = dict(setting.release_mix), dict(setting.mean_term_months)
            flow = setting.clients / sum(mix[kind] * terms[kind] for kind in mix)
            time = self.random.expovariate(flow)
            while time < 1.0:
                Client(self).find_peers()
                time += self.random.expovariate(flow)
        self.of(Client).do("face_hazard")

    def open_groups(self):
        """Groups open where the plan has more of a field; those beyond it find no new members and no clients."""
        before = [group.planned for group in self.groups]
        for field, name in enumerate(FIELDS):
            there = [group for group in self.groups if group.field == field]
            planned = round(getattr(self.levers, f"groups_{name}"))
            for number, group in enumerate(there):
                group.planned = number < planned
            self.groups += [Group(self, field) for _ in range(planned - len(there))]
        if before == [group.planned for group in self.groups] and self.villages[0].group_km:
            return
        for village in self.villages:
            village.group_km = [village.distance_km] * len(FIELDS)
            for field in range(len(FIELDS)):
                at = [group.village.place for group in self.groups if group.planned and group.field == field]
                if at:
                    village.group_km[field] = min(math.dist(village.place, place) for place in at)

    def recruit(self, number):
        size = round(self.levers.members_per_group)
        posts = [group for group in self.groups if group.planned for _ in range(size - len(group.members))]
        self.random.shuffle(posts)
        for group in posts[:number]:
            Member(self, group)

    def reach_out(self):
        self.of(Village).shuffle_do("meet")
        self.of(Family).shuffle_do("reach_out")
        self.of(Member).shuffle_do("reach_out")
        for client in self.supervised():
            if client.employer is not None:
                client.employer.supervised_here += 1
        self.of(Employer).shuffle_do("look_around")
        self.of(Employer).shuffle_do("weigh")

    def record(self):
        """A handful of the model's indicators."""
        clients, supervised = self.of(Client), self.supervised()
        self.history.append(
            {
                "followed": len(clients),
                "supervised": self.office.clients,
                "offences": sum(client.offended for client in clients),
                "recorded_failures": sum(client.failed for client in clients),
                "employed_share": mean(client.work is not None for client in supervised),
                "coverage_current": mean(bool(client.attended) for client in supervised),
                "coverage_ever": mean(client.first_service != NEVER for client in supervised),
                "distress": mean(client.distress for client in supervised),
                "village_stigma": mean(village.stigma for village in self.of(Village)),
                "employer_willingness": mean(employer.willingness for employer in self.of(Employer)),
                "sessions": self.office.held,
            }
        )


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else math.nan
