"""Delay embedding, vector fields, trajectories and linear systems; for similarity measures and probes."""
