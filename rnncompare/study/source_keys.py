"""The keys of the sources of activity in a study: recordings, networks and controls, and the times of networks."""

from typing import Literal

from pydantic import Field, model_validator

from rnncompare.files.file_names import Name
from rnncompare.options.ranges import Bin, Components, Networks, NetworkUnits, Window
from rnncompare.study.strict import Options, Strict, within_window


class Recording(Strict):
    """A recording in a study: its card and preprocessing."""

    card: Name
    options: Options = Field(description="preprocessing, passed to the card's reader: bin, smooth, window, ...")
    only: dict[str, list[str]] = Field(
        {}, description="values that are kept, of a coordinate along unit such as area, or of the sessions of a card"
    )
    pool: Literal["averages", "trials"] | None = Field(
        None, description="how units of several sessions are joined: averages, or trials up to the smallest session"
    )


class Condense(Strict):
    """Merging of the units of a trained network, with training after each time that pairs are merged."""

    by: Literal["loadings", "correlation", "random"] = Field(
        description="merged are units with the closest loadings, the highest correlation, or random ones, a control"
    )
    components: Components | None = Field(description="principal components of the loadings; null for the others")
    pairs: NetworkUnits = Field(
        description="largest number of pairs that are merged before the network is trained again"
    )


class Start(Strict):
    """The networks with whose weights those of a model begin."""

    model: Name = Field(
        description="another trained model of the study, whose `validation` is not smaller; network k begins with its "
        "network k"
    )
    condense: Condense | None = Field(
        None,
        description="how its units are merged until `units` of the network are left; null: they have the same units",
    )


class Model(Strict):
    """A network: its differences from the study's `task`, `network` and `training`.

    `training: null` leaves it untrained.

    Alternatively, networks that were trained elsewhere: `activities` are the files of their hidden states, one a seed.
    """

    seeds: Networks | None = Field(
        None, description="number of networks of this model; default: that of the study, or that of `activities`"
    )
    task: Options = Field({}, description="its differences from the study's `task`, such as other inputs or outputs")
    network: Options = Field({})
    training: Options | None = Field({})
    start: Start | None = Field(
        None, description="the networks with whose weights the training begins; null: the initial ones of each network"
    )
    weights: str | None = Field(
        None, description="file of published weights, data/<card>/<file>; requires training null"
    )
    activities: str | list[str] | None = Field(
        None, description="files of networks trained elsewhere, a pattern such as runs/*.npz; see imported/files.py"
    )
    options: Options = Field(
        {}, description="how `activities` are read: smooth, time, conditions, ..; see imported/hidden_states.py"
    )
    shares_seeds: bool = Field(
        False, description="whether network k of `activities` shares its seed with network k of the other models"
    )

    @model_validator(mode="after")
    def is_trained_here_or_elsewhere(self) -> "Model":
        given = {name for name, field in type(self).model_fields.items() if getattr(self, name) != field.default}
        if "activities" in given and (ours := given & {"task", "network", "training", "start", "weights"}):
            raise ValueError(
                f"found activities and {', '.join(sorted(ours))}, wanted one or the other: networks of `activities` "
                "were trained elsewhere, and nothing is trained here"
            )
        if "activities" not in given and (theirs := given & {"options", "shares_seeds"}):
            raise ValueError(
                f"found {', '.join(sorted(theirs))} without activities, wanted those of networks trained elsewhere, "
                "with `activities: runs/*.npz`"
            )
        return self


class Control(Strict):
    """A control activity derived from the recording or the task, and the source with which it is compared."""

    use: str
    options: Options = Field({})
    repeats: Networks = Field(1, description="draws, each with its own seed")
    against: Name | None = Field(
        None, description="another source that replaces the recording, such as the other half of its units"
    )


class Simulation(Strict):
    """The times of networks that are kept, for a task that defines its own trials."""

    window: Window = Field(description="s from the onset of the stimulus of the decision")
    bin: Bin | None = Field(description="s, averages of that width; null: the time steps of the task")

    @model_validator(mode="after")
    def fits_the_window(self) -> "Simulation":
        within_window(self.window, {"bin": self.bin})
        return self
