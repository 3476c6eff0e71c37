"""The keys of a card, with their types and ranges."""

from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, field_validator, model_validator

from rnncompare.files import address
from rnncompare.files.text import fault
from rnncompare.options.ranges import Bytes, Number, Seconds
from rnncompare.recordings.session_names import wildcards

Label = Annotated[str, StringConstraints(strip_whitespace=False)]  # as in the file


class Part(BaseModel):
    """A part of a card; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class File(Part):
    """One file: a download (`url` is null if each user provides the file), or one that a simulator generates.

    sha256 and bytes: checked wherever the file was found. Both may be null, written explicitly, if each user provides
    another file; then nothing is checked. session: the session of the file, if there are several. Instead, the names of
    files that users provide may contain {names}, such as 'sub-{animal}_ses-{session}.nwb'; each matches any text
    without a slash.
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
                f"found {kept} with {secret}, which may be a secret, wanted the address without it, because cards are "
                f"shown and shared; to download from it, {address.ADVICE}"
            )
        return url

    @model_validator(mode="after")
    def is_one_or_many(self) -> "File":
        names = wildcards(self.file)
        if len(set(names)) < len(names):
            raise ValueError(f"found '{self.file}', wanted each {{name}} once")
        if set(self.file) & set("{}") and not names:
            raise ValueError(f"found '{self.file}', wanted {{names}} of letters, digits and underscores, or no braces")
        if names and (self.url or self.sha256 or self.made_by or self.session):
            raise ValueError(
                f"found '{self.file}' together with url, sha256, made_by or session, wanted those only for the name of "
                "one file, without {names}"
            )
        return self

    @property
    def of_a_session(self) -> bool:
        """Whether there can be several such files, each of another session."""
        return self.session is not None or bool(wildcards(self.file))

    @model_validator(mode="after")
    def comes_from_one_place(self) -> "File":
        if self.made_by is not None and (self.url or self.sha256 or self.bytes):
            raise ValueError("found made_by together with url, sha256 or bytes, wanted one or the other")
        if self.made_by is None and (self.sha256 is None or self.bytes is None):
            self._may_be_anything()
        if self.made_by is not None and "use" not in self.made_by:
            raise ValueError("found made_by without 'use', wanted the name of a simulator")
        return self

    def _may_be_anything(self) -> None:
        """Raise ValueError unless the card explicitly has no checksum and no download."""
        written = {"sha256", "bytes"} <= self.model_fields_set
        if not written or self.sha256 is not None or self.bytes is not None:
            raise ValueError(
                "found neither made_by nor both of sha256 and bytes, wanted one or the other, "
                "or sha256: null and bytes: null if url is null and each user provides a file"
            )
        if self.url is not None:
            raise ValueError(
                f"found sha256 and bytes null with url {self.url}, wanted those of the file, because a download is "
                "always checked, or url null"
            )

    @property
    def checked(self) -> str:
        """How the file is checked, for reports."""
        if self.made_by is not None:
            return f"made by {self.made_by['use']}"
        return "not checked: the card has no checksum" if self.sha256 is None else "size and sha256 equal the card's"


class Fact(Part):
    """A fact about a recording: `measured` from its files, `stated` by its source, or `inferred`, so unconfirmed."""

    fact: str
    status: Literal["measured", "stated", "inferred"]


class Card(Part):
    """A recording as its card describes it.

    conditions, offset: translate its names of conditions and its times for matching; see `activity.translated`.
    copies: whether copies of trials are kept; see `copies.mark_copies`.
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
            raise ValueError("found files with and without a session, wanted all with a session, or none")
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
                raise ValueError(f"{found}, wanted its new name as text: {{condition: '45'}}")
        return conditions

    @property
    def path(self) -> Path:
        """The path of the card."""
        return self._path

    @property
    def folder(self) -> Path:
        """The folder of the card and of downloaded files."""
        return self._path.parent

    @property
    def inferred(self) -> list[str]:
        """The unconfirmed facts, which are shown with the results."""
        return [f.fact for f in self.facts if f.status == "inferred"]


def _refuse_control(found: Any) -> None:
    """Raise ValueError for control characters anywhere in a value."""
    if isinstance(found, str) and (wrong := fault(found)):
        raise ValueError(f"found {wrong}, wanted a name without control characters")
    if isinstance(found, File):
        found = found.model_dump()
    for inner in found if isinstance(found, list) else [*found, *found.values()] if isinstance(found, dict) else []:
        _refuse_control(inner)
