"""The report on one HTML page.

The answer to the question of a study, tables, figures, notes of recordings, the glossary and the methods in words.
"""
