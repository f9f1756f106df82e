"""Many runs: one replicate, ensembles of them, and what they add up to."""
