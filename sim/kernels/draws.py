"""Random numbers as a pure function of (replicate key, process, tick, unit, extra): common random numbers.

Scenarios that differ in one lever share every other draw, whatever else is added, left out or reordered.
Counter-based hash after SplitMix64 (Steele, Lea & Flood 2014, OOPSLA): each word is mixed in by its finaliser.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernels import kernel

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_TO_UNIT = 1.0 / 9007199254740992.0  # 2**-53


@kernel
def mix(word):
    """SplitMix64 finaliser of one uint64."""
    word = (word ^ (word >> _S30)) * _M1
    word = (word ^ (word >> _S27)) * _M2
    return word ^ (word >> _S31)


@kernel
def uniform(key, process, tick, unit, extra):
    """A number in (0, 1) that belongs to these five integers; ``key`` is uint64, the others any integer."""
    word = mix(key + np.uint64(process) * _GAMMA)
    word = mix(word + np.uint64(tick) * _GAMMA)
    word = mix(word + np.uint64(unit) * _GAMMA)
    word = mix(word + np.uint64(extra) * _GAMMA)
    return (float(word >> _S11) + 0.5) * _TO_UNIT


@kernel
def normal(key, process, tick, unit, extra):
    """A standard normal number (Box & Muller 1958) from two uniforms, ``extra`` and ``extra`` + 2**20."""
    u = uniform(key, process, tick, unit, extra)
    v = uniform(key, process, tick, unit, extra + 1048576)
    return math.sqrt(-2.0 * math.log(u)) * math.cos(6.283185307179586 * v)


@kernel
def whole(expected, u):
    """Round an expected count up or down by the uniform ``u`` so that its mean is kept."""
    floor = math.floor(expected)
    return int(floor) + (1 if u < expected - floor else 0)


def replicate_key(seed: int, replicate: int) -> np.uint64:
    """The uint64 key of one replicate; the scenario is not in it, so scenarios share their draws."""
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=(replicate,))
    return np.uint64(sequence.generate_state(1, np.uint64)[0])
