"""Noise for the gradient: seeded, and the same bits in Python and in the browser."""

import numpy as np

from rmsprop_lab.parameter import Parameter

NOISE = Parameter(
    "noise", "σ", 0.0, low=0.0, high=1e6, slider=(0.0, 5.0), unit="standard deviation"
)
SEED = Parameter("seed", "seed", 0, low=0, high=2**32 - 1, slider=(0, 99), whole=True)


def draw(seed: int, steps: int) -> np.ndarray:
    """Random numbers of mean 0 and variance 1, one for each step and coordinate.

    Each is the sum of twelve uniform numbers, less 6: close to a normal number (within
    ±6), and exact in floating point, where the logarithm of a true one would differ in
    the last bit from one machine to the next.

    Args:
        seed: of the Mersenne twister, 0 to 2³² - 1.
        steps: how many; a longer draw begins with the shorter one.

    Returns:
        shape (steps, 2).

    Example:
        >>> draw(seed=1, steps=2)
        array([[-0.63153524,  0.2491476 ],
               [-0.23427116,  0.96043976]])

    References:
        Matsumoto, Nishimura (1998), doi:10.1145/272991.272995.
    """
    uniform = np.random.RandomState(seed).randint(0, 2**32, (steps, 2, 12), dtype=np.uint32)
    kicks: np.ndarray = uniform.sum(axis=2, dtype=np.int64) / 2**32 - 6
    return kicks
