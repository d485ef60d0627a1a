"""Pieces of the results page that its sections share."""

from typing import Any

Record = dict[str, Any]


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def seconds(value: float) -> str:
    """Three figures and a unit a reader can compare at a glance."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-6:.3g} µs"


def spread(clock: dict[str, float]) -> str:
    """Median, with least and most in brackets."""
    middle, least, most = (seconds(clock[what]) for what in ("median", "least", "most"))
    return f"{middle} ({least}-{most})"


def facts_of(result: Record) -> str:
    machine = result["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    return (
        f"Measured {result['date']} at commit {result['commit']} on {machine['processor']}, "
        f"{machine['cores']} cores, {machine['memory_GB']} GB, {machine['system']}, "
        f"Python {machine['python']}.\n\n{versions}.\n"
    )


def verdict(reached: bool) -> str:  # noqa: FBT001 - the one thing it says
    return "reached" if reached else "**not reached**"
