"""Configs: keys and values, checks before any job, the sources of a study, and the paths of its results.

Also which files of the project a study uses.
"""
