"""A report is written whole or not at all, and never over what is not ours."""

import json
import os
from datetime import UTC, datetime

import pytest

from equipoise.analyze.progress import Notice
from equipoise.errors import EquipoiseError
from equipoise.report import folder, rendering
from equipoise.report.manifest import compare_manifests, fingerprint, read_manifest
from equipoise.report.write import write_report
from sample_analysis import two_arm_analysis
from sample_document import sample_document

EXPECTED = {
    "manifest.json",
    "report.html",
    "report.pdf",
    "report.docx",
    "results.json",
    "results.parquet",
    "curves.parquet",
    "reporting-event.json",
    "figures/dfs-curve.svg",
    "figures/dfs-curve.png",
    "figures/forest.svg",
    "figures/forest.png",
}


def everything_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def written(out, **options):
    return write_report(two_arm_analysis(), sample_document(), out, **options)


def test_all_files_are_there_and_nothing_is_left_beside(tmp_path):
    written(tmp_path / "deep" / "report")
    assert everything_in(tmp_path / "deep" / "report") == EXPECTED
    assert os.listdir(tmp_path / "deep") == ["report"]  # noqa: PTH208 - hidden names too


def test_the_manifest_tells_what_is_in_the_folder(tmp_path):
    made = written(tmp_path / "r")
    on_disk = read_manifest((tmp_path / "r" / "manifest.json").read_text())
    assert on_disk == json.loads(json.dumps(made))
    assert set(on_disk["outputs"]) == EXPECTED - {"manifest.json"}
    for name, facts in on_disk["outputs"].items():
        assert facts == fingerprint((tmp_path / "r" / name).read_bytes())


def test_a_second_run_gives_the_same_bytes(tmp_path):
    early = datetime(2020, 1, 1, tzinfo=UTC)
    first = written(tmp_path / "a", command="equipoise analyze a", started=early)
    second = written(tmp_path / "b", command="equipoise analyze b")
    assert first["run"] != second["run"]
    assert compare_manifests(first, second) == ()
    for name in EXPECTED - {"manifest.json"}:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_renderer_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def fails(kind, _document):
        raise EquipoiseError(f"no {kind} today")

    monkeypatch.setattr(rendering, "rendered", fails)
    with pytest.raises(EquipoiseError, match="no html today"):
        written(tmp_path / "r")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fails_leaves_the_earlier_report_as_it_was(tmp_path, monkeypatch):
    written(tmp_path / "r", formats=("html",))
    before = {name: (tmp_path / "r" / name).read_bytes() for name in everything_in(tmp_path / "r")}
    real = folder.Path.write_bytes

    def full(path, content):
        if path.name == "report.docx":
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(folder.Path, "write_bytes", full)
    with pytest.raises(EquipoiseError, match="No space left on device"):
        written(tmp_path / "r")
    monkeypatch.undo()
    after = {name: (tmp_path / "r" / name).read_bytes() for name in everything_in(tmp_path / "r")}
    assert after == before
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("ten years of work")
    with pytest.raises(EquipoiseError, match=r"not empty and holds no report.*new or an empty"):
        written(tmp_path)
    assert everything_in(tmp_path) == {"thesis.txt"}


@pytest.mark.parametrize("content", ["{}", "not json", '{"format": "another"}', "\x00"])
def test_a_manifest_of_others_does_not_make_it_ours(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(EquipoiseError, match="holds no report"):
        written(tmp_path)
    assert everything_in(tmp_path) == {"manifest.json"}


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "r").write_text("a file")
    with pytest.raises(EquipoiseError, match="is a file, not a folder"):
        written(tmp_path / "r")


def test_an_empty_folder_is_taken(tmp_path):
    written(tmp_path, formats=())
    assert "results.json" in everything_in(tmp_path)


def test_our_own_report_is_replaced_and_what_it_no_longer_has_is_removed(tmp_path):
    written(tmp_path / "r")
    (tmp_path / "r" / "notes.txt").write_text("mine")
    written(tmp_path / "r", formats=("html",))
    assert everything_in(tmp_path / "r") == EXPECTED - {"report.pdf", "report.docx"} | {"notes.txt"}


def test_what_is_removed_is_told(tmp_path):
    written(tmp_path / "r")
    steps = []
    written(tmp_path / "r", formats=("html",), progress=steps.append)
    (told,) = [step for step in steps if isinstance(step, Notice)]
    assert "report.docx" in told
    assert "report.pdf" in told


def test_what_is_removed_is_told_without_progress_too(tmp_path, caplog):
    written(tmp_path / "r", formats=("html",))
    written(tmp_path / "r", formats=())
    assert "report.html" in caplog.text


@pytest.mark.parametrize("name", ["report.html", "results.json", "figures/dfs-curve.svg"])
@pytest.mark.parametrize("formats", [("html",), ()])
def test_an_edited_file_is_neither_replaced_nor_removed(tmp_path, name, formats):
    written(tmp_path / "r", formats=("html",))
    (tmp_path / "r" / name).write_text("with my remarks")
    before = {each: (tmp_path / "r" / each).read_bytes() for each in everything_in(tmp_path / "r")}
    with pytest.raises(EquipoiseError, match=rf"not as Equipoise wrote them: {name}\..*--force"):
        written(tmp_path / "r", formats=formats)
    after = {each: (tmp_path / "r" / each).read_bytes() for each in everything_in(tmp_path / "r")}
    assert after == before
    written(tmp_path / "r", formats=("html",), force=True)
    assert (tmp_path / "r" / name).read_bytes() != b"with my remarks"


def test_a_document_that_someone_else_put_there_is_not_replaced(tmp_path):
    written(tmp_path / "r", formats=("html",))
    (tmp_path / "r" / "report.docx").write_text("mine")
    with pytest.raises(EquipoiseError, match=r"report\.docx"):
        written(tmp_path / "r", formats=("docx",))
    written(tmp_path / "r", formats=("html",))
    assert (tmp_path / "r" / "report.docx").read_text() == "mine"


def test_a_file_that_is_gone_is_written_again(tmp_path):
    written(tmp_path / "r", formats=("html",))
    (tmp_path / "r" / "report.html").unlink()
    written(tmp_path / "r", formats=("html",))
    assert (tmp_path / "r" / "report.html").exists()


def test_an_altered_manifest_cannot_make_us_remove_files_elsewhere(tmp_path):
    written(tmp_path / "r", formats=())
    (tmp_path / "precious.txt").write_text("precious")
    path = tmp_path / "r" / "manifest.json"
    made = json.loads(path.read_text())
    made["outputs"] |= {"../precious.txt": {}, str(tmp_path / "precious.txt"): {}, "..": {}}
    path.write_text(json.dumps(made))
    written(tmp_path / "r", formats=())
    assert (tmp_path / "precious.txt").read_text() == "precious"


def test_an_extra_that_is_not_installed_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(folder.NEEDED, "pdf", ("no_such_module_anywhere",))
    with pytest.raises(EquipoiseError, match=r'pip install "equipoise\[documents\]"'):
        written(tmp_path / "r")
    assert list(tmp_path.iterdir()) == []


def test_a_format_nobody_knows(tmp_path):
    with pytest.raises(EquipoiseError, match=r"no report format 'odt'.*html, pdf, docx"):
        written(tmp_path / "r", formats=("odt",))


def test_progress_is_told(tmp_path):
    steps = []
    written(tmp_path / "r", formats=("html",), progress=steps.append)
    assert steps == ["Results as data", "Document: html", f"Writing {tmp_path / 'r'}"]


def test_a_protocol_file_that_is_gone(tmp_path):
    with pytest.raises(EquipoiseError, match="No such file"):
        written(tmp_path / "r", formats=(), protocol_file=tmp_path / "protocol.yaml")
