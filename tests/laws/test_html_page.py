"""What every page of ours keeps, whatever the document."""

import re
from collections import Counter
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.report.document import Document, Row, Section, Table
from equipoise.report.html import html
from sample_document import sample_document

VOID = {"meta", "br", "link", "img", "hr", "input"}


class Nesting(HTMLParser):
    """Open and closing tags in balance; text by element."""

    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.references, self.text = [], [], [], []
        self.counted = Counter()
        self.feed(page)
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.note(tag, dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.note(tag, dict(attrs))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def note(self, tag, attributes):
        self.counted[tag] += 1
        if "id" in attributes:
            self.ids.append(attributes["id"])
        for name in ("aria-labelledby", "aria-describedby"):
            self.references += (attributes.get(name) or "").split()
        for name in ("href", "xlink:href"):
            self.references += re.findall(r"^#(.+)", attributes.get(name) or "")
        for value in attributes.values():
            self.references += re.findall(r"url\(#([^)]+)\)", value or "")


class TestEveryAnchorIsUniqueAndEveryReferenceArrives:
    def test_in_the_sample(self):
        page = Nesting(html(sample_document()))
        assert len(page.ids) == len(set(page.ids))
        assert set(page.references) <= set(page.ids)
        assert {"dfs-curve", "forest", "adverse-events", "subgroups"} <= set(page.ids)


class TestTablesAreReadableWithoutSight:
    def test_each_has_a_caption_a_head_and_scoped_headers(self):
        page = html(sample_document())
        counted = Nesting(page).counted
        captions = page.count('<p class="caption"')  # before the box that scrolls, which names it
        assert captions == page.count("<table aria-labelledby=") == counted["table"] == 2
        assert counted["thead"] == 2
        assert len(re.findall(r"<th(?: class| )", page)) == len(re.findall(r"<th scope=", page))
        assert page.count('role="img"') == counted["svg"] == counted["desc"] == 2
        assert '<html lang="en">' in page


class TestNumbering:
    def test_tables_and_figures_count_separately_in_reading_order(self):
        text = "".join(Nesting(html(sample_document())).text)
        places = [text.index(word) for word in ("Table 1", "Figure 1", "Figure 2", "Table 2")]
        assert places == sorted(places)


class TestTheSamePageTwice:
    def test_bytes(self):
        assert html(sample_document()) == html(sample_document())


cell = st.text(max_size=12)


class TestAnyTextIsShownAsText:
    @given(st.lists(st.tuples(cell, cell), min_size=1, max_size=4), cell)
    @settings(deadline=None, max_examples=60)
    def test_markup_stays_in_balance(self, rows, title):
        table = Table("t", title, (title, "x"), tuple(Row(r) for r in rows), (title,), title)
        page = Nesting(
            html(Document(title, title, ((title, title),), (Section("s", title, (table,)),)))
        )
        assert page.counted["tr"] == len(rows) + 1
        assert page.counted["td"] == sum(1 for _, number in rows if number)
