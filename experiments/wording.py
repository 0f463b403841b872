"""What the terminal says, in English and Indonesian: sentences, headings, numbers with their units."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from experiments.wording_field import FIELD
from experiments.wording_many import MANY
from experiments.wording_plans import PLANS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Language = Literal["en", "id"]
LANGUAGES: tuple[Language, ...] = ("id", "en")

TEXTS: dict[Language, dict[str, str]] = {
    "en": {
        "answer": "Of {pairs} pairs, {scenario} did better {better} times, about the same {same}, {baseline} better "
        "{worse}; middle difference {middle} clients per 100, nine in ten between {low} and {high}.",
        "answer_few": "Too few pairs to tell ({pairs}): {scenario} did better {better} times, about the same "
        "{same}, {baseline} better {worse}.",
        "in_100": "per 100",
        "no_difference": "0",
        "fewer": "fewer",
        "more": "more",
        "about": "Counted: {meaning}; a difference under {smallest} in 100 counts as the same.",
        "unknown": "nobody at risk",
        "no_answer": "No re-offending yet to compare: the horizon is too short; see the table.",
        "indicator": "Indicator",
        "value": "Value",
        "better": "better",
        "same": "same",
        "worse": "worse",
        "middle": "middle",
        "from": "from",
        "to": "to",
        "columns": "Middle difference to {baseline}, and from-to for nine pairs in ten; + is more, - is less.",
        "hidden": "{count} more indicators are about the same in every pair; --all shows them.",
        "caveat": "Chances inside the model, not in the world: for weighing plans, never for judging a person.",
        "run_title": "{title}: {clients} clients, {months} months, seed {seed}",
        "compare_title": "{scenario} against {baseline}: {pairs} pairs, {months} months, seed {seed}",
        "changed": "Changed: {changes}.",
        "changed_plans": "Changed in every plan: {changes}.",
        "changed_offices": "Changed in every office: {changes}.",
        "other_people": "The settings differ, so these are different people: pairs share their luck only.",
        "failed": "Failed and missing above, {failed} of {total} runs:",
        "failed_one": "  {scenario}, pair {first}: {message}",
        "failed_some": "  {scenario}, pairs {first} to {last}: {message}",
        "scenario": "Scenario",
        "title": "Title",
        "unit": "Unit",
        "meaning": "Meaning",
        "step": "{value} from month {month}",
        "ramp": "to {value} over {months} months from month {month}",
        "not_set": "not set",
        "equal": "{first} and {second} are equal.",
        "equal_but_past": "{first} and {second} are equal from month 0 on, "
        "but not in what held before (levers: {count}).",
        "differ": "Values that differ: {count}.",
        "differ_too": "Values that differ: {count}. Levers that differ in what held before the run: {pasts}.",
        "several": "{name} holds several scenarios, {first} to {last}; `pokmas scenarios show {name}` explains them.",
        "grid_names": "A plan is named {name}-{axes}, each of them one of {levels}.",
        "national": "National table: {offices} made-up offices. Only the totals and spreads are published.",
        "national_title": "National table of {offices} made-up offices with the published totals",
        "national_active": "{active} offices ({share} %) have active groups.",
        "office": "Office",
        "clients": "Clients",
        "counsellors": "Counsellors",
        "caseload": "Clients per counsellor",
        "groups": "Active groups",
        "budget": "Budget (IDR million a year)",
        "total": "Indonesia",
        "lever": "{meaning} ({unit}, {low} to {high})",
        "lever_now": "in {scenario}: {value}",
        "levers_legend": "> marks the level nearest to {scenario} at the start; "
        "levels fit an office of {clients} clients.",
    },
    "id": {
        "answer": "Dari {pairs} pasangan, {scenario} lebih baik {better} kali, kurang lebih sama {same}, {baseline} "
        "lebih baik {worse}; selisih tengah {middle} klien per 100, sembilan dari sepuluh antara {low} dan {high}.",
        "answer_few": "Pasangan terlalu sedikit untuk disimpulkan ({pairs}): {scenario} lebih baik {better} kali, "
        "kurang lebih sama {same}, {baseline} lebih baik {worse}.",
        "in_100": "per 100",
        "no_difference": "0",
        "fewer": "lebih sedikit",
        "more": "lebih banyak",
        "about": "Yang dihitung: {meaning}; selisih di bawah {smallest} per 100 dihitung sama.",
        "unknown": "tidak ada yang berisiko",
        "no_answer": "Pengulangan tindak pidana belum dapat dibandingkan: jangka waktu terlalu pendek; lihat tabel.",
        "indicator": "Indikator",
        "value": "Nilai",
        "better": "lebih baik",
        "same": "sama",
        "worse": "lebih buruk",
        "middle": "tengah",
        "from": "dari",
        "to": "sampai",
        "columns": "Selisih tengah terhadap {baseline}, dan dari-sampai untuk sembilan dari sepuluh pasangan; + lebih "
        "banyak, - lebih sedikit.",
        "hidden": "{count} indikator lain kurang lebih sama di semua pasangan; --all menampilkannya.",
        "caveat": "Peluang di dalam model, bukan di dunia: untuk menimbang rencana, bukan untuk menilai seseorang.",
        "run_title": "{title}: {clients} klien, {months} bulan, benih {seed}",
        "compare_title": "{scenario} dibanding {baseline}: {pairs} pasangan, {months} bulan, benih {seed}",
        "changed": "Diubah: {changes}.",
        "changed_plans": "Diubah di setiap rencana: {changes}.",
        "changed_offices": "Diubah di setiap kantor: {changes}.",
        "other_people": "Latarnya berbeda, jadi orangnya berbeda: pasangan hanya berbagi keberuntungan.",
        "failed": "Gagal dan tidak ikut di atas, {failed} dari {total} jalannya simulasi:",
        "failed_one": "  {scenario}, pasangan {first}: {message}",
        "failed_some": "  {scenario}, pasangan {first} sampai {last}: {message}",
        "scenario": "Skenario",
        "title": "Judul",
        "unit": "Satuan",
        "meaning": "Arti",
        "step": "{value} mulai bulan {month}",
        "ramp": "menuju {value} selama {months} bulan mulai bulan {month}",
        "not_set": "tidak diisi",
        "equal": "{first} dan {second} sama.",
        "equal_but_past": "{first} dan {second} sama sejak bulan 0, tetapi keadaan sebelumnya berbeda (tuas: {count}).",
        "differ": "Nilai yang berbeda: {count}.",
        "differ_too": "Nilai yang berbeda: {count}. Tuas yang berbeda dalam keadaan sebelum simulasi: {pasts}.",
        "several": "{name} memuat beberapa skenario, {first} sampai {last}; `pokmas scenarios show {name}` "
        "menjelaskannya.",
        "grid_names": "Satu rencana bernama {name}-{axes}, masing-masing salah satu dari {levels}.",
        "national": "Tabel nasional: {offices} kantor rekaan. Hanya jumlah nasional dan sebarannya yang diterbitkan.",
        "national_title": "Tabel nasional {offices} kantor rekaan dengan jumlah yang diterbitkan",
        "national_active": "{active} kantor ({share} %) mempunyai kelompok aktif.",
        "office": "Kantor",
        "clients": "Klien",
        "counsellors": "PK",
        "caseload": "Klien per PK",
        "groups": "Kelompok aktif",
        "budget": "Anggaran (juta IDR setahun)",
        "total": "Indonesia",
        "lever": "{meaning} ({unit}, {low} sampai {high})",
        "lever_now": "dalam {scenario}: {value}",
        "levers_legend": "> menandai tingkat terdekat dengan {scenario} pada awal; "
        "tingkat disesuaikan dengan {clients} klien.",
    },
}

for _lang, _texts in TEXTS.items():
    _texts.update(MANY[_lang] | FIELD[_lang] | PLANS[_lang])

MONEY: dict[Language, tuple[tuple[float, str], ...]] = {
    "en": ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand")),
    "id": ((1e12, "triliun"), (1e9, "miliar"), (1e6, "juta"), (1e3, "ribu")),
}

UNITS: dict[Language, dict[str, str]] = {
    "en": {
        "0-1": "(0 to 1)",
        "MSPSS 1-7": "(MSPSS 1 to 7)",
        "per client-year": "per 100 client-years",
        "per member-year": "per 100 member-years",
    },
    "id": {
        "0-1": "(0 sampai 1)",
        "MSPSS 1-7": "(MSPSS 1 sampai 7)",
        "per client-year": "per 100 klien-tahun",
        "per member-year": "per 100 anggota-tahun",
        "IDR/month": "IDR/bulan",
        "IDR/year": "IDR/tahun",
        "IDR per client-year": "IDR per klien-tahun",
        "IDR per client-session": "IDR per klien-sesi",
        "IDR per job": "IDR per pekerjaan",
        "offences": "pelanggaran",
        "months": "bulan",
        "month": "bulan",
        "clients": "klien",
        "client": "klien",
        "client-sessions": "klien-sesi",
        "persons": "orang",
        "roles of 4": "dari 4 peran",
        "share": "bagian",
        "village": "desa",
        "name": "nama",
        "calendar month": "bulan kalender",
        "client-session/month": "klien-sesi/bulan",
        "IDR/grant": "IDR/bantuan",
        "grant/year": "bantuan/tahun",
        "person": "orang",
        "group": "kelompok",
        "person/group": "orang/kelompok",
        "hour/month": "jam/bulan",
        "session/year": "sesi/tahun",
        "place/year": "tempat/tahun",
        "person/year": "orang/tahun",
        "meeting/year": "pertemuan/tahun",
        "evaluation/year": "evaluasi/tahun",
        "event/year": "kegiatan/tahun",
        "yes/no": "ya/tidak (1/0)",
    },
}
"""Units as people read them; a unit that is not listed is written as it is declared."""


SIZES = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0))


def unit_name(unit: str, lang: Language) -> str:
    """Return a unit as it is written in a scenario, in the language of the reader."""
    return UNITS["id"].get(unit, unit) if lang == "id" else unit


def say(key: str, lang: Language, **values: object) -> str:
    """Return the text under ``key`` with ``values`` filled in."""
    return TEXTS[lang][key].format(**values)


def changed(key: str, overrides: Mapping[str, object], lang: Language) -> str:
    """Return the sentence under ``key`` on what ``--set`` changed."""
    return say(key, lang, changes=", ".join(f"{path} = {value}" for path, value in overrides.items()))


def bytes_of(size: float, lang: Language) -> str:
    """Return a size on disk as people read it."""
    unit, scale = next((each for each in SIZES if size >= each[1]), SIZES[-1])
    return f"{number(size / scale, lang)} {unit}"


def exact(value: float, lang: Language) -> str:
    """Return ``value`` with every digit that was written."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, format="#,##0.############", locale=lang))


def number(value: float, lang: Language) -> str:
    """Return ``value`` with as many digits as a person reads: three that count, whole from a thousand up."""
    from babel.numbers import format_decimal

    size = abs(value)
    digits = 0 if size >= 100 or value == 0 else min(4, 2 - math.floor(math.log10(size)))
    rounded = round(value, max(digits, 0)) + 0.0
    return str(format_decimal(rounded, format="#,##0." + "#" * max(digits, 0), locale=lang))


def quantity(value: float, unit: str, lang: Language) -> str:
    """Return ``value`` with its unit: shares in per cent, rupiah in millions, the rest as it is."""
    if not math.isfinite(value):
        return say("unknown", lang)
    if unit == "share":
        return f"{number(round(100 * value, 1), lang)} %"
    (text,), unit = aligned([value], unit, lang, signed=False)
    return f"{text} {unit}"


def aligned(values: Sequence[float], unit: str, lang: Language, *, signed: bool = True) -> tuple[list[str], str]:
    """Return several values of one unit on one scale, and the unit of that scale: differences of an indicator."""
    scale, name = _scale(max((abs(value) for value in values if math.isfinite(value)), default=0.0), unit, lang)
    texts = []
    for value in values:
        scaled = round(value / scale, 1) if unit == "share" else value / scale
        text = number(scaled, lang) if math.isfinite(value) else "-"
        texts.append(f"+{text}" if signed and value > 0 and text != "0" else text)
    return texts, name


def _scale(largest: float, unit: str, lang: Language) -> tuple[float, str]:
    """Return by what to divide values as large as ``largest``, and the unit of what comes out."""
    if unit == "share":
        return 0.01, TEXTS[lang]["in_100"]
    if unit.startswith("per "):
        return 0.01, UNITS[lang].get(unit, unit)
    if unit.startswith("IDR"):
        size, word = next(((size, f"{word} ") for size, word in MONEY[lang] if largest >= size), (1.0, ""))
        return size, word + UNITS[lang].get(unit, unit)
    return 1.0, UNITS[lang].get(unit, unit)
