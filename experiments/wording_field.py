"""What the terminal says about the country, about groups of clients and about field trials."""

from __future__ import annotations

FIELD: dict[str, dict[str, str]] = {
    "en": {
        "country_title": "{offices} offices of the national table, {months} months, seed {seed}",
        "country_changed": "Changed in every office: {changes}.",
        "country_difference": "Difference from the table as it stands:",
        "country_total": "All offices together, from the parts and wholes of each:",
        "country_now": "as it stands",
        "country_plan": "as changed",
        "difference": "difference",
        "country_note": "Offices are made up; only national totals and spreads are published. Shares of the total are "
        "weighted by those they are shares of.",
        "all_offices": "All offices",
    },
    "id": {
        "country_title": "{offices} kantor dari tabel nasional, {months} bulan, benih {seed}",
        "country_changed": "Diubah di setiap kantor: {changes}.",
        "country_difference": "Selisih terhadap tabel apa adanya:",
        "country_total": "Semua kantor bersama, dari bagian dan keseluruhan masing-masing:",
        "country_now": "apa adanya",
        "country_plan": "setelah diubah",
        "difference": "selisih",
        "country_note": "Kantor-kantor ini rekaan; hanya jumlah nasional dan sebarannya yang diterbitkan. Bagian untuk "
        "semua kantor ditimbang menurut keseluruhannya.",
        "all_offices": "Semua kantor",
    },
}
