"""A leaky network that sees some of its inputs as an image, through fixed random filters."""

from typing import TYPE_CHECKING, Annotated

from rnncompare.models._front_end import LACKS, FrontEnd
from rnncompare.models._noise import Noise, read_noise
from rnncompare.models._options import check_options
from rnncompare.models.leaky import Nonlinearity
from rnncompare.options.ranges import Count, Different, NetworkUnits, NotNegative, Seed, TimeConstant, TimeStep
from rnncompare.plugins import BadOption

if TYPE_CHECKING:
    from rnncompare.models._convolutional_network import ConvolutionalNetwork


def convolutional(
    *,
    inputs: Count,
    outputs: Count,
    dt: TimeStep,
    seed: Seed,
    units: NetworkUnits,
    tau: TimeConstant,
    g: NotNegative,
    h: NotNegative,
    nonlinearity: Nonlinearity,
    shown: Annotated[list[Count], Different],
    pixels: Count,
    filters: Count,
    filter_size: Count,
    pools: Count,
    filter_seed: Seed,
    noise: Noise | None,
) -> "ConvolutionalNetwork":
    """An untrained leaky network with a convolutional front end, which is not trained either.

    shown: the numbers (1 is the first) of the inputs that the network sees as an image of `pixels` x `pixels`; each
    fills a vertical stripe of equal width, in this order. Every time step is an image of its own. It is filtered by
    `filters` random filters of `filter_size` x `filter_size` pixels (correlation without padding, N(0, 1 / number of
    weights), the same for all networks with a `filter_seed`), rectified, and averaged in `pools` x `pools` squares:
    the units receive filters * pools^2 features and the inputs that are not shown. All other parts are those of
    `leaky`, with B ~ N(0, h^2 / number of features and other inputs).

    noise: null, or SDs, `recurrent` and one for each input (`_noise`). The noise of an input that is shown is
    independent in each pixel, with the SD times the root of the number of pixels of its stripe, so that the mean of a
    stripe has the noise of the input without a front end, and both networks have the same ideal observer.
    What leaky networks have and these do not is in `LACKS` (`_front_end`), and is refused. Raises BadOption.
    """
    from rnncompare.models._convolutional_network import initial_network  # torch is slow to import

    check_options("convolutional", units=units, tau=tau, dt=dt, g=g, h=h)
    front = FrontEnd(
        shown=shown, pixels=pixels, filters=filters, filter_size=filter_size, pools=pools, filter_seed=filter_seed
    )
    if max(shown) > inputs:
        raise BadOption(f"convolutional: found shown {list(shown)}, wanted numbers from 1 to {inputs}, of the inputs")
    return initial_network(
        front, inputs=inputs, outputs=outputs, seed=seed, units=units, g=g, h=h, leak=dt / tau,
        nonlinearity=nonlinearity, noise=None if noise is None else read_noise(noise, inputs, "convolutional"),
    )  # fmt: skip


def check_image(*, shown: list[int], pixels: int, filter_size: int, pools: int) -> None:
    """Raise BadOption for an image that cannot be divided in stripes or squares."""
    FrontEnd(shown=shown, pixels=pixels, filters=1, filter_size=filter_size, pools=pools, filter_seed=0)


convolutional.together = check_image
convolutional.lacks = LACKS
