"""The benchmark in words."""

from __future__ import annotations

from sim.experiment.bench import Bench


def bench_text(bench: Bench) -> str:
    """Ratios first: milliseconds depend on the machine, the ratios much less."""
    replay = "and they left the same state" if bench.replay_is_exact else "BUT THEY LEFT ANOTHER STATE"
    lines = [
        f"politics to physics     {bench.ratio_politics:8.2f}   time of politics, commanders and recording over the "
        "physical processes",
        f"  commanders as physics {bench.ratio_politics_without_commanders:8.2f}   the same if the commanders count as "
        "physical",
        f"ratio to bare kernels   {bench.ratio_to_kernels:8.2f}   a run without politics and recording over its "
        f"{bench.kernel_calls:,} kernel calls",
        f"                                   in a plain loop ({replay})",
        f"milliseconds per run    {bench.milliseconds_per_run:8.1f}   median of {bench.repeats} warm runs",
        f"  without politics      {bench.milliseconds_physical:8.1f}   and without recording",
        f"  bare kernels          {bench.milliseconds_kernels:8.1f}   of that run",
        f"  setting up            {bench.milliseconds_setup:8.1f}   weather drawn, both sides placed, kernels bound",
        f"store overhead          {bench.store_overhead:8.1%}   time of executor and store over that of "
        f"{bench.batch_runs} runs of {bench.batch_milliseconds:.0f} ms",
        f"parallel efficiency     {bench.parallel_efficiency:8.2f}   those runs in a bare loop over the core time on "
        f"{bench.processes} processes with the store",
        "",
        f"politics: {', '.join(bench.politics)}",
        f"commanders: {', '.join(bench.commanders)}",
        "",
        "share of the steps' time",
    ]
    lines += [f"  {name:<40}{share:6.1%}" for name, share in bench.shares.items()]
    return "\n".join(lines) + "\n"
