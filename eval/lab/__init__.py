"""Experiments: grids of settings, fitting the confidence, comparing runs."""
