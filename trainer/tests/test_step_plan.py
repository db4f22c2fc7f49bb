import json
import math
from pathlib import Path

import pytest

from step_plan import plan_order, rate_factor, steps_of_round

VECTORS = Path(__file__).parents[2] / "packages/protocol/src/kinds/adapters/training-rates.vectors.json"


@pytest.mark.parametrize("plan", json.loads(VECTORS.read_text()))
def test_steps_and_rates_are_those_that_deliveries_are_judged_by(plan):
    order = plan_order(plan["rows"], plan["epochs"], seed=0)
    all_steps = math.ceil(len(order) / plan["rowsPerStep"])
    first, end = steps_of_round(all_steps, plan["round"], plan["rounds"])
    assert end - first == plan["steps"]
    factors = [rate_factor(step, all_steps, plan["finalRate"]) for step in range(first, end)]
    assert sum(factors) == pytest.approx(plan["sum"])
