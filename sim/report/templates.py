"""A scenario file to start from."""

from __future__ import annotations

import json
from pathlib import Path

from sim.errors import InputError
from sim.scenario import Scenario

_TEXT = """\
#:schema ./standoff.schema.json
# Written by 'standoff scenarios new'. The line above lets editors complete and check keys, once you have made the
# file it names: standoff scenarios schema > standoff.schema.json
title = {title}
question = "What is different if …?"
reason = "Why these values."
extends = {extends}

# Say only what differs from {extends}. 'standoff assumptions' lists every key with its range.
# A bare value counts as a what-if; a table can give its source:
#
# [season]
# winter_onset = 2021-10-15
#
# [defender]
# fighters = {{ value = {fighters}, source = "where it comes from", grade = "estimated" }}
"""


def write_scenario(path: Path, parent: Scenario, extends: str, title: str) -> Path:
    """Write the template to ``path``; raises InputError rather than overwrite anything."""
    target = path if path.suffix == ".toml" else path.with_name(f"{path.name}.toml")
    text = _TEXT.format(
        title=json.dumps(title or target.stem.replace("-", " ").capitalize(), ensure_ascii=False),
        extends=json.dumps(extends, ensure_ascii=False),
        fighters=parent["defender.fighters"],
    )
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputError(f"{target}: is there already; choose another name") from None
    except OSError as error:
        raise InputError(f"{target}: cannot be written ({error.strerror})") from None
    return target
