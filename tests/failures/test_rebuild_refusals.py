"""Figures and options that `rebuild` cannot use: each refused in one sentence, with the remedy."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli import app
from equipoise.errors import ClaimError, DataError, EquipoiseError, NotEstimable
from equipoise.evidence.arm_roles import roles_of
from equipoise.verbs import rebuild

FIGURES = Path(__file__).parents[2] / "examples" / "figures"
COLON = FIGURES / "colon.pdf"
TWO = "month,A,B\n0,1,1\n6,0.81,0.9\n12,0.73,0.8\n18,0.6,0.7\n"
ONE = "month,S\n0,1\n6,0.81\n12,0.73\n18,0.6\n"
CLAIMS = """
claims: 1
source: {name: Paper, where: "made up for this test"}
trial: {name: X, time_unit: month}
arms: {obs: {role: control}, active: {label: Active, role: experimental}}
endpoints: {os: {p: .002}, dfs: {p: .01}}
"""


@pytest.fixture
def write(tmp_path):
    def written(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


class TestTheFigure:
    def test_a_bitmap(self):
        with pytest.raises(DataError, match=r"scan\.png is a bitmap.*digitize"):
            rebuild(FIGURES / "scan.png")

    def test_no_file(self):
        with pytest.raises(DataError, match=r"no file .*nothing\.csv"):
            rebuild("nothing.csv")

    def test_a_rising_curve(self, write):
        path = write("up.csv", "t;S\n0;1\n6;0,81\n12;0,93\n")
        with pytest.raises(ClaimError, match=r"up\.csv:4: the survival curve rises"):
            rebuild(path, patients="100")

    def test_numbers_at_risk_that_grow(self, write):
        table = write("risk.csv", "month,A,B\n0,100,100\n6,80,90\n12,85,70\n")
        with pytest.raises(ClaimError, match=r"risk\.csv:4: the number at risk grows from 80"):
            rebuild(write("two.csv", TWO), control="A", at_risk=table)

    def test_numbers_at_risk_of_others(self, write):
        table = write("risk.csv", "month,X,Y\n0,100,100\n6,80,90\n")
        with pytest.raises(DataError, match=r"'X', 'Y', but the curves of two\.csv are called"):
            rebuild(write("two.csv", TWO), control="A", at_risk=table)

    def test_numbers_at_risk_in_another_unit(self, write):
        two = write("two.csv", TWO)
        table = write("risk.csv", "days,A,B\n0,100,100\n180,80,90\n")
        with pytest.raises(DataError, match=r"risk\.csv names its times in days"):
            rebuild(two, control="A", at_risk=table)
        table = write("risk.csv", "t,A,B\n0,100,100\n180,80,90\n360,0,0\n")
        with pytest.raises(DataError, match=r"80 are at risk at 180, but the curve of 'A' ends"):
            rebuild(two, control="A", at_risk=table)

    def test_a_column_of_an_arm_names_no_unit(self, write):
        path = write("two.csv", TWO.replace("month,A,B", "t,Day care,Year-long care"))
        trial = rebuild(path, control="Day care", patients="100 100", draws=2)
        assert trial.time_unit == "month"
        assert any("names no unit of time" in each for each in trial.assumed)

    def test_nobody_says_how_many_patients(self, write):
        with pytest.raises(DataError, match=r"how many patients 'A', 'B' had"):
            rebuild(write("two.csv", TWO), control="A")

    def test_labels_that_match_nothing(self):
        with pytest.raises(DataError, match="2 labels were given for 3 curves"):
            rebuild(COLON, labels=["a", "b"])

    def test_two_of_one_name(self):
        with pytest.raises(DataError, match=r"Two curves of colon\.pdf are called 'a'"):
            rebuild(COLON, labels=["a", "a", ""])

    def test_every_curve_dropped(self):
        with pytest.raises(DataError, match="was dropped"):
            rebuild(COLON, labels=["", "", ""])


class TestOptionsOfAnotherKindOfFile:
    @pytest.mark.parametrize(
        ("option", "value"), [("layout", "wide"), ("kind", "survival"), ("unit", "month")]
    )
    def test_of_points(self, option, value):
        with pytest.raises(DataError, match=rf"colon\.pdf .*[Ll]eave {option} out"):
            rebuild(COLON, control="Obs", **{option: value})

    @pytest.mark.parametrize(
        ("option", "value"),
        [
            ("page", 1),
            ("panel", 1),
            ("x_axis", ((0, 0), (1, 1))),
            ("y_axis", ((0, 0), (1, 1))),
            ("no_at_risk", True),
        ],
    )
    def test_of_figures(self, write, option, value):
        said = option.replace("_", "-")
        with pytest.raises(DataError, match=rf"file of points.*leave {said} out"):
            rebuild(write("two.csv", TWO), control="A", **{option: value})

    def test_pages_of_an_svg(self):
        with pytest.raises(DataError, match=r"colon\.svg is one page"):
            rebuild(FIGURES / "colon.svg", page=1)

    def test_numbers_at_risk_read_and_not_read(self):
        with pytest.raises(DataError, match="leave no-at-risk out"):
            rebuild(COLON, no_at_risk=True, at_risk=FIGURES / "colon-at-risk.csv")


def test_restricted_means_of_incidence(write):
    path = write("up.csv", "month,Control,B\n0,0,0\n6,.2,.1\n12,.3,.2\n")
    with pytest.raises(DataError, match="leave until out"):
        rebuild(path, kind="incidence", patients="50 50", until=6)


class TestWhichArmIsWhich:
    def test_labels_that_do_not_say(self):
        with pytest.raises(DataError, match=r"'Obs', 'Lev', 'Lev\+5FU' do not say which arm"):
            rebuild(COLON)

    def test_a_control_that_is_none_of_them(self):
        with pytest.raises(
            DataError, match=r"No arm is called 'placebo'.*'Obs', 'Lev', 'Lev\+5FU'"
        ):
            rebuild(COLON, control="placebo")

    def test_one_arm_in_both_roles(self):
        with pytest.raises(DataError, match="'Obs' is asked for as control and as experimental"):
            rebuild(COLON, control="Obs", experimental="obs")

    @pytest.mark.parametrize(
        ("labels", "control", "rule"),
        [
            (["Drug", "Placebo"], "Placebo", "control word"),
            (["no maintenance", "Rituximab"], "no maintenance", "without"),
            (["Lev", "Lev+5FU"], "Lev", "addition"),
            (["Chemo + A", "Chemo", "Chemo + B"], "Chemo", "addition"),
        ],
    )
    def test_labels_that_say(self, labels, control, rule):
        roles = roles_of(labels)
        assert (roles.control, roles.rules, roles.by) == (control, (rule,), "labels")
        assert roles.experimental == tuple(each for each in labels if each != control)

    @pytest.mark.parametrize("labels", [["A", "B"], ["Placebo", "Control"], ["chemo", "A"]])
    def test_nothing_is_guessed(self, labels):
        with pytest.raises(DataError, match="do not say which arm is the control"):
            roles_of(labels)


class TestOneCurve:
    @pytest.mark.parametrize(
        ("option", "value"),
        [
            ("hazard_ratio", "0.7"),
            ("p", ".05"),
            ("planned", 0.7),
            ("margins", [0.8]),
            ("until", 12.0),
            ("alpha", 0.05),
            ("sides", 1),
        ],
    )
    def test_has_nothing_to_be_compared_with(self, write, option, value):
        with pytest.raises(DataError, match="One curve has nothing to be compared with"):
            rebuild(write("one.csv", ONE), patients="100", **{option: value})

    def test_is_no_control(self, write):
        with pytest.raises(DataError, match="'curve 1' is the only curve"):
            rebuild(write("one.csv", ONE), patients="100", control="curve 1")


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("100", "1 number of patients for 2 arms"),
            ("1 2 3", "3 numbers of patients for 2 arms"),
            ("A=100 B=x", "'x' is no number of patients"),
            ("A=100 100", "not by name throughout: '100' has none"),
            ("A=100 a=90", "Two numbers of patients are given for 'A'"),
            ("A=100 C=90", "No arm is called 'C'"),
            ("100 -5", "'-5' is no number"),
        ],
    )
    def test_by_arm(self, write, text, reason):
        with pytest.raises(DataError, match=reason):
            rebuild(write("two.csv", TWO), control="A", patients=text)

    def test_more_events_than_patients_names_the_arm(self, write):
        path = write("two.csv", TWO)
        with pytest.raises(ClaimError, match="B: 200 events among 100 patients"):
            rebuild(path, control="A", patients="100 100", events="50 200")

    @pytest.mark.parametrize(
        ("asked", "error", "reason"),
        [
            ({"times": [1, 9]}, DataError, "at 9, but the curve of 'Obs' goes from 0 to 8.8"),
            ({"times": []}, DataError, "No times"),
            ({"until": 10.0}, NotEstimable, "Restricted means up to 10"),
            ({"alpha": 1.5}, DataError, "Alpha is 1.5"),
            ({"level": 95.0}, DataError, "The level is 95"),
            ({"planned": 1.2}, EquipoiseError, "planned hazard ratio is 1.2"),
            ({"margins": [-1.0]}, DataError, "margin is -1; give a number above 0"),
            ({"draws": 1}, DataError, "1 draws tell nothing"),
            ({"seed": -1}, DataError, "The seed is -1"),
            ({"hazard_ratio": "abc", "experimental": "Lev"}, ClaimError, "A ratio belongs here"),
            ({"hazard_ratio": "0.7"}, ClaimError, "2 arms are compared with Obs"),
            ({"endpoint": "os"}, DataError, "give claims, too"),
        ],
    )
    def test_choices(self, asked, error, reason):
        with pytest.raises(error, match=reason):
            rebuild(COLON, control="Obs", **{"draws": 2, **asked})


class TestClaims:
    def test_arms_that_are_not_theirs(self, write):
        path = write("claims.yaml", CLAIMS)
        with pytest.raises(ClaimError, match=r"Paper has no arm 'Lev', 'Lev\+5FU'.*obs.*Active"):
            rebuild(COLON, control="Obs", claims=path, endpoint="os")

    def test_an_endpoint_that_is_not_theirs(self, write):
        path = write("claims.yaml", CLAIMS)
        asked = {"control": "Obs", "experimental": "Lev", "claims": path}
        with pytest.raises(ClaimError, match=r"no endpoint 'pfs'\. It has os, dfs"):
            rebuild(COLON, **asked, endpoint="pfs")
        with pytest.raises(ClaimError, match=r"several endpoints \(os, dfs\)"):
            rebuild(COLON, **asked)

    def test_times_of_no_unit(self, write):
        path = write("two.csv", TWO.replace("month", "t"))
        claims = write("claims.yaml", CLAIMS)
        with pytest.raises(DataError, match=r"two\.csv names no unit of time"):
            rebuild(path, control="A", patients="100 100", claims=claims, endpoint="os")


def test_the_shell_refuses_in_one_line_and_in_json():
    done = CliRunner().invoke(app, ["rebuild", str(COLON), "--json"])
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert not found["ok"]
    assert "do not say which arm is the control" in found["problems"][0]["message"]
    done = CliRunner().invoke(app, ["rebuild", str(COLON), "--x-axis", "1"])
    assert done.exit_code == 2
    assert "two places and their values" in done.output


def test_nothing_is_written_where_something_else_lies(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(EquipoiseError, match="is not empty and holds no report"):
        rebuild(COLON, control="Obs", out=tmp_path, formats="none")
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]
