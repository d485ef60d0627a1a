"""Drawn futures, and what is counted of them, against a second program."""

from datetime import date

import numpy as np
import pytest

from equipoise.kernel.futures import fill_future, room_for_future
from equipoise.monitor.future.forecast import forecast
from equipoise.monitor.future.model_arrays import future_arrays, hand_arrays
from plain_future import busy_hand, busy_model, patients, plain_future


def filled(model, at_hand, seed, replicate):
    arrays, hand = future_arrays(model), hand_arrays(at_hand)
    room = room_for_future(arrays, hand)
    fill_future(seed, replicate, arrays, hand, room)
    return room


@pytest.mark.parametrize("longest", [float("inf"), 18.0])
@pytest.mark.parametrize("replicate", [0, 1, 6, 41])
def test_every_patient_of_a_replicate(replicate, longest):
    """With pieces, clocks, drawn and known rates, a hazard that ends, and a longest follow-up."""
    model, at_hand = busy_model(longest=longest), busy_hand()
    room = filled(model, at_hand, 11, replicate)
    entry, event, loss, group = plain_future(model, at_hand, 11, replicate)
    np.testing.assert_array_equal(room.group, group)
    np.testing.assert_allclose(room.entry, entry, rtol=1e-12)
    np.testing.assert_allclose(room.event, event, rtol=1e-11)
    np.testing.assert_allclose(room.loss, loss, rtol=1e-11)


def test_nobody_at_hand():
    """Everyone is still to come."""
    model, nobody = busy_model(), patients(0.0, [], [], groups=("a", "b"))
    room = filled(model, nobody, 3, 2)
    for found, expected in zip(room[:4], plain_future(model, nobody, 3, 2), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-11)


def test_a_replicate_forgets_the_one_before():
    """A room used before gives the same as a new one."""
    model, at_hand = busy_model(), busy_hand()
    arrays, hand = future_arrays(model), hand_arrays(at_hand)
    room = room_for_future(arrays, hand)
    for replicate in (5, 2):
        fill_future(1, replicate, arrays, hand, room)
    fresh = filled(model, at_hand, 1, 2)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(room[:4], fresh[:4], strict=True))


def test_dates_and_fans_are_counted_by_sorting():
    """Reached dates, patients by then, the end of enrollment, and curves, one by one."""
    model, at_hand, replicates = busy_model(), busy_hand(), 60
    told = forecast(
        model,
        at_hand,
        [20, 45, 100],
        opened=date(2020, 1, 1),
        time_unit="month",
        replicates=replicates,
        seed=4,
        level=0.8,
        workers=3,
    )
    dates, ends, events, enrolled = [], [], [], []
    for replicate in range(replicates):
        entry, event, loss, _ = plain_future(model, at_hand, 4, replicate)
        happened = np.sort((entry + event)[(event <= loss) & np.isfinite(event)])
        dates.append(np.append(happened, np.full(200, np.inf))[[19, 44, 99]])
        ends.append(entry.max())
        events.append([(happened <= time).sum() for time in told.fan.time])
        enrolled.append([(entry <= time).sum() for time in told.fan.time])
    dates = np.sort(np.array(dates), axis=0)
    for place, target in enumerate(told.targets):
        for found, rank in ((target.when.lower, 6), (target.when.median, 30)):
            expected = dates[rank - 1, place]
            assert (found is None) == np.isinf(expected)
            assert found is None or found == pytest.approx(expected, rel=1e-11)
        assert target.chance == np.isfinite(dates[:, place]).mean()
    assert told.enrollment_end.median == pytest.approx(np.sort(ends)[29], rel=1e-11)
    np.testing.assert_allclose(told.fan.expected_events, np.mean(events, axis=0), rtol=1e-12)
    np.testing.assert_allclose(told.fan.expected_enrolled, np.mean(enrolled, axis=0), rtol=1e-12)
    np.testing.assert_array_equal(told.fan.events[2], np.sort(events, axis=0)[29])
