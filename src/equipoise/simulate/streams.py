"""Which random numbers a trial is made of: one stream a purpose, so that nothing moves another.

Stream (seed, scenario, trial, purpose, who) is NumPy's `Philox(key=[seed, scenario],
counter=[0, purpose, trial, who])`; its j-th number is that generator's j-th.  Streams of one
number a patient have `who` 0 and patient i the i-th number (in order of arrival, screened
patients who are not enrolled included); streams of many numbers a patient have `who` i + 1.
"""

ARRIVAL = 0  # one a patient: when the next one comes
CELL = 1  # one a patient: what kind of patient
ALLOCATION = 2  # one a patient: place in the block, or the coin
DROPOUT = 3  # one a patient
SWITCHING = 4  # one a patient
SAMPLE = 5  # one a patient: which row of real data
COURSE = 6  # many a patient: the path through the states
ADVERSE_EVENTS = 7  # many a patient
DATA = 8  # many a patient: what only written data need (sex, age, visit days)
REPORTING = 256  # + endpoint: one a patient, the delay of its news
ENDPOINT = 512  # + 16 * endpoint + cause: one a patient
