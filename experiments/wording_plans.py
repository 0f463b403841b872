"""What the terminal says about choosing between plans: robustness over futures, and splits of a budget."""

from __future__ import annotations

PLANS: dict[str, dict[str, str]] = {
    "en": {
        "robust_title": "{plans} plans in {futures} futures, {months} months, seed {seed}: {meaning} ({unit}).",
        "worst_tenth": "worst tenth",
        "regret_middle": "regret, middle",
        "regret_worst_tenth": "regret, worst tenth",
        "regret_largest": "regret, largest",
        "best_plan": "best",
        "close": "close",
        "fails": "fails",
        "robust_note": "Regret: how much better the best of these plans did in the same future. Worst tenth: mean of "
        "the worst tenth of futures. The last three columns count futures, of {used}: the plan is the best (or as "
        "good), it is close (within {smallest} of the best), it fails ({failing}).",
        "fails_by_regret": "it is not close",
        "fails_by_threshold": "it misses {threshold}",
        "fails_where": "{scenario} fails above all where {conditions}.",
        "and": " and ",
        "condition_above": "{name} is above {value} ({meaning}{grade})",
        "condition_below": "{name} is below {value} ({meaning}{grade})",
        "evidence": "; evidence: {grade}",
        "found_on": "  Found on {futures} futures: there it fails in {density} of 100, against {base} of 100 in all; "
        "this covers {coverage} of 100 failures.",
        "held_back": "  Checked on {futures} held-back futures: {density} of 100, against {base}; covers {coverage}.",
        "fails_none": "{scenario} fails in {fails} of {used} futures: no rule found that holds on held-back runs.",
        "fails_few": "{scenario} fails in {fails} of {used} futures: too few that fail, or that do not, to look for a "
        "rule.",
        "fails_never": "{scenario} fails in none of {used} futures.",
        "fails_always": "{scenario} fails in all {used} futures.",
    },
    "id": {
        "robust_title": "{plans} rencana dalam {futures} masa depan, {months} bulan, benih {seed}: {meaning} ({unit}).",
        "worst_tenth": "sepersepuluh terburuk",
        "regret_middle": "sesal, tengah",
        "regret_worst_tenth": "sesal, sepersepuluh terburuk",
        "regret_largest": "sesal, terbesar",
        "best_plan": "terbaik",
        "close": "dekat",
        "fails": "gagal",
        "robust_note": "Sesal: seberapa lebih baik rencana terbaik di antara ini dalam masa depan yang sama. "
        "Sepersepuluh terburuk: rata-rata sepersepuluh masa depan yang terburuk. Tiga kolom terakhir menghitung masa "
        "depan, dari {used}: rencana itu terbaik (atau sama baiknya), dekat (dalam {smallest} dari yang terbaik), "
        "gagal ({failing}).",
        "fails_by_regret": "tidak dekat",
        "fails_by_threshold": "tidak mencapai {threshold}",
        "fails_where": "{scenario} gagal terutama bila {conditions}.",
        "and": " dan ",
        "condition_above": "{name} di atas {value} ({meaning}{grade})",
        "condition_below": "{name} di bawah {value} ({meaning}{grade})",
        "evidence": "; bukti: {grade}",
        "found_on": "  Ditemukan pada {futures} masa depan: di sana gagal dalam {density} dari 100, dibanding {base} "
        "dari 100 seluruhnya; ini mencakup {coverage} dari 100 kegagalan.",
        "held_back": "  Diperiksa pada {futures} masa depan yang disisihkan: {density} dari 100, dibanding {base}; "
        "mencakup {coverage}.",
        "fails_none": "{scenario} gagal dalam {fails} dari {used} masa depan: tidak ada aturan yang berlaku pada "
        "jalannya simulasi yang disisihkan.",
        "fails_few": "{scenario} gagal dalam {fails} dari {used} masa depan: terlalu sedikit yang gagal, atau yang "
        "tidak, untuk mencari aturan.",
        "fails_never": "{scenario} tidak gagal dalam satu pun dari {used} masa depan.",
        "fails_always": "{scenario} gagal dalam semua {used} masa depan.",
    },
}
