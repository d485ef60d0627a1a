"""A report written by hand: every kind of block, and labels that try to be something else."""

import io
import zlib

import matplotlib as mpl
from matplotlib.figure import Figure as Canvas

from equipoise.report.document import (
    Callout,
    Document,
    Figure,
    Ground,
    Paragraph,
    Row,
    Section,
    Statement,
    Table,
)

SCRIPT = "<script>alert('x')</script>"
FORMULA = "=cmd|' /C calc'!A0"
BACKWARDS = "Placebo\u202egrab"  # a right-to-left override
TYPST = '#panic("x") *bold* _it_ $x^2$ `raw` \\ <label> @cite [b] // comment'
SVG = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="300pt" height="160pt" viewBox="0 0 300 160">'
    "<style>*{stroke-linejoin: round} .grid{stroke: #ddd}</style>"
    '<defs><clipPath id="window"><rect x="30" y="10" width="260" height="120"/></clipPath>'
    '<path id="tick" d="M0 0V6" stroke="black"/></defs>'
    '<g clip-path="url(#window)"><path d="M30 20H90V50H180V90H290" fill="none" '
    'stroke="#0b5c8a" stroke-width="2"/></g><use xlink:href="#tick" x="60" y="130"/></svg>'
)


def png(width: int = 30, height: int = 16) -> bytes:
    """The smallest honest picture: one gray rectangle."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + kind + body + check

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    rows = zlib.compress((b"\x00" + b"\xcc" * width) * height)
    signature = b"\x89PNG\r\n\x1a\n"
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return signature + b"".join(parts)


def drawn() -> tuple[str, bytes]:
    """A curve as matplotlib writes it, in both forms."""
    canvas = Canvas(figsize=(6, 3))
    axes = canvas.subplots()
    axes.step([0, 12, 24, 36, 60], [1.0, 0.9, 0.7, 0.6, 0.5], where="post", label="Combined")
    axes.step([0, 12, 24, 36, 60], [1.0, 0.8, 0.5, 0.45, 0.4], "--", where="post", label="Alone")
    axes.set(xlabel="Months", ylabel="Survival", ylim=(0, 1))
    axes.legend()
    vector_form, bitmap = io.StringIO(), io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "sample"}):  # names that do not change
        canvas.savefig(vector_form, format="svg", metadata={"Date": None})
    canvas.savefig(bitmap, format="png", metadata={"Software": None})
    return vector_form.getvalue(), bitmap.getvalue()


def long_table(rows: int = 70) -> Table:
    """A table that needs more than one page."""
    lines = [Row(("Any event", "101 (32.8)", "190 (62.1)", "262 (87.3)"), strong=True)]
    for number in range(1, rows + 1):
        first = number % 7 == 1
        label = f"Organ class {number // 7 + 1}" if first else f"Term {number}"
        cells = (label, f"{number} ({number / 3.08:.1f})", f"{2 * number} (6.5)", "0")
        lines.append(Row(cells, indent=0 if first else 1, strong=first))
    return Table(
        "adverse-events",
        "Adverse events by system organ class and preferred term",
        ("", "Observation\n(N = 308)", "Levamisole\n(N = 306)", "Combined\n(N = 300)"),
        tuple(lines),
        ("Patients with at least one event (%).",),
        "Adverse events as treated",
    )


def sample_document() -> Document:
    """The whole thing."""
    svg, bitmap = drawn()
    curve = Figure(
        "dfs-curve",
        "Disease-free survival",
        "Kaplan-Meier curves of two arms: combined treatment lies above.",
        svg,
        bitmap,
        ("Numbers at risk are below the axis.",),
        "Disease-free survival, all randomized",
    )
    hazard = Table(
        "dfs-effect",
        "Effect of treatment on disease-free survival",
        ("", "Combined\nv observation", "Levamisole\nv observation"),
        (
            Row(("Hazard ratio",), strong=True),
            Row(("Stratified", "0.61 (0.48-0.77)", "0.97 (0.77-1.22)"), indent=1),
            Row(("P, one-sided", "<0.001", "0.34"), indent=1),
            Row((f"{SCRIPT} {FORMULA}", "=1+1", BACKWARDS)),
            Row((TYPST, "a*b", "#x")),
        ),
        ("Efron ties; Wald interval.", f"Label as given: {SCRIPT}"),
        "Disease-free survival, all randomized",
    )
    return Document(
        f"Adjuvant treatment of colon cancer {SCRIPT}",
        "Levamisole with and without fluorouracil after resection",
        (("Registry", "NCT00000000"), ("Data cut", "1995-06-30"), ("Arms", TYPST)),
        (
            Section(
                "findings",
                "Findings",
                (
                    Callout("Combined treatment prolonged disease-free survival.", "verdict"),
                    Paragraph("Of 929 patients, 315 were observed. " * 6),
                    Statement(
                        f"The printed P does not follow from the rest {SCRIPT}.",
                        "unlikely",
                        "warning",
                        (Ground("z", "-log(HR) / SE", "1.71 to 1.85"), Ground(TYPST, FORMULA)),
                        ("What would settle it: the sidedness of P.",),
                    ),
                    Statement("The arms add up.", "consistent", "sound"),
                ),
            ),
            Section(
                "disease-free-survival",
                "Disease-free survival",
                (Paragraph("The estimand is stated first."), hazard, curve),
                (
                    Section(
                        "subgroups",
                        "Subgroups",
                        (
                            Callout("One subgroup has no events.", "warning"),
                            Figure("forest", "Subgroups", "A forest plot.", SVG, png(), width=0.6),
                        ),
                    ),
                ),
            ),
            Section("safety", "Safety", (Callout("As treated.", "note"), long_table())),
        ),
    )
