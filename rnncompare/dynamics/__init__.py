"""Delay embedding, vector fields and trajectories; for similarity measures and probes."""
