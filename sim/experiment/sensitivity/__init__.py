"""Sensitivity analysis: which numbers move an outcome, by Morris screening and Sobol indices."""
