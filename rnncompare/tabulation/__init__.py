"""From rows of jobs to tables: digits, summary, contrasts, animals, spread within models.

Distances between networks and what they share, model recovery, generalisation.
"""
