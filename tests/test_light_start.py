"""`pokmas --help` answers at once, because it loads none of the heavy libraries."""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

HEAVY = {
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "networkx",
    "mesa",
    "solara",
    "altair",
    "matplotlib",
    "dask",
    "SALib",
    "model",
    "agents",
}
ASK = """
import json, sys
from experiments.cli import main
sys.argv = ["pokmas", "--help"]
try:
    main()
except SystemExit as end:
    code = end.code or 0
else:
    code = 0
print()
print(json.dumps({"code": code, "loaded": sorted({name.partition(".")[0] for name in sys.modules})}))
"""


def _answer(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_help_loads_nothing_heavy() -> None:
    told = json.loads(_answer(sys.executable, "-c", ASK).splitlines()[-1])
    assert told["code"] == 0
    assert HEAVY & set(told["loaded"]) == set()


def test_the_installed_command_names_its_commands() -> None:
    words = _answer(str(Path(sysconfig.get_path("scripts")) / "pokmas"), "--help").split()
    promised = "run compare sweep sensitivity robustness allocate national trial cohort report scenarios results ui"
    assert set(promised.split()) - set(words) == set()
