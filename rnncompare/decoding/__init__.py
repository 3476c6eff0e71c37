"""Classifiers and regressions with left-out trials; for probes."""
