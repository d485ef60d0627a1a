"""A model of the future and the patients at hand as compiled code takes them, checked.

Whoever draws futures (`kernel.futures.fill_future`) begins here: what passes can be drawn.
"""

from collections.abc import Sequence

import numpy as np

from equipoise.errors import DesignError
from equipoise.kernel.arrays import codes, flags, vector
from equipoise.kernel.futures import FutureArrays, HandArrays, RateArrays
from equipoise.monitor.future.future import FutureModel, PatientsAtHand, RateDraws

NEARLY = 1e-9  # shares add to 1 this closely


def future_arrays(model: FutureModel) -> FutureArrays:
    """Give a model as flat arrays.

    Raises:
        DesignError: Rates that are none, or that differ in their number of groups.

    Witness: `tests/twice/test_monitored_futures.py`, which draws from the model itself.
    """
    groups = model.shares.size
    if not len(model.event) == len(model.dropout) == len(model.shape) == groups > 0:
        raise DesignError(
            f"The model has event rates for {len(model.event)} groups, dropout for "
            f"{len(model.dropout)}, clocks for {len(model.shape)} and shares for {groups}; give "
            "each group one of each."
        )
    if not (model.shares >= 0).all() or abs(float(model.shares.sum()) - 1.0) > NEARLY:
        raise DesignError(
            f"The shares of the groups to come are {model.shares.tolist()}; give numbers from 0 "
            "that add up to 1."
        )
    if model.to_come < 0 or not model.longest_follow_up > 0:
        raise DesignError(
            f"{model.to_come} patients are to come and each is followed for at most "
            f"{model.longest_follow_up:g}; give 0 or more, and a time above 0."
        )
    clocks = tuple(RateDraws(vector([0.0]), each[:, None]) for each in model.shape)
    if not all((each > 0).all() for each in model.shape):
        raise DesignError("A Weibull shape is not above 0; give shapes above 0.")
    below = np.cumsum(model.shares)
    below[-1] = np.inf  # whatever the last share's rounding
    return FutureArrays(
        event=_flat(model.event, "events"),
        loss=_flat(model.dropout, "dropout"),
        shape=_flat(clocks, "clocks"),
        accrual=_flat((model.accrual,), "accrual"),
        share_below=vector(below),
        to_come=int(model.to_come),
        longest=float(model.longest_follow_up),
    )


def hand_arrays(at_hand: PatientsAtHand) -> HandArrays:
    """Give the patients at hand as flat arrays.

    Raises:
        DesignError: Times that are none, or a group without a name.

    Witness: `tests/twice/test_monitored_futures.py`.
    """
    patients = at_hand.entry.size
    sizes = {each.size for each in (at_hand.time, at_hand.event, at_hand.lost, at_hand.group)}
    if sizes - {patients}:
        raise DesignError(
            f"There are {patients} patients at hand, but other numbers of times, events or "
            f"groups ({sorted(sizes)}); give one of each a patient."
        )
    told = np.concatenate([[at_hand.cut], at_hand.entry, at_hand.time])
    if not np.isfinite(told).all() or (patients and float(told[1:].min()) < 0):
        raise DesignError("A time of the patients at hand is not a number from 0; correct the cut.")
    if patients and float(at_hand.entry.max()) > at_hand.cut:
        raise DesignError(
            f"A patient entered at {float(at_hand.entry.max()):g}, after the cut at "
            f"{at_hand.cut:g}; leave out who came later."
        )
    if (at_hand.event & at_hand.lost).any():
        raise DesignError("A patient at hand has both had the event and been lost; choose one.")
    if patients and not 0 <= at_hand.group.min() <= at_hand.group.max() < len(at_hand.groups):
        raise DesignError(
            f"A patient at hand belongs to a group that is not one of the {len(at_hand.groups)} "
            "named; leave out who has no arm or stratum, or name the group."
        )
    return HandArrays(
        cut=float(at_hand.cut),
        entry=vector(at_hand.entry),
        time=vector(at_hand.time),
        event=flags(at_hand.event),
        lost=flags(at_hand.lost),
        group=codes(at_hand.group),
    )


def _flat(rates: Sequence[RateDraws], of_what: str) -> RateArrays:
    for each in rates:
        rows = each.values.ndim == 2 and each.values.shape[1] == each.starts.size  # noqa: PLR2004
        rising = each.starts.size and each.starts[0] == 0 and (np.diff(each.starts) > 0).all()
        if not (rows and rising and each.values.shape[0]):
            raise DesignError(
                f"The rates of {of_what} need pieces from 0 on, in order, and a value for each in "
                f"every draw; found pieces from {each.starts.tolist()} and values of shape "
                f"{each.values.shape}."
            )
        if not ((each.values >= 0) & np.isfinite(each.values)).all():
            raise DesignError(f"A rate of {of_what} is not a number from 0; give rates from 0.")
    return RateArrays(
        first=codes(np.cumsum([0, *(each.starts.size for each in rates)])),
        start=vector(np.concatenate([each.starts for each in rates])),
        row=codes(np.cumsum([0, *(each.values.size for each in rates)])[:-1]),
        rows=codes([each.values.shape[0] for each in rates]),
        value=vector(np.concatenate([each.values.ravel() for each in rates])),
    )
