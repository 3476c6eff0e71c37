"""The commands for a finished run: verification, archive, and its methods in words."""

from pathlib import Path
from typing import Annotated

from rnncompare.files.atomic import atomic
from rnncompare.steps.registry import command


@command
def verify(
    results: Annotated[Path, "the folder of the results of a run, or an unpacked archive of them"],
    /,
    *,
    manifest_sha256: Annotated[
        str, "the sha256 of manifest.json that was noted or published when the run ended"
    ] = None,
):
    """Verify that every result of a run is what it was made of, and name all that are not.

    The status is 0 if nothing was found, and 1 otherwise.
    """
    from rnncompare.provenance.archive_check import is_archive, verify_archive
    from rnncompare.provenance.verification import verify

    found = verify_archive(results) if is_archive(results) else verify(results)
    if manifest_sha256 is not None and found.manifest_sha256 != manifest_sha256:
        found.faults.append(f"manifest.json: its sha256 is {found.manifest_sha256}, wanted {manifest_sha256}.")
    for sentence in [*found.faults, *found.notes]:
        print(sentence)
    if found.faults:
        raise ValueError(f"{results}: found {len(found.faults)} faults in {found.files} files (see above), wanted none")
    print(f"{results}: {found.files} files are what they were made of.")
    print(f"The sha256 of manifest.json is {found.manifest_sha256}.")


@command
def archive(
    results: Annotated[Path, "the folder of the results of a finished run"],
    out: Annotated[Path, "the zip file to write"],
    /,
    *,
    licence: Annotated[str, "the address of the licence of the results"] = "https://spdx.org/licenses/MIT",
):
    """Write an archive (RO-Crate) of a finished run: tables, figures, report, config, cards and code, no recordings."""
    from rnncompare.provenance.archive import write_archive

    names = write_archive(results, out, licence)
    print(
        f"{out}: {len(names)} files, {out.stat().st_size / 1e6:.1f} MB; its README.md says how to check and repeat it"
    )


@command
def methods(
    config: Annotated[Path, "a config"],
    /,
    *,
    out: Annotated[Path, "write a text file instead of printing"] = None,
):
    """Print the methods of a study in plain sentences, from its config and cards."""
    from rnncompare.report.methods import methods_of
    from rnncompare.study.config import read_config

    text = "\n\n".join(methods_of(read_config(config, deep=False).model_dump()))
    if out is None:
        print(text)
        return
    with atomic(out) as temporary:
        temporary.write_text(f"{text}\n", encoding="utf-8")
