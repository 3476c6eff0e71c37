"""Folds, held-out fits and scores for many pairings of conditions at once; for similarity measures."""
