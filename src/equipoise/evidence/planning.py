"""Selections of the library as what is believed before a trial, and as patients to draw from."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from equipoise.appraise.library.figure import CONTROL, EXPERIMENTAL, Figure
from equipoise.appraise.library.priors import PlanningPriors, few_words, planning_priors
from equipoise.errors import DataError
from equipoise.evidence.selection import SOURCE, catalog, chosen_figures, selection_in_words
from equipoise.kernel.arrays import codes, flags, frozen, frozen_codes
from equipoise.protocol.planning import Prior
from equipoise.protocol.trial import DAYS_PER, TimeUnit
from equipoise.simulate.resampling import RealPatients
from equipoise.simulate.worlds.world import Cell, ResampledPatients

SIDES = {"control": CONTROL, "experimental": EXPERIMENTAL}


@dataclass(frozen=True, slots=True)
class EvidencePrior:
    """A prior that follows from a selection of the library, and the sentence that says so."""

    prior: Prior
    sentence: str
    priors: PlanningPriors


def prior_from_evidence(**chosen: Any) -> EvidencePrior:  # noqa: ANN401 - as `Catalog.select`
    """Give what the trials of a selection lead one to believe of the next one's hazard ratio.

    Args:
        chosen: as `Catalog.select`.

    Raises:
        DataError: nothing is selected, or figures of several endpoints.

    Witness: `planning_priors`.
    """
    priors = planning_priors(chosen_figures(**chosen))
    words = selection_in_words(**chosen)
    count = len(priors.figures)
    figures = "1 figure" if count == 1 else f"{count} figures"
    verb = "predicts" if count == 1 else "predict"
    sentence = (
        f"The prior is what {figures} of the evidence library ({words}) {verb} of a new trial. "
        f"{SOURCE}"
    )
    sentence = " ".join((sentence, *few_words(count)))
    return EvidencePrior(replace(priors.prior, source=sentence), sentence, priors)


def real_patients(
    figure: Figure | str,
    endpoint: str,
    *,
    arm: str | None = "control",
    time_unit: TimeUnit = "month",
    arms: tuple[str, ...] = ("control", "experimental"),
) -> RealPatients:
    """Take the patients rebuilt from a figure as what future patients are drawn from.

    Args:
        figure: of the library, or its id.
        endpoint: the id that the trial to rehearse gives it.
        arm: whose patients are drawn, for any arm: "control", "experimental", or an arm's label;
            None: each arm's for itself, control and experimental as `arms` names them.
        time_unit: of the trial to rehearse; times are converted.
        arms: ids of the trial's arms.

    Raises:
        DataError: there is no such figure or arm.

    Witness: the Kaplan-Meier estimate of many patients drawn against that of the figure.
    """
    found = catalog().figure(figure) if isinstance(figure, str) else figure
    kept = (
        np.ones(found.patients, dtype=np.bool_) if arm is None else found.arm == _side(found, arm)
    )
    scale = DAYS_PER[found.time_unit] / DAYS_PER[time_unit]
    rows = int(kept.sum())
    truth = ResampledPatients(
        endpoints=(endpoint,),
        arm=codes(found.arm[kept] if arm is None else np.full(rows, -1)),
        cell=codes(np.zeros(rows)),
        time=frozen(found.time[kept][None, :] * scale),
        outcome=frozen_codes(found.event[kept][None, :].astype(np.int64)),
        binary=flags([False]),
    )
    return RealPatients(truth, arms, ("all",), (Cell(1.0, 0),))


def _side(figure: Figure, arm: str) -> int:
    named = SIDES | {each.label: i for i, each in enumerate(figure.arms)}
    if arm not in named:
        raise DataError(
            f"Figure {figure.id} has no arm {arm!r}. Its arms are {figure.control.label} (control) "
            f"and {figure.experimental.label} (experimental)."
        )
    return named[arm]
