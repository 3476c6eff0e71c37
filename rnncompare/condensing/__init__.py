"""Condensing of networks: which pairs of units are merged, and what merging does to weights."""
