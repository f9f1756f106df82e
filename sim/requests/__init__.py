"""What may be asked for: scenarios, runs, experiments, stored results, as names and files, not yet as objects."""
