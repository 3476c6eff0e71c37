"""Intervals, p values and their corrections, which all tables use."""
