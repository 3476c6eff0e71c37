"""Tasks of networks, one per file: inputs, targets and the times that enter the loss.

The data set of a task, as in `delayed_reach.py`, has

- the variables `inputs` (trial, time, input), `targets` (trial, time, output) and `mask` (trial, time; weights of
  errors, at least 0);
- the coordinates `time` (in the recording's steps), `condition` and `delay` (trial), `recorded` (time; true where the
  recording has that time), and the names `input` and `output`;
- the attributes `reference_delay` (s), whose trials are compared, one per condition, and `output_units`.

Variants need something else:

- a test set (`context_integration.py`): the coordinate `set` (`train`, `test`) instead of delays; decisions: `onset`,
  `answer` and the attribute `threshold`;
- an ideal observer: the coordinates `stimulus_on` and `stimulus_off`, and either `context` or the slopes `evidence`
  (input) of the inputs by `coherence`;
- classes (`perceptual_decision.py`): instead of targets `answer_class` (trial, time), the number of the right output,
  or -1 where nothing is scored; the attribute `loss: cross_entropy`; `epoch` (trial, time), whose epochs have the same
  weight unless the training says `balance: times`, and with whose frequencies of classes errors are normalised;
- a decision by the largest output: the attribute `decide: argmax`: the largest mean from `decision_on` to `offset`
  (trial, s), instead of the first that reaches `threshold`.
"""
