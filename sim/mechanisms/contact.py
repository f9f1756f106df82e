"""Contact: who is near whom, who shows, and the power both sides bring to bear there."""

from __future__ import annotations

from sim.kernels.contact import ContactRates, expose, headcount, measure_power, note_contact, scratch
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.params import Parameter

REACH = Parameter("contact.reach_km", "distance within which groups fight", "km", "float", 1, 6)
DETECT = Parameter(
    "contact.detect", "chance a tick to be found while harassing in open ground by day", "1/tick", "float", 0, 1
)
COVER = Parameter("contact.cover", "share of the detection that fully rugged ground takes away", "share", "float", 0, 1)
DARK = Parameter("contact.dark", "detection by night, and in a storm, against a clear day", "x", "float", 0, 1)
TRACKS = Parameter("contact.tracks", "detection on snow against bare ground", "x", "float", 0.2, 5)
TRACKS_MM = Parameter("contact.tracks_mm", "snow water from which people leave tracks", "mm", "float", 0, 200)
INITIATIVE = Parameter(
    "contact.initiative", "chance a tick that a harassing group in reach strikes", "1/tick", "float", 0, 1
)
FRONTAGE = Parameter(
    "contact.frontage",
    "power of an assaulting side that finds room on a km of open front",
    "power/km",
    "float",
    200,
    6000,
)
FIREPOWER = Parameter(
    "attacker.firepower", "attacker's firepower from captured arms, new and serviceable", "x", "float", 0.5, 3
)
ENABLERS = Parameter(
    "attacker.enablers", "firepower that enablers of the attacker's patron add (disputed)", "x", "float", 1, 1.3
)
DEFENDER_FIRE = Parameter("defender.firepower", "defender's firepower", "x", "float", 0.5, 3)
ARTILLERY = Parameter("attacker.artillery", "what the columns' guns add to their fire", "x", "float", 0, 1.5)
AMMO_FULL = Parameter("contact.ammo_full", "ammunition a person has at full fire", "kg", "float", 1, 30)
HEIGHT = Parameter(
    "contact.height_gain", "gain of a defender 500 m above the river over one beside it", "share", "float", 0, 1
)
PREPARE_DAYS = Parameter("contact.prepare_days", "days in place for a prepared position", "days", "float", 1, 30)
HASTY = Parameter("contact.hasty", "strength of a hasty defence", "x", "float", 1, 1.6)
PREPARED = Parameter("contact.prepared", "strength of a prepared defence", "x", "float", 1, 2)
HUNGER_LOSS = Parameter("contact.hunger_loss", "power lost by a group hungry for five days", "share", "float", 0, 1)
RUGGED_DEFENCE = Parameter("contact.rugged_defence", "strength of defence on fully rugged ground", "x", "float", 1, 2)
PARAMETERS = (
    REACH, DETECT, COVER, DARK, TRACKS, TRACKS_MM, INITIATIVE, FRONTAGE, FIREPOWER, ENABLERS, DEFENDER_FIRE, ARTILLERY,
    AMMO_FULL, HEIGHT, PREPARE_DAYS, HASTY, PREPARED, HUNGER_LOSS, RUGGED_DEFENCE,
)  # fmt: skip


def rates_of(run: Run) -> ContactRates:
    """The kernel's numbers from the scenario."""
    n = run.number
    return ContactRates(
        run.reach_cells(n(REACH)), run.cell_km, n(DETECT), n(COVER), n(DARK), n(TRACKS),
        n(TRACKS_MM), n(INITIATIVE), n(FRONTAGE), n(FIREPOWER) * n(ENABLERS), n(DEFENDER_FIRE),
        n(ARTILLERY), n(AMMO_FULL), n(HEIGHT), n(PREPARE_DAYS), n(HASTY), n(PREPARED), n(HUNGER_LOSS),
    )  # fmt: skip


def bind(run: Run) -> Step:
    """Bind the kernels to the state; people and power by cell are work arrays that last for the tick."""
    s, t, rates, cols = run.state, run.world.tables, tuple(rates_of(run)), run.columns
    work = scratch(len(t.band))
    terrain = 1.0 + (run.number(RUGGED_DEFENCE) - 1.0) * t.rugged
    count = (
        s.side, s.status, s.men, s.cell, s.men_at, s.attackers_at, s.defenders_at, s.dispersed_at, s.post,
        s.counted,
    )  # fmt: skip
    show = (
        s.truce, s.side, s.status, s.order, s.uid, s.men, s.cell, s.men_at, t.rugged, s.sky, s.exposed, work.near,
        work.near_stamp, t.band, s.swe_mm, cols, rates,
    )  # fmt: skip
    measure = (
        s.side, s.status, s.kind, s.order, s.men, s.quality, s.cohesion, s.ammo_kg, s.cell, s.days_in_place,
        s.hungry_days, s.exposed, (t.kmh > 0.0).ravel(), terrain, t.height_m, t.open_share, s.weather_factor,
        s.truck_serviceable, s.arms, work.power_at,
        work.assault_at, s.own_power, s.enemy_power, work.sums, work.sums_stamp, cols, rates,
    )  # fmt: skip

    def step(tick: int) -> None:
        headcount(*count)
        expose(tick, run.key, *show)
        measure_power(tick, *measure)
        note_contact(s.exposed, s.enemy_power, s.engaged)

    return step


MECHANISM = Mechanism(
    name="contact",
    models="people and power within reach; concealment of harassers; frontage; heights; prepared positions",
    source="Dupuy terrain, posture and morale factors (D01, D05, D06, D36); ammunition D51; M38; MODEL: fighting",
    parameters=PARAMETERS,
    reads=names(
        "truce side status kind order uid men quality cohesion ammo_kg cell post days_in_place hungry_days sky swe_mm "
        "weather_factor truck_serviceable arms"
    ),
    writes=names("counted men_at attackers_at defenders_at dispersed_at exposed own_power enemy_power engaged"),
    bind=bind,
)
