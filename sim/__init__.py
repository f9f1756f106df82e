"""Standoff: a what-if laboratory for a mountain-valley standoff. A teaching model, not a forecast."""

__version__ = "0.1.0"
