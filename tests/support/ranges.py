"""Whether the numbers in rows are within the bounds on the card of their measure."""

NUMBERS = ("value", "mean", "null_mean", "null_95", "low", "high")
ROUNDING = 1e-9


def beyond(rows, card):
    """(statistic, column, number) of all numbers outside of the bounds of the card."""
    found = []
    for row in rows:
        least, most = card.bounds_of(row["statistic"])
        for column in NUMBERS:
            number = row.get(column)
            if number is None:
                continue
            if (least is not None and number < least - ROUNDING) or (most is not None and number > most + ROUNDING):
                found.append((row["statistic"], column, number))
    return found
