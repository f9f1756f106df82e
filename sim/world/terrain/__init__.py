"""The ground: an elevation grid with districts, roads, passes, villages and people on it."""
