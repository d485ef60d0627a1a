"""Write requirements.lock: exact versions, and nothing of where they were downloaded from.

    python tools/lock.py

Resolves pyproject.toml's dependencies and extras with requirements.in, by pip's own resolver.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEADER = "# Everything `make` installs, pinned by tools/lock.py (see requirements.in).\n"


def wanted() -> list[str]:
    """List what the project asks for itself, with all its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [*project["dependencies"], *(each for extra in extras.values() for each in extra)]


def main() -> None:
    """Resolve, and keep only names and versions."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    command += ["--report", "-", "-r", str(ROOT / "requirements.in"), *wanted()]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603 - our own words
    found = (item["metadata"] for item in report["install"])
    pins = sorted(f"{each['name'].lower().replace('_', '-')}=={each['version']}" for each in found)
    (ROOT / "requirements.lock").write_text(HEADER + "\n".join(pins) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
