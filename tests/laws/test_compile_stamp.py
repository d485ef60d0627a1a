"""Machine code kept on disk is used only while nothing that it was made of has changed."""

import os
import subprocess
import sys
from pathlib import Path

from equipoise.kernel.compile_stamp import stamp_of
from equipoise.simulate.engine import engine

CALLED = (
    "from equipoise.kernel.compiling import compiled\n\n@compiled\ndef far(x):\n    return x + {}\n"
)
BETWEEN = (
    "from equipoise.kernel.compiling import within_loops\nfrom sample.far import far\n\n"
    "@within_loops\ndef near(x):\n    return far(x)\n"
)
CALLER = (
    "from equipoise.kernel.compiling import compiled, kept\nfrom sample.near import (  # both\n"
    "    near,\n)\n\n@compiled\ndef caller(x):\n    return near(x)\n"
)
TAKER = (
    "from equipoise.kernel.compiling import compiled, kept\nfrom sample.{0} import Pair\n\n"
    "@compiled\ndef taker(pair):\n    return pair.a\n\n"
    "def caller(x):\n    return taker(Pair(x, x))\n"
)
RUN = "from sample.caller import caller, kept; print(kept(caller), caller(1.0))"


def written(folder: Path, added: int) -> None:
    sample = folder / "sample"
    sample.mkdir(exist_ok=True)
    (sample / "__init__.py").touch()
    for name, text in (("near", BETWEEN), ("caller", CALLER)):
        if not (sample / f"{name}.py").exists():
            (sample / f"{name}.py").write_text(text)
    (sample / "far.py").write_text(CALLED.format(added))
    os.utime(sample / "far.py", (added, added))


def ran(folder: Path) -> str:
    own = os.environ | {"NUMBA_CACHE_DIR": str(folder / "kept"), "PYTHONDONTWRITEBYTECODE": "1"}
    found = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", RUN], cwd=folder, env=own, check=True, capture_output=True, text=True
    )
    return found.stdout.strip()


def test_a_change_far_away_is_compiled_anew(tmp_path):
    written(tmp_path, 1)
    assert ran(tmp_path) == "False 2.0"
    assert ran(tmp_path) == "True 2.0"
    written(tmp_path, 5)
    assert ran(tmp_path) == "False 6.0"


def test_only_what_python_calls_is_kept(tmp_path):
    written(tmp_path, 1)
    ran(tmp_path)
    found = sorted(each.name.split("-")[0] for each in tmp_path.glob("kept/**/*.nbi"))
    assert found == ["caller.caller"]


def test_machine_code_that_speaks_of_a_module_that_is_no_more_is_made_anew(tmp_path):
    """As after an update that moved a module: pip leaves machine code behind."""
    sample = tmp_path / "sample"
    sample.mkdir()
    for name in ("pair", "moved"):
        (sample / f"{name}.py").write_text(
            "from typing import NamedTuple\n\nclass Pair(NamedTuple):\n    a: float\n    b: float\n"
        )
        (sample / "caller.py").write_text(TAKER.format(name))
        assert ran(tmp_path).endswith(" 1.0")
        (sample / f"{name}.py").unlink()


def test_the_stamp_reaches_all_that_is_imported():
    modules = {name for name, *_ in stamp_of(engine.__file__)}
    assert {
        "simulate/engine/engine.py",
        "kernel/philox.py",
        "simulate/worlds/truth_arrays.py",
    } <= modules


def test_packages_imported_by_name_count_too(tmp_path):
    (tmp_path / "own").mkdir()
    for name, text in (
        ("__init__", ""),
        ("a", "from own import b as other, c\nimport own.d, math\n"),
        ("b", ""),
        ("c", "from own.e import f\n"),
        ("d", ""),
        ("e", "if True:\n    from own import g\n"),
        ("g", ""),
    ):
        (tmp_path / "own" / f"{name}.py").write_text(text)
    found = [name for name, *_ in stamp_of(str(tmp_path / "own" / "a.py"))]
    assert found == ["a.py", "b.py", "c.py", "d.py", "e.py"]


OTHERWISE = """
import sys
import numba
if len(sys.argv) > 1:
    numba.__version__ = "0.1.0"
import numpy as np
from equipoise.kernel import compiling
from equipoise.kernel.philox import fill_uniforms
from equipoise.methods import log_rank
u = np.empty(400)
fill_uniforms(1, 0, 0, 9, 0, 0, u)
found = log_rank(-np.log1p(-u[:200]), u[200:] < 0.7, np.arange(200) % 2)
print(compiling.whole_program.__module__.split(".")[0], u[:9].tolist(), found)
"""


def test_other_versions_of_numba_compile_the_usual_way_to_the_same_numbers(tmp_path):
    """What reaches into numba is used only with the versions it was tried with."""
    own = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    told = [
        subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-c", OTHERWISE, *other],
            env=own,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split(" ", 1)
        for other in ([], ["other"])
    ]
    assert [each[0] for each in told] == ["equipoise", "numba"]
    assert told[0][1] == told[1][1]
