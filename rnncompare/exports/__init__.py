"""Exports: an activity as a file that other tools read, one format a file."""
