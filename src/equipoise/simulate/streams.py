"""Which random numbers a trial is made of: one stream a purpose, so that nothing moves another.

Stream (seed, scenario, trial, purpose, who) is NumPy's `Philox(key=[seed, scenario],
counter=[0, purpose, trial, who])`; its j-th number is that generator's j-th.  Streams of one
number a patient have `who` 0 and patient i the i-th number (in order of arrival, screened
patients who are not enrolled included); streams of many numbers a patient have `who` i + 1.

How the numbers u are used (E = -log(1 - u), hazards and rates by pieces):
- Arrivals.  Poisson: patient i comes when the rates expect E_0 + ... + E_i.  Uniform, n within
  the duration: (E_0 + ... + E_i) / (E_0 + ... + E_n) is the share of the rates' integral by then.
- Allocation in blocks is without replacement: of L places left in the stratum's block, ordered by
  arm, patient i takes number floor(u L) from 0; a block is opened by the first who needs it.
  Simple allocation is from a block that is always full.
- An event comes when the cumulative hazard reaches E; under a cured fraction c, u / (1 - c) takes
  the place of u, and who has 1 or more never has the event.
- A yes is given where 1 - u <= its probability; an answer is missing where u < its share.
- Correlated endpoints take Φ(Σ_f L_ef z_f) in place of u, z_f the normal scores of the endpoints'
  numbers and L the lower triangle of their correlation: an endpoint leaves earlier ones alone.
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
BLOCK_SIZE = 9  # one a patient: how large a block is, if this one opens it
REPORTING = 256  # + endpoint: one a patient, the delay of its news
ENDPOINT = 512  # + 16 * endpoint + cause: one a patient; of an answer, "cause" 1 is its missing
