"""What sharing an encoder saves and costs: a line for each arm (docs/claims/survey.md)."""

from pathlib import Path

import pandas as pd

from gangan.measure import stats
from gangan.show.tables import rounded, table_job

INTERVAL = ("seconds", "error_to_b", "error_to_a")
MEAN = ("cycle_a", "cycle_b", "frechet_to_b", "frechet_to_a")


@table_job
def factorial(runs: Path, costs: Path, arms: list[str]) -> pd.DataFrame:
    """By arm its weights and operations, seconds of a step and errors with their intervals, and means of other scores.

    Args:
        runs: the table of runs.
        costs: what each arm costs.
        arms: in the order of lines.
    """
    table, cost, lines = pd.read_csv(runs), pd.read_csv(costs).set_index("arm"), []
    for arm in arms:
        of_arm = table[table["arm"] == arm]
        line = {"arm": arm, "n": len(of_arm), **cost.loc[arm, ["parameters", "gmac_pass", "gmac_step"]].to_dict()}
        line["parameters"] = int(line["parameters"])
        for name in (one for one in INTERVAL if one in of_arm):
            found = stats.mean(of_arm[name].tolist())
            line |= {name: found.estimate, f"{name}_low": found.low, f"{name}_high": found.high}
        lines.append(line | {name: of_arm[name].mean() for name in MEAN if name in of_arm})
    return rounded(pd.DataFrame(lines))
