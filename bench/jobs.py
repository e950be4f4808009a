"""What is measured: three jobs, the same for all."""

import time

import numpy as np

RATE, RHO, EPSILON = 0.1, 0.9, 1e-6

START, PATH_STEPS = (5.0, 4.0), 1000
VALLEY, BATCH_STEPS, SIDE = (-1.2, 1.0), 200, 100
SIZES = (10**6, 10**7)


# A turn goes on for as long, and its mean counts: the first run after another's finds the
# processor's caches cold and its threads asleep.
TURN = 0.02  # seconds


def clock(run):
    """Milliseconds of a run, and what the last one made."""
    begun, count = time.perf_counter(), 0
    while count == 0 or time.perf_counter() - begun < TURN:
        end = run()
        count += 1
    return 1e3 * (time.perf_counter() - begun) / count, end


def grid():
    """Learning rates and rhos of the batch, each of shape (SIDE * SIDE,)."""
    rates, rhos = np.geomspace(1e-4, 1, SIDE), np.linspace(0, 0.99, SIDE)
    return np.repeat(rates, SIDE), np.tile(rhos, SIDE)


def vectors(size):
    """Parameters and gradient."""
    rng = np.random.default_rng(0)
    return rng.normal(size=size), rng.normal(size=size)


NETWORK, NETWORK_BATCH = (64, 1000, 950, 10), 64


def digits_like():
    """Inputs and labels for a step of the network; what they are does not matter to the clock."""
    rng = np.random.default_rng(0)
    return rng.uniform(size=(NETWORK_BATCH, NETWORK[0])), rng.integers(10, size=NETWORK_BATCH)
