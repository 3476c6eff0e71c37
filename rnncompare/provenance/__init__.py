"""Manifest of a finished run, its verification, and its archive."""
