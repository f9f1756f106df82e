"""SVG files made fit for a page: nothing that runs, nothing outside, ids of their own, words for screen readers."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

_SVG = "http://www.w3.org/2000/svg"
_DRAWS = {
    f"{{{_SVG}}}{tag}"
    for tag in (
        "svg", "g", "defs", "path", "use", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
        "image", "clipPath", "pattern", "mask", "linearGradient", "radialGradient", "stop", "title", "desc", "symbol",
    )
}  # fmt: skip
_LINK = "{http://www.w3.org/1999/xlink}href"
_OWN = re.compile(r"(?:[\w.]+_\d+)")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_OUTSIDE = re.compile(r"url\((?!#)|@import|javascript:", re.I)
_INSIDE = re.compile(r"url\(#([^)]+)\)")
_FACES = "'DejaVu Sans', Verdana, sans-serif"
_FONT = re.compile(r"font: ([^;']*?\d[\d.]*px)[^;]*")
_FAMILY = re.compile(r"font-family: [^;]*")
_JOINS = "stroke-linejoin: round; stroke-linecap: butt"
"""What matplotlib says of every element by a style sheet, which would reach into the page around."""


def with_words(text: str, mark: str, title: str, description: str) -> str:
    """A cleaned SVG with a title and a description; ids begin with ``mark``."""
    root = _cleaned(text, mark)
    root.set("role", "img")
    root.set("aria-labelledby", f"{mark}-title {mark}-desc")
    for place, (tag, words) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(f"{{{_SVG}}}{tag}", {"id": f"{mark}-{tag}"})
        element.text = words
        element.tail = "\n"
        root.insert(place, element)
    return ET.tostring(root, encoding="unicode") + "\n"


def inlined(text: str, mark: str) -> str:
    """An SVG file's text to stand inside a page: cleaned as ``save_svg`` cleans, all its ids beginning with ``mark``.

    Whatever runs, or refers to something outside, is left out. Raises ValueError for what is no SVG.
    """
    return ET.tostring(_cleaned(text, mark), encoding="unicode")


def _cleaned(text: str, mark: str) -> ET.Element:
    ET.register_namespace("", _SVG)
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise ValueError(str(error)) from None
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError(f"its root is {root.tag}")
    _strip(root)
    _rename(root, mark)
    return root


def _strip(root: ET.Element) -> None:
    """Take out metadata, which names addresses, style sheets, whatever runs, and the names of mere parts."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag not in _DRAWS:
                parent.remove(child)
    root.set("style", _JOINS)
    for element in root.iter():
        for key in [key for key in element.attrib if key.startswith(("on", "{http://www.w3.org/XML"))]:
            del element.attrib[key]
        if _OWN.fullmatch(element.get("id", "")):
            del element.attrib["id"]
        for key in ("d", "x", "y"):
            if key in element.attrib:  # a hundredth of a point is finer than any printer
                element.set(key, " ".join(_LONG.sub(_short, element.attrib[key]).split()))


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _rename(root: ET.Element, mark: str) -> None:
    """Mark every id and every reference to one; letters get faces that readers have."""
    for element in root.iter():
        if "id" in element.attrib:
            element.set("id", f"{mark}-{element.get('id')}")
        link = element.attrib.pop(_LINK, None) or element.attrib.pop("href", "")
        if link.startswith("#"):
            element.set("href", f"#{mark}-{link[1:]}")
        elif link.startswith("data:image/png;"):
            element.set("href", link)
        for key, value in list(element.attrib.items()):
            if key in {"aria-labelledby", "aria-describedby"}:
                element.set(key, " ".join(f"{mark}-{name}" for name in value.split()))
            elif _OUTSIDE.search(value):
                del element.attrib[key]
            else:
                element.set(key, _INSIDE.sub(rf"url(#{mark}-\1)", value))
        style = element.get("style")
        if style and "font" in style:
            style = _FAMILY.sub(f"font-family: {_FACES}", style)
            element.set("style", _FONT.sub(rf"font: \1 {_FACES}", style))
