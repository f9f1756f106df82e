"""Every refusal names the file, the key, the value, what is allowed and what is near."""

from __future__ import annotations

import pytest

from sim.errors import InputError

FIGHTERS = "a whole number from 100 to 200000 fighters"
POSTURES = "one of gate, yield, disperse"
ROAD = '[[events]]\nkind = "close_road"\ndistrict = "a"\ndays = 3\n'


def message(call, *args, **kwargs) -> str:
    with pytest.raises(InputError) as error:
        call(*args, **kwargs)
    return str(error.value)


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("[attacker]\nfighters = 99", ["attacker.fighters = 99 is too low", FIGHTERS]),
        ("[attacker]\nfighters = 300_000", ["attacker.fighters = 300000 is too high", FIGHTERS]),
        ("[attacker]\nfighters = 500.5", ["500.5 is not a whole number", FIGHTERS]),
        ('[attacker]\nfighters = "many"', ['attacker.fighters = "many" is not a number', FIGHTERS]),
        ("[attacker]\nfighters = true", ["true is not a number", FIGHTERS]),
        ("[attacker]\nfighters = [1]", ["[1] is not a number", FIGHTERS]),
        ("[attacker]\nfighters = inf", ["inf is not a finite number", FIGHTERS]),
        ("[attacker]\nshare = nan", ["attacker.share = nan is not a finite number", "0 to 1 share"]),
        (f"[attacker]\nshare = {'9' * 400}", ["attacker.share = 999", "…", "is not a finite number"]),
        ("[defender]\nloyal = 1", ["defender.loyal = 1 is neither true nor false"]),
        ("[defender]\nlabel = 1", ["defender.label = 1 is not a text"]),
        (
            '[defender]\nposture = "yeild"',
            ['posture = "yeild" is not one of the choices', POSTURES, "Did you mean 'yield'?"],
        ),
        ('[run]\nwithout = "cold"', ['run.without = "cold" is not a list', "cold, thirst, talks"]),
        ('[run]\nwithout = ["colt"]', ['run.without = ["colt"]', '"colt"', "Did you mean 'cold'?"]),
        ("[run]\nstart = 1979-12-31", ["run.start = 1979-12-31 is too early", "1980-01-01 to 2035-12-31"]),
        ("[run]\nstart = 2036-01-01", ["run.start = 2036-01-01 is too late"]),
        ('[run]\nstart = "2021-02-30"', ['"2021-02-30" is not a date of the calendar', "like 2021-09-15"]),
        ("[run]\nstart = 2021-09-01T06:00:00", ["is not a date", "like 2021-09-15"]),
        ('[run]\nstart = "none"', ['run.start = "none" is not a date']),
        ("[season]\nwinter_onset = 3", ["season.winter_onset = 3 is not a date", 'or "none"']),
        ("[attacker]\nfightrs = 3", ["attacker.fightrs = 3", "Did you mean 'attacker.fighters'?"]),
        ("[atacker]\nfighters = 3", ["[atacker]: there is no section", "Did you mean 'attacker'?"]),
        ("atacker.fighters = 3", ["[atacker]", "Did you mean 'attacker'?"]),
        ("attacker = 3", ["attacker = 3", "attacker is a section"]),
        ("fighters = 3", ["fighters = 3", "Did you mean 'attacker.fighters'?"]),
        ("reeson = 'x'", ["reeson", "Did you mean 'reason'?"]),
        ("reason = 5", ["reason = 5 is not a text"]),
        ("'attacker.share' = 1\nattacker.share = 1", ["attacker.share = 1 is set a second time"]),
        ("[attacker]\nshare = { source = 'x' }", ["attacker.share", "has no value"]),
        ("[attacker]\nshare = { value = 1, sorce = 'x' }", ["'sorce'", "Did you mean 'source'?"]),
        ("[attacker]\nshare = { value = 1, source = ' ' }", ['source = " "', "not empty"]),
        (
            "[attacker]\nshare = { value = 1, grade = 'mesured' }",
            ['grade = "mesured"', "measured, reported, estimated, assumed", "Did you mean 'measured'?"],
        ),
        ("[attacker]\nshare = { value = 1, grade = [] }", ["attacker.share has grade = []"]),
        ("events = 5", ["events = 5 is not a list", "[[events]]"]),
        ('[[events]]\nkind = "close_rod"', ['event 1: kind = "close_rod"', "Did you mean 'close_road'?"]),
        ("[[events]]\ndate = 2021-10-01", ["event 1: kind is missing", "close_road, leader_leaves"]),
        (ROAD, ["event 1: close_road needs date"]),
        (ROAD + "date = 3", ["event 1: date = 3 is not a date"]),
        (ROAD + "date = 2021-10-01\ndistrct = 'b'", ["takes no distrct", "Did you mean 'district'?"]),
        ("[[events]]\nkind='close_road'\ndate=2021-10-01\ndays=1", ["event 1: close_road needs district"]),
        ("[[events]]\nkind='close_road'\ndate=2021-10-01\ndays=nan\ndistrict='a'", ["days = nan", "simple"]),
        (
            "[[events]]\nkind='leader_leaves'\ndate=2021-10-01\nwho='a'\nconfidence=2",
            ["event 1: confidence = 2 is too high", "0 to 1 share"],
        ),
        (
            ROAD + "date = 2021-08-31",
            ["close_road", "2021-08-31 is before the first day", "2021-09-01 to 2022-03-19"],
        ),
        (ROAD + "date = 2022-03-20", ["2022-03-20 is after the last day"]),
    ],
)
def test_a_delta_is_refused(delta, body, parts):
    told = message(delta, body)
    assert "\n" not in told
    for part in ["delta.toml: ", *parts]:
        assert part in told


def test_several_problems_in_one_message_up_to_ten(delta):
    told = message(delta, "[attacker]\nfighters = 1\nshare = 2\n[defender]\nlabel = 3").splitlines()
    assert told[0].endswith("delta.toml: 3 problems:")
    assert [line.split()[0] for line in told[1:]] == ["attacker.fighters", "attacker.share", "defender.label"]
    many = message(delta, "[attacker]\n" + "\n".join(f"x{i} = 1" for i in range(15))).splitlines()
    assert len(many) == 12
    assert many[-1].strip() == "… and 5 more"


def test_base_needs_everything_sourced(write, load_here, folder):
    text = (folder / "base.toml").read_text(encoding="utf-8")
    write("bare.toml", text.replace('{ value = 0.3, source = "a guess", grade = "assumed" }', "0.3"))
    told = message(load_here, "bare")
    assert "bare.toml: attacker.share = 0.3 has no source and grade; a base" in told
    write("half.toml", text.replace('source = "habit", ', ""))
    assert "run.seed = 1 has no source; a base" in message(load_here, "half")
    write("short.toml", 'title = "Short"')
    told = message(load_here, "short")
    assert "short.toml" in told
    assert "11 missing: run.start, run.days, run.replicates, run.seed, run.without, …" in told


def test_title_is_needed(write, load_here):
    write("plain.toml", 'extends = "base"')
    assert "plain.toml: title is missing" in message(load_here, "plain")
    write("plain.toml", 'extends = "base"\ntitle = 5')
    assert "plain.toml: title = 5 is not a text" in message(load_here, "plain")


def test_unknown_scenario_and_file(load_here, write, tmp_path, monkeypatch):
    write("history/1982-05.toml", 'title = "H"\nextends = "base"')
    assert message(load_here, "bas") == (
        "there is no scenario 'bas'. Did you mean 'base'? 'standoff scenarios list' shows all."
    )
    assert "Did you mean 'history/1982-05'?" in message(load_here, "1982-05")
    assert "there is no scenario ''" in message(load_here, "")
    told = message(load_here, tmp_path / "mine.toml")
    assert f"there is no such file as '{tmp_path / 'mine.toml'}'" in told
    assert "there is no scenario" in message(load_here, "x" * 5000)
    assert "there is no scenario" in message(load_here, "a\0b")
    (tmp_path / "mine.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "Did you mean the file 'mine.toml'?" in message(load_here, "mine")


def test_outside_the_folder_is_no_name(load_here, write, tmp_path):
    (tmp_path / "other.toml").write_text('title = "x"', encoding="utf-8")
    write("sweeps/x.toml", 'title = "x"')
    assert "there is no scenario '../other'" in message(load_here, "../other")
    assert "there is no scenario 'sweeps/x'" in message(load_here, "sweeps/x")


def test_unreadable_files(load_here, write, folder, tmp_path):
    (folder / "binary.toml").write_bytes("title = 'é'".encode("latin-1"))
    assert "binary.toml: is not UTF-8 text (byte 9)" in message(load_here, "binary")
    (tmp_path / "dir.toml").mkdir()
    assert "dir.toml: this is a folder" in message(load_here, tmp_path / "dir.toml")
    broken = write("broken.toml", 'title = "x"\nextends = = "base"')
    assert "broken.toml: is not valid TOML" in message(load_here, "broken")
    assert "line 2, column 11" in message(load_here, "broken")
    broken.write_text('title = "x"\n[attacker', encoding="utf-8")
    assert "line 2, column 10" in message(load_here, "broken")
    broken.write_text("a = " + "[" * 100_000, encoding="utf-8")
    assert "broken.toml: is not valid TOML" in message(load_here, "broken")


def test_byte_order_mark_is_fine(load_here, folder):
    (folder / "bom.toml").write_bytes(b'\xef\xbb\xbftitle = "B"\r\nextends = "base"\r\n')
    assert load_here("bom").title == "B"


def test_extends_missing_circular_or_no_text(load_here, write):
    write("lost.toml", 'title = "L"\nextends = "bse"')
    told = message(load_here, "lost")
    assert "lost.toml: extends = \"bse\": there is no scenario 'bse'. Did you mean 'base'?" in told
    write("lost.toml", 'title = "L"\nextends = "./no.toml"')
    assert "lost.toml: extends = \"./no.toml\": there is no such file as './no.toml'" in message(load_here, "lost")
    write("lost.toml", 'title = "L"\nextends = 5')
    assert "lost.toml: extends = 5 is not the name" in message(load_here, "lost")
    write("a.toml", 'title = "A"\nextends = "b"')
    write("b.toml", 'title = "B"\nextends = "a"')
    told = message(load_here, "a")
    assert 'b.toml: extends = "a" goes round in a circle: a → b → a' in told


def test_the_broken_file_of_a_chain_is_the_one_named(load_here, write):
    write("middle.toml", 'title = "M"\nextends = "base"\nattacker.fighters = 5')
    write("top.toml", 'title = "T"\nextends = "middle"')
    assert "middle.toml: attacker.fighters = 5" in message(load_here, "top")
