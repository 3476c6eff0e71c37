"""Networks, one per file; shared parts have names that begin with an underscore."""
