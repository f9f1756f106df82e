"""Scenario files: found, read, merged along ``extends``, checked against a schema, frozen, with sources."""

from sim.params import EventKinds
from sim.scenario.editor_schema import json_schema
from sim.scenario.events import Event
from sim.scenario.files import ScenarioInfo, list_scenarios, scenario_folder
from sim.scenario.literals import parse_set
from sim.scenario.loading import load
from sim.scenario.scenario import Provenance, Scenario, differences

__all__ = [
    "Event",
    "EventKinds",
    "Provenance",
    "Scenario",
    "ScenarioInfo",
    "differences",
    "json_schema",
    "list_scenarios",
    "load",
    "parse_set",
    "scenario_folder",
]
