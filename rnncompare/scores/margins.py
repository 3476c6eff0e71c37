"""By how much each source is more similar to the recording than the baseline of its study, such as a ring."""

import numpy as np
import pandas as pd

from rnncompare.comparison.shown_intervals import with_shown_intervals
from rnncompare.study.config_keys import Config, Study

KEYS = ["measure", "statistic"]


def margins(
    rows: pd.DataFrame, study: str, config: Config, summary: pd.DataFrame, contrasts: pd.DataFrame
) -> pd.DataFrame:
    """Rows of a study with its margins over the baseline; positive is more similar, also where smaller values are.

    margin: `over_baseline` of summary.csv. margin_low, margin_high, margin_p_corrected: of the contrast with the
    baseline, if the study has one; over networks and conditions where the contrast has that interval
    (`margin_over_conditions`), as in verdicts. animals: the number of studies of a group of animals, this one among
    them, in which the source has the statistic; same_direction: in how many of these the margin has the sign that it
    has here.
    """
    baseline = config.studies[study].baseline
    tested = _contrasts(contrasts, study, config.studies[study])
    group = next((studies for studies in config.animals.values() if study in studies), [study])
    others = summary[summary["study"].isin(group) & (summary["condition_independent"] == "removed")]
    found = [_margin(row, tested) | _over_animals(row, others) for row in rows.to_dict("records")]
    return rows.assign(baseline=baseline, margin=rows["over_baseline"], **pd.DataFrame(found, index=rows.index))


def _contrasts(contrasts: pd.DataFrame, name: str, study: Study) -> dict[tuple, dict]:
    """(model, measure, statistic) -> the contrast with the baseline, without intervals that are not shown."""
    if study.baseline is None or "minus" not in contrasts:
        return {}
    of = contrasts[(contrasts["study"] == name) & (contrasts["minus"] == study.baseline)]
    of = with_shown_intervals(of[of["condition_independent"] == "removed"], study.models)
    return {(row["model"], row["measure"], row["statistic"]): row for row in of.to_dict("records")}


def _margin(row: dict, tested: dict[tuple, dict]) -> dict:
    """The interval and p of the margin; the ends change places where smaller values are more similar."""
    one = tested.get((row["model"], row["measure"], row["statistic"]), {})
    whole = pd.notna(one.get("condition_low", np.nan))
    ends = [one.get(f"condition_{end}" if whole else end, np.nan) for end in ("low", "high")]
    low, high = (-ends[1], -ends[0]) if row["lower_is_better"] else ends
    return {
        "margin_low": low,
        "margin_high": high,
        "margin_over_conditions": bool(whole) if one else np.nan,
        "margin_p_corrected": one.get("p_corrected", np.nan),
    }


def _over_animals(row: dict, others: pd.DataFrame) -> dict:
    """In how many animals the source has the statistic, and in how many of them the margin has the sign of this one."""
    same = others[(others[["model", *KEYS]] == pd.Series(row)[["model", *KEYS]]).all(axis=1)]
    if pd.isna(row["over_baseline"]):
        return {"animals": len(same), "same_direction": np.nan}
    agreeing = np.sign(same["over_baseline"]) == np.sign(row["over_baseline"])
    return {"animals": len(same), "same_direction": int(agreeing.sum())}
