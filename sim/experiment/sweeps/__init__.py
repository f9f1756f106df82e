"""Sweeps: what is varied, how it is sampled, when a point has runs enough, and where the outcome tips."""
