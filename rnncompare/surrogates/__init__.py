"""Surrogate data for null distributions, one kind per file."""
