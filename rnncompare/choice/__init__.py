"""The mathematics of choice probability; for probes."""
