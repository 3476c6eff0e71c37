"""The n of a figure: how many networks, units, recordings or pairs its source data hold."""

import pandas as pd


def numbers(data: pd.DataFrame, networks: list[str]) -> str:
    """Return for example 'n = 8 networks of each model', or '' if the source data hold no such number.

    networks: the sources that are networks. A figure whose source data do not say how many networks they summarise
    states its n itself, in `data.attrs["n"]`.
    """
    if "n" in data.attrs:
        return data.attrs["n"]
    source = next((name for name in ("model", "source") if name in data), None)
    counts = _networks(data, source, networks) if source else []
    if counts:
        return said(counts, "network", " of each model")
    if "recordings" in data:
        return said(data["recordings"], "recording", " of each model")
    if "pairs" in data and pd.api.types.is_numeric_dtype(data["pairs"]):
        return said(data["pairs"].dropna(), "pair", " of networks")
    if "unit" in data and data["unit"].notna().any():
        units = [name for name in ("study", source, "seed", "area", "unit") if name in data]
        return said([len(data[data["unit"].notna()].drop_duplicates(units))], "unit")
    return said([data[source].nunique()], "recording") if source else ""


def said(counts: list[float], what: str, of: str = "") -> str:
    """Return 'n = 8 networks', or 'n = 4 to 8 networks' if the counts differ."""
    low, high = int(min(counts)), int(max(counts))
    return f"n = {low if low == high else f'{low} to {high}'} {what}{'' if high == 1 else 's'}{of}"


def _networks(data: pd.DataFrame, source: str, networks: list[str]) -> list[int]:
    """Return the number of networks of each model: their seeds, or else the number that its means summarise."""
    own = data[data[source].isin(networks)]
    if "minus" in own and "seeds" in own:
        return list(own["seeds"].dropna())
    if "seed" in own and own["seed"].notna().any():
        return list(own.dropna(subset="seed").groupby(source)["seed"].nunique())
    if "seeds" in own:
        return list(own.groupby(source)["seeds"].max().dropna())
    return [1] if len(own) else []  # a view of the first network of each model
