"""Information of an answer is counted when it is known, not when its patient is enrolled."""

import numpy as np
import pytest

from equipoise.io.protocol.read import examine_text
from equipoise.simulate.plan import SimulationPlan
from equipoise.simulate.replays.trial import Settings, plan_simulation
from equipoise.simulate.work import rehearse

PROTOCOL = """
schema: 1
trial: {{id: ANSWERS, title: Response, time_unit: week}}
arms: [{{id: c, role: control}}, {{id: e, role: experimental}}]
endpoints: [{{id: resp, type: binary, label: Response}}]
hypotheses:
  - {{id: H, endpoint: resp, effect: {{risk_difference: 0.15}}}}
design: {{power: 0.9, looks: {{information: [0.5, 1]}}}}
planning:
  accrual: {{rate: 5}}
  follow_up: {wait}
  endpoints: {{resp: {{control: {{rate: 0.3}}}}}}
"""


def planned(wait: int) -> tuple[SimulationPlan, np.ndarray]:
    protocol = examine_text(PROTOCOL.format(wait=wait), "answers.yaml").protocol
    laid_out = plan_simulation(protocol, Settings(trials=400, scenarios=("no_effect",)))
    looks = laid_out.design.main.plan.looks
    return laid_out.plan, np.array([look.efficacy.z for look in looks])


@pytest.mark.parametrize("wait", [8, 26])
def test_the_bound_is_that_of_the_answers_known(wait):
    """However many more are enrolled by then, half of the answers spend what half would."""
    plan, bounds = planned(wait)
    found = rehearse(plan, 0, 0, 0, plan.trials)
    assert (found.table.patients[:, 0] > found.table.answers[:, 0, 0] + 2 * wait).all()
    half, full = found.table.answers[0, :, 0]
    assert (found.table.answers[:, :, 0] == [half, full]).all()
    assert 2 * half == full == plan.scenarios[0].world.enrollment.patients
    assert found.decisions.bound[:, 0, 0] == pytest.approx(np.full(400, bounds[0]), abs=1e-6)
    tested = found.decisions.stopped == 1  # the others claimed at the first look
    assert found.decisions.bound[tested, 1, 0] == pytest.approx(bounds[1], abs=1e-6)
