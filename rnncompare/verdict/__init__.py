"""The verdict on the claim of a study: its evidence as a table, the rules, and the sentences that state it."""
