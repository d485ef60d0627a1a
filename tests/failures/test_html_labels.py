"""bad-059: labels that hold markup, formulas or direction marks are shown, never obeyed."""

import re
from html.parser import HTMLParser

import pytest

from equipoise.errors import EquipoiseError
from equipoise.report.document import Document, Figure, Paragraph, Section
from equipoise.report.html import html
from equipoise.report.inline_svg import inline_svg
from equipoise.report.plain_text import printable
from sample_document import BACKWARDS, FORMULA, SCRIPT, TYPST, sample_document


class Reader(HTMLParser):
    """What a browser would see: elements with attributes, and text."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.text = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def page():
    return html(sample_document())


def test_no_label_becomes_an_element(page):
    read = Reader(page)
    assert "script" not in {tag for tag, _ in read.elements}
    text = "".join(read.text)
    for label in (SCRIPT, FORMULA, TYPST):
        assert label in text


def test_no_attribute_listens_for_an_event(page):
    assert not [a for _, attributes in Reader(page).elements for a in attributes if a[:2] == "on"]


def test_direction_marks_are_made_visible(page):
    assert BACKWARDS not in page
    assert "Placebo⟨U+202E⟩grab" in page


def test_a_spreadsheet_that_opens_the_page_reads_cells_as_text(page):
    assert 'mso-number-format: "\\@"' in page


def test_the_page_reaches_for_nothing_outside(page):
    read = Reader(page)
    for tag, attributes in read.elements:
        for name in ("src", "href", "xlink:href", "srcset", "action", "data", "poster"):
            target = attributes.get(name) or "#"
            assert target.startswith(("#", "data:image/")), f"<{tag} {name}={target!r}>"
    assert not {"link", "script", "iframe", "object", "embed", "base"} & {
        t for t, _ in read.elements
    }
    assert "@import" not in page
    assert not re.findall(r"url\(\s*['\"]?(?!#)", page)


HOSTILE = (
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)" viewBox="0 0 1 1">'
    "<script>alert(1)</script><style>@import 'http://outside/x.css'; *{fill:red} "
    ".a{fill:url(http://outside/y)}</style>"
    '<a href="http://outside"><path d="M0 0"/></a><foreignObject><p>x</p></foreignObject>'
    '<image href="http://outside/z.png"/><rect onclick="alert(2)" style="fill:url(//outside/w)"/>'
    '<use href="javascript:alert(3)"/></svg>'
)


def test_a_drawing_can_neither_run_nor_reach_outside():
    clean = inline_svg(HOSTILE, "f", "Title", "Words")
    for word in ("alert", "outside", "javascript", "import", "foreignObject", "onload", "onclick"):
        assert word not in clean
    assert "#f-drawing *{fill:red}" in clean


def test_what_is_not_a_drawing_is_refused():
    with pytest.raises(EquipoiseError, match="not well-formed"):
        inline_svg("<svg", "f", "", "")
    with pytest.raises(EquipoiseError, match="not an SVG"):
        inline_svg("<html/>", "f", "", "")


def test_the_same_id_twice_is_refused():
    twice = Document("t", "", (), (Section("a", "A", ()), Section("a", "B", (Paragraph("p"),))))
    with pytest.raises(EquipoiseError, match="'a' twice"):
        html(twice)


def test_control_characters_do_not_reach_a_reader():
    assert printable("a\x00b\x1bc\td\n") == "a⟨U+0000⟩b⟨U+001B⟩c\td\n"
    assert printable("Größe ≥ 5 µm, 日本語, العربية, नमस्ते‍") == "Größe ≥ 5 µm, 日本語, العربية, नमस्ते‍"


def test_an_empty_figure_title_still_has_a_description():
    drawing = Figure("f", "", "Words", HOSTILE, b"")
    page = html(Document("t", "", (), (Section("s", "S", (drawing,)),)))
    assert '<desc id="f-desc">Words</desc>' in page
