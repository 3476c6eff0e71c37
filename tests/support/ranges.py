"""Whether rows keep to what their measure's card says their numbers can be."""

NUMBERS = ("value", "mean", "null_mean", "null_95", "low", "high")
ROUNDING = 1e-9


def beyond(rows, card):
    """(statistic, column, number) of all that lies outside of the card's bounds."""
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
