"""Charts as SVG: the same bytes each time, no two ids alike in one page, nothing from outside, words for all."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from folder_cases import chart

from sim.errors import InputError
from sim.report import figures as look
from sim.report.svg import inlined

SVG = "{http://www.w3.org/2000/svg}"


def ids(text: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', text))


def used(text: str) -> set[str]:
    return set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text))


def text_of(folder: Path, name: str, title: str = "A chart") -> str:
    return (folder / chart(folder, name, title)).read_text(encoding="utf-8")


def test_the_same_chart_gives_the_same_bytes(tmp_path: Path) -> None:
    first = text_of(tmp_path, "a.svg")
    assert text_of(tmp_path, "a.svg") == first
    assert not re.search(r"\d{4}-\d\d-\d\d|Matplotlib", first)


@pytest.mark.parametrize(("name", "title"), [("b.svg", "A chart"), ("a.svg", "Another")])
def test_ids_of_two_charts_never_meet(tmp_path: Path, name: str, title: str) -> None:
    one, other = text_of(tmp_path, "a.svg"), text_of(tmp_path, name, title)
    assert len(ids(one)) > 4 and not ids(one) & ids(other)


def test_every_reference_leads_to_an_id(tmp_path: Path) -> None:
    text = text_of(tmp_path, "a.svg")
    assert used(text) and used(text) <= ids(text)


def test_nothing_refers_to_the_outside(tmp_path: Path) -> None:
    text = text_of(tmp_path, "a.svg")
    assert re.findall(r"https?://[^\"\s]*", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<!DOCTYPE|<metadata|<style|<script|@import", text)


def test_a_chart_has_words_for_those_who_do_not_see_it(tmp_path: Path) -> None:
    root = ET.fromstring(text_of(tmp_path, "a.svg", "What & <when>"))
    assert root.get("role") == "img"
    told = {element.get("id"): element.text for element in (root[0], root[1])}
    assert [root[0].tag, root[1].tag] == [f"{SVG}title", f"{SVG}desc"]
    names = (root.get("aria-labelledby") or "").split()
    assert [told[name] for name in names] == ["What & <when>", "Three points & an area"]
    assert any(element.text == "of 100 runs" for element in root.iter(f"{SVG}text"))  # text, not drawn letters


def test_putting_it_into_a_page_marks_the_ids_again(tmp_path: Path) -> None:
    text = inlined(text_of(tmp_path, "a.svg"), "f1")
    assert all(name.startswith("f1-") for name in ids(text))
    assert used(text) <= ids(text)
    labels = re.search(r'aria-labelledby="([^"]+)"', text)
    assert labels and set(labels[1].split()) <= ids(text)


def test_what_runs_or_reaches_out_is_left_out() -> None:
    bad = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="alert(1)">
    <script>alert(2)</script><style>@import url(http://a.example/x.css);</style>
    <foreignObject><p>words</p></foreignObject><animate attributeName="href" to="javascript:alert(3)"/>
    <image href="http://a.example/x.png"/><image xlink:href="data:image/png;base64,AAAA"/>
    <a href="javascript:alert(4)"><text>link</text></a><use href="http://a.example/x.svg#p"/>
    <rect fill="url(http://a.example/#p)" onclick="alert(5)" style="background: url('http://a.example/y')"/>
    <rect fill="url(#p)" width="3"/></svg>"""
    text = inlined(bad, "f1")
    assert not re.search(r"alert|script|example|foreign|animate|<style", text)
    assert 'href="data:image/png;base64,AAAA"' in text
    assert 'fill="url(#f1-p)" width="3"' in text


@pytest.mark.parametrize("text", ["", "not <xml", "<html><body/></html>", "<svg/>"])
def test_what_is_no_svg_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        inlined(text, "f1")


def test_a_chart_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot be written"):
        look.save_svg(look.new_figure(), tmp_path / "file" / "a.svg", title="A", description="B")
