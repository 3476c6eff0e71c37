"""The commands for a finished run: verification, archive, and its methods in words."""

from pathlib import Path
from typing import Annotated

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
    from rnncompare.provenance.verification import verify

    found = verify(results)
    if manifest_sha256 is not None and found.manifest_sha256 != manifest_sha256:
        found.faults.append(f"manifest.json: its sha256 is {found.manifest_sha256}, wanted {manifest_sha256}.")
    for sentence in [*found.faults, *found.notes]:
        print(sentence)
    if found.faults:
        raise ValueError(f"{results}: found {len(found.faults)} faults in {found.files} files (see above), wanted none")
    print(
        f"{results}: {found.files} files are what they were made of. sha256 of manifest.json: {found.manifest_sha256}"
    )
