"""Selection of numerical routines, provenance of results, and the code that a result depends on.

The routines are selected before anything else in every job. Times of jobs are recorded as well.
"""
