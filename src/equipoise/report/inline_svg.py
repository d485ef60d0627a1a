"""Put several drawings into one HTML page without their names, styles or scripts meeting.

An SVG file is a world of its own; inlined, its ids, its style rules and its links belong to
the page.  So every id gets the figure's id in front, every style rule is confined to its
figure, and anything that could run or reach outside (scripts, event handlers, links that are
not `#fragment` or an image's own bytes) is left out.
"""

import re
from xml.etree import ElementTree as ET

from equipoise.errors import EquipoiseError

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
LEFT_OUT = frozenset(
    f"{{{SVG}}}{name}"
    for name in ("script", "metadata", "foreignObject", "title", "desc", "a", "set", "animate")
)
OWN_IMAGE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]*\Z")
REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)['\"]?\s*\)")
OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)[^)]*\)|@import[^;]*;?", re.IGNORECASE)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def inline_svg(svg: str, identifier: str, title: str, description: str) -> str:
    """Return the `<svg>` element with its own names, a title and a description.

    Raises:
        EquipoiseError: If the text is not an SVG drawing.
    """
    try:
        root = ET.fromstring(svg)  # noqa: S314 - drawn by ourselves; expat limits expansion
    except ET.ParseError as problem:
        raise EquipoiseError(
            f"Figure {identifier!r} is not well-formed SVG ({problem}). Draw it again."
        ) from problem
    if root.tag != f"{{{SVG}}}svg":
        raise EquipoiseError(f"Figure {identifier!r} is <{root.tag}>, not an SVG drawing.")
    _prune(root)
    for element in root.iter():
        _own_attributes(element, identifier)
        if element.tag == f"{{{SVG}}}style":
            element.text = _confined(element.text or "", identifier)
    _describe(root, identifier, title, description)
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    return ET.tostring(root, encoding="unicode")


def _prune(element: ET.Element) -> None:
    for child in list(element):
        if child.tag in LEFT_OUT:
            element.remove(child)
        else:
            _prune(child)


def _own_attributes(element: ET.Element, identifier: str) -> None:
    for name, value in list(element.attrib.items()):
        local = name.rpartition("}")[2]
        if local.lower().startswith("on"):
            del element.attrib[name]
        elif local == "href":
            if value.startswith("#"):
                element.set(name, f"#{identifier}-{value[1:]}")
            elif not OWN_IMAGE.match(value):
                del element.attrib[name]
        elif local == "id":
            element.set(name, f"{identifier}-{value}")
        else:
            element.set(name, _own_references(value, identifier))


def _own_references(text: str, identifier: str) -> str:
    return OUTSIDE.sub("", REFERENCE.sub(rf"url(#{identifier}-\1)", text))


def _confined(style: str, identifier: str) -> str:
    return "".join(
        f"{_selectors(selectors, identifier)}{{{_own_references(declarations, identifier)}}}"
        for selectors, declarations in RULE.findall(OUTSIDE.sub("", style))
    )


def _selectors(selectors: str, identifier: str) -> str:
    own = re.sub(r"#([\w-]+)", rf"#{identifier}-\1", selectors)
    return ",".join(f"#{identifier}-drawing {selector.strip()}" for selector in own.split(","))


def _describe(root: ET.Element, identifier: str, title: str, description: str) -> None:
    width, height = root.attrib.pop("width", None), root.attrib.pop("height", None)
    if "viewBox" not in root.attrib and width and height:
        root.set("viewBox", f"0 0 {width.rstrip('ptxem')} {height.rstrip('ptxem')}")
    root.set("id", f"{identifier}-drawing")
    root.set("role", "img")
    root.set("aria-labelledby", f"{identifier}-title {identifier}-desc")
    for position, (name, text) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(f"{{{SVG}}}{name}", {"id": f"{identifier}-{name}"})
        element.text = text
        root.insert(position, element)
