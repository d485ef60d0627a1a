"""What `equipoise simulate` would not heed is refused, and not silently left out."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli import app

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "aall1331")


@pytest.mark.parametrize(
    ("asked", "option", "words"),
    [
        (("--looks", "--json"), "--looks", "--json holds every look"),
        (("--looks", "--part", "1/2"), "--looks", "--part prints no results"),
        (("--looks", "--replay", "3"), "--looks", "--replay is about one trial"),
        (("--looks", "--patients", "new"), "--looks", "--patients is about one trial"),
        (("--adjusted", "--patients", "new"), "--adjusted", "--patients is about one trial"),
        (("--exact", "--replay", "3"), "--exact", "data are written by --patients"),
        (("--as-of", "2 years", "--replay", "3"), "--as-of", "data are written by --patients"),
        (("--opened", "2021-01-01", "--replay", "3"), "--opened", "written by --patients"),
        (("--opened", "2020-01-01", "--replay", "3"), "--opened", "written by --patients"),
        (("--trial", "4", "--replay", "3"), "--trial", "--replay tells the trial it numbers"),
        (("--opened", "2020-01-01"), "--opened", "add either"),
        (("--trial", "0"), "--trial", "add either"),
        (("--trials", "100", "--replay", "3"), "--trials", "--replay is about one trial"),
        (("--trials", "10000", "--patients", "new"), "--trials", "--patients is about one trial"),
    ],
)
def test_refused_in_one_sentence(asked, option, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(app, ["simulate", EXAMPLE, *asked], env={"COLUMNS": "300"})
    assert found.exit_code == 2, found.output
    said = " ".join(found.output.replace("│", " ").split())
    assert f"Invalid value for {option}" in said or f"Invalid value for '{option}'" in said
    assert words in said
    assert not list(tmp_path.iterdir())


def test_what_is_heeded_is_not_refused(tmp_path):
    cut = ("--opened", "2021-03-01", "--trial", "0", "--as-of", "12 months")
    new = str(tmp_path / "new")
    found = CliRunner().invoke(app, ["simulate", EXAMPLE, "--patients", new, *cut, "--json"])
    assert found.exit_code == 0, found.output
    told = CliRunner().invoke(app, ["simulate", EXAMPLE, "--replay", "1", "--adjusted", "--json"])
    assert told.exit_code == 0, told.output
