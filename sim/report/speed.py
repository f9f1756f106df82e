"""The benchmark in words."""

from __future__ import annotations

from sim.experiment.bench import Bench


def bench_text(bench: Bench) -> str:
    """Ratio first: milliseconds depend on the machine, the ratio much less."""
    replay = "and they left the same state" if bench.replay_is_exact else "BUT THEY LEFT ANOTHER STATE"
    lines = [
        f"ratio to bare kernels   {bench.ratio_to_kernels:8.2f}   a whole run over its {bench.kernel_calls:,} kernel "
        "calls in a plain loop",
        f"                                   ({replay})",
        f"milliseconds per run    {bench.milliseconds_per_run:8.1f}   median of {bench.repeats} warm runs",
        f"  bare kernels          {bench.milliseconds_kernels:8.1f}",
        f"  setting up            {bench.milliseconds_setup:8.1f}   weather drawn, both sides placed, kernels bound",
        "",
        "share of the steps' time",
    ]
    lines += [f"  {name:<40}{share:6.1%}" for name, share in bench.shares.items()]
    return "\n".join(lines) + "\n"
