"""Selection of numerical routines, provenance of results, and the code that a result depends on."""
