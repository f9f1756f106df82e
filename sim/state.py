"""Every array that changes during a run: type, unit, shape, owner and meaning, in one list.

A mechanism reads and writes these arrays and nothing else. ``owner`` names the one that sets an array's
meaning; others may change it only if they declare it among their writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sim import codes

I1 = NDArray[np.int8]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]
F8 = NDArray[np.float64]
B1 = NDArray[np.bool_]

COMMODITIES = ("food", "ammunition")
ACCOUNTS = ("initial", "inflow", "used", "lost", "captured_in", "captured_out")
WEATHER_EFFECTS = ("mobility", "attack", "artillery", "air", "casualties")


def array(dtype: str, shape: str, unit: str, owner: str, meaning: str, fill: float = 0) -> Any:
    """Declare one array: ``shape`` names dimensions separated by commas, ``fill`` is its neutral value."""
    return field(
        metadata={
            "dtype": dtype,
            "shape": shape,
            "unit": unit,
            "owner": owner,
            "meaning": meaning,
            "fill": fill,
        }
    )


@dataclass(slots=True)
class State:
    """All that changes. Group arrays have one row a group; rows of a side keep their ``uid`` for ever."""

    # groups: who they are
    uid: I8 = array("i8", "group", "", "setup", "stable number of the group, the unit of its random draws")
    side: I1 = array("i1", "group", "code", "setup", "ATTACKER or DEFENDER")
    kind: I1 = array("i1", "group", "code", "setup", "COLUMN, MOUNTAIN, MILITIA or REGULAR")
    faction: I1 = array("i1", "group", "code", "setup", "faction that an attacker's group belongs to; -1", -1)
    axis: I1 = array("i1", "group", "index", "setup", "axis the group belongs to (attacker); -1", -1)
    home_site: I4 = array("i4", "group", "site", "setup", "where the group comes from and falls back to", -1)
    quality: F8 = array("f8", "group", "x", "setup", "fighting value of one person, 1 = line infantry", 1)
    # groups: people
    status: I1 = array("i1", "group", "code", "cohesion", "ACTIVE, DISPERSED or EMPTY", codes.EMPTY)
    men: I4 = array("i4", "group", "people", "combat", "people with the group, fit")
    sick: I4 = array("i4", "group", "people", "cold", "people of the group who are ill or injured by cold")
    out: I4 = array("i4", "group", "people", "combat", "people killed or badly wounded, cumulative")
    invalided: I4 = array("i4", "group", "people", "cold", "people lost for good to sickness and cold, cumulative")
    gone_home: I4 = array("i4", "group", "people", "cohesion", "people who went home or left, cumulative")
    surrendered: I4 = array("i4", "group", "people", "cohesion", "people who surrendered, cumulative")
    joined: I4 = array("i4", "group", "people", "rally", "people who joined after the start, cumulative")
    men_start: I4 = array("i4", "group", "people", "setup", "people at the start")
    # groups: where and what for
    cell: I4 = array("i4", "group", "cell", "movement", "row * columns + column of the group's cell")
    post: I4 = array("i4", "group", "site", "movement", "nearest site to the group's cell")
    march_h: F8 = array("f8", "group", "h", "movement", "march time already spent towards the next cell")
    order: I1 = array("i1", "group", "code", "commanders", "HOLD, MASS, ASSAULT, GARRISON, SWEEP, …")
    target: I4 = array("i4", "group", "site", "commanders", "site the order points to")
    days_in_place: F8 = array("f8", "group", "days", "movement", "days in the present cell, for preparation")
    fell_back: I4 = array("i4", "group", "times", "commanders", "times the group has fallen back")
    pinned: I4 = array("i4", "group", "ticks", "control", "ticks for which the group does not advance")
    # groups: condition
    withheld: I1 = array("i1", "group", "flag", "factions", "kept back by its faction or drawn away elsewhere")
    cohesion: F8 = array("f8", "group", "0-1", "cohesion", "readiness to act together", 1)
    food_kg: F8 = array("f8", "group", "kg", "supply", "food carried")
    ammo_kg: F8 = array("f8", "group", "kg", "supply", "ammunition carried")
    hungry_days: F8 = array("f8", "group", "days", "supply", "days of food missed lately, fading")
    exposed: I1 = array("i1", "group", "flag", "contact", "seen by or firing on the enemy in this tick")
    engaged: F8 = array("f8", "group", "0-1", "contact", "share of today's ticks in contact")
    own_power: F8 = array("f8", "group", "power", "contact", "friendly power within contact range")
    enemy_power: F8 = array("f8", "group", "power", "contact", "enemy power within contact range")
    lost_recently: F8 = array("f8", "group", "share", "combat", "share lost, fading over ten days")
    road_cut: I1 = array("i1", "group", "flag", "roads", "the road behind the group is cut")
    flank_lost: I1 = array("i1", "group", "flag", "control", "the enemy holds the floor behind the group")
    leader_lost: I1 = array("i1", "group", "flag", "cohesion", "the group has lost its own leader")
    broke_tick: I4 = array("i4", "group", "tick", "cohesion", "tick of the last break; -1 never", -1)
    break_reason: I1 = array("i1", "group", "code", "cohesion", "why it last broke; -1 never", -1)
    # sites
    holder: I1 = array("i1", "site", "code", "control", "who holds the site", codes.NOBODY)
    empty_ticks: I4 = array("i4", "site", "ticks", "control", "ticks for which an attacker's site has stood empty")
    held_since: I4 = array("i4", "site", "tick", "control", "tick since which the holder holds it")
    attackers_at: I4 = array("i4", "site", "people", "contact", "attackers whose nearest site it is")
    defenders_at: I4 = array("i4", "site", "people", "contact", "active defenders whose nearest site it is")
    dispersed_at: I4 = array("i4", "site", "people", "contact", "dispersed defenders around it")
    breaks_at: F8 = array("f8", "site,side", "groups", "cohesion", "groups that broke there lately, fading")
    cache_kg: F8 = array("f8", "site,commodity", "kg", "supply", "defender's stores at the site")
    cut_h: F8 = array("f8", "site", "h", "roads", "hours until the road below the site is repaired; 0 open")
    believed: I1 = array(
        "i1", "side,site", "code", "reports", "who the side's commander believes holds the site", codes.NOBODY
    )
    # cells
    men_at: F8 = array("f8", "side,cell", "people", "contact", "active people by side and cell")
    counted: I4 = array("i4", "slot", "cell", "contact", "number of cells counted in men_at, then those cells")
    # districts
    floor: I1 = array("i1", "district", "code", "control", "who holds the floor; NOBODY contested", codes.NOBODY)
    presence: F8 = array("f8", "district", "share", "control", "side-valley sites where defenders remain")
    residents: F8 = array("f8", "district", "people", "civilians", "civilians living in the district")
    sheltered: F8 = array("f8", "district", "people", "civilians", "displaced who shelter in the district")
    civil_food_kg: F8 = array("f8", "district", "kg", "civilians", "food of the civilians")
    civil_hunger: F8 = array("f8", "district", "0-1", "civilians", "share of the daily ration missed")
    belief_floor: F8 = array(
        "f8", "observer,district", "0-1", "reports", "share of the floor believed to be the attacker's"
    )
    belief_presence: F8 = array(
        "f8", "observer,district", "0-1", "reports", "defender's presence believed in side valleys"
    )
    claim_floor: I1 = array("i1", "side,district", "code", "claims", "who the side says holds the floor", codes.NOBODY)
    claim_day: I4 = array("i4", "side,district", "day", "claims", "day since which it has said so; -1", -1)
    goodwill: F8 = array("f8", "district", "0-1", "communities", "will of the people to stand by the defender", 0.5)
    deal: I1 = array("i1", "district", "flag", "communities", "elders have a local deal with the attacker")
    # valley
    left_valley: F8 = array("f8", "one", "people", "civilians", "civilians who are out of the valley")
    uprooted: F8 = array("f8", "one", "people", "civilians", "civilians who left home, cumulative")
    civil_ledger: F8 = array("f8", "account", "kg", "civilians", "civil food by account, cumulative")
    ledger: F8 = array("f8", "commodity,side,account", "kg", "supply", "kilograms by account, cumulative")
    delivered_kg: F8 = array("f8", "one", "kg", "support", "outside support that reached the defender")
    truck_serviceable: F8 = array("f8", "one", "share", "supply", "share of trucks and captured arms in use", 1)
    # season, today
    sky: I1 = array("i1", "one", "code", "season", "CLEAR, OVERCAST or STORM")
    temperature_c: F8 = array("f8", "band", "degC", "season", "mean temperature today by band", 10)
    swe_mm: F8 = array("f8", "band", "mm", "season", "snow water equivalent by band")
    line_m: F8 = array("f8", "mobility", "m", "season", "elevation above which snow hampers the class", 9000)
    snow_level: I4 = array("i4", "mobility", "index", "season", "path field that fits line_m")
    pass_open: I1 = array("i1", "pass,mode", "flag", "season", "open to vehicles, to pack animals", 1)
    weather_factor: F8 = array("f8", "effect", "x", "season", "mobility, attack, artillery, air, casualties", 1)
    # estimates
    est_people: F8 = array(
        "f8", "side,side", "people", "reports", "people each side believes it and the other can field"
    )
    est_cohesion: F8 = array("f8", "side,side", "0-1", "reports", "cohesion each side believes it and the other has")
    est_win: F8 = array(
        "f8", "observer", "0-1", "reports", "chance given to the attacker to take the valley and keep it"
    )
    est_support: F8 = array("f8", "one", "1/month", "opinion", "chance of outside support that the defender expects")
    est_recognition: F8 = array("f8", "one", "0-1", "opinion", "recognition that the attacker believes to have")
    # standing
    recognition: F8 = array("f8", "one", "0-1", "opinion", "recognition of the attacker abroad")
    legitimacy: F8 = array("f8", "audience", "0-1", "opinion", "the attacker's claim to rule, at home and abroad")
    publicity: F8 = array("f8", "one", "0-1", "opinion", "attention that the valley gets abroad")
    credibility: F8 = array("f8", "side", "0-1", "claims", "how far a side's words are believed")
    trust: F8 = array("f8", "one", "0-1", "opinion", "defender's trust that a promise will be kept")
    blame: F8 = array("f8", "one", "-1 to 1", "talks", "blame for failed talks: above 0 on the attacker")
    bloodshed: F8 = array("f8", "one", "people/day", "opinion", "people lost a day on both sides lately, fading")
    deaths_seen: F8 = array("f8", "one", "people", "opinion", "losses counted so far")
    # attacker's politics
    faction_share: F8 = array("f8", "faction", "share", "factions", "weight in the attacker's council")
    faction_push: F8 = array("f8", "faction", "-1 to 1", "factions", "wish for an assault now")
    faction_commit: F8 = array(
        "f8", "faction", "share", "factions", "share of its own people that a faction commits", 1
    )
    split_until: I4 = array("i4", "faction", "day", "factions", "day until which a faction stands aside; -1", -1)
    fragmentation: F8 = array("f8", "one", "0-1", "factions", "disagreement between the factions")
    pressure: F8 = array("f8", "one", "0-1", "factions", "pressure for a quick end to the last holdout")
    vote: F8 = array("f8", "one", "-1 to 1", "factions", "the council's wish for an assault, weighed by factions")
    committed: F8 = array("f8", "one", "share", "factions", "share of the force that takes part", 1)
    government_day: I4 = array("i4", "one", "day", "factions", "day on which the government was formed; -1 not yet", -1)
    cabinet_hard: F8 = array("f8", "one", "share", "factions", "share of the cabinet that the hardliners hold")
    patron_push: F8 = array("f8", "one", "0-1", "factions", "weight of the attacker's own patron now")
    idle_days: F8 = array("f8", "one", "days", "factions", "days without fighting, fading when it resumes")
    unrest: F8 = array("f8", "one", "provinces", "unrest", "provinces in open unrest elsewhere")
    drawn_away: F8 = array("f8", "one", "share", "unrest", "share of the attackers drawn away by it")
    # defender's politics
    leader: I1 = array("i1", "leader", "code", "leaders", "PRESENT, ABROAD or LOST")
    resolve: F8 = array("f8", "leader", "0-1", "leaders", "will of a leader to fight on")
    cohesion_base: F8 = array("f8", "side", "0-1", "leaders", "cohesion that a side's groups return to", 1)
    heartened: F8 = array("f8", "one", "0-1", "leaders", "cohesion that the political leader's messages have given")
    recruit_factor: F8 = array("f8", "one", "x", "communities", "recruits against the scenario's number", 1)
    defected: F8 = array("f8", "one", "share", "communities", "share of the local militia that made its peace")
    # talks
    talks: I1 = array("i1", "one", "code", "talks", "NO_TALKS, TALKING or TALKS_FAILED")
    offer: F8 = array("f8", "one", "share", "talks", "share of power that the attacker offers")
    settlement: I1 = array("i1", "one", "code", "talks", "agreement in force; NOTHING")
    est_committed: F8 = array("f8", "observer", "share", "reports", "share of the attackers thought to take part", 1)
    truce: I1 = array("i1", "one", "flag", "talks", "the sides hold their fire")
    truce_until: I4 = array("i4", "one", "day", "talks", "last day of the truce; -1", -1)
    terms: F8 = array("f8", "term", "share or days", "talks", "terms of the agreement in force")
    # outside support
    interest: F8 = array("f8", "patron", "0-1", "patrons", "interest of a patron in helping the defender")
    patron: I1 = array("i1", "patron", "code", "patrons", "WATCHING, PLEDGED, DELIVERING or DETERRED")
    patron_since: I4 = array("i4", "patron", "day", "patrons", "day since which it is so")
    sent_kg: F8 = array("f8", "patron", "kg/day", "patrons", "supplies that a patron sends a day")
    airlift_kg: F8 = array("f8", "one", "kg/day", "patrons", "what patrons can fly in on a clear day")
    brought_kg: F8 = array("f8", "channel", "kg", "support", "support that arrived by trade, corridor and air")
    volunteers: F8 = array("f8", "one", "people", "support", "people from abroad who joined, cumulative")
    arms: F8 = array("f8", "one", "x", "support", "defender's firepower with the arms that patrons sent", 1)
    route_open: F8 = array("f8", "one", "share", "events", "share of the corridor's capacity that events leave", 1)
    air_open: F8 = array("f8", "one", "share", "events", "share of the attacker's sorties that events leave", 1)
    # claims
    claimed_losses: F8 = array("f8", "side", "people", "claims", "enemy losses that a side has claimed")
    losses_seen: F8 = array("f8", "side", "people", "claims", "a side's true losses that its enemy has told of so far")
    victory_day: I4 = array("i4", "one", "day", "claims", "day of the last claim to the whole valley; -1 none", -1)
    celebrated: F8 = array("f8", "harm", "people", "claims", "killed and injured by celebrations of false victories")
    # plans
    axis_open: I1 = array("i1", "axis", "flag", "commanders", "the attacker uses this axis", 1)
    phase: I1 = array("i1", "one", "code", "commanders", "phase of the attacker's plan")
    phase_since: I4 = array("i4", "one", "day", "commanders", "day the phase began")
    floor_since: I4 = array("i4", "one", "day", "commanders", "day since which the attacker holds the floor; -1", -1)
    sweep_first: I4 = array("i4", "one", "index", "commanders", "side site with which the present sweep begins")
    posture: I1 = array("i1", "one", "code", "commanders", "posture of the defender's plan")
    ripeness: F8 = array("f8", "one", "x", "commanders", "how ripe the decision to attack is")

    @classmethod
    def new(cls, dims: Mapping[str, int]) -> Self:
        """Allocate every array with its neutral value; ``dims`` gives the length of each dimension."""
        values = {}
        for item in fields(cls):
            meta = item.metadata
            shape = tuple(dims[name] for name in meta["shape"].split(","))
            values[item.name] = np.full(shape, meta["fill"], dtype=meta["dtype"])
        return cls(**values)

    def copy(self) -> Self:
        """A deep copy, for tests and the validating mode."""
        return type(self)(**{item.name: getattr(self, item.name).copy() for item in fields(self)})


FIXED_DIMS = {
    "one": 1,
    "side": 2,
    "commodity": len(COMMODITIES),
    "account": len(ACCOUNTS),
    "mobility": len(codes.MOBILITY_NAMES),
    "mode": 2,
    "effect": len(WEATHER_EFFECTS),
    "observer": len(codes.OBSERVER_NAMES),
    "faction": len(codes.FACTION_NAMES),
    "patron": len(codes.PATRON_NAMES),
    "channel": len(codes.CHANNEL_NAMES),
    "leader": len(codes.LEADER_NAMES),
    "term": len(codes.TERM_NAMES),
    "audience": 2,
    "harm": 2,
}
"""Dimensions that no scenario changes."""
ARRAYS = {item.name: item.metadata for item in fields(State)}
"""Declaration of every array by name."""
