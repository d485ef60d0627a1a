"""The verb that reads what others published: can all of it be true at once?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.analyze.progress import Progress, only_notices
from equipoise.errors import ClaimError
from equipoise.verbs.asking import FORMATS, chosen_formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.appraise.checks.check import Appraisal
    from equipoise.appraise.claims.claim import Claims, Sides
    from equipoise.io.claims.typed import AsPrinted
    from equipoise.protocol.trial import TimeUnit


def appraise(
    claims: Claims | str | Path,
    *others: Claims | str | Path,
    trials: int | None = None,
    seed: int = 1,
    out: str | Path | None = None,
    formats: str | Sequence[str] = FORMATS,
    progress: Progress = only_notices,
    command: str | None = None,
    force: bool = False,
) -> Appraisal:
    """Check whether all that a paper or news item prints about a trial can be true at once.

    Args:
        claims: what one source prints, or the file that holds it.
        others: what other sources print about the same trial: each is checked in itself, too, and
            all are held against each other.
        trials: to simulate for each P that the other numbers leave open; 0: none; None: as many
            as are usual.
        seed: of the simulation.
        out: the folder to write the report into; it is made where it does not exist.
        formats: the documents to write, as for `analyze`; ``"none"`` for JSON only.
        progress: told what starts now, step by step.
        command: what the manifest records as the command.
        force: write over files that were edited since.

    Raises:
        ClaimError: a claims file cannot be read, with every problem in `.problems`; the sources
            are of different trials or arms, or trials that cannot be simulated are asked for.
        EquipoiseError: a format is unknown or not installed, or the folder is not ours, holds
            edited files, or cannot be written.
    """
    from equipoise.appraise.checks.check import appraise as check
    from equipoise.appraise.checks.matching import DEFAULT_TRIALS

    started, chosen = datetime.now(UTC), chosen_formats(formats)
    if out is not None:
        from equipoise.report.appraise.write import check_folder

        check_folder(Path(out), chosen, force=force)
    first, *rest = _sources((claims, *others))
    asked = DEFAULT_TRIALS if trials is None else trials
    found = check(first, *rest, trials=asked, seed=seed, progress=progress)
    if out is not None:
        from equipoise.report.appraise.write import write_appraisal

        write_appraisal(
            found,
            Path(out),
            formats=chosen,
            seed=seed,
            trials=asked,
            command=command,
            started=started,
            progress=progress,
            force=force,
        )
    return found


def appraise_numbers(  # noqa: PLR0913 - the numbers that may be printed
    *,
    percent: AsPrinted | None = None,
    rates: AsPrinted | None = None,
    medians: AsPrinted | None = None,
    hazard_ratio: AsPrinted | None = None,
    p: AsPrinted | None = None,
    patients: AsPrinted | None = None,
    events: AsPrinted | None = None,
    follow_up: AsPrinted | None = None,
    time: float = 1.0,
    time_unit: TimeUnit = "year",
    sides: Sides | None = None,
    alpha: str | float | None = None,
    name: str = "",
    trials: int | None = None,
    seed: int = 1,
    progress: Progress = only_notices,
) -> Appraisal:
    """Check a few printed numbers against each other, without a claims file.

    Every number is a text, as printed; whole numbers may be numbers. Of two in a text the first is
    the experimental arm's.

    Args:
        percent: of patients, of one arm or of two: "79%", "79% v 45%", "74/102 (73%)".
        rates: without an event at `time`, of two arms: "59.3% v 41.0%", with errors or intervals.
        medians: of two arms: "7.7 v 4.0".
        hazard_ratio: "0.70 (0.47-1.03)".
        p: ".05", "<.0001".
        patients: by arm, "105 103", or of both together, "208".
        events: likewise.
        follow_up: its median.
        time: of the rates.
        time_unit: of all times.
        sides: 1 or 2, if stated.
        alpha: one-sided, at which the result is called significant.
        name: of the endpoint, or of what is counted, for the sentences.
        trials: as for `appraise`.
        seed: likewise.
        progress: likewise.

    Raises:
        ClaimError: a number cannot be read, or there is nothing to check.
    """
    from equipoise.io.claims.shell import FewNumbers, claims_of_numbers
    from equipoise.io.claims.typed import as_printed, check_words, chosen_number

    check_words(time_unit, sides, name)
    numbers = {
        "percent": percent,
        "rates": rates,
        "medians": medians,
        "hazard_ratio": hazard_ratio,
        "p": p,
        "patients": patients,
        "events": events,
        "follow_up": follow_up,
        "alpha": f"{alpha}" if isinstance(alpha, float) else alpha,
    }
    typed = FewNumbers(
        **as_printed(numbers),
        time=chosen_number("time", time),
        time_unit=time_unit,
        sides=sides,
        name=name,
    )
    return appraise(claims_of_numbers(typed), trials=trials, seed=seed, progress=progress)


def _sources(given: Sequence[Claims | str | Path]) -> list[Claims]:
    """Read every source, in the unit of the first; refuse those that are not of one trial."""
    from equipoise.appraise.claims.claim import Claims
    from equipoise.appraise.claims.units import in_unit
    from equipoise.io.claims.read import read_claims

    for each in given:
        if not isinstance(each, str | Path | Claims):
            raise ClaimError(f"Claims, or the file that holds them, belong here; found {each!r}.")
    read = [read_claims(each) if isinstance(each, str | Path) else each for each in given]
    first = read[0]
    for other in read[1:]:
        if first.trial and other.trial and first.trial.casefold() != other.trial.casefold():
            raise ClaimError(
                f"{first.source} is about {first.trial}, and {other.source} about {other.trial}. "
                "Only claims about one trial can be held against each other: appraise them apart."
            )
        own = {arm.id for arm in first.arms}
        if not own & {arm.id for arm in other.arms}:
            named = ", ".join(arm.id for arm in other.arms)
            raise ClaimError(
                f"No arm of {other.source} ({named}) is one of {first.source} "
                f"({', '.join(sorted(own))}). Call the same arms by the same id in both files."
            )
    return [in_unit(each, first.time_unit) for each in read]
