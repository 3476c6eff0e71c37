"""Steps from rows to tables."""

from pathlib import Path

from rnncompare import activity, plugins
from rnncompare.steps.registry import step
from rnncompare.tabulation import batches, tables


@step
def collect(rows: list[Path], out: Path):
    """Concatenate tables of one kind."""
    tables.write(tables.collect(rows), out)


@step
def join(parts: list[Path], out: Path, by: list = ()):
    """Write the table of all networks of a model from the rows of its batches.

    by: columns by which the rows of a measure are in groups, each of which has rows of all networks.
    """
    tables.write(batches.joined([batches.read(path) for path in parts], by).table(), out)


@step
def summarise(
    similarity: list[Path],
    probes: list[Path],
    draws: list[Path],
    out: Path,
    ceilings: dict,
    baselines: dict,
    corrections: dict,
    seed: int,
    bootstrap: int,
    trained_on: dict = None,
):
    """Write one row for each model and statistic: mean, interval, null, corrected p, ceilings, baseline.

    trained_on: study -> model -> what of the recording it was trained on, in words.
    """
    from rnncompare.tabulation.summary import marked, summarise

    table = summarise(
        tables.collect(similarity),
        tables.collect(probes),
        _draws(draws),
        ceilings=ceilings,
        baselines=baselines,
        corrections=corrections,
        seed=seed,
        bootstrap=bootstrap,
    )
    tables.write(marked(table, trained_on or {}, baselines), out)


@step
def contrast(
    similarity: Path,
    probes: Path,
    draws: list[Path],
    out: Path,
    pairs: dict,
    corrections: dict,
    seed: int,
    bootstrap: int,
    unpaired: dict = None,
):
    """Write differences between models with intervals, paired by seed unless a model shares its seeds with no other.

    unpaired: study -> the models that share their seeds with no other model.
    """
    from rnncompare.tabulation.contrasts import contrast

    rows = tables.collect([similarity, probes])
    how = {"corrections": corrections, "seed": seed, "bootstrap": bootstrap}
    table = contrast(rows, _draws(draws), pairs, unpaired=unpaired or {}, **how)
    tables.write(table if len(table) else tables.collect([]), out)


@step
def animals(contrasts: Path, similarity: Path, out: Path, nearness: Path, groups: dict, others: dict):
    """Write the contrasts of each animal and over animals, and how often networks are as near to one as others are.

    groups: name -> studies, one for each animal; others: study -> its sources that are the group's other animals.
    """
    from rnncompare.tabulation.animals import as_near_as_animals, over_animals

    tables.write(over_animals(tables.read(contrasts), groups), out)
    tables.write(as_near_as_animals(tables.read(similarity), groups, others), nearness)


@step
def within_models(rows: list[Path], similarity: Path, summary: Path, out: Path):
    """Write how similar the networks of each model are to each other, and to the animal."""
    from rnncompare.tabulation.within_models import within_models

    tables.write(within_models(tables.collect(rows), tables.read(similarity), tables.read(summary)), out)


@step
def recovery_table(rows: list[Path], out: Path, pairs: dict, unpaired: dict):
    """Write how often the contrast of two models finds the one whose networks a recording was simulated from.

    pairs: study -> the two models; unpaired: study -> the models that share their seeds with no other model.
    """
    from rnncompare.tabulation.recovery import recovery

    tables.write(recovery(tables.collect(rows), pairs, unpaired=unpaired), out)


@step
def generalisation_table(rows: list[Path], out: Path):
    """Write how similar networks are to the recording in conditions they were not trained on and in the others."""
    from rnncompare.tabulation.generalisation import generalisation

    tables.write(generalisation(tables.collect(rows)), out)


@step
def verdict_table(
    contrasts: Path,
    summary: Path,
    out: Path,
    claims: dict,
    animals: Path = None,
    recovery: Path = None,
    probes: Path = None,
    seed: int = None,
    bootstrap: int = None,
):
    """Write the evidence about the claims of studies: contrasts of their models and controls, and what they favour.

    claims: study -> its contrast, the role of each control, and what it is about (`study.claims`); probes, seed and
    bootstrap are needed for claims about probes.
    """
    from rnncompare.tabulation.claimed_statistics import claimed_statistics
    from rnncompare.verdict.evidence import evidence

    scores, claimed = tables.read(summary), None
    further = [None if path is None else tables.read(path) for path in (animals, recovery)]
    if probes is not None:
        claimed = claimed_statistics(claims, tables.read(probes), scores, seed=seed, bootstrap=bootstrap)
    tables.write(evidence(claims, tables.read(contrasts), scores, *further, claimed), out)


@step
def network_distances(rows: list[Path], mechanisms: list, out: Path):
    """Write the distances between networks by their activity and by the rows of mechanisms.

    mechanisms: a list of [file of mechanisms/, paths of its rows, of models or of batches].
    """
    from rnncompare.tabulation.network_distances import mechanism_distances

    found = [
        mechanism_distances(batches.collect(paths), plugins.find("mechanisms", use).distances)
        for use, paths in mechanisms
    ]
    tables.write(tables.stack([tables.collect(rows), *found]), out)


@step
def universality(distances: Path, out: Path, sets: dict, untrained: dict, draws: dict, seed: int, sharing: dict = None):
    """Write whether networks of one model are nearer to each other than to those of other models.

    sets: study -> set -> trained and untrained -> models; untrained: study -> model -> its untrained model; draws:
    study -> number of permutations; sharing: study -> groups of models whose networks with the same seed share random
    inputs or ancestors.
    """
    from rnncompare.tabulation.universality import universality

    tables.write(universality(tables.read(distances), sets, untrained, draws, seed=seed, sharing=sharing), out)


@step
def size_curves(sizes: dict, training: Path, probes: Path, similarity: Path, out: Path, distances: Path = None):
    """Write what changes with the number of units of condensed networks and of networks trained at each size.

    sizes: study -> parent, family, model and number of units of its models.
    """
    from rnncompare.tabulation.size_curves import size_curves

    found = [tables.read(path) for path in (training, probes, similarity)]
    tables.write(size_curves(sizes, *found, None if distances is None else tables.read(distances)), out)


def _draws(paths: list[Path]) -> dict:
    """(study, model, measure) -> the draws that `compare` wrote."""
    found = {}
    for data in map(activity.read_dataset, paths):
        split = {name: name.split("|", 1) for name in data}
        for measure in {measure for measure, _ in split.values()}:
            own = {name: rest for name, (of, rest) in split.items() if of == measure}
            found[data.attrs["study"], data.attrs["model"], measure] = data[list(own)].rename(own)
    return found
