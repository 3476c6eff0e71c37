"""Intervals, p values and their corrections, jackknife errors, silhouettes and distances within and between groups.

Nothing here knows of activities.
"""
