"""What a sample is too small to claim, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.experiment.sensitivity.morris import Morris
from sim.experiment.sensitivity.sobol import Sobol

FEW_TRAJECTORIES, FEW_SAMPLES, FEW_RUNS = 10, 64, 2
SOME_TROUBLE, MUCH_TROUBLE = 0.05, 0.20
"""Shares of points with a failed or refused run above which there is a warning, and no indices."""
SETTLED = 0.90
"""A number belongs to the first five if it is among them in so many resamples."""
WIDE = 0.1
"""Half width of a Sobol index's interval above which the sample does not tell the index."""
SLACK = 0.05
"""By so much S1 may be above ST before it is told."""
RARE = 10
TOP = 5


def of_the_sample(method: str, size: int, replicates: int, trouble: float) -> list[str]:
    """What can be said of a sample before looking at any outcome. ``size``: trajectories or samples."""
    told = []
    if method == "morris" and size < FEW_TRAJECTORIES:
        told.append(f"{size} trajectories are few: take at least {FEW_TRAJECTORIES} before you rely on a ranking")
    if method == "sobol" and size < FEW_SAMPLES:
        told.append(f"{size} samples are few: take at least {FEW_SAMPLES} before you rely on an index")
    if method == "sobol" and size & (size - 1):
        told.append(f"{size} samples are no power of two, which the even spread of a Sobol design needs")
    if replicates < FEW_RUNS:
        told.append("one run a point hardly tells an effect from luck: take at least two (-n)")
    if trouble > MUCH_TROUBLE:
        told.append(
            f"{100 * trouble:.0f} % of the points have failed or refused runs: too many, so no indices are given"
        )
    elif trouble > SOME_TROUBLE:
        told.append(f"{100 * trouble:.0f} % of the points have failed or refused runs, which count as without effect")
    return told


def of_the_outcome(name: str, found: Morris | Sobol, keys: Sequence[str], runs: int) -> list[str]:
    """What the sample is too small to claim of one outcome. ``keys`` of the factors, ``runs`` in all."""
    told = [*_rare(name, found, runs), *unsettled(name, found, keys)]
    if isinstance(found, Sobol):
        told += _sobol(name, found, keys)
    return told


def uncertain(found: Sobol, i: int) -> bool:
    """Whether the sample does not tell the indices of factor ``i``: intervals that are wide, or not there."""
    return not (found.s1_conf[i] <= WIDE and found.st_conf[i] <= WIDE)


def unsettled(name: str, found: Morris | Sobol, keys: Sequence[str]) -> list[str]:
    """Whether the first five are the first five, whatever part of the sample is looked at."""
    if len(keys) <= TOP:
        return []
    first = [i for i in np.argsort(-found.measure, kind="stable")[:TOP] if found.measure[i] > 0]
    shaky = [i for i in first if found.in_top[i] < SETTLED]
    if not shaky:
        return []
    who = ", ".join(f"{keys[i]} is among them in {100 * found.in_top[i]:.0f} %" for i in shaky)
    return [f"{name}: ranking among the first {TOP} is not settled: of samples drawn again, {who}"]


def _rare(name: str, found: Morris | Sobol, runs: int) -> list[str]:
    if found.rare >= RARE:
        return []
    told = "1 run differs" if found.rare == 1 else f"{found.rare} runs differ"
    return [f"{name}: only {told} from all the others, of {runs:,}: its indices rest on them"]


def _sobol(name: str, found: Sobol, keys: Sequence[str]) -> list[str]:
    told = []
    first = np.argsort(-found.st, kind="stable")[:TOP]
    wide = [i for i in first if uncertain(found, int(i))]
    if wide:
        worst = np.nanmax([*found.s1_conf[wide], *found.st_conf[wide], WIDE])
        who = ", ".join(keys[i] for i in wide)
        told.append(f"{name}: indices of {who} are uncertain by up to ±{worst:.2f}: take more samples")
    above = [keys[i] for i in range(len(keys)) if found.st[i] > 1 or found.s1[i] > max(found.st[i], 0) + SLACK]
    if above:
        told.append(
            f"{name}: indices of {', '.join(above)} cannot be (ST above 1, or S1 above ST): the sample is too small"
        )
    below = [i for i in range(len(keys)) if found.s1[i] < -found.s1_conf[i]]
    if below:
        told.append(f"{name}: S1 of {', '.join(keys[i] for i in below)} is below 0 by more than its interval")
    total, slack = found.s1.sum(), float(np.sqrt((found.s1_conf**2).sum()))
    if total - slack > 1.05:
        told.append(f"{name}: the S1 add up to {total:.2f}, above 1 by more than their intervals")
    if found.luck > 0.5:
        share = f"{100 * found.luck:.0f} %"
        told.append(f"{name}: {share} of the variance between points is luck: take more runs a point (-n)")
    return told
