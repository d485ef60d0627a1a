"""The machine and the versions that a result rests on; no names of hosts or people."""

import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

DISTRIBUTIONS = (
    "equipoise",
    "lifelines",
    "scikit-survival",
    "statsmodels",
    "greenwood",
    "surpyval",
    "pystatistics",
    "comprisk",
    "numpy",
    "scipy",
    "numba",
    "pandas",
    "polars",
)
AVX512 = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}  # NumPy's fast argsort
R_PACKAGES = ("survival", "cmprsk")
R_VERSIONS = """
cat("R", as.character(getRversion()), "\n")
for (package in commandArgs(trailingOnly = TRUE)) if (nzchar(system.file(package = package)))
  cat("R", package, as.character(packageVersion(package)), "\n")
"""


def processor() -> str:
    """Model, and whether NumPy can sort with 512-bit instructions on it."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    wide = any(line.startswith("flags") and set(line.split()) >= AVX512 for line in lines)
    return (models[0] if models else platform.machine()) + (" with AVX-512" if wide else "")


def machine() -> dict[str, str | int]:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": processor(),
        "cores": os.cpu_count() or 1,
        "memory_GB": round(pages / 1e9),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def versions(
    distributions: tuple[str, ...] = DISTRIBUTIONS, r_packages: tuple[str, ...] = R_PACKAGES
) -> dict[str, str]:
    """What is installed of these, as "name" or, in R, "R name"."""
    found = {}
    for name in distributions:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found | r_versions(r_packages)


def r_versions(packages: tuple[str, ...]) -> dict[str, str]:
    script = shutil.which("Rscript")
    if script is None:
        return {}
    order = [script, "-e", R_VERSIONS, *packages]
    said = subprocess.run(order, capture_output=True, text=True, check=True)
    return dict(line.strip().rsplit(" ", 1) for line in said.stdout.splitlines())


def commit() -> str:
    """Short name of the commit that was timed, marked when the tree had changed since."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    order = [git, "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--tags"]
    said = subprocess.run(order, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"


def today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")
