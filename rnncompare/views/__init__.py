"""Tables that only figures use, one per file."""
