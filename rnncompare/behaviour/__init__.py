"""Choices and reaction times of trials, and curves fitted to them; for probes."""
