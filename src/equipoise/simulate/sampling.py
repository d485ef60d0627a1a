"""Patients drawn with replacement from real follow-up: which row is whose?

A patient of an arm and cell takes row floor(u n) of the n rows of that arm and cell (or of rows
pooled over arms).  Follow-up ends where the row's did, or before: where the patient is lost.
"""

import numpy as np

from equipoise.kernel.arrays import Codes
from equipoise.kernel.compiling import within_loops
from equipoise.simulate.arrays import Key, Patients, SampleArrays
from equipoise.simulate.characteristics.own_numbers import fill_own
from equipoise.simulate.streams import SAMPLE
from equipoise.simulate.worlds.outcomes import MISSING


@within_loops
def fill_sampled(
    sample: SampleArrays,
    key: Key,
    arrivals: int,
    number: Codes,
    patients: Patients,
) -> None:
    """Fill in the times and outcomes of patients drawn from real follow-up."""
    uniform = np.empty(number.size)
    fill_own(key, SAMPLE, arrivals, number, uniform)
    for k in range(number.size):
        arm, cell = patients.arm[k], patients.cell[k]
        place = sample.first[arm, cell] + int(uniform[k] * sample.rows[arm, cell])
        row = sample.row[place]
        patients.lost[k] = min(patients.lost[k], sample.followed[row])
        for endpoint in range(sample.time.shape[0]):
            patients.time[endpoint, k] = sample.time[endpoint, row]
            patients.outcome[endpoint, k] = sample.outcome[endpoint, row]
            if sample.binary[endpoint] and sample.time[endpoint, row] > patients.lost[k]:
                patients.outcome[endpoint, k] = MISSING
