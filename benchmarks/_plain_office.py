"""The Bapas as a plain Mesa agent, for :mod:`benchmarks._plain_mesa`."""

from __future__ import annotations

import math
from itertools import combinations

from agents.activities import ACTIVITIES, FIELDS
from agents.clients import SUBSIDY_MONTHS
from benchmarks._plain_around import (
    COURSE,
    ENTREPRENEURSHIP,
    FIELD_OF,
    LEGAL,
    OUTREACH,
    PERSONALITY,
    PSYCHOSOCIAL,
    SPIRITUAL,
    Member,
    PokmasAgent,
    clip,
    this_month,
)
from benchmarks._plain_client import Client

NEEDS_ROOM = tuple(activity not in (COURSE, OUTREACH) for activity in range(9))
BAPAS, POKMAS, DINAS_SOSIAL, DINAS_TENAGA_KERJA, NGO = AGENCIES = range(5)
PARTNERS, SERVES = (DINAS_SOSIAL, DINAS_TENAGA_KERJA, NGO), (LEGAL, COURSE, PSYCHOSOCIAL)


def part(one, whole):
    return one / whole if whole > 0 else 0.0


def shared_out(pool, wanted, weight):
    """The pool by weight, nobody more than wanted; what one leaves goes to the others."""
    given, left = [0.0] * len(wanted), sum(weight)
    for k in sorted(range(len(wanted)), key=lambda k: part(wanted[k], weight[k])):
        if weight[k] > 0:
            given[k] = min(wanted[k], pool * weight[k] / left)
            pool, left = pool - given[k], left - weight[k]
    return given


class Office(PokmasAgent):
    """The Bapas: money, what it carries, the agencies around it, and the month's activities."""

    def __init__(self, model):
        super().__init__(model)
        self.cash, self.owed = 0, {"administration": 0, "guidance": 0}
        self.tie = dict.fromkeys(combinations(AGENCIES, 2), 0.0)
        self.insight, self.facility, self.routine = 0.0, model.spec.setting.facility_quality, [0.0] * 9
        self.places, self.quality, self.held, self.given, self.skilled = [0] * 9, [0.0] * 9, 0, [0.0] * 4, [0.0] * 4

    @property
    def shares(self):
        return [getattr(self.model.levers, name) for name in ACTIVITIES]

    def receive_money(self):
        p, levers, of_year = self.p, self.model.levers, self.model.month % 12
        budget, first = levers.annual_budget_idr, levers.first_money_month
        lapsed = math.floor(self.cash * levers.fixed_share * p.lapse_share) if of_year == 0 else 0
        fixed = budget * levers.fixed_share / (13 - first) if of_year + 1 >= first else 0.0
        irregular = budget * levers.irregular_share / 12 / p.irregular_month_probability
        outside = budget * levers.outside_share / 12 / p.outside_month_probability
        irregular *= self.happens(p.irregular_month_probability)
        outside *= self.happens(p.outside_month_probability)
        self.cash += math.floor(fixed) + math.floor(irregular) + math.floor(outside) - lapsed

    def pay_first(self):
        """Each use in its order as far as the cash reaches; what is in force is the part that was paid."""
        levers, month = self.model.levers, self.model.month
        due, whole = self.due(), self.bought_whole()
        kept, paid = {}, {}
        for use, amount in due.items():
            paid[use] = min(amount, self.cash)
            self.cash -= paid[use]
            kept[use] = paid[use] / amount if amount > 0 else 1.0
        if due["subsidies"] == 0:
            kept["subsidies"] = float(self.cash > 0)
        self.owed = {use: due[use] - paid[use] for use in self.owed}
        bought = {}
        for use, (number, cost) in whole.items():
            bought[use] = min(number, self.cash // cost) if cost > 0 else number
            self.cash -= bought[use] * cost
        self.recruits, self.certificates, self.grants = bought.values()
        all_due = sum(due.values()) + sum(number * cost for number, cost in whole.values())
        counted_on = max(levers.annual_budget_idr / 12 - all_due, 0.0)
        counted_on += self.insight * (min(counted_on, self.cash) - counted_on)
        self.expected = [math.floor(counted_on * share) for share in self.shares]
        self.plan = [math.floor(self.cash * share) for share in self.shares]
        self.coaching = min(levers.coaching_sessions_per_year / 12, 1.0) * kept["coaching"]
        self.transport_idr = math.floor(levers.transport_idr_per_member_month * kept["transport"])
        self.subsidy_idr = math.floor(levers.wage_subsidy_idr_per_month * kept["subsidies"])
        self.meetings = this_month(levers.forum_meetings_per_year, month) * kept["forum"]
        self.register = levers.shared_register_coverage * kept["register"]
        self.procedure = levers.written_procedure * kept["procedure"]
        self.agreements = [each * kept["agreements"] for each in self.model.agreements()]
        self.evaluations = this_month(levers.evaluations_per_year, month) * kept["evaluation"]
        self.hub_slots = levers.griya_abhipraya_slots_per_month * kept["hub"]
        self.rooms = levers.room_slots_per_month + levers.rented_room_slots_per_month * kept["rooms"] + self.hub_slots
        self.hub_use = self.hub_slots / max(self.rooms, 1e-9)
        self.tools_idr, self.media = paid["tools"], levers.media_reach * kept["media"]

    def due(self):
        """Whole rupiah due this month, by use in the order of payment."""
        p, levers, month = self.p, self.model.levers, self.model.month
        clients = self.model.supervised()
        self.clients, self.caseload = len(clients), len(clients) / max(levers.counsellors, 1.0)
        subsidised = sum(client.work == "formal" and client.tenure < SUBSIDY_MONTHS for client in clients)
        hub, members = levers.griya_abhipraya_slots_per_month, len(self.model.of(Member))
        due = {
            "administration": levers.annual_budget_idr * levers.administration_share / 12,
            "guidance": self.clients * p.guidance_cost_per_client_month_idr,
            "transport": members * levers.transport_idr_per_member_month,
            "coaching": levers.coaching_sessions_per_year / 12 * members * p.coaching_cost_per_member_idr,
            "forum": this_month(levers.forum_meetings_per_year, month) * p.meeting_cost_idr,
            "register": self.clients * levers.shared_register_coverage * p.register_cost_per_client_month_idr,
            "procedure": levers.written_procedure * p.procedure_cost_per_year_idr / 12,
            "agreements": sum(self.model.agreements()) * p.agreement_cost_per_year_idr / 12,
            "evaluation": this_month(levers.evaluations_per_year, month) * p.evaluation_cost_idr,
            "rooms": levers.rented_room_slots_per_month * p.room_slot_cost_idr,
            "tools": levers.tools_idr_per_year / 12,
            "hub": (hub > 0) * p.hub_cost_per_month_idr + hub * p.room_slot_cost_idr,
            "media": levers.media_reach * len(self.model.villages) * p.media_cost_per_village_year_idr / 12,
            "subsidies": subsidised * levers.wage_subsidy_idr_per_month,
        }
        return {use: math.floor(amount) + self.owed.get(use, 0) for use, amount in due.items()}

    def bought_whole(self):
        """Number and price of recruits, certificates and grants wanted this month."""
        p, levers, month = self.p, self.model.levers, self.model.month
        members = self.model.of(Member)
        most = round(levers.members_per_group)
        filled = sum(min(len(group.members), most) for group in self.model.groups if group.planned)
        posts = self.model.planned_groups() * most
        uncertified = sum(not member.certified for member in members)
        grants = this_month(levers.startup_grants_per_year, month) * (levers.startup_grant_idr >= 1.0)
        certificates = this_month(levers.certification_places_per_year, month)
        return {
            "recruitment": (
                min(this_month(levers.recruits_per_year, month), max(posts - filled, 0)),
                math.floor(p.recruitment_cost_idr),
            ),
            "certification": (min(certificates, uncertified), math.floor(p.certification_cost_idr)),
            "grants": (min(grants, len(self.trained())), math.floor(levers.startup_grant_idr)),
        }

    def trained(self):
        """Clients trained in entrepreneurship, without work and not yet given a grant."""
        clients = self.model.supervised()
        return [c for c in clients if c.dose[ENTREPRENEURSHIP] > 0.0 and c.work is None and not c.granted]

    def certify(self):
        uncertified = [member for member in self.model.of(Member) if not member.certified]
        self.random.shuffle(uncertified)
        for member in sorted(uncertified, key=lambda member: member.joined)[: self.certificates]:
            member.certified = True

    def coordinate(self):
        p = self.p
        came = [True] * len(AGENCIES)
        for partner, agreed in zip(PARTNERS, self.agreements, strict=True):
            chance = p.forum_attendance + (p.forum_attendance_agreed - p.forum_attendance) * agreed
            came[partner] = self.happens(chance)
        for (one, other), tie in self.tie.items():
            met = self.meetings * (came[one] and came[other])
            grown = min(p.tie_per_meeting * met + p.hub_on_ties * self.hub_use, 1.0)
            self.tie[one, other] = min(tie * (1.0 - p.tie_fading) + (1.0 - tie) * grown, 1.0)
        self.recorded = p.recording_floor + (1.0 - p.recording_floor) * self.register
        learnt = min(p.insight_per_evaluation * self.evaluations * self.recorded, 1.0)
        self.insight = min(self.insight * (1.0 - p.insight_fading) + (1.0 - self.insight) * learnt, 1.0)

    def draw_on_ties(self):
        p = self.p
        with_pokmas = self.tie[BAPAS, POKMAS]
        shared = 1.0 - (1.0 - self.register * (0.5 + 0.5 * with_pokmas)) * (1.0 - self.insight)
        self.needs_known = p.need_known_floor + (1.0 - p.need_known_floor) * shared
        missed = (1.0 - p.referral_by_procedure * self.procedure) * (1.0 - p.referral_by_hub * self.hub_use)
        for partner, agreed in zip(PARTNERS, self.agreements, strict=True):
            missed *= 1.0 - p.referral_by_agreement * agreed * self.tie[BAPAS, partner]
        self.referral = 1.0 - (1.0 - p.referral_base) * missed
        servers = [tie for ends, tie in self.tie.items() if BAPAS not in ends]
        apart = 1.0 - p.planning_on_overlap * self.model.levers.joint_planning
        self.overlap = p.duplication_share * (1.0 - sum(servers) / len(servers)) * apart
        self.no_show = p.cancellation_share * (1.0 - with_pokmas) * apart

    def plan_activities(self):
        """Places of each activity: the least of money, hours, rooms and demand, less what is cancelled or doubled."""
        p, levers = self.p, self.model.levers
        self.given, self.skilled = [0.0] * 4, [0.0] * 4
        for member in self.model.of(Member):
            self.given[member.group.field] += member.hours
            self.skilled[member.group.field] += member.hours * member.competence
        overhead = self.meetings * p.meeting_hours + levers.joint_planning * p.planning_hours_per_month
        hours = [max(given - overhead / len(FIELDS), 0.0) for given in self.given]
        demand = [0] * 9
        for client in self.model.of(Client):
            for activity in client.wanted:
                demand[activity] += client.referred
        demand[OUTREACH] = this_month(levers.outreach_events_per_year, self.model.month)
        others = [0] * 9
        for partner, agreed, activity in zip(PARTNERS, self.agreements, SERVES, strict=True):
            mean = p.agency_places_per_client_year * self.clients / 12.0 * agreed * self.tie[BAPAS, partner]
            others[activity] = self.in_whole(mean)
        self.places, self.opened, self.by_others = [0] * 9, [0] * 9, [0] * 9
        self.cancelled = self.duplicated = 0
        self.follow_demand(demand)
        reached = self.within_means(self.plan, demand, hours)
        counted_on = self.within_means(self.expected, demand, hours)
        for activity in range(9):
            affordable = math.floor(reached[activity])
            planned = max(math.floor(counted_on[activity]), affordable)
            held = affordable - self.in_whole(affordable * self.no_show)
            doubled = self.in_whole(held * self.overlap) if activity != OUTREACH else 0
            more = min(others[activity], demand[activity] - held + doubled)
            self.places[activity], self.opened[activity], self.by_others[activity] = held - doubled + more, held, more
            self.cancelled += planned - held
            self.duplicated += doubled

    def in_whole(self, places):
        """Whole places; the part below one is drawn."""
        return math.floor(places + self.random.random())

    def follow_demand(self, demand):
        """Money moves to what is asked for, as far as evaluation has taught."""
        wanted = [math.ceil(demand[activity] * self.cost(activity)) for activity in range(9)]
        followed = shared_out(sum(self.plan), wanted, self.shares)
        self.plan = [
            math.floor(one + self.insight * (other - one)) for one, other in zip(self.plan, followed, strict=True)
        ]

    def within_means(self, money, demand, hours):
        """Places of each activity that money and demand, then hours of its field, then rooms allow."""
        each = [getattr(self.p, f"{name}_place_hours") for name in ACTIVITIES]
        wanted = [min(money[activity] / self.cost(activity), demand[activity]) for activity in range(9)]
        for field in range(4):
            mine = [activity for activity in range(9) if FIELD_OF[activity] == field]
            hours_wanted = [wanted[activity] * each[activity] for activity in mine]
            given = shared_out(hours[field], hours_wanted, [self.shares[activity] for activity in mine])
            for activity, some in zip(mine, given, strict=True):
                wanted[activity] = min(wanted[activity], some / each[activity])
        inside = [activity for activity in range(9) if NEEDS_ROOM[activity]]
        slots = [wanted[activity] for activity in inside]
        for activity, some in zip(inside, shared_out(self.rooms, slots, [self.shares[k] for k in inside]), strict=True):
            wanted[activity] = some
        return wanted

    def cost(self, activity):
        return getattr(self.p, f"{ACTIVITIES[activity]}_place_cost_idr")

    def offer_places(self):
        """One line of those who ask, known needs first; down the line everybody gets what is left."""
        left = list(self.places)
        asking = [c for c in self.model.of(Client) if c.wanted and c.referred]
        for client in sorted(asking, key=lambda client: client.place_in_line()):
            client.offered = [activity for activity in client.wanted if left[activity] > 0]
            for activity in client.offered:
                left[activity] -= 1

    def prepare_sessions(self):
        p, procedure = self.p, 1.0 - self.p.procedure_weight * (1.0 - self.procedure)
        broken = p.continuity_weight * (1.0 - p.hub_on_continuity * self.hub_use)
        for activity, field in enumerate(FIELD_OF):
            self.routine[activity] += p.routine_speed * ((self.places[activity] > 0) - self.routine[activity])
            competence = part(self.skilled[field], self.given[field])
            own = competence * procedure * (1.0 - broken * (1.0 - self.routine[activity]))
            others = part(self.by_others[activity], self.places[activity])
            self.quality[activity] = clip(own + others * (p.agency_session_quality - own))
        base = self.model.spec.setting.facility_quality
        used = sum(opened for opened, room in zip(self.opened, NEEDS_ROOM, strict=True) if room)
        equipped = -math.expm1(-self.tools_idr / max(used, 1.0) / p.tools_per_slot_idr)
        self.facility += p.facility_speed * (base + (1.0 - base) * equipped - self.facility)
        time = min(p.case_full_load * self.model.levers.counsellors / max(self.clients, 1), 1.0)
        able = min(part(sum(self.skilled), sum(self.given)) / p.case_full_competence, 1.0)
        self.guidance = time * self.procedure * able * 0.5 * (1.0 + self.needs_known)

    def settle_sessions(self):
        self.held = sum(len(client.attended) for client in self.model.of(Client))
        for activity, opened in enumerate(self.opened):
            self.cash -= min(math.ceil(opened * self.cost(activity)), self.plan[activity])

    def find_mentors(self):
        """Mentors who left are lost; clients just accompanied find the least loaded free member."""
        clients, members = list(self.model.of(Client)), self.model.of(Member)
        members.do(lambda member: setattr(member, "load", 0))
        for client in clients:
            if client.mentor is not None and not client.mentor.serving:
                client.mentor = None
            if client.mentor is not None:
                client.mentor.load += 1
        seeking = [c for c in clients if c.mentor is None and (PSYCHOSOCIAL in c.attended or SPIRITUAL in c.attended)]
        guides, most = [m for m in members if m.group.field == PERSONALITY], round(self.p.mentor_places)
        self.random.shuffle(seeking)
        for client in seeking:
            mentor = min(guides, key=lambda member: member.load, default=None)
            if mentor is None or mentor.load >= most:
                break
            client.mentor = mentor
            mentor.load += 1

    def give_grants(self):
        trained = self.trained()
        self.random.shuffle(trained)
        for client in sorted(trained, key=lambda client: -client.dose[ENTREPRENEURSHIP])[: self.grants]:
            client.granted, client.grant_idr = True, math.floor(self.model.levers.startup_grant_idr)
