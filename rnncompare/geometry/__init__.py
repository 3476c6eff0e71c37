"""Dissimilarities, shapes, kernel matrices, matching of units, demixing; for similarity measures and probes."""
