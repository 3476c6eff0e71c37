"""The report: tables, figures, notes and the glossary on one HTML page."""
