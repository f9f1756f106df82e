"""The few who decide, as Mesa agents: a commander for each side."""
