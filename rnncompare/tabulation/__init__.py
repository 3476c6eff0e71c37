"""From rows of jobs to tables: digits, summary, contrasts, animals, spread within models."""
