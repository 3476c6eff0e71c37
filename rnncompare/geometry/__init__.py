"""Dissimilarities, shapes, kernel matrices and matching of units; for similarity measures and probes."""
