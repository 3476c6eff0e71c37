"""Target outputs of networks (condition, time, output) for the conditions and times of a recording."""

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity, interval
from rnncompare.plugins import BadOption
from rnncompare.tasks import _arm

VELOCITY = ["hand_velocity_x", "hand_velocity_y"]
POSITION = ["hand_position_x", "hand_position_y"]
ANGLES = ["shoulder_angle", "elbow_angle"]
ORDER = 3  # of the local polynomial; cubics represent linearly changing accelerations


def hand_velocity(
    recording: xr.Dataset, muscles: None, *, smoothing: float, arm: None, onset: None
) -> tuple[np.ndarray, list[str], dict]:
    """The velocity of the hand, divided by its largest absolute value over both axes: -1 to 1.

    The recorded velocity is used. If only the hand position was recorded, the velocity is the derivative of cubic
    polynomials fitted in a sliding window of `smoothing` s; the first and the last polynomial are used up to the ends
    of the recording.
    """
    facts = {"output_units": "of the largest hand velocity"}
    if set(VELOCITY) <= set(_names(recording)) or not set(POSITION) <= set(_names(recording)):
        return _scaled(channels(recording, VELOCITY, "output 'hand_velocity'")), VELOCITY, facts
    position, step = channels(recording, POSITION, "output 'hand_velocity'"), interval(recording)
    window = _window(smoothing, step, recording.sizes["time"])
    facts["velocity"] = f"derived: derivative of cubics fitted to the hand's position in windows of {smoothing:g} s"
    return _scaled(_fitted(position, window, step, 1)), VELOCITY, facts


def torque(
    recording: xr.Dataset, muscles: None, *, smoothing: float, arm: dict | str, onset: None
) -> tuple[np.ndarray, list[str], dict]:
    """Torques of a two-link arm by inverse dynamics, each divided into a flexor and an extensor component: 0 to 1.

    All four outputs are divided by the largest of them, which preserves their ratios. Angles and derivatives are from
    cubic polynomials fitted in a sliding window of `smoothing` s (Savitzky and Golay 1964). The arm is assumed to rest
    in its first posture before the recording; in the last half window, the last polynomial is used.
    """
    recorded = channels(recording, ANGLES, "output 'torque'")
    if (np.ptp(recorded, axis=(0, 1)) == 0).any():
        raise BadActivity(
            "delayed_reach: found a joint whose angle never changes, wanted movement of shoulder and elbow"
        )
    posture, excursion, facts = _posture(recording, recorded, arm)
    step = interval(recording)
    window = _window(smoothing, step, recording.sizes["time"])
    rested = posture + excursion * np.pad(recorded, ((0, 0), (window, 0), (0, 0)), mode="edge")
    angle, velocity, acceleration = (_fitted(rested, window, step, k)[:, window:] for k in range(3))
    moment = _arm.torques(angle, velocity, acceleration)
    drives = np.stack([np.maximum(sign * moment[..., joint], 0) for joint in (0, 1) for sign in (1, -1)], axis=-1)
    names = ["shoulder_flexor", "shoulder_extensor", "elbow_flexor", "elbow_extensor"]
    return _scaled(drives), names, {"output_units": "of the largest joint torque", **facts}


def emg(
    recording: xr.Dataset, muscles: xr.Dataset | None, *, smoothing: float, arm: None, onset: None
) -> tuple[np.ndarray, list[str], dict]:
    """Activity of muscles in the same conditions, interpolated at the times of the recording.

    Each muscle is divided by its largest absolute value, because gains are arbitrary. Muscles are the behavior of
    `muscles` or, if it has none, its units.
    """
    if muscles is None:
        raise BadOption(
            "delayed_reach: found no muscles for output 'emg', wanted a recording of muscles with the same conditions"
        )
    table = muscles.behavior if "behavior" in muscles else muscles.rate
    names = muscles[table.dims[-1]].values.tolist()
    conditions, wanted = muscles.condition.values.tolist(), recording.condition.values.tolist()
    missing = [c for c in wanted if c not in conditions]
    if missing:
        raise BadActivity(f"muscles: found conditions {conditions}, wanted also {missing}, which the recording has")
    have, need = muscles.time.values, recording.time.values
    if have[0] > need[0] + RESOLUTION or have[-1] < need[-1] - RESOLUTION:
        raise BadActivity(
            f"muscles: found times from {have[0]:g} to {have[-1]:g} s, "
            f"wanted all of the recording's, {need[0]:g} to {need[-1]:g} s"
        )
    values = table.values[[conditions.index(c) for c in wanted]]
    values = np.apply_along_axis(lambda course: np.interp(need, have, course), 1, values)
    largest = np.abs(values).max(axis=(0, 1))
    if (largest == 0).any():
        raise BadActivity(
            f"muscles: found {np.array(names)[largest == 0].tolist()} at 0 throughout, wanted some activity in each"
        )
    return values / largest, names, {"output_units": "of each muscle's largest activity"}


def direction(
    recording: xr.Dataset, muscles: None, *, smoothing: float, arm: None, onset: float
) -> tuple[np.ndarray, list[str], dict]:
    """A report of the target direction without movement: its cosine and sine from `onset` s on, and 0 before.

    Networks with this output are a control: they solve a task with the same conditions that requires no movement.
    """
    angle = np.deg2rad(recording.angle.values.astype(float))
    code, after = np.stack([np.cos(angle), np.sin(angle)], axis=-1), recording.time.values >= onset - RESOLUTION
    return code[:, None, :] * after[None, :, None], ["direction_cos", "direction_sin"], {"output_units": "a.u."}


OUTPUTS = {"hand_velocity": hand_velocity, "torque": torque, "emg": emg, "direction": direction}


def needs_of(output: str, arm: dict | str | None) -> dict[str, list[list[str]]]:
    """The channels of behavior from which an output is computed: alternative sets by their purpose."""
    why = f"those of output '{output}'"
    if output == "hand_velocity":
        return {f"{why}, or the hand's positions, from which it is derived": [VELOCITY, POSITION]}
    fitted = {"those of arm 'fitted'": [POSITION]} if arm == "fitted" else {}
    return {why: [ANGLES], **fitted} if output == "torque" else {}


def _names(recording: xr.Dataset) -> list[str]:
    return recording.channel.values.tolist() if "behavior" in recording else []


def _fitted(values: np.ndarray, window: int, step: float, derivative: int) -> np.ndarray:
    """Derivatives (trial, time, channel), per s, of cubics fitted in a sliding window (Savitzky and Golay 1964)."""
    from scipy.signal import savgol_filter  # slow to import

    return savgol_filter(values, window, ORDER, deriv=derivative, delta=step, axis=1)


def channels(recording: xr.Dataset, names: list[str], why: str) -> np.ndarray:
    """Channels of behavior by name (trial, time, channel). Raises BadActivity if one is missing."""
    existing = _names(recording)
    missing = [n for n in names if n not in existing]
    if missing:
        source = recording.attrs.get("source", "recording")
        raise BadActivity(f"{source}: found behavior {existing or 'none'}, wanted {', '.join(missing)} for {why}")
    return recording.behavior.values[..., [existing.index(n) for n in names]]


def _posture(recording: xr.Dataset, recorded: np.ndarray, arm: dict | str) -> tuple[np.ndarray, np.ndarray, dict]:
    """Posture and excursion (rad), given or fitted to the hand, and facts about them."""
    if arm == "fitted":
        position = channels(recording, POSITION, "arm 'fitted'")
        posture, excursion, r2 = _arm.fit_posture(position.reshape(-1, 2), recorded.reshape(-1, 2))
        if r2 < 0.9:
            raise BadActivity(
                f"{recording.attrs.get('source', 'recording')}: found a two-link arm that explains {r2:.2f} of the "
                "variance of the hand's position, wanted at least 0.90; instead of 'fitted', give posture and excursion"
            )
        facts = {"arm": "inferred: posture and excursion fitted by forward kinematics to hand and angles", "arm_r2": r2}
    else:
        check_arm(arm)
        posture, excursion = np.asarray(arm["posture"], dtype=float), np.asarray(arm["excursion"], dtype=float)
        facts = {"arm": "assumed: posture and excursion as configured"}
    return posture, excursion, {**facts, "arm_posture": posture.tolist(), "arm_excursion": excursion.tolist()}


def check_arm(arm: dict | str | None) -> None:
    """Raise BadOption unless `arm` is 'fitted' or gives posture and excursion."""
    given = isinstance(arm, dict) and set(arm) == {"posture", "excursion"}
    if arm != "fitted" and not (given and all(np.shape(v) == (2,) for v in arm.values())):
        raise BadOption(
            f"delayed_reach: found arm {arm!r}, wanted 'fitted', or posture: [shoulder, elbow] and "
            "excursion: [shoulder, elbow], both rad, for output 'torque'"
        )


def check_latency(output: str, latency: float | None) -> None:
    """Raise BadOption unless `latency` is given exactly if the output is a report of the direction."""
    if (output == "direction") != (latency is not None):
        wanted = "the s from the go cue to the report" if latency is None else "null"
        raise BadOption(f"delayed_reach: found latency {latency} for output '{output}', wanted {wanted}")


def _window(smoothing: float, step: float, times: int) -> int:
    """The odd number of samples of the sliding window, more than ORDER + 1 and at most `times`. Raises BadOption."""
    window = 2 * round(smoothing / step / 2) + 1
    if not ORDER + 2 <= window <= times:
        raise BadOption(
            f"delayed_reach: found smoothing {smoothing:g} s, "
            f"wanted {(ORDER + 1) * step:g} to {(times - 1) * step:g} s (a cubic in {times} samples of {step:g} s)"
        )
    return window


def _scaled(values: np.ndarray) -> np.ndarray:
    """The values divided by their largest absolute value. Raises BadActivity if all are 0."""
    largest = np.abs(values).max()
    if largest == 0:
        raise BadActivity("delayed_reach: found outputs that are 0 throughout, wanted movement in the recording")
    return values / largest
