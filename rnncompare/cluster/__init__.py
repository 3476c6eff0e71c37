"""What a run must know of a cluster: jobs of an earlier run that still write, and why jobs failed."""
