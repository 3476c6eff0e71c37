"""Networks, one per file; shared parts have names that begin with an underscore.

A network is a function of `inputs`, `outputs`, `dt`, `seed` and its options, which returns a torch module with

- `forward(inputs, recurrent=None, *, generator=None)`: rates (trial, time, unit) and outputs (trial, time, output) for
  inputs (trial, time, input); `recurrent`: other recurrent weights, also several (version, ..), which the robustness
  perturbs; `generator` draws the noise;
- `effective_recurrent_weights()`, `effective_input_weights()`, `effective_output_weights()`: matrices for penalties and
  robustness; `_unconstrained.py` has them for networks without masks and signs;
- `labels`: coordinates of the units, `{}` for none;
- `leak`, `noise`: dt / tau, and None or an object with the SDs `inputs`, which the ideal observer reads;
- `dynamics()`: one step without noise as functions of arrays, with its Jacobians (`fixed_points/protocol.py`);
- `observed(inputs, *, generator=None)`, optional: as `forward`, with further variables beside the rates, which are then
  in its activity; `labels` are those of all of them (`_stp_network.py`);
- `lacks`, optional, of the function and of the module: what it does not have of the leaky network, and why;
  `lacks_with` of the function: the same for a value of one of its options;
- `dynamical`, optional: False if its rates are not the state of a dynamical system; measures of dynamics
  (`NAME.needs_dynamics`) then refuse its activity.

The penalties `dynamics` and `vanishing` need `mean_square_slope` and an argument `vanishing` of `forward`, as in
`_leaky_network.py`; the rules `rflo` and `eprop` need its argument `local`, `output_only` trains the parameters
`output_weights` and `output_bias`, and `full_force` is that of leaky networks alone. A network without them says so in
`lacks` (training/capabilities.py), and a config that asks for them is refused. Matrix products and square roots are
those of training/matrix_products.py, so that weights have the same bytes on all processors.
"""
