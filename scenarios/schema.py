"""Everything a scenario can say, declared once: the setting (place and people) and the levers (what a planner decides).

The words are those of policy analysis (XLRM). Units stand in the keys. Every number declares its range and its meaning
in Indonesian and English here and nowhere else; `FIELDS` is the flat list that checks, documents and interfaces read.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, TypeAlias

from scenarios.fields import Dated, Frozen, Quantity, Slug, share, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

Field: TypeAlias = Quantity | Slug


class ReleaseMix(Frozen):
    """Shares of the monthly flow of new clients by kind of release; they sum to 1."""

    pb: Annotated[float, share("bagian klien baru dengan pembebasan bersyarat (PB)", "share of new clients on PB")]
    cb: Annotated[float, share("bagian klien baru dengan cuti bersyarat (CB)", "share of new clients on CB")]
    cmb: Annotated[float, share("bagian klien baru dengan cuti menjelang bebas (CMB)", "share of new clients on CMB")]


class MeanTerm(Frozen):
    """Mean time under supervision by kind of release."""

    pb: Annotated[float, Quantity(0.5, 120, "month", "lama rata-rata bimbingan PB", "mean supervision term on PB")]
    cb: Annotated[float, Quantity(0.5, 120, "month", "lama rata-rata bimbingan CB", "mean supervision term on CB")]
    cmb: Annotated[float, Quantity(0.5, 120, "month", "lama rata-rata bimbingan CMB", "mean supervision term on CMB")]


class OffenceMix(Frozen):
    """Shares of clients by class of offence; they sum to 1."""

    narcotics: Annotated[float, share("bagian klien perkara narkotika", "share of clients with a narcotics offence")]
    property: Annotated[float, share("bagian klien perkara harta benda", "share of clients with a property offence")]
    violent: Annotated[float, share("bagian klien perkara kekerasan", "share of clients with a violent offence")]
    other: Annotated[float, share("bagian klien perkara lain", "share of clients with another offence")]


class Setting(Frozen):
    """The office, its clients, its villages and its labour market: given, not decided."""

    office: Annotated[str, Slug("name", "nama pendek Bapas", "short name of the office (Bapas)")]
    clients: Annotated[
        int,
        whole(
            0, 1_000_000, "client", "klien dalam bimbingan pada awal simulasi", "clients under supervision at the start"
        ),
    ]
    villages: Annotated[
        int, whole(1, 2000, "village", "jumlah desa di wilayah kerja", "villages in the area of the office")
    ]
    area_radius_km: Annotated[
        float,
        Quantity(0.1, 500, "km", "jari-jari wilayah kerja Bapas", "radius of the area that the office serves"),
    ]
    release_mix: ReleaseMix
    mean_term_months: MeanTerm
    offence_mix: OffenceMix
    women_share: Annotated[float, share("bagian klien perempuan", "share of clients who are women")]
    open_unemployment_rate: Annotated[
        float, share("tingkat pengangguran terbuka (TPT)", "open unemployment rate of the district")
    ]
    informal_share: Annotated[
        float, share("bagian pekerja di sektor informal", "share of workers in informal employment")
    ]
    monthly_wage_idr: Annotated[
        float,
        Quantity(100_000, 100_000_000, "IDR/month", "upah minimum kabupaten", "minimum monthly wage of the district"),
    ]
    community_stigma: Annotated[
        float,
        share(
            "tingkat stigma warga desa pada awal simulasi (0 tidak ada, 1 penuh)",
            "stigma among villagers at the start (0 none, 1 complete)",
        ),
    ]
    facility_quality: Annotated[
        float,
        share(
            "mutu ruang, alat dan bahan bila tidak ada uang untuk itu (0 buruk, 1 baik)",
            "quality of rooms, tools and materials as long as no money goes there (0 poor, 1 good)",
        ),
    ]


class ActivityShares(Frozen):
    """How the money left for activities is split; the shares sum to 1."""

    psychosocial: Annotated[
        Dated, share("bagian dana untuk pendampingan psikososial", "share of money for psychosocial companionship")
    ]
    vocational: Annotated[
        Dated, share("bagian dana untuk kursus keterampilan singkat", "share of money for short vocational courses")
    ]
    certified_course: Annotated[
        Dated,
        share(
            "bagian dana untuk pelatihan panjang bersertifikat", "share of money for long courses with a certificate"
        ),
    ]
    entrepreneurship: Annotated[
        Dated, share("bagian dana untuk kewirausahaan", "share of money for starting a business of one's own")
    ]
    spiritual: Annotated[
        Dated, share("bagian dana untuk pembinaan rohani dan mental", "share of money for religious guidance")
    ]
    legal: Annotated[
        Dated, share("bagian dana untuk informasi hukum dan dokumen", "share of money for legal information, documents")
    ]
    community: Annotated[
        Dated, share("bagian dana untuk kegiatan bersama warga", "share of money for joint activities with villagers")
    ]
    mediation: Annotated[
        Dated, share("bagian dana untuk mediasi keluarga", "share of money for mediation with families")
    ]
    outreach: Annotated[
        Dated, share("bagian dana untuk acara bersama masyarakat luas", "share of money for events with the public")
    ]


class Funding(Frozen):
    """Money, rooms and when they come."""

    annual_budget_idr: Annotated[
        Dated,
        Quantity(
            0, 1e12, "IDR/year", "dana setahun dari semua sumber untuk pembimbingan", "money a year from all sources"
        ),
    ]
    fixed_share: Annotated[
        Dated, share("bagian dana yang tetap dalam anggaran", "share of the money that is fixed in the budget")
    ]
    irregular_share: Annotated[
        Dated, share("bagian dana yang datang tidak tentu", "share of the money that comes irregularly")
    ]
    outside_share: Annotated[
        Dated, share("bagian dana dari bantuan pihak luar", "share of the money that is outside help")
    ]
    first_money_month: Annotated[
        Dated,
        whole(
            1,
            12,
            "calendar month",
            "bulan (1 Januari) ketika dana tetap pertama kali cair setiap tahun",
            "calendar month (1 is January) in which fixed money first arrives each year",
        ),
    ]
    administration_share: Annotated[
        Dated,
        share(
            "bagian dana untuk administrasi, dibayar lebih dahulu bersama bimbingan wajib",
            "share of the money for administration, paid first together with mandatory guidance",
        ),
    ]
    activity_shares: ActivityShares
    startup_grants_per_year: Annotated[
        Dated,
        Quantity(
            0, 10_000, "grant/year", "bantuan modal usaha untuk klien terlatih", "start-up grants for trained clients"
        ),
    ]
    startup_grant_idr: Annotated[
        Dated, Quantity(0, 100_000_000, "IDR/grant", "besar satu bantuan modal usaha", "size of one start-up grant")
    ]
    wage_subsidy_idr_per_month: Annotated[
        Dated,
        Quantity(
            0,
            10_000_000,
            "IDR/month",
            "subsidi upah per klien selama enam bulan pertama kerja formal",
            "wage subsidy per client during the first six months of formal work",
        ),
    ]
    room_slots_per_month: Annotated[
        Dated,
        Quantity(
            0,
            1_000_000,
            "client-session/month",
            "tempat di ruang sendiri atau pinjaman per bulan (klien kali sesi)",
            "places in own or borrowed rooms a month (clients times sessions)",
        ),
    ]
    rented_room_slots_per_month: Annotated[
        Dated,
        Quantity(
            0,
            1_000_000,
            "client-session/month",
            "tempat tambahan di ruang yang disewa per bulan (klien kali sesi)",
            "further places in rented rooms a month (clients times sessions)",
        ),
    ]
    tools_idr_per_year: Annotated[
        Dated,
        Quantity(
            0,
            1e11,
            "IDR/year",
            "dana setahun untuk alat, bahan dan perawatan ruang",
            "money a year for tools, materials and the upkeep of rooms",
        ),
    ]


class HumanResources(Frozen):
    """Counsellors, groups and their members."""

    counsellors: Annotated[
        Dated, whole(0, 10_000, "person", "pembimbing kemasyarakatan (PK)", "counsellors (PK) of the office")
    ]
    groups_self_reliance: Annotated[
        Dated, whole(0, 1000, "group", "kelompok aktif bidang kemandirian", "active groups: self-reliance")
    ]
    groups_personality: Annotated[
        Dated, whole(0, 1000, "group", "kelompok aktif bidang kepribadian", "active groups: personality")
    ]
    groups_legal: Annotated[
        Dated, whole(0, 1000, "group", "kelompok aktif bidang hukum", "active groups: legal information")
    ]
    groups_community: Annotated[
        Dated, whole(0, 1000, "group", "kelompok aktif bidang kemasyarakatan", "active groups: community")
    ]
    members_per_group: Annotated[
        Dated, Quantity(0, 200, "person/group", "tempat anggota per kelompok", "places for members per group")
    ]
    hours_per_member_month: Annotated[
        Dated, Quantity(0, 300, "hour/month", "jam kerja relawan per anggota", "volunteer hours per member")
    ]
    coaching_sessions_per_year: Annotated[
        Dated, Quantity(0, 120, "session/year", "pembekalan yang diterima anggota", "coaching sessions a member gets")
    ]
    certification_places_per_year: Annotated[
        Dated, Quantity(0, 100_000, "place/year", "tempat sertifikasi anggota", "places for members to be certified")
    ]
    recruits_per_year: Annotated[
        Dated, Quantity(0, 100_000, "person/year", "anggota baru yang direkrut", "new members recruited")
    ]
    transport_idr_per_member_month: Annotated[
        Dated, Quantity(0, 10_000_000, "IDR/month", "uang transpor per anggota", "transport money per member")
    ]


class ReferralAgreements(Frozen):
    """With which agencies the Bapas has agreed on referrals (1 yes, 0 no)."""

    dinas_sosial: Annotated[
        Dated, whole(0, 1, "yes/no", "kesepakatan rujukan dengan Dinas Sosial", "referral agreement with Dinas Sosial")
    ]
    dinas_tenaga_kerja: Annotated[
        Dated,
        whole(
            0,
            1,
            "yes/no",
            "kesepakatan rujukan dengan Dinas Tenaga Kerja",
            "referral agreement with Dinas Tenaga Kerja",
        ),
    ]
    ngo: Annotated[
        Dated, whole(0, 1, "yes/no", "kesepakatan rujukan dengan LSM", "referral agreement with non-government groups")
    ]


class Coordination(Frozen):
    """How Bapas, groups and agencies work together."""

    forum_meetings_per_year: Annotated[
        Dated, Quantity(0, 24, "meeting/year", "pertemuan forum koordinasi", "meetings of the coordination forum")
    ]
    shared_register_coverage: Annotated[
        Dated,
        share("bagian kegiatan yang dicatat dalam register bersama", "share of activities kept in a shared register"),
    ]
    written_procedure: Annotated[
        Dated,
        share("bagian kegiatan yang berjalan menurut SOP", "share of activities that are run by a written procedure"),
    ]
    joint_planning: Annotated[
        Dated,
        share("bagian kegiatan yang direncanakan bersama instansi", "share of activities planned together by agencies"),
    ]
    referral_agreements: ReferralAgreements
    evaluations_per_year: Annotated[
        Dated,
        whole(0, 12, "evaluation/year", "evaluasi kegiatan berbasis data", "evaluations of the activities on data"),
    ]


class Community(Frozen):
    """Public communication and joint events."""

    outreach_events_per_year: Annotated[
        Dated, Quantity(0, 10_000, "event/year", "kegiatan bersama klien dan warga", "events of clients with villagers")
    ]
    media_reach: Annotated[
        Dated,
        share("bagian warga yang terjangkau media dalam sebulan", "share of villagers reached by media in a month"),
    ]


class Hub(Frozen):
    """Griya Abhipraya, a house for the activities with one door for all."""

    griya_abhipraya_slots_per_month: Annotated[
        Dated,
        Quantity(
            0,
            1_000_000,
            "client-session/month",
            "tempat di Griya Abhipraya per bulan (0 tidak ada)",
            "places in Griya Abhipraya a month (0 none)",
        ),
    ]


class Levers(Frozen):
    """What a planner decides. Every number here may change at a month of the run."""

    funding: Funding
    human_resources: HumanResources
    coordination: Coordination
    community: Community
    hub: Hub


def _declared(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, Field]]:
    for name, info in model.model_fields.items():
        path = f"{prefix}.{name}"
        if isinstance(info.annotation, type) and issubclass(info.annotation, Frozen) and info.annotation is not Dated:
            yield from _declared(info.annotation, path)
        else:
            (declaration,) = (item for item in info.metadata if isinstance(item, Quantity | Slug))
            yield path, declaration


FIELDS: MappingProxyType[str, Field] = MappingProxyType(
    dict((*_declared(Setting, "setting"), *_declared(Levers, "levers")))
)
"""Every leaf of setting and levers by its dotted path, in the order of declaration."""


def _under(prefix: str) -> tuple[str, ...]:
    return tuple(path for path in FIELDS if path.startswith(f"{prefix}."))


SUM_TO_ONE: tuple[tuple[str, ...], ...] = (
    _under("setting.release_mix"),
    _under("setting.offence_mix"),
    ("levers.funding.fixed_share", "levers.funding.irregular_share", "levers.funding.outside_share"),
    _under("levers.funding.activity_shares"),
)
"""Groups of leaves whose values must sum to 1 in every month."""
