"""What all similarity measures share: preparation, null distributions, intervals and p values, sweeps.

The pair of both sides, evaluation, resampled units, components needed, ranking, spread within a model, distances
between models, generalisation to held-out conditions, measure cards.
"""
