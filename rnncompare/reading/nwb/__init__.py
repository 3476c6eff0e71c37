"""Parts of an NWB file: spikes and rates, tables, events, guesses about them, and checks."""
