"""What the terminal says about the country, about groups of clients and about field trials."""

from __future__ import annotations

FIELD: dict[str, dict[str, str]] = {
    "en": {
        "country_title": "{offices} offices of the national table, {months} months, seed {seed}",
        "country_difference": "Difference from the table as it stands:",
        "country_total": "All offices together, from the parts and wholes of each:",
        "country_now": "as it stands",
        "country_plan": "as changed",
        "difference": "difference",
        "country_note": "Offices are made up; only national totals and spreads are published. Shares of the total are "
        "weighted by those they are shares of.",
        "all_offices": "All offices",
        "groups_title": "{scenario} against {baseline}, by {by}:",
        "groups_note": "Baseline: middle over pairs. Groups are the same people under every plan: distance is that to "
        "the nearest group of Pokmas when the run begins, age that at release.",
        "group": "Group",
        "at_baseline": "Baseline",
        "trial_title": "{title} ({scenario}), a trial of: {offer}",
        "trial_design": "Of those released in {recruit} months, {share} in 100 are drawn for the offer; {lost} in 100 "
        "are lost to follow-up by its end. {pilots} pilots, offices in each: {sites}, seed {seed}.",
        "trial_uptake": "Within {month} months, of 100 offered {offered} took it up ({uptake}); of 100 others, "
        "{others}.",
        "known_from": "Known from",
        "by_true": "everybody",
        "by_followed": "followed",
        "by_recorded": "register",
        "arm_offered": "Offered",
        "arm_others": "Others",
        "effect": "Effect",
        "spread_of_pilots": "Pilots find",
        "seen": "See it",
        "by_formula": "By formula",
        "needed": "People needed",
        "recruit_for": "Months of releases",
        "checked": "Checked",
        "trial_note": "All in 100, but people and months. Effect: offered less others, each against her or his own "
        "life without the offer. Pilots find: nine in ten of their differences. A pilot sees it when its range of 95 % "
        "leaves out zero. People needed: to enrol in both arms, for 80 pilots in 100 that see it, and so many months "
        "of releases of one office. Checked: pilots of that size that see it (of how many).",
        "trial_inert": "The offer changes nothing for anybody here: does the scenario have what is offered?",
    },
    "id": {
        "country_title": "{offices} kantor dari tabel nasional, {months} bulan, benih {seed}",
        "country_difference": "Selisih terhadap tabel apa adanya:",
        "country_total": "Semua kantor bersama, dari bagian dan keseluruhan masing-masing:",
        "country_now": "apa adanya",
        "country_plan": "setelah diubah",
        "difference": "selisih",
        "country_note": "Kantor-kantor ini rekaan; hanya jumlah nasional dan sebarannya yang diterbitkan. Bagian untuk "
        "semua kantor ditimbang menurut keseluruhannya.",
        "all_offices": "Semua kantor",
        "groups_title": "{scenario} dibanding {baseline}, menurut {by}:",
        "groups_note": "Pembanding: tengah atas pasangan. Orangnya sama di bawah setiap rencana: jarak ialah jarak ke "
        "kelompok Pokmas terdekat saat simulasi dimulai, umur ialah umur saat bebas.",
        "group": "Kelompok",
        "at_baseline": "Pembanding",
        "trial_title": "{title} ({scenario}), uji coba: {offer}",
        "trial_design": "Dari yang bebas dalam {recruit} bulan, {share} per 100 diundi untuk ditawari; {lost} per 100 "
        "tidak dapat diikuti lagi pada akhirnya. {pilots} uji coba, kantor di masing-masing: {sites}, benih {seed}.",
        "trial_uptake": "Dalam {month} bulan, dari 100 yang ditawari {offered} memanfaatkannya ({uptake}); dari 100 "
        "lainnya, {others}.",
        "known_from": "Diketahui dari",
        "by_true": "semua",
        "by_followed": "diikuti",
        "by_recorded": "register",
        "arm_offered": "Ditawari",
        "arm_others": "Lainnya",
        "effect": "Pengaruh",
        "spread_of_pilots": "Temuan uji coba",
        "seen": "Melihatnya",
        "by_formula": "Menurut rumus",
        "needed": "Orang yang diperlukan",
        "recruit_for": "Bulan pembebasan",
        "checked": "Diperiksa",
        "trial_note": "Semua per 100, kecuali orang dan bulan. Pengaruh: yang ditawari dikurangi lainnya, "
        "masing-masing terhadap hidupnya sendiri tanpa tawaran. Temuan uji coba: sembilan dari sepuluh selisihnya. "
        "Uji coba melihatnya bila rentang 95 % tidak memuat nol. Orang yang diperlukan: di kedua kelompok, agar 80 "
        "dari 100 uji coba melihatnya, dan sekian bulan pembebasan satu kantor. Diperiksa: uji coba sebesar itu yang "
        "melihatnya (dari sekian).",
        "trial_inert": "Tawaran ini tidak mengubah apa pun di sini: apakah skenarionya memilikinya?",
    },
}
