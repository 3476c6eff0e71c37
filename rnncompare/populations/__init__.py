"""Units, areas, trials and windows of an activity; for probes."""
