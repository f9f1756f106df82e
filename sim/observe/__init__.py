"""Observers: they read the state once a day and never touch it."""
