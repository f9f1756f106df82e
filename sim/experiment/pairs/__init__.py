"""Paired differences: scenarios compared run by run, and mechanisms left out."""
