"""Cold and sickness: non-battle losses every day, worse in the cold and for the hungry; most come back."""

from __future__ import annotations

from sim.kernels.people import sickness
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.params import Parameter

BASE = Parameter("cold.base_rate", "people who fall sick or are injured in a mild day", "1/day", "float", 0, 0.005)
ATTACKER = Parameter(
    "cold.attacker_rate", "attackers injured by cold in a day 20 K below the threshold", "1/day", "float", 0, 0.02
)
DEFENDER = Parameter(
    "cold.defender_rate", "defenders injured by cold in a day 20 K below the threshold", "1/day", "float", 0, 0.02
)
THRESHOLD = Parameter("cold.threshold", "daily mean temperature below which cold injures", "degC", "float", -20, 5)
RETURN = Parameter("cold.return_rate", "share of the sick who return in a day", "1/day", "float", 0.01, 0.5)
DEATHS = Parameter("cold.for_good", "share of the sick who do not come back", "share", "float", 0, 0.5)
PARAMETERS = (BASE, ATTACKER, DEFENDER, THRESHOLD, RETURN, DEATHS)


def bind(run: Run) -> Step:
    """Bind the daily kernel."""
    s, t, n = run.state, run.world.tables, run.number
    arrays = (
        s.uid, s.side, s.status, s.men, s.sick, s.invalided, s.hungry_days, s.cell, t.band, s.temperature_c, n(BASE),
        n(ATTACKER), n(DEFENDER), n(RETURN), n(DEATHS), n(THRESHOLD),
    )  # fmt: skip
    return lambda tick: sickness(tick, run.key, *arrays)


MECHANISM = Mechanism(
    name="cold",
    models="sickness, accidents and cold injury; recovery",
    source="non-battle losses D24 (Dupuy); cold injury D46 (J. Mar. Med. Soc. 2021); ill-equipped rate a judgement",
    parameters=PARAMETERS,
    reads=names("uid side status hungry_days cell temperature_c"),
    writes=names("men sick invalided"),
    bind=bind,
)
