"""Families, employers, groups, members and villages as plain Mesa agents, for :mod:`benchmarks._plain_mesa`."""

from __future__ import annotations

import math

import mesa

from agents.clients import WEEKS_A_MONTH

PSYCHOSOCIAL, VOCATIONAL, COURSE, ENTREPRENEURSHIP, SPIRITUAL, LEGAL, COMMUNITY, MEDIATION, OUTREACH = range(9)
FIELD_OF, PERSONALITY = (1, 0, 0, 0, 1, 2, 3, 3, 3), 1
NEVER, TRADES = -6000, 5


def clip(x, low=0.0, high=1.0):
    return min(max(x, low), high)


def towards(now, target, speed):
    return now + speed * (clip(target) - now)


def chance_of(hazard):
    return -math.expm1(-hazard)


def monthly(weekly):
    return -math.log1p(-weekly) * WEEKS_A_MONTH


def this_month(per_year, month):
    of_year = month % 12
    return math.floor(per_year * (of_year + 1) / 12) - math.floor(per_year * of_year / 12)


class PokmasAgent(mesa.Agent):
    """What all agents share: the parameters, and a yes with some chance."""

    def __init__(self, model):
        super().__init__(model)
        self.p = model.p

    def happens(self, chance):
        return self.random.random() < chance

    def lasts_until(self, begun, mean_months):
        return begun + 1 + math.floor(-math.log(1.0 - self.random.random()) * mean_months)

    def another(self, circle):
        """Somebody else of the circle, None where one is alone."""
        while len(circle) > 1:
            if (other := self.random.choice(circle)) is not self:
                return other
        return None

    def get_acquainted(self):
        """Who knows an employer may lose sight of it, who knows none may meet one."""
        ends = chance_of(1.0 / self.p.acquaintance_tie_months)
        if self.knows is not None:
            self.knows = None if self.happens(ends) else self.knows
        elif self.happens(ends * self.p.acquaintance_share / (1.0 - self.p.acquaintance_share)):
            self.knows = self.model.any_employer()


class Village(PokmasAgent):
    """A place with its stigma."""

    def __init__(self, model):
        super().__init__(model)
        setting = model.spec.setting
        self.distance_km = setting.area_radius_km * math.sqrt(self.random.random())
        angle = 2.0 * math.pi * self.random.random()
        self.place = (self.distance_km * math.cos(angle), self.distance_km * math.sin(angle))
        spread = self.p.stigma_village_spread * self.random.gauss(0.0, 1.0)
        self.stigma = self.stigma_rest = clip(setting.community_stigma + spread, 0.02, 0.98)
        self.neighbours, self.clients, self.group_km = [], [], []
        self.heard = self.businesses = 0

    def meet(self):
        p, office = self.p, self.model.office
        met = sum(COMMUNITY in client.attended for client in self.clients)
        events = office.places[OUTREACH] / self.model.spec.setting.villages
        encounters = (met + p.encounters_per_event * events) / p.encounters_for_contact
        near = [village.stigma for village in self.neighbours]
        pull = sum(near) / len(near) - self.stigma if near else 0.0
        change = (
            -p.contact_on_stigma * office.quality[COMMUNITY] * self.stigma * chance_of(encounters)
            - p.media_on_stigma * office.media * self.stigma
            + p.neighbour_on_stigma * pull
            + p.stigma_return * (self.stigma_rest - self.stigma)
        )
        self.stigma = clip(self.stigma + change)

    def count_businesses(self):
        self.businesses = sum(client.work == "business" for client in self.clients)

    def hear(self):
        self.stigma += self.p.news_on_stigma * (1.0 - self.stigma) * chance_of(self.heard)
        self.heard = 0


class Employer(PokmasAgent):
    """A formal employer that looks at its experience, its village and its colleagues."""

    def __init__(self, model):
        super().__init__(model)
        self.village = self.random.choice(model.villages)
        self.colleagues = model.trades[self.random.randrange(TRADES)]
        self.colleagues.append(self)
        self.willingness = clip(self.p.employer_willingness + 0.25 * self.random.gauss(0.0, 1.0))
        self.willingness_rest, self.image_concern = self.willingness, self.random.random()
        self.good_months, self.incidents = 0.0, 0.0
        self.heard = self.supervised_here = self.known_by = 0
        self.ties, self.found = {}, None

    def look_around(self):
        """Forget ties that are over, look for a new colleague when the one found is among them."""
        self.ties = {other: until for other, until in self.ties.items() if until > self.model.month}
        other = self.another(self.colleagues) if self.found not in self.ties else None
        if other is not None and other not in self.ties:
            self.found = other
            until = self.lasts_until(self.model.month, self.p.reputation_tie_months)
            self.ties[other] = other.ties[self] = until

    def weigh(self):
        p = self.p
        self.good_months = self.good_months * (1.0 - p.experience_fading) + self.supervised_here
        others = sum(other.willingness for other in self.ties) / len(self.ties) - self.willingness if self.ties else 0.0
        target = (
            self.willingness_rest
            + p.experience_on_willingness * self.good_months / (self.good_months + p.experience_half_months)
            - p.incident_on_willingness * self.incidents / (self.incidents + p.incidents_half)
            - p.stigma_on_willingness * (self.village.stigma - 0.5)
            + p.reputation_on_willingness * others
            + p.acquaintance_on_willingness * chance_of(self.known_by)
        )
        self.willingness = towards(self.willingness, target, p.employer_speed)
        self.supervised_here = self.known_by = 0

    def witness(self):
        self.incidents = self.incidents * (1.0 - self.p.experience_fading) + self.heard
        self.heard = 0


class Group(PokmasAgent):
    """A Pokmas group: a field, a village and its members."""

    def __init__(self, model, field):
        super().__init__(model)
        self.field, self.village, self.members = field, self.random.choice(model.villages), []
        self.planned = True


class Member(PokmasAgent):
    """A volunteer who tires, learns and leaves."""

    def __init__(self, model, group):
        super().__init__(model)
        self.group, self.joined, self.certified, self.serving = group, model.month, False, True
        group.members.append(self)
        self.competence = clip(self.p.competence_base + 0.3 * (self.random.random() - 0.5))
        self.motivation, self.burnout, self.load, self.hours = 0.3 + 0.4 * self.random.random(), 0.0, 0, 0.0
        self.knows = model.any_employer() if self.happens(self.p.acquaintance_share) else None

    def tire_or_leave(self):
        p, office = self.p, self.model.office
        load = min(self.load / p.mentor_places, 1.0) * (1.0 - p.coaching_on_burnout * office.coaching)
        self.burnout += p.burnout_speed * (load - self.burnout)
        transport = min(office.transport_idr / p.transport_reference_idr, 1.0)
        target = 0.5 + p.transport_on_motivation * transport - p.burnout_on_motivation * self.burnout
        self.motivation = towards(self.motivation, target, p.motivation_speed)
        yearly = p.exit_unsupported + (p.exit_supported - p.exit_unsupported) * office.coaching
        if self.happens(chance_of(-math.log1p(-yearly) / 12 * 2.0 ** (1.0 - 2.0 * self.motivation))):
            self.serving = False
            self.group.members.remove(self)
            self.remove()

    def train_and_serve(self):
        p, coaching = self.p, self.model.office.coaching
        target = p.competence_base + p.coaching_on_competence * coaching + p.certificate_on_competence * self.certified
        self.competence = towards(self.competence, target, p.competence_speed)
        self.hours = round(4.0 * self.model.levers.hours_per_member_month * (0.5 + self.motivation)) / 4.0

    def reach_out(self):
        self.get_acquainted()
        if self.knows is not None:
            self.knows.known_by += 1


class Family(PokmasAgent):
    """A family within reach of its client."""

    def __init__(self, model, client):
        super().__init__(model)
        p, self.client, self.village = self.p, client, client.village
        base = p.family_acceptance_base + 0.4 * (self.random.random() - 0.5)
        self.courtesy_stigma, self.means = self.village.stigma, self.random.random()
        self.acceptance = self.contact = clip(base - p.courtesy_stigma_weight * self.village.stigma)
        self.knows = model.any_employer() if self.happens(p.acquaintance_share) else None

    def reach_out(self):
        if self.client.employer is not None:
            self.knows = self.client.employer
        else:
            self.get_acquainted()

    def accept(self):
        p, mediation = self.p, self.client.dose[MEDIATION]
        stigma = self.village.stigma * (1.0 - p.mediation_on_courtesy * mediation)
        self.courtesy_stigma = towards(self.courtesy_stigma, stigma, p.family_speed)
        target = (
            p.family_acceptance_base
            + p.work_on_acceptance * (self.client.work is not None)
            + p.mediation_on_acceptance * mediation
            + p.means_on_acceptance * (self.means - 0.5)
            - p.courtesy_stigma_weight * self.courtesy_stigma
        )
        before = self.acceptance
        self.acceptance = towards(before, target, p.family_speed)
        self.contact = towards(self.contact, before, 2.0 * p.family_speed)
