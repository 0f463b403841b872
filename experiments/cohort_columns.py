"""The columns of a cohort, declared once: the table, the file and the documentation all read them here."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """One column of a cohort: name, type, unit and its meaning in Indonesian and English.

    Months in which something happened are float64, NaN where it did not: Parquet and statsmodels take both as they are.
    What is true or not is 0 or 1, but for ``at_risk``, which chooses rows.
    """

    name: str
    dtype: str
    unit: str
    id: str
    en: str


NUMBER = Column("client", "int32", "number", "nomor klien simulasi", "number of the simulated client")
RELEASED = Column("release_month", "int32", "month", "bulan bebas, 0 bulan pertama", "month of release, 0 the first")
SINCE, FLAG, COUNT = "month since release", "0/1", "months"

CLIENT = (
    NUMBER,
    Column("office", "category", "name", "Bapas", "Bapas"),
    Column("village", "int32", "number", "desa dalam replikasi itu", "village within the replicate"),
    RELEASED,
    Column("age_at_release", "float64", "years", "usia saat bebas", "age at release"),
    Column("female", "int8", FLAG, "perempuan", "woman"),
    Column("offence", "category", "code", "jenis tindak pidana", "class of offence"),
    Column("priors", "int32", "convictions", "putusan pidana sebelumnya", "prior convictions"),
    Column("release_type", "category", "code", "jenis pembebasan", "type of release"),
    Column("months_observed", "int32", COUNT, "lama diikuti sejak bebas", "months followed since release"),
    Column("reoffended", "int8", FLAG, "melanggar lagi, tercatat atau tidak", "re-offended, recorded or not"),
    Column("month_reoffended", "float64", SINCE, "bulan pelanggaran pertama", "month of the first re-offence"),
    Column("recorded", "int8", FLAG, "kegagalan di register", "failure in the register (offence or revocation)"),
    Column("month_recorded", "float64", SINCE, "bulan kegagalan tercatat pertama", "month of the first such record"),
    Column("first_job_month", "float64", SINCE, "bulan mulai bekerja", "first month that ended with work"),
    Column("months_employed", "int32", COUNT, "bulan yang berakhir dengan kerja", "months that ended with work"),
    Column("share_employed", "float64", "share", "bagian bulan itu", "share of months that ended with work"),
    Column("months_served", "int32", COUNT, "bulan mengikuti kegiatan", "months with an activity attended"),
    Column("mean_perceived_stigma", "float64", "0-1", "rata-rata stigma yang dirasakan", "mean stigma as felt"),
    Column("mean_mspss", "float64", "MSPSS 1-7", "rata-rata dukungan yang dirasakan", "mean support as felt"),
    Column("replicate", "int32", "number", "replikasi", "replicate"),
)
"""One row a client; means and counts are over the ends of the months followed."""

MONTHLY = (
    NUMBER,
    RELEASED,
    Column("month", "int32", SINCE, "bulan sejak bebas, 1 bulan bebas", "month since release, 1 that of release"),
    Column("status", "category", "code", "status pada awal bulan", "standing when the month begins"),
    Column("employed", "int8", FLAG, "bekerja pada awal bulan", "in work when the month begins"),
    Column("served", "int8", FLAG, "mengikuti kegiatan bulan sebelumnya", "attended an activity the month before"),
    Column(
        "perceived_stigma", "float64", "0-1", "stigma yang dirasakan pada awal bulan", "stigma as felt at its start"
    ),
    Column(
        "support", "float64", "MSPSS 1-7", "dukungan yang dirasakan pada awal bulan", "support as felt at its start"
    ),
    Column("hazard", "float64", "per month", "bahaya pelanggaran bulan ini", "hazard of an offence in the month"),
    Column("entry", "int32", COUNT, "awal selang (terbuka), month - 1", "start of the interval (open), month - 1"),
    Column("exit", "int32", COUNT, "akhir selang (tertutup), month", "end of the interval (closed), month"),
    Column("event", "int8", FLAG, "pelanggaran pertama pada bulan ini", "first re-offence, in the month"),
    Column("recorded", "int8", FLAG, "kegagalan tercatat pada bulan ini", "failure recorded in the month"),
    Column(
        "at_risk",
        "bool",
        "yes/no",
        "bebas pertama kali, belum melanggar lagi",
        "first release, at liberty, not yet re-offended",
    ),
)
"""One row a client and month: what stood when the month began, then what happened in it."""

NOTES = {
    "id": "Orang-orang simulasi: tidak satu baris pun tentang orang nyata; bukan untuk menilai siapa pun.",
    "en": "Simulated people: no row is about anybody real; never to be used to judge a person.",
}
