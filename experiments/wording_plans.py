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
        "allocate_title": "{title} ({scenario}): {splits} splits of {budget} a year in {pairs} futures, {months} "
        "months, seed {seed}: {meaning}.",
        "allocate_kept": "{kept} a year go elsewhere first ({parts}); {free} a year are split.",
        "use": "Use",
        "share_from": "from, %",
        "share_to": "to, %",
        "share_middle": "middle, %",
        "tried": "tried, %",
        "lever_of_use": "What it buys",
        "split": "split {number}, %",
        "split_now": "now, %",
        "span": "{low} to {high}",
        "set_some": "{count} of {splits} splits are about equally good: in {enough} of 100 futures or more, each is "
        "not worse by {smallest} or more than the split of the most favourable mean.",
        "set_all": "All {splits} splits are about equally good, within {smallest}: by this indicator it makes no "
        "difference that matters how this money is split.",
        "set_now": "The split of the scenario as it is keeps up in {keeps_up} of {used} futures.",
        "set_note": "From, middle, to: share of the money that is split, over the splits that are about equally good; "
        "a range as wide as what was tried says that this use decides little. What a promise cannot take goes to the "
        "activities. The last columns are examples out of the set.",
        "never_bought": "No split reaches the least that this costs, so it was not tried: {uses}.",
        "mean_of_splits": "Mean over futures: {low} to {high} {unit} in the set, {all_low} to {all_high} over all "
        "splits.",
        "spending_same": "Ledger: every split spent about the budget, {low} to {high} {unit} a year in the mean.",
        "spending_apart": "Ledger: NOT the same budget. The splits spent {low} to {high} {unit} a year in the mean; "
        "more than {apart} % away from the budget: {splits}.",
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
        "allocate_title": "{title} ({scenario}): {splits} pembagian {budget} setahun dalam {pairs} masa depan, "
        "{months} bulan, benih {seed}: {meaning}.",
        "allocate_kept": "{kept} setahun terpakai lebih dahulu ({parts}); {free} setahun dibagi.",
        "use": "Kegunaan",
        "share_from": "dari, %",
        "share_to": "sampai, %",
        "share_middle": "tengah, %",
        "tried": "dicoba, %",
        "lever_of_use": "Yang diperoleh",
        "split": "pembagian {number}, %",
        "split_now": "kini, %",
        "span": "{low} sampai {high}",
        "set_some": "{count} dari {splits} pembagian kurang lebih sama baiknya: dalam sedikitnya {enough} dari 100 "
        "masa depan, masing-masing tidak lebih buruk sebesar {smallest} atau lebih daripada pembagian dengan rata-rata "
        "paling menguntungkan.",
        "set_all": "Semua {splits} pembagian kurang lebih sama baiknya, dalam {smallest}: menurut indikator ini cara "
        "membagi dana ini tidak membuat perbedaan yang berarti.",
        "set_now": "Pembagian menurut skenario apa adanya mengimbangi dalam {keeps_up} dari {used} masa depan.",
        "set_note": "Dari, tengah, sampai: bagian dari dana yang dibagi, atas pembagian yang kurang lebih sama "
        "baiknya; rentang selebar yang dicoba berarti kegunaan itu tidak banyak menentukan. Yang tidak dapat diserap "
        "suatu janji masuk ke kegiatan. Kolom terakhir ialah contoh dari kumpulan itu.",
        "never_bought": "Tidak ada pembagian yang mencapai biaya terkecilnya, jadi ini tidak dicoba: {uses}.",
        "mean_of_splits": "Rata-rata atas masa depan: {low} sampai {high} {unit} dalam kumpulan itu, {all_low} sampai "
        "{all_high} atas semua pembagian.",
        "spending_same": "Buku kas: setiap pembagian membelanjakan kira-kira anggarannya, rata-rata {low} sampai "
        "{high} {unit} setahun.",
        "spending_apart": "Buku kas: anggarannya TIDAK sama. Rata-rata belanja setahun {low} sampai {high} {unit}; "
        "lebih dari {apart} % dari anggaran: {splits}.",
    },
}
