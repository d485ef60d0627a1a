"""An appraisal on the screen: findings by grade, sentences first, arithmetic below where asked."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from equipoise.appraise.checks.check import Appraisal
from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.checks.telling import (
    CARE,
    HEADINGS,
    OPEN,
    UNVERIFIED,
    by_grade,
    headline,
    is_unverified,
    tally,
    value_of,
    where,
)

STYLES: dict[Grade, str] = {
    "impossible": "bold red",
    "unlikely": "bold yellow",
    "possible": "bold cyan",
    "cannot tell": "bold",
    "consistent": "bold green",
}


def print_appraisal(appraisal: Appraisal, out: Path | None, *, arithmetic: bool = False) -> None:
    """Print what was found, and where the report is."""
    console = Console(highlight=False)
    claims = appraisal.claims
    if claims.file:
        console.print(f"[bold]{escape(headline(appraisal))}[/bold]")
        for citation in dict.fromkeys(each.citation for each in appraisal.sources):
            if citation:
                console.print(f"[dim]{escape(citation)}[/dim]")
    console.print(f"Findings: {tally(appraisal)}")
    for grade, found in by_grade(appraisal):
        console.print()
        console.print(f"[{STYLES[grade]}]{HEADINGS[grade]}[/]")
        for finding in found:
            _tell(console, appraisal, finding, arithmetic=arithmetic)
    console.print()
    if any(each.grade in OPEN for each in appraisal.findings):
        console.print(f"[dim]{CARE}[/dim]")
    for each in appraisal.assumed:
        console.print(f"[dim]- {escape(each)}[/dim]")
    if not arithmetic and appraisal.findings:
        console.print("[dim]The arithmetic of each finding: --arithmetic[/dim]")
    if out is not None:
        console.print(f"Report: {escape(str(out))}", soft_wrap=True)


def _tell(console: Console, appraisal: Appraisal, finding: Finding, *, arithmetic: bool) -> None:
    unverified = f" [dim]{UNVERIFIED}[/dim]" if is_unverified(appraisal, finding) else ""
    row = Table.grid(padding=(0, 1))
    row.add_row("-", f"{escape(finding.sentence)}{unverified}")
    console.print(row)
    if arithmetic:
        for line in finding.arithmetic:
            value = value_of(line)
            told = f"{line.what}: {line.how}{f' = {value}' if value else ''}"
            console.print(Padding(f"[dim]{escape(told)}[/dim]", (0, 0, 0, 4)))
    if finding.settles and (arithmetic or finding.grade in OPEN):
        console.print(
            Padding(f"[italic]Would settle it:[/italic] {escape(finding.settles)}", (0, 0, 0, 2))
        )
    if arithmetic and (places := where(finding)):
        console.print(Padding(f"[dim]Printed at {escape(places)}[/dim]", (0, 0, 0, 4)))
