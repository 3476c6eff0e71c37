"""A package with the interface of neurogym: environments whose trials are known, and whose arrays are written again."""

from types import SimpleNamespace

import numpy as np

__version__ = "9.9.9"


class Sides:
    """Fixation for 2 steps, a stimulus of 3 or 5 steps, in half of the trials a delay of 1, and 2 steps to answer."""

    def __init__(self, dt=20, sigma=0.0):
        self.dt, self.sigma = dt, sigma
        self.start_t, self.end_t, self.start_ind, self.end_ind = {}, {}, {}, {}
        self.observation_space = SimpleNamespace(name={"fixation": 0, "stimulus": [1, 2]})
        self.action_space = SimpleNamespace(n=3, name={"fixation": 0, "choice": range(1, 3)})
        self.rng = None
        self.buffer = np.zeros((20, 3), dtype=np.float32)

    def seed(self, seed):
        self.rng = np.random.RandomState(seed)

    def new_trial(self):
        side, long, delayed = (int(self.rng.choice(2)) for _ in range(3))
        steps = {"fixation": 2, "stimulus": 5 if long else 3} | ({"delay": 1} if delayed else {}) | {"decision": 2}
        at = 0
        for name, count in steps.items():
            self.start_ind[name], self.end_ind[name] = at, at + count
            self.start_t[name], self.end_t[name] = at * self.dt, (at + count) * self.dt
            at += count
        self.buffer[:] = 0
        self.ob = self.buffer[:at]
        self.ob[:2, 0] = 1
        shown = slice(self.start_ind["stimulus"], self.end_ind["stimulus"])
        self.ob[shown, 1 + side] = 1
        self.ob[shown, 1:] += self.sigma * self.rng.randn(self.end_ind["stimulus"] - 2, 2)
        self.gt = np.zeros(at, dtype=np.int64)
        self.gt[self.start_ind["decision"] :] = 1 + side
        return {"ground_truth": np.int64(side), "long": bool(long), "noise": np.zeros(3)}


class Rewarded(Sides):
    """Every second trial has no ground truth of its own, and keeps that of the trial before if there is one."""

    count = 0

    def new_trial(self):
        before = vars(self).get("gt")
        about = super().new_trial()
        self.count += 1
        if self.count % 2 == 0:
            self.gt = before
            if before is None:
                del self.gt
        return about


class Unseeded(Sides):
    """The first trial depends on a random number that was drawn before there was a seed."""

    count = 0

    def __init__(self, **options):
        super().__init__(**options)
        Unseeded.count += 1
        self.extra = Unseeded.count

    def new_trial(self):
        about = super().new_trial()
        self.ob[0, 1] += self.extra
        return about


class Forces(Sides):
    """The ground truth is two numbers at each time, which have no names."""

    def __init__(self, **options):
        super().__init__(**options)
        self.action_space = SimpleNamespace()

    def new_trial(self):
        about = super().new_trial()
        self.gt = np.stack([self.ob[:, 1] - self.ob[:, 2], self.ob[:, 0]], axis=1)
        return about


def make(id_, **kwargs):
    known = {"Sides-v0": Sides, "Rewarded-v0": Rewarded, "Forces-v0": Forces, "Unseeded-v0": Unseeded}
    if id_ == "Bandit-v0":
        return SimpleNamespace(unwrapped=object())
    if id_ not in known:
        raise KeyError(f"Environment `{id_}` doesn't exist")
    return SimpleNamespace(unwrapped=known[id_](**kwargs))
