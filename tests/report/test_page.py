"""The page of an output folder: whole in one file, safe, readable by everyone, and nothing but what the folder says."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from folder_cases import changed, folder_of, scenario

from sim.errors import InputError
from sim.report import page as pages
from sim.report.manifest import KINDS
from sim.report.page import page, write_report

VOID = {"meta", "link", "br", "wbr"}
EVIL = "<script>alert(1)</script><img src=http://a.example/x onerror=alert(2)>\"'&"


class Page(HTMLParser):
    """What a browser would see of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.headings: list[tuple[int, str]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, key, value or "") for key, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, key, value or "") for key, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)
        if self.open and re.fullmatch("h[1-6]", self.open[-1]):
            level, words = self.headings[-1]
            self.headings[-1] = (level, words + data)

    def all(self, key: str) -> list[str]:
        return [value for _, name, value in self.attributes if name == key]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_a_page_asks_nothing_of_the_outside(tmp_path: Path) -> None:
    text = page(folder_of(tmp_path))
    found = Page(text)
    assert not {"script", "iframe", "object", "embed", "form", "base", "img"} & set(found.tags)
    for key in ("src", "href", "xlink:href", "action", "data", "srcset"):
        assert [value for value in found.all(key) if not value.startswith(("#", "data:"))] == []
    assert not [name for _, name, _ in found.attributes if name.startswith("on")]
    assert not re.search(r"@import|url\((?!#)|javascript:", text)
    assert set(re.findall(r"https?://[^\"\s<)]*", text)) == {"http://www.w3.org/2000/svg"}  # a name, not an address
    (policy,) = [value for tag, key, value in found.attributes if key == "content" and "src" in value]
    assert "default-src 'none'" in policy and "script" not in policy and "http" not in policy


def test_every_chart_is_inside_and_no_id_is_there_twice(tmp_path: Path) -> None:
    text = page(folder_of(tmp_path))
    found = Page(text)
    assert found.tags.count("svg") == found.tags.count("figure") == found.tags.count("figcaption") == 2
    ids = found.all("id")
    assert len(ids) == len(set(ids))
    wanted = set(re.findall(r"url\(#([^)]+)\)", text)) | {v[1:] for v in found.all("href") if v.startswith("#")}
    wanted |= {name for value in found.all("aria-labelledby") for name in value.split()}
    assert wanted and wanted <= set(ids)


def test_headings_go_down_step_by_step(tmp_path: Path) -> None:
    levels = [level for level, _ in Page(page(folder_of(tmp_path))).headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_answer_stands_before_the_charts(tmp_path: Path) -> None:
    text = page(folder_of(tmp_path))
    order = ["not a forecast", "<h1>", "What if?", "The floor falls in 40", "<svg", "What it shows", "long.csv"]
    order += ["people at the start", "Losses are people.", "abc1234", "standoff compare gone other"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert text.count("A teaching model, not a forecast") == 2 and text.rindex("not a forecast") > places[-1]
    assert '<html lang="en">' in text


def test_the_page_tells_all_that_is_needed_to_judge_and_repeat_it(tmp_path: Path) -> None:
    text = Page(page(folder_of(tmp_path, "compare"))).text
    for part in (
        "80 made, 0 failed", "40 asked for of each scenario or point", "mmmm", "abc1234", "some system", "2026-01-02",
        "attacker.fighters", "1000", "400", "people", "a what-if", "assumed", "2021-09-01 rain", "And then?",
        "against gone", "95 times in 100", "0000000000000000",
    ):  # fmt: skip
        assert part in text


def test_texts_from_files_stay_texts(tmp_path: Path) -> None:
    bad = scenario(EVIL, title=EVIL, question=EVIL, reason=EVIL, events=[EVIL], extends=[EVIL])
    bad["changed"] = [dict.fromkeys(bad["changed"][0], EVIL)]
    folder_of(tmp_path)
    figures = [{"file": "one.svg", "title": EVIL, "text": EVIL}]
    (tmp_path / "one.csv").write_text('"{0}"\n"{0}"\n'.format(EVIL.replace('"', '""')))
    (tmp_path / "summary.json").write_text(json.dumps({"failed": [{"replicate": EVIL, "error": EVIL}]}))
    tables = [{"file": "one.csv", "title": EVIL}]
    texts: dict[str, Any] = dict.fromkeys(("title", "sentence", "model", "git", "platform", "made", "standoff"), EVIL)
    settings = {EVIL: EVIL, "command": [EVIL]}
    changed(tmp_path, **texts, scenarios=[bad], figures=figures, tables=tables, settings=settings, failed=1)
    changed(tmp_path, limits=[EVIL])
    text = page(tmp_path)
    assert "<script" not in text and "<img" not in text
    assert not {"script", "img"} & set(Page(text).tags)
    assert Page(text).text.count("alert(1)") > 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_every_kind(tmp_path: Path, kind: str) -> None:
    text = Page(page(folder_of(tmp_path, kind))).text
    assert pages.KINDS[kind] in text and "The floor falls in 40 of 100 runs." in text


def test_an_empty_answer_still_has_a_page(tmp_path: Path) -> None:
    folder_of(tmp_path, figures=[], tables=[], settings={}, limits=[], scenarios=[scenario(changed=[], events=[])])
    text = Page(page(tmp_path)).text
    assert "No assumption differs from its base." in text
    assert "standoff run gone -n 40 --seed 7" in text


def test_the_same_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    folder_of(tmp_path / "a")
    (tmp_path / "a").rename(tmp_path / "b")
    assert write_report(tmp_path / "b") == tmp_path / "b" / "report.html"
    first = (tmp_path / "b" / "report.html").read_bytes()
    write_report(tmp_path / "b", tmp_path / "deep" / "other.html")
    assert (tmp_path / "deep" / "other.html").read_bytes() == first


# --- tables


def test_long_tables_are_cut_and_say_so(tmp_path: Path) -> None:
    found = pages.read_table(folder_of(tmp_path) / "long.csv", "long.csv", "Every run")
    assert (len(found.rows), len(found.head)) == (30, 12)
    assert found.rows[-1][:2] == ("row 29", "29")
    assert found.note == "Shown: the first 30 of 40 rows and the first 12 of 14 columns. All are in long.csv."
    assert found.numeric == (False, *[True] * 11)


def test_long_courses_are_thinned_out_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("day,held\n" + "".join(f"{day},0.5\n" for day in range(100)))
    found = pages.read_table(path, "days.csv", "Days")
    assert [row[0] for row in found.rows] == [str(day) for day in range(0, 100, 4)]
    assert found.note == "Shown: every 4th of 100 rows. All are in days.csv."


def test_numbers_are_short_and_gaps_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,whole,number,mixed\nrun 1,1234567,1234.567,0.123456\n,3,0.000123456,n/a\nx,,-2.5e-7,0.1\ny\n")
    found = pages.read_table(path, "a.csv", "A")
    assert found.numeric == (False, True, True, False)
    assert found.rows[0] == ("run 1", "1234567", "1,235", "0.123456")
    assert found.rows[1] == ("–", "3", "0.0001235", "n/a")
    assert found.rows[2] == ("x", "–", "-2.5e-07", "0.1")
    assert found.rows[3] == ("y", "–", "–", "–")


def test_the_numbers_of_a_chart_stand_under_it(tmp_path: Path) -> None:
    text = page(folder_of(tmp_path))
    (inside,) = re.findall(r"<details>\s*<summary>Its numbers.*?</details>", text, re.S)
    assert "one.csv" in inside and "12.35" in inside
    assert text.count("one.csv") == 1  # not again among the tables
    assert re.search(r"@media print.*details::details-content \{[^}]*visible", text, re.S)


def test_long_settings_are_cut_and_say_so() -> None:
    told = dict(pages.asked({"varied": {f"key.{i}": [0, i] for i in range(100)}, "until_half": True, "none": None}))
    assert list(told) == ["varied", "until half"] and told["until half"] == "yes"
    assert told["varied"].startswith("key.0 = 0, 0; key.1 = 0, 1")
    assert told["varied"].endswith("… (all in manifest.json)") and len(told["varied"]) < 440


def test_an_own_question_comes_before_those_of_the_scenarios(tmp_path: Path) -> None:
    folder_of(tmp_path)
    changed(tmp_path, settings={"question": "Where does it tip?"})
    text = page(tmp_path)
    assert re.findall(r'class="question">([^<]*)<', text) == ["Where does it tip?"]


def test_a_table_for_programs_is_named_and_not_shown(tmp_path: Path) -> None:
    folder_of(tmp_path, tables=[{"file": "long.csv", "title": "Every run", "shown": False}])
    text = page(tmp_path)
    assert "row 29" not in text and "Only in the folder long.csv : Every run" in Page(text).text
    assert 'href="#tables"' not in text  # nothing of a chart is below


def test_a_chart_points_to_its_numbers_only_where_they_are(tmp_path: Path) -> None:
    figure = {"file": "two.svg", "title": "Chart two", "text": "What it shows"}
    folder_of(tmp_path, figures=[figure])
    assert "are among the" not in Page(page(tmp_path)).text
    changed(tmp_path, figures=[figure | {"table": "long.csv"}])
    assert "Its numbers are among the tables below." in Page(page(tmp_path)).text
    changed(tmp_path, tables=[{"file": "long.csv", "title": "Every run", "shown": False}])
    assert "are among the" not in Page(page(tmp_path)).text


def test_warnings_are_a_list_right_below_the_sentence(tmp_path: Path) -> None:
    assert 'class="warnings"' not in page(folder_of(tmp_path))
    changed(tmp_path, warnings=["2 samples are few", "a <b> is rare"])
    text = page(tmp_path)
    (inside,) = re.findall(r'<div class="warnings".*?</div>', text, re.S)
    assert re.findall("<li>(.*)</li>", inside) == ["2 samples are few", "a &lt;b&gt; is rare"]
    assert text.index("The floor falls in 40") < text.index(inside) < text.index("80 runs") < text.index("<svg")


def test_what_repeats_it_is_never_empty(tmp_path: Path) -> None:
    folder_of(tmp_path, "sweep", settings={"command": ""})
    assert "To repeat it" not in page(tmp_path) and "<pre" not in page(tmp_path)
    changed(tmp_path, settings={"command": ["", "standoff sweep a"], "spec": 'title = "<A>"\n[vary]\n'})
    text = page(tmp_path)
    assert re.findall(r"<pre[^>]*><code>([^<]*)</code></pre>", text) == [
        "title = &#34;&lt;A&gt;&#34;\n[vary]",
        "standoff sweep a",
    ]
    assert text.index("<h3>The sweep file</h3>") < text.index("<h3>To repeat it</h3>")
    assert "<dt>spec</dt>" not in text


def test_a_chart_that_scrolls_on_a_narrow_screen_says_so_but_not_on_paper() -> None:
    style = (Path(pages.__file__).parent / "page.css").read_text()
    assert re.search(r'@media screen and \(max-width: 40rem\) \{\s*\.card::before \{ content: "Scroll sideways', style)
    assert style.count("Scroll sideways") == 1


# --- failures and what is broken


def test_failed_runs_are_told_with_their_errors(tmp_path: Path) -> None:
    folder_of(tmp_path, failed=3)
    errors = [{"replicate": n, "error": error} for n, error in ((4, "A: x"), (6, "B: y"), (9, "A: x"))]
    (tmp_path / "summary.json").write_text(json.dumps({"failed": errors}))
    assert "80 runs, 3 of them failed" in Page(page(tmp_path)).text
    found = pages.failures(tmp_path, {"failed": 3, "tables": []})
    assert found == [pages.Failure("A: x", 2, "4"), pages.Failure("B: y", 1, "6")]


def test_errors_of_every_scenario_are_found_and_no_more_than_ten_shown(tmp_path: Path) -> None:
    folder_of(tmp_path, "compare", failed=12)
    errors = [{"replicate": n, "error": f"E{n}: x"} for n in range(11)]
    both = {"baseline": {"scenario": "a", "failed": errors}, "alternatives": [{"name": "b", "failed": errors[:1]}]}
    (tmp_path / "summary.json").write_text(json.dumps(both))
    found = pages.failures(tmp_path, {"failed": 12, "tables": []})
    assert found[:2] == [pages.Failure("E0: x", 2, "a 0"), pages.Failure("E1: x", 1, "a 1")] and len(found) == 11
    text = Page(page(tmp_path)).text
    assert "E9: x" in text and "E10: x" not in text and "Shown: the first 10 of 11 errors." in text


@pytest.mark.parametrize(("kind", "place"), [("sweep", "in the folder runs"), ("compare", "in summary.json")])
def test_where_errors_are_that_the_page_has_not_found(tmp_path: Path, kind: str, place: str) -> None:
    text = Page(page(folder_of(tmp_path, kind, failed=2))).text
    assert f"2 runs failed; none of them is in any number above. Their errors are {place}" in text


def test_errors_are_found_in_tables_where_the_summary_has_none(tmp_path: Path) -> None:
    folder_of(tmp_path, failed=1)
    (tmp_path / "summary.json").write_text('{"failed": 1}')
    (tmp_path / "long.csv").write_text("scenario,replicate,error\na,0,\na,1,A: x\n")
    assert pages.failures(tmp_path, {"failed": 1, "tables": [{"file": "long.csv"}]}) == [
        pages.Failure("A: x", 1, "a 1")
    ]
    (tmp_path / "long.csv").write_text("")
    assert (
        "1 run failed; none of them is in any number above. Their errors are in the results store"
        in Page(page(tmp_path)).text
    )


@pytest.mark.parametrize("name", ["one.svg", "one.csv"])
def test_broken_files_are_refused(tmp_path: Path, name: str) -> None:
    (folder_of(tmp_path) / name).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=f"{name}: is no {name[4:].upper()} file"):
        write_report(tmp_path)
    assert not (tmp_path / "report.html").exists()


# --- access


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_is_enough_in_light_dark_and_print() -> None:
    style = (Path(pages.__file__).parent / "page.css").read_text()
    schemes = [dict(re.findall(r"--(\w+): (#\w{6})", line)) for line in re.findall(r":root \{(.*)\}", style)]
    assert len(schemes) == 3
    for scheme in schemes:
        for ink in ("ink", "soft", "mark"):
            for ground in ("paper", "wash"):
                light, dark = sorted((luminance(scheme[ink]), luminance(scheme[ground])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (scheme, ink, ground)
    assert len(re.findall(r"color: #\w+", style)) == 1  # elsewhere only the checked ones: a chart's white card


def test_what_scrolls_can_be_reached_by_keyboard(tmp_path: Path) -> None:
    text = page(folder_of(tmp_path))
    boxes = re.findall(r'<div class="(?:scroll|card)"[^>]*>', text)
    assert len(boxes) >= 5
    assert all('tabindex="0"' in box and "aria-label=" in box for box in boxes)
    found = Page(text)
    assert found.tags.count("table") == found.tags.count("caption") > 2
    assert found.all("scope") == ["col"] * found.tags.count("th")
