"""Folds, held-out fits and scores for many pairings of conditions at once; for similarity measures.

Ridge penalties, and the cache of intermediate results of each side.
"""
