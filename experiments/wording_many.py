"""What the terminal says about many runs: what is stored, sweeps, and how sure a comparison is."""

from __future__ import annotations

MANY: dict[str, dict[str, str]] = {
    "en": {
        "name": "Name",
        "months_column": "Months",
        "pairs": "Pairs",
        "failed_column": "Failed",
        "seed": "Seed",
        "assumptions": "Assumptions",
        "when": "When",
        "size": "Size",
        "old_code": "(other code)",
        "failed_row": "Failed: {scenario}, pair {replicates}: {error}",
        "disk": "{runs} stored pieces take {used} in {folder}; {free} of its disk are free.",
        "damaged": "damaged; it will be computed again",
        "half_written": "half written; it will be computed again",
        "other_code": "made by another version of the code ({made_by}); it answers no more",
        "other_processor": "made on another processor ({made_by}); the last digits may differ here",
        "verified": "{runs} stored pieces checked in {folder}, {wrong} with something wrong.",
        "pruned": "{runs} pieces removed, {size}; {left} stay.",
        "would_go": "{runs} pieces would go, {size}; {left} would stay. Nothing was removed.",
        "point": "Point",
        "estimate": "{runs} runs, {missing} of them to compute: about {time} with {workers} at one time, {size} of "
        "disk ({free} free); measured on {measured} runs.",
        "sweep_title": "{title} ({scenario}), varied at {points} points: {pairs} pairs each, {months} months, "
        "seed {seed}",
        "sweep_counted": "Counted against the scenario as it is, on the same people and luck: {meaning}.",
        "added_up": "Planned {planned} runs, done {done}, failed {failed}.",
        "saved": "{file}: {rows} rows written and counted.",
        "plan_saved": "{file}: {points} points; look at it, change it, and run it with --plan {file}.",
    },
    "id": {
        "name": "Nama",
        "months_column": "Bulan",
        "pairs": "Pasangan",
        "failed_column": "Gagal",
        "seed": "Benih",
        "assumptions": "Asumsi",
        "when": "Kapan",
        "size": "Ukuran",
        "old_code": "(kode lain)",
        "failed_row": "Gagal: {scenario}, pasangan {replicates}: {error}",
        "disk": "{runs} bagian tersimpan memakai {used} di {folder}; {free} di cakramnya masih kosong.",
        "damaged": "rusak; akan dihitung lagi",
        "half_written": "tertulis separuh; akan dihitung lagi",
        "other_code": "dibuat oleh versi kode lain ({made_by}); tidak dipakai lagi",
        "other_processor": "dibuat di prosesor lain ({made_by}); angka terakhir dapat berbeda di sini",
        "verified": "{runs} bagian tersimpan diperiksa di {folder}, {wrong} di antaranya bermasalah.",
        "pruned": "{runs} bagian dihapus, {size}; {left} tetap ada.",
        "would_go": "{runs} bagian akan dihapus, {size}; {left} akan tetap ada. Belum ada yang dihapus.",
        "point": "Titik",
        "estimate": "{runs} jalannya simulasi, {missing} di antaranya perlu dihitung: kira-kira {time} dengan "
        "{workers} sekaligus, {size} di cakram ({free} kosong); diukur pada {measured} jalannya simulasi.",
        "sweep_title": "{title} ({scenario}), diubah pada {points} titik: masing-masing {pairs} pasangan, {months} "
        "bulan, benih {seed}",
        "sweep_counted": "Dihitung terhadap skenario apa adanya, pada orang dan keberuntungan yang sama: {meaning}.",
        "added_up": "Direncanakan {planned} jalannya simulasi, selesai {done}, gagal {failed}.",
        "saved": "{file}: {rows} baris ditulis dan dihitung.",
        "plan_saved": "{file}: {points} titik; periksa, ubah, lalu jalankan dengan --plan {file}.",
    },
}
