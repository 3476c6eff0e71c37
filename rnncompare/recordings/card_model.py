"""What a card may say: its keys, their kinds and ranges."""

from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, field_validator, model_validator

from rnncompare.files import address
from rnncompare.files.labels import fault
from rnncompare.options.ranges import Bytes, Number, Seconds
from rnncompare.recordings import sessions

Label = Annotated[str, StringConstraints(strip_whitespace=False)]  # as the file has it


class Part(BaseModel):
    """A piece of a card; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class File(Part):
    """One file: a download (`url` null where each user brings the file), or one that a simulator makes.

    sha256 and bytes: what a file is held to, wherever it was found. Both may be null, written out, where each user
    brings a file of their own; then nothing is checked. session: which of several it is of; instead, the files that
    users bring may have {names} in theirs, such as 'sub-{animal}_ses-{session}.nwb', each for anything but a slash.
    """

    file: str
    session: str | None = Field(None, min_length=1)
    url: str | None = None
    sha256: str | None = Field(None, pattern="^[0-9a-f]{64}$")
    bytes: Bytes | None = None
    made_by: dict[str, Any] | None = None

    @field_validator("file")
    @classmethod
    def stays_in_its_folder(cls, file: str) -> str:
        pieces = PurePosixPath(file).parts
        if not pieces or file != "/".join(pieces) or {"..", "/"} & set(pieces) or any(c in file for c in "\\:\0"):
            raise ValueError(f"found '{file}', wanted a plain relative name such as 'session.nwb'")
        return file

    @field_validator("url")
    @classmethod
    def is_of_the_web(cls, url: str | None) -> str | None:
        if url is None:
            return url
        kept, secret = address.without_secrets(url)
        if not url.lower().startswith(("https://", "http://")):
            raise ValueError(f"found '{address.redacted(url)}', wanted an address that begins with https:// or http://")
        if secret:
            raise ValueError(
                f"found {kept} with {secret}, which looks like a secret, wanted the address without: cards are shown "
                f"and shared; to download from it, {address.ADVICE}"
            )
        return url

    @model_validator(mode="after")
    def is_one_or_many(self) -> "File":
        names = sessions.wildcards(self.file)
        if len(set(names)) < len(names):
            raise ValueError(f"found '{self.file}', wanted each {{name}} once")
        if set(self.file) & set("{}") and not names:
            raise ValueError(f"found '{self.file}', wanted {{names}} of letters, digits and underscores, or no braces")
        if names and (self.url or self.sha256 or self.made_by or self.session):
            raise ValueError(
                f"found '{self.file}' beside url, sha256, made_by or session, wanted those of one file, or {{names}} "
                "for many that nothing is known of"
            )
        return self

    @property
    def of_a_session(self) -> bool:
        """Whether there may be several of its kind, each of another session."""
        return self.session is not None or bool(sessions.wildcards(self.file))

    @model_validator(mode="after")
    def comes_from_one_place(self) -> "File":
        if self.made_by is not None and (self.url or self.sha256 or self.bytes):
            raise ValueError("found made_by beside url, sha256 or bytes, wanted one or the other")
        if self.made_by is None and (self.sha256 is None or self.bytes is None):
            self._may_be_anything()
        if self.made_by is not None and "use" not in self.made_by:
            raise ValueError("found made_by without 'use', wanted the name of a simulator")
        return self

    def _may_be_anything(self) -> None:
        """Raise ValueError unless the card says that it has no checksum, and that nothing is downloaded."""
        written = {"sha256", "bytes"} <= self.model_fields_set
        if not written or self.sha256 is not None or self.bytes is not None:
            raise ValueError(
                "found neither made_by nor both of sha256 and bytes, wanted one or the other; "
                "sha256: null and bytes: null, both, where url is null and each user brings a file"
            )
        if self.url is not None:
            raise ValueError(
                f"found sha256 and bytes null beside url {self.url}, wanted those of the file: a download is always "
                "checked; or url null"
            )

    @property
    def checked(self) -> str:
        """What a file that is found is held to, in words."""
        if self.made_by is not None:
            return f"made by {self.made_by['use']}"
        return "not checked: the card has no checksum" if self.sha256 is None else "size and sha256 are the card's"


class Fact(Part):
    """A fact about a recording: `measured` off its files, `stated` by its source, or `inferred`: unconfirmed."""

    fact: str
    status: Literal["measured", "stated", "inferred"]


class Card(Part):
    """A recording as its card describes it.

    conditions, offset: its names and clock as those of what it is to be matched with; see `activity.translated`.
    copies: what is done with trials that are there twice; see `copies.marked`.
    """

    name: str
    title: str
    animal: str
    area: str
    task: str
    reader: dict[str, Any] | None = None
    published: dict[str, Any] | None = None
    conditions: dict[Label, dict[str, Label | Number]] = {}
    offset: Seconds = 0.0
    copies: Literal["keep", "leave out"] = "keep"
    files: list[File] = Field(min_length=1)
    licence: str
    citation: str
    source: str
    facts: list[Fact]
    _path: Path = PrivateAttr()

    @model_validator(mode="after")
    def gives_something(self) -> "Card":
        if self.reader is None and self.published is None:
            raise ValueError("found neither reader nor published, wanted one or both")
        if len({f.of_a_session for f in self.files}) > 1:
            raise ValueError("found files of sessions beside files of none, wanted all to be of sessions, or none")
        return self

    @field_validator("name", "reader", "published", "conditions", "files")
    @classmethod
    def can_be_written(cls, found: Any) -> Any:
        _refuse_control(found)
        return found

    @field_validator("conditions")
    @classmethod
    def have_names(cls, conditions: dict) -> dict:
        for label, names in conditions.items():
            if not isinstance(names.get("condition"), str):
                found = f"found {names} for '{label}'"
                raise ValueError(f"{found}, wanted its other name as text: {{condition: '45'}}")
        return conditions

    @property
    def path(self) -> Path:
        """The card itself."""
        return self._path

    @property
    def folder(self) -> Path:
        """Where downloaded files lie: beside the card."""
        return self._path.parent

    @property
    def inferred(self) -> list[str]:
        """What is shown of this recording that nobody has confirmed."""
        return [f.fact for f in self.facts if f.status == "inferred"]


def _refuse_control(found: Any) -> None:
    """Raise ValueError for a name with control characters, wherever it is in what a card says of its files."""
    if isinstance(found, str) and (wrong := fault(found)):
        raise ValueError(f"found {wrong}, wanted a name without")
    if isinstance(found, File):
        found = found.model_dump()
    for inner in found if isinstance(found, list) else [*found, *found.values()] if isinstance(found, dict) else []:
        _refuse_control(inner)
