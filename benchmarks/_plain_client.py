"""A client of the Bapas as a plain Mesa agent, for :mod:`benchmarks._plain_mesa`."""

from __future__ import annotations

import math

from benchmarks._plain_around import (
    COMMUNITY,
    COURSE,
    ENTREPRENEURSHIP,
    FIELD_OF,
    LEGAL,
    MEDIATION,
    NEVER,
    OUTREACH,
    PSYCHOSOCIAL,
    SPIRITUAL,
    VOCATIONAL,
    Family,
    PokmasAgent,
    chance_of,
    clip,
    monthly,
    towards,
)


class Client(PokmasAgent):
    """A client of the Bapas from release until followed long enough; ``stock``: under supervision at the start."""

    def __init__(self, model, stock=False):
        super().__init__(model)
        p, setting, draw = self.p, model.spec.setting, self.random.random
        self.term, served = self.draw_term(stock)
        self.released = model.month - served
        age = p.age_youngest + (p.age_mean - p.age_youngest) * self.random.gammavariate(2.0, 0.5)
        self.born = self.released - round(min(age, 75.0) * 12)
        offences = dict(setting.offence_mix)
        self.offence = self.random.choices(list(offences), list(offences.values()))[0]
        self.female, self.stability = draw() < setting.women_share, self.random.gauss(0.0, 1.0)
        self.priors = min(math.floor(math.log(1.0 - draw()) / math.log(p.priors_ratio)), 20)
        self.village = self.random.choice(model.villages)
        self.skill, self.certificate = p.skill_at_release * (0.5 + draw()), draw() < p.certificate_at_release
        self.documents = clip(p.documents_at_release + 0.5 * (draw() - 0.5))
        self.distress, self.confidence = clip(p.distress_base + 0.2 * (draw() - 0.5)), 0.35 + 0.3 * draw()
        self.commitment, self.perceived_stigma, self.refusals, self.unmet = 0.5, self.village.stigma, 0.0, 0.0
        self.roles, self.role_clarity, self.role_strain = [0.0] * 4, 0.4, 0.0
        self.dose, self.case_management = [0.0] * 9, 0.0
        self.wanted, self.offered, self.attended, self.luck_of_need = [], [], [], draw()
        self.first_service = self.latest_service = self.first_recorded = NEVER
        self.status, self.missed_reports, self.custody_until = "supervised", 0, NEVER
        self.referred = self.convicted = self.returned = self.revoked = self.far = self.refused = self.granted = False
        self.offended = self.detected = self.reoffended = self.active_offender = False
        self.failed = self.failed_before = self.work_recorded = self.service_recorded = False
        self.reports_discrimination = self.reports_difficulty = False
        self.last_offence, self.hazard, self.grant_idr, self.income_idr = NEVER, 0.0, 0.0, 0
        self.mentor, self.work, self.employer, self.tenure = None, None, None, 0
        self.family = Family(model, self) if self.happens(p.family_in_reach) else None
        self.help, self.support = [0.0] * 3, [self.family.acceptance if self.family else 0.0, 0.3, 0.0]
        if stock and self.happens(p.employed_at_start):
            self.work, self.tenure = "informal", math.floor(draw() * (served + 1))
            if model.employers and not self.happens(setting.informal_share):
                self.work, self.employer = "formal", model.any_employer()
                self.employer.good_months += 1.0 / max(p.experience_fading, 0.01)
        self.peers, self.alike = {}, model.alike[-self.born // 120, self.offence]
        self.village.clients.append(self)
        self.alike.append(self)

    def draw_term(self, stock):
        """Length of supervision and months already served; at a moment, long terms are met more often."""
        setting, p, draw = self.model.spec.setting, self.p, self.random.random
        flow, mean = dict(setting.release_mix), dict(setting.mean_term_months)
        weights = [flow[kind] * mean[kind] if stock else flow[kind] for kind in flow]
        kind = self.random.choices(list(flow), weights)[0]
        low, high = 1.0 - p.term_spread, 1.0 + p.term_spread
        length = math.sqrt(low**2 + draw() * (high**2 - low**2)) if stock else low + draw() * (high - low)
        term = max(math.floor(mean[kind] * length + draw()), 1)
        return term, math.floor(draw() * term) if stock else 0

    def find_peers(self):
        """A tie to somebody in the village and to somebody of like age and offence."""
        for circle in (self.village.clients, self.alike):
            other = self.another(circle)
            if other is not None and other not in self.peers:
                until = self.lasts_until(self.model.month, self.p.peer_tie_months)
                self.peers[other] = other.peers[self] = until

    @property
    def supervised(self):
        return self.status in ("supervised", "out of contact")

    @property
    def at_liberty(self):
        return self.status != "custody"

    def begin_month(self):
        month = self.model.month
        self.peers = {other: until for other, until in self.peers.items() if until > month}
        self.wanted, self.offered, self.attended = [], [], []
        self.offended = self.detected = self.revoked = self.refused = self.failed = self.service_recorded = False
        self.income_idr = 0
        if self.status == "custody" and self.custody_until <= month:
            self.status, self.released, self.term = "supervised", month, round(self.p.return_term_months)
            self.priors = min(self.priors + self.convicted, 99)
            self.returned, self.convicted, self.referred = True, False, False
            self.missed_reports, self.case_management = 0, 0.0

    def face_hazard(self):
        if not self.at_liberty:
            self.hazard = 0.0
            return
        p, month = self.p, self.model.month
        x = max(month - self.released + 0.5, 0.5) / p.hazard_peak_month
        peers = min(sum(other.active_offender for other in self.peers), 3)
        hazard = p.hazard_baseline * math.exp(p.hazard_shape * (math.log(x) + 1.0 - x))
        hazard *= p.hazard_ratio_age_per_decade ** (((month - self.born) / 12 - 30.0) / 10.0)
        hazard *= p.hazard_ratio_per_prior ** min(self.priors, 10) * p.hazard_ratio_peer**peers
        hazard /= p.hazard_ratio_male if self.female else 1.0
        hazard *= {"narcotics": p.hazard_ratio_narcotics, "property": p.hazard_ratio_property}.get(self.offence, 1.0)
        hazard *= p.hazard_ratio_employed if self.work is not None else 1.0
        hazard *= p.hazard_ratio_case_management**self.case_management
        hazard *= p.hazard_ratio_companionship ** self.dose[PSYCHOSOCIAL]
        hazard *= p.hazard_ratio_commitment ** (2.0 * self.commitment - 1.0)
        self.hazard = hazard * math.exp(-p.stability_on_hazard * self.stability - 0.5 * p.stability_on_hazard**2)

    def want_places(self):
        if self.status != "supervised":
            return
        if not self.referred:
            self.referred = self.happens(self.model.office.referral)
        free = self.work not in ("formal", "business")
        usable = [True] * 9
        usable[VOCATIONAL], usable[LEGAL], usable[OUTREACH] = self.skill < 1.0, self.documents < 1.0, False
        usable[COURSE], usable[ENTREPRENEURSHIP] = free and not self.certificate, free
        usable[MEDIATION] = self.family is not None and self.family.acceptance < 1.0
        share = self.p.demand_share
        self.wanted = [activity for activity in range(9) if usable[activity] and self.happens(share)]

    def place_in_line(self):
        if self.luck_of_need >= self.model.office.needs_known:
            return self.random.random()
        wants = self.distress + (1.0 - self.skill) + (self.work is None) + (1.0 - self.documents)
        early = clip(1.0 - (self.model.month - self.released) / 3.0)
        return -((wants + 1.0 - sum(self.support) / 3.0) / 5.0 + early)

    def miss_services(self):
        if self.status == "supervised":
            self.unmet *= 0.5 ** (1.0 / 12)
            self.unmet += 0.25 * (1.0 - self.unmet) * (bool(self.wanted) and not self.offered)
            self.reports_difficulty = 0.5 * (1.0 - self.documents) + 0.5 * self.unmet > self.p.difficulty_threshold

    def attend(self):
        p, office, month = self.p, self.model.office, self.model.month
        if self.offered:
            chance = p.attendance_base * (0.5 + self.confidence) * (0.5 + office.facility)
            chance *= 1.0 - p.attendance_work_loss * (self.work is not None)
            chance *= 1.0 - p.attendance_strain_loss * self.role_strain
            mood, ways = self.random.random(), self.village.group_km
            near = [chance * math.exp(-ways[FIELD_OF[each]] / p.attendance_distance_km) for each in self.offered]
            self.attended = [each for each, likely in zip(self.offered, near, strict=True) if mood < likely]
        if self.attended:
            self.first_service = month if self.first_service == NEVER else self.first_service
            self.latest_service, self.service_recorded = month, self.happens(office.recorded)
            if self.service_recorded and self.first_recorded == NEVER:
                self.first_recorded = month
        if self.first_service != NEVER:
            kept = 0.5 ** (1.0 / p.dose_half_life_months)
            before = self.dose
            self.dose = [dose * kept for dose in before]
            for each in self.attended:
                gained = (1.0 - before[each]) * p.dose_per_session * office.quality[each]
                self.dose[each] = min(self.dose[each] + gained, 1.0)
            self.learn()

    def learn(self):
        p, quality = self.p, self.model.office.quality
        gained = p.skill_per_session * quality[VOCATIONAL] if VOCATIONAL in self.attended else 0.0
        if COURSE in self.attended:
            gained += p.skill_per_course
            self.certificate = self.certificate or self.happens(p.course_completion)
        self.skill += (1.0 - self.skill) * min(gained, 1.0)
        if LEGAL in self.attended:
            self.documents += (1.0 - self.documents) * p.documents_per_session * quality[LEGAL]

    def leave_work(self):
        self.work, self.employer, self.far = None, None, False

    def search_work(self):
        """Work is lost, heard of, asked for and got or refused."""
        p = self.p
        if self.at_liberty and self.work is not None:
            weekly = p.job_loss_weekly_formal if self.work == "formal" else p.job_loss_weekly_informal
            if self.work == "business":
                weekly = p.business_closure_weekly
                weekly *= 0.5 * (1.0 + self.village.businesses / p.business_places_per_village)
            hazard = monthly(min(weekly, 0.99)) * (p.job_loss_early_ratio if self.tenure < 3 else 1.0)
            self.tenure += 1
            if self.happens(chance_of(hazard * math.exp(-p.stability_holds_job * self.stability))):
                self.leave_work()
                self.tenure = 0
        if self.at_liberty and self.work is None and self.happens(chance_of(self.finding_hazard())):
            self.ask_for_work()

    def finding_hazard(self):
        p, setting = self.p, self.model.spec.setting
        out = max(self.model.month - self.released, 0)
        early = p.job_finding_weekly_release - p.job_finding_weekly_mature
        weekly = p.job_finding_weekly_mature + early * math.exp(-out / p.job_search_decay_months)
        slack = (p.unemployment_reference / max(setting.open_unemployment_rate, 0.005)) ** p.unemployment_elasticity
        contacts = sum(other.at_liberty and other.work is not None for other in self.peers)
        contacts += sum(each is not None and each.knows is not None for each in (self.mentor, self.family))
        search = 1.0 + p.skill_on_search * self.skill + p.contacts_on_search * contacts / (contacts + 2.0)
        hazard = monthly(weekly) / p.acceptance_behind_finding * slack * (0.5 + self.confidence) * search
        return hazard * math.exp(0.5 * p.stability_holds_job * self.stability)

    def ask_for_work(self):
        p, setting, office, family = self.p, self.model.spec.setting, self.model.office, self.family
        share = (1.0 - setting.informal_share) * (0.5 + self.skill) * (0.5 + 0.5 * self.documents)
        share *= p.certificate_on_formal if self.certificate else 1.0
        stigma, asked = self.village.stigma, None
        if self.model.employers and self.happens(share):
            known = [each.knows for each in (self.mentor, family) if each is not None and each.knows is not None]
            through = known and self.happens(p.lead_through_contact)
            asked = known[0] if through else self.model.any_employer()
            chance = asked.willingness - p.image_on_hiring * asked.image_concern * stigma
            chance += p.vouching_on_hiring * (asked in known)
            chance += p.subsidy_on_hiring * min(office.subsidy_idr / setting.monthly_wage_idr, 1.0)
        else:
            helped = (family.acceptance * (0.5 + family.means) if family else 0.0) - 0.5
            chance = 1.0 - p.stigma_on_informal_work * stigma + p.family_on_informal_work * helped
        if self.happens(clip(chance)):
            self.work, self.employer, self.tenure = "informal" if asked is None else "formal", asked, 0
            self.far = self.happens(p.far_work_share)
        else:
            self.refused = True

    def earn(self):
        """Some open a business; work pays."""
        p, setting = self.p, self.model.spec.setting
        if not self.at_liberty:
            return
        if self.work is None:
            wages = self.grant_idr / setting.monthly_wage_idr
            chance = p.business_start_base_monthly + p.business_start_monthly * self.dose[ENTREPRENEURSHIP]
            chance *= (0.5 + self.skill) * (0.5 + self.confidence)
            chance *= 1.0 + p.grant_on_start * wages / (wages + p.grant_half_wages)
            if self.happens(chance / (1.0 + self.village.businesses / p.business_places_per_village)):
                self.work, self.tenure = "business", 0
        ratio = {"formal": 1.0, "informal": p.informal_wage_ratio, "business": p.business_income_ratio}.get(
            self.work, 0
        )
        self.income_idr = round(ratio * setting.monthly_wage_idr * (0.8 + 0.4 * self.skill))

    def relate(self):
        if self.at_liberty:
            self.hold_roles()
            self.feel_support()
            self.feel_able()

    def hold_roles(self):
        p, dose, working = self.p, self.dose, self.work is not None
        accepted = self.family.acceptance if self.family else 0.0
        neighbour = 1.0 - self.village.stigma + p.neighbour_from_community * dose[COMMUNITY]
        targets = (working, accepted, neighbour, max(dose[SPIRITUAL], dose[COMMUNITY]))
        self.roles = [towards(now, target, p.role_speed) for now, target in zip(self.roles, targets, strict=True)]
        clarity = p.role_clarity_base + p.clarity_from_guidance * dose[PSYCHOSOCIAL]
        clarity += p.roles_on_clarity * sum(self.roles) / 4.0
        self.role_clarity = towards(self.role_clarity, clarity, p.role_speed)
        strain = p.far_work_on_strain * (self.far and self.supervised) + p.home_on_strain * working * (1.0 - accepted)
        self.role_strain = min(strain, 1.0)

    def feel_support(self):
        p, family = self.p, self.family
        friends = sum(other.at_liberty for other in self.peers)
        peers = p.friends_from_peers * friends / (friends + p.peers_half) + p.friends_from_work * (
            self.work is not None
        )
        companionship = max(self.dose[PSYCHOSOCIAL], self.dose[SPIRITUAL])
        close = p.other_support_base + p.other_from_mentor * (self.mentor is not None)
        close += p.other_from_companionship * companionship
        self.help = [family.contact * (0.5 + 0.5 * family.means) if family else 0.0, min(peers, 1.0), min(close, 1.0)]
        taken_in = (1.0 - p.stigma_on_support * self.perceived_stigma) * (1.0 - p.distress_on_support * self.distress)
        targets = [each * taken_in for each in self.help]
        targets[0] += p.acceptance_on_support * family.acceptance if family else 0.0
        self.support = [towards(now, to, p.support_speed) for now, to in zip(self.support, targets, strict=True)]

    def feel_able(self):
        p, psychosocial, working = self.p, self.dose[PSYCHOSOCIAL], self.work is not None
        self.refusals *= 0.5 ** (1.0 / p.refusal_half_life_months)
        self.refusals += p.refusal_step * (1.0 - self.refusals) * self.refused
        felt = self.village.stigma + p.refusal_on_stigma * self.refusals
        self.perceived_stigma = felt = towards(self.perceived_stigma, felt, p.stigma_speed)
        self.reports_discrimination = 0.5 * felt + 0.5 * self.refusals > p.discrimination_threshold
        support = sum(self.support) / 3.0 - 0.5
        distress = p.distress_base + p.stigma_on_distress * (felt - 0.5) - p.support_on_distress * support
        distress += p.strain_on_distress * self.role_strain - p.psychosocial_on_distress * psychosocial
        confidence = 0.5 + p.psychosocial_on_confidence * psychosocial + p.support_on_confidence * support
        confidence += p.work_on_confidence * working - p.stigma_on_confidence * felt
        commitment = 0.5 + p.spiritual_on_commitment * self.dose[SPIRITUAL] + p.support_on_commitment * support
        commitment += p.roles_on_commitment * (sum(self.roles) / 4.0 * self.role_clarity - 0.25)
        self.distress = towards(self.distress, distress, p.mind_speed)
        self.confidence = towards(self.confidence, confidence, p.mind_speed)
        self.commitment = towards(self.commitment, commitment, p.mind_speed)

    def offend(self):
        if not self.at_liberty:
            return
        p, month = self.p, self.model.month
        if self.happens(chance_of(self.hazard)):
            self.offended = self.reoffended = True
            self.last_offence = month
            self.detected = self.happens(p.detection_probability)
        self.active_offender = month - self.last_offence < p.active_offender_months
        if self.detected and self.happens(p.news_probability):
            self.village.heard += 1
            if self.family is not None:
                self.family.acceptance *= 1.0 - p.offence_on_acceptance
            if self.employer is not None:
                self.employer.heard += 1
        if self.detected:
            length = 1 + math.floor(math.log(1.0 - self.random.random()) / math.log1p(-1.0 / p.custody_mean_months))
            self.convicted, self.income_idr = True, 0
            self.enter_custody(month + length)

    def enter_custody(self, until):
        self.status, self.custody_until, self.mentor, self.active_offender = "custody", until, None, False
        self.leave_work()

    def supervise(self):
        """Reports are kept or missed; guidance builds or fades; the register is written."""
        out = self.model.month - self.released
        if self.supervised:
            self.report()
        if self.supervised or (self.case_management > 0.0 and self.at_liberty):
            kept = self.supervised and self.missed_reports == 0
            target = self.model.office.guidance if kept else 0.0
            self.case_management += self.p.case_speed * (target - self.case_management)
        if self.supervised or self.detected or self.revoked:
            seen = self.happens(self.model.office.recorded)
            self.failed = self.revoked or (self.detected and seen and out < self.term)
            self.failed_before = self.failed_before or self.failed
            if seen and self.status == "supervised":
                self.work_recorded = self.work is not None

    def report(self):
        p, office = self.p, self.model.office
        busy = clip(office.caseload / p.caseload_reference - 1.0, 0.0, 2.0) * (1.0 - office.procedure)
        careless = p.miss_report_monthly * math.exp(-0.5 * p.stability_holds_job * self.stability)
        careless = min(careless * (1.0 + p.caseload_on_missing * busy), 1.0)
        keeps = (1.0 - careless) * (1.0 - p.miss_report_far * self.far)
        misses = self.happens(1.0 - keeps * (1.0 - p.miss_report_again * (self.missed_reports > 0)))
        self.missed_reports = self.missed_reports + 1 if misses else 0
        self.status = "out of contact" if misses else "supervised"
        if self.missed_reports >= 3 and self.happens(p.revocation_probability):
            self.revoked = True
            self.enter_custody(self.model.month + round(p.revocation_custody_months))

    def move_on(self):
        if self.supervised and self.model.month + 1 - self.released >= self.term:
            self.status, self.mentor = "completed", None
        if self.status == "completed" and self.model.month + 1 - self.released >= self.p.follow_up_months:
            for other in self.peers:
                other.peers.pop(self, None)
            self.village.clients.remove(self)
            self.alike.remove(self)
            if self.family is not None:
                self.family.remove()
            self.remove()
