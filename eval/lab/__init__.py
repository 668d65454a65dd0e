"""Experiments: grids of settings, fitting the confidence, testing the check, timing."""
