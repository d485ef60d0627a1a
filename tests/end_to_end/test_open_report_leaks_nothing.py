"""The open report cannot leak: no byte of it depends on arms, and no by-arm number is in it.

Non-interference is the proof: exchange the arms of patients in the data, and every file is the
same.  The search is the second: what the closed part says is looked for in every byte.  Both are
shown to fail where something leaks.
"""

import ast
import io
import json
import re
import shutil
import typing
import zipfile
import zlib
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from typer.testing import CliRunner

import open_trials
from document_walk import blocks
from equipoise.analyze.trial import analyze_trial
from equipoise.cli import app
from equipoise.design.trial_design import TrialDesign
from equipoise.errors import DataError, EquipoiseError
from equipoise.report import monitoring
from equipoise.report.build import build_document
from equipoise.report.document import Table
from equipoise.report.monitoring.open_build import build_open_document
from equipoise.report.monitoring.write import check_folders, write_open
from equipoise.simulate.monitored import whole as monitored_whole
from equipoise.simulate.monitored.monitored import OpenLook
from equipoise.simulate.monitored.record import monitored_record
from equipoise.verbs import monitor
from leak_search import found

TRIALS = ["aall1331", "response", "three_arms"]
FORMATS = ("html", "pdf", "docx")
REPLICATES = 60
HEX = re.compile(r"\b[0-9a-f]{40,}\b")


def read(folder):
    """Give every file of a folder; of the manifest all but the clock."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            if path.name == "manifest.json":
                made = json.loads(content)
                assert made.pop("run")["command"] is None
                content = json.dumps(made).encode()
            files[path.relative_to(folder).as_posix()] = content
    return files


@cache
def base():
    return Path(mkdtemp(prefix="open-report-"))


@pytest.fixture(scope="module", autouse=True)
def _swept():
    yield
    shutil.rmtree(base())
    base.cache_clear()


def trial(kind, seed=None, *, apart=False):
    """Write a trial, its arms exchanged where a seed is given, in a folder of its own."""
    place = Path(mkdtemp(prefix=f"{kind}-", dir=base()))
    folder, data, as_of = getattr(open_trials, kind)(place / "trial")
    if seed is not None:
        open_trials.permute_arms(data, seed, apart=apart)
    return folder, data, as_of


@cache
def opened(kind, seed=None, *, apart=False):
    """Write the open report by the verb; give its files."""
    folder, data, as_of = trial(kind, seed, apart=apart)
    out = folder.parent / "out"
    monitor(folder, data, as_of, open_only=True, replicates=REPLICATES, out=out, formats=FORMATS)
    assert [each.name for each in out.iterdir()] == ["open"]
    return read(out / "open")


@cache
def held(kind, seed=None):
    """Hold the look with its record and key, and give it with the folder of its trial."""
    folder, data, as_of = trial(kind, seed, apart=False)
    result = monitor(folder, data, as_of, replicates=REPLICATES)
    return result, folder


@cache
def open_part(kind, seed=None):
    """Write the open report of a look that was held; give its files."""
    result, folder = held(kind, seed)
    assert result.opened is not None
    write_open(
        result.opened,
        result.design,
        folder.parent / "open",
        formats=FORMATS,
        protocol_file=folder / "protocol.yaml",
        command="equipoise monitor --key secret --unmask",
    )
    return read(folder.parent / "open")


class TestNoByteDependsOnArms:
    """Exchange the arms of the patients: the open report stays as it is, byte for byte."""

    @pytest.mark.parametrize(("seed", "apart"), [(1, False), (2, True)])
    @pytest.mark.parametrize("kind", TRIALS)
    def test_asked_for_alone(self, kind, seed, apart):
        files, others = opened(kind), opened(kind, seed, apart=apart)
        assert set(files) == set(others)
        assert {"report.html", "report.pdf", "report.docx", "open.json", "manifest.json"} <= set(
            files
        )
        assert [name for name in files if files[name] != others[name]] == []

    @pytest.mark.parametrize("kind", TRIALS)
    def test_of_a_look_that_was_held(self, kind):
        files, others = open_part(kind), open_part(kind, 3)
        assert [name for name in files if files[name] != others[name]] == []

    @pytest.mark.parametrize("kind", TRIALS)
    def test_the_closed_part_does_depend(self, kind):
        """Else nothing was tried."""
        one, other = held(kind)[0], held(kind, 3)[0]
        one, other = ([each.seen.z for each in look.hypotheses] for look in (one.look, other.look))
        assert any(abs(a - b) > 0.2 for a, b in zip(one, other, strict=True) if a is not None)

    def test_a_leak_is_seen(self, monkeypatch):
        """Patients of one arm, counted into the open part, change its bytes."""
        before = monitored_whole.pooled_trial

        def leaking(cut, **asked):
            told = before(cut, **asked)
            event = cut.snapshot.followups["os"]
            one = cut.snapshot.subjects.assigned[event.subject] == 0
            many = ("Deaths", int((event.outcome[one] == 1).sum()))
            return monitored_whole.replace(told, populations=(*told.populations, many))

        monkeypatch.setattr(monitored_whole, "pooled_trial", leaking)
        opened.cache_clear()
        files, others = opened("three_arms"), opened("three_arms", 1)
        opened.cache_clear()
        assert {name for name in files if files[name] != others[name]} >= {
            "report.html",
            "report.pdf",
            "report.docx",
            "open.json",
            "manifest.json",
        }


# --- what the closed part says ----------------------------------------------------------------


def leaves(value, path=()):
    """Walk plain JSON to its leaves."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from leaves(each, (*path, place))
    else:
        yield path, value


@cache
def numbers_by_arm(kind):
    """Give the numbers of the closed part that arms decide, as they may be written."""
    one, other = (dict(leaves(monitored_record(held(kind, s)[0])["closed"])) for s in (None, 3))
    values = {
        value
        for path, value in one.items()
        if isinstance(value, float) and not value.is_integer() and other.get(path) != value
    }
    written = set()
    for value in values:
        size = abs(value)
        written |= {repr(size), f"{size:.6g}", f"{size:.4f}", f"{100 * size:.3f}"}
    return {each for each in written if len(each.strip("0.").replace(".", "")) > 3}


@cache
def cells_by_arm(kind):
    """Give the cells of an analysis by arm, such as 31 (43.1)."""

    document = build_document(analyze_trial(held(kind)[0].cut.snapshot))
    rows = [row for table in blocks(document, Table) for row in table.rows]
    cells = {cell for row in rows for cell in row.cells[1:] if re.search(r"\d\D+\d", cell)}
    return {each for each in cells if len(each) > 5}


def secrets_of(kind):
    """Give what the record and the key hold and nobody else may know."""
    folder = held(kind)[1]
    record = (folder / "protocol.monitoring.jsonl").read_text(encoding="utf-8")
    key = json.loads((folder / "protocol.unmasking-key.json").read_text(encoding="utf-8"))
    public = {value for _, value in leaves(json.loads(open_part(kind)["manifest.json"]))}
    hashes = set(HEX.findall(record)) - public
    told = {value for path, value in leaves(key) if isinstance(value, str) and len(value) > 20}
    assert len(hashes) > 2
    assert held(kind)[0].kept.head in hashes
    return hashes | told | {"unmasking-key", "monitoring.jsonl", "--unmask"}


def words_by_arm(kind):
    """Give the words of a decision, and the arms' letters."""
    look = held(kind)[0].look
    said = {look.sentence, *(each.sentence for each in look.hypotheses)}
    return said | {"Arm A", "Arm B", "conditional power", "predictive power", "not crossed"}


def by_chance(kind, phrases):
    """Give what stands in the open report with other arms, too: an arm has as many as all."""
    return {phrase for _, phrase in found(open_part(kind, 3), phrases)}


@pytest.mark.parametrize("told", [secrets_of, words_by_arm])
@pytest.mark.parametrize("kind", TRIALS)
def test_no_secret_is_in_any_byte(kind, told):
    phrases = told(kind)
    assert len(phrases) > 4
    assert found(open_part(kind), phrases) == []
    assert found(opened(kind), phrases) == []


@pytest.mark.parametrize("told", [numbers_by_arm, cells_by_arm])
@pytest.mark.parametrize("kind", TRIALS)
def test_no_number_by_arm_is_in_any_byte(kind, told):
    phrases = told(kind)
    chance = by_chance(kind, phrases)
    assert len(phrases) > 20
    assert len(chance) <= 0.15 * len(phrases)
    assert found(open_part(kind), phrases - chance) == []
    assert found(opened(kind), phrases - chance) == []


@pytest.mark.parametrize("kind", TRIALS)
def test_no_statistic_is_in_any_byte(kind):
    """Neither z nor effect of any hypothesis, however it is rounded."""
    seen = [each.seen for each in held(kind)[0].look.hypotheses]
    values = [each.z for each in seen] + [each.effect.value for each in seen]
    values += [limit for e in seen for limit in (e.effect.interval.lower, e.effect.interval.upper)]
    sizes = [abs(value) for value in values if isinstance(value, float)]
    written = {repr(size) for size in sizes} | {f"{s:.{n}f}" for s in sizes for n in (3, 4, 6)}
    assert len(written) >= 12
    assert found(open_part(kind), written) == found(opened(kind), written) == []


# --- the search can fail ----------------------------------------------------------------------


def in_json(files, text):
    return files | {"open.json": files["open.json"].replace(b"\n}", f',"x": {text}\n}}'.encode())}


def in_words(files, text):
    first, second = text[:2], text[2:]
    hidden = f"<p><b>{first}</b>{second}</p></body>".encode()
    return files | {"report.html": files["report.html"].replace(b"</body>", hidden)}


def in_comment(files, text):
    name = next(each for each in files if each.endswith(".svg"))
    return files | {name: files[name] + f"<!-- {text} -->".encode()}


def in_alternative_text(files, text):
    before = files["report.html"]
    return files | {"report.html": before.replace(b"<desc", f"<desc>{text}</desc><desc".encode())}


def in_member(files, text):
    changed = io.BytesIO(files["report.docx"])
    with zipfile.ZipFile(changed, "a") as held_in:
        held_in.writestr("docProps/custom.xml", f"<p>{text}</p>")
    return files | {"report.docx": changed.getvalue()}


def in_stream(files, text):
    packed = zlib.compress(f"BT ({text}) Tj ET".encode())
    return files | {"report.pdf": files["report.pdf"] + b"stream\n" + packed + b"endstream"}


def in_picture(files, text):
    name = next(each for each in files if each.endswith(".png"))
    body = f"Comment\0{text}".encode()
    chunk = len(body).to_bytes(4, "big") + b"tEXt" + body
    chunk += zlib.crc32(b"tEXt" + body).to_bytes(4, "big")
    end = files[name].index(b"IEND") - 4
    return files | {name: files[name][:end] + chunk + files[name][end:]}


def in_name(files, text):
    return files | {f"figures/{text}.svg": b"<svg/>"}


HIDING = [
    in_json,
    in_words,
    in_comment,
    in_alternative_text,
    in_member,
    in_stream,
    in_picture,
    in_name,
]


@pytest.mark.parametrize("hide", HIDING, ids=lambda each: each.__name__)
def test_a_hidden_number_is_found(hide):
    z = f"{held('aall1331')[0].look.hypotheses[0].seen.z:.4f}"
    phrases = numbers_by_arm("aall1331")
    changed = hide(open_part("aall1331"), z)
    assert changed != open_part("aall1331")
    assert {phrase for _, phrase in found(changed, phrases - by_chance("aall1331", phrases))} == {z}


# --- the wall ---------------------------------------------------------------------------------

SEEN_THROUGH = {  # all that the open report's modules may know of a look
    "equipoise.simulate.monitored.monitored": {"OpenLook"},
    "equipoise.monitor.pooled.trial": None,
    "equipoise.monitor.pooled.accrual": None,
    "equipoise.monitor.pooled.follow_up": None,
    "equipoise.monitor.pooled.harms": None,
    "equipoise.monitor.pooled.information": None,
    "equipoise.monitor.future.forecast_results": None,
    "equipoise.monitor.future.forecast_of_answers": {"AnswersForecast"},
    "equipoise.monitor.reestimation.reestimation": None,
}
MODULES = sorted(Path(monitoring.__file__).parent.glob("open_*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda each: each.stem)
def test_the_open_report_can_know_nothing_else(module):
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.Import) or "equipoise" not in ast.unparse(node)
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        room = node.module.split(".")[1] if "." in node.module else ""
        if room in {"monitor", "simulate"}:
            names = SEEN_THROUGH.get(node.module, set())
            assert names is None or {each.name for each in node.names} <= names
        assert room not in {"io", "verbs", "cli"}
        if room == "report" and "monitoring" in node.module:
            assert node.module.rpartition(".")[2].startswith("open_")


def test_the_builder_is_given_no_look():
    hints = typing.get_type_hints(build_open_document)
    assert (hints["opened"], hints["design"]) == (OpenLook, TrialDesign)
    assert set(hints) == {"opened", "design", "software", "progress", "return"}


# --- folders ----------------------------------------------------------------------------------


def test_unmasked_arms_in_the_open_report_are_refused():
    folder, data, as_of = trial("aall1331", 9)
    words = ["monitor", folder, "--data", data, "--as-of", as_of, "--open", "--unmask"]
    done = CliRunner().invoke(app, [*map(str, words)])
    assert done.exit_code == 2
    assert "unmask" in done.stderr

    with pytest.raises(DataError, match="knows no arms"):
        monitor(folder, data, as_of, open_only=True, unmask=True)


def test_events_of_some_arms_are_not_foretold():
    """Of two arms among three, their number would tell who is in them."""
    told = json.loads(opened("three_arms")["open.json"])["open"]
    assert told["forecast"] is None
    assert "would tell who is in them" in told["why_no_forecast"]
    assert all(each["known"] is None for each in told["pooled"]["information"])


@pytest.mark.parametrize("kind", ["closed report", "analysis", "replayed trial"])
@pytest.mark.parametrize("force", [False, True])
def test_the_open_report_never_goes_among_results_by_arm(tmp_path, kind, force):
    (tmp_path / "open").mkdir()
    made = {"format": "equipoise-manifest", "kind": kind}
    (tmp_path / "open" / "manifest.json").write_text(json.dumps(made), encoding="utf-8")
    with pytest.raises(EquipoiseError, match=r"results by arm|holds the report of"):
        check_folders(tmp_path, FORMATS, open_only=True, force=force)


def test_open_and_closed_are_never_one_folder(tmp_path):
    (tmp_path / "closed").mkdir()
    (tmp_path / "open").symlink_to(tmp_path / "closed")
    with pytest.raises(EquipoiseError, match="are one folder"):
        check_folders(tmp_path, FORMATS, force=True)


def test_the_folder_is_a_folder(tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(EquipoiseError, match="is a file, not a folder"):
        check_folders(tmp_path / "out", FORMATS)


def test_data_alone():
    folder, data, as_of = trial("response", 11)
    out = folder.parent / "out"
    monitor(folder, data, as_of, open_only=True, replicates=0, out=out, formats="none")
    assert sorted(read(out)) == ["open/manifest.json", "open/open.json"]
    made = json.loads((out / "open" / "manifest.json").read_text(encoding="utf-8"))
    assert (made["kind"], made["trial"], made["as_of"]) == ("open report", "RESP-1", as_of)
    assert set(made["data"]) == {"pooled_sha256"}
    assert "inputs" not in made
    assert "findings" not in made
