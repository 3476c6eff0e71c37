"""Analyses of how a network computes, one per file: of its map of one step, its task and its activity."""
