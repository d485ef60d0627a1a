"""A curve that was left out once gave its numbers at risk to another whose name began alike.

Of the arms Obs, Lev and Lev+5FU, the second dropped, "Lev+5FU" was rebuilt with the 310 patients of
Lev instead of its own 304: the row "Lev" begins the label "Lev+5FU".
"""

from pathlib import Path

import pytest

from equipoise.io.figures.read import read_figure

FIGURES = Path(__file__).parents[2] / "examples" / "figures"


@pytest.mark.parametrize("suffix", ["pdf", "svg"])
@pytest.mark.parametrize(
    ("labels", "patients"),
    [
        (["Obs", "", "Lev+5FU"], [315, 304]),
        (["Observation", "", "Both"], [315, 304]),
        (["", "Lev", ""], [310]),
    ],
)
def test_every_curve_keeps_its_own_row(suffix, labels, patients):
    figure = read_figure(FIGURES / f"colon.{suffix}", labels=labels)
    assert [int(arm.at_risk.patients[0]) for arm in figure.arms] == patients
    assert figure.assumed == ()
