"""The peers of speed.py, in the environment of the golden values: torch, JAX, optax.

Reads a line ``{"job": ..., "peer": ..., "every": ...}`` and answers with a line ``{"ms": ...,
"end": ...}``, so that the caller can take turns between this process and its own.
"""

import json
import sys
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import optax
import torch

from bench import jobs

jax.config.update("jax_enable_x64", True)
torch.set_default_dtype(torch.float64)


def jax_step(rate, rho, epsilon, grad, s):
    s = rho * s + (1 - rho) * (grad * grad)
    return rate * grad / (jnp.sqrt(s) + epsilon), s


def bowl(w):
    return (w * w).sum()


def rosenbrock_grad(x, y):
    off = y - x * x
    return -2 * (1 - x) - 400 * x * off, 200 * off


def jax_path():
    @jax.jit
    def descend(w):
        def move(carried, _):
            w, s = carried
            updates, s = jax_step(jobs.RATE, jobs.RHO, jobs.EPSILON, 2 * w, s)
            return (w - updates, s), (w - updates, s)

        return jax.lax.scan(move, (w, jnp.zeros(2)), None, length=jobs.PATH_STEPS)[1]

    start = jnp.array(jobs.START)
    return lambda: np.asarray(jax.block_until_ready(descend(start))[0])


def optax_path():
    rule = optax.rmsprop(jobs.RATE, decay=jobs.RHO, eps=jobs.EPSILON, eps_in_sqrt=False)

    @jax.jit
    def descend(w):
        def move(carried, _):
            w, state = carried
            updates, state = rule.update(2 * w, state)
            w = optax.apply_updates(w, updates)
            return (w, state), w

        return jax.lax.scan(move, (w, rule.init(w)), None, length=jobs.PATH_STEPS)[1]

    start = jnp.array(jobs.START)
    return lambda: np.asarray(jax.block_until_ready(descend(start)))


def torch_path():
    def run():
        w = torch.tensor(jobs.START, requires_grad=True)
        rule = torch.optim.RMSprop([w], lr=jobs.RATE, alpha=jobs.RHO, eps=jobs.EPSILON)
        rows = []
        for _ in range(jobs.PATH_STEPS):
            w.grad = 2 * w.detach()
            rule.step()
            rows.append(w.detach().clone())
        return torch.stack(rows).numpy()

    return run


def jax_batch():
    @jax.jit
    def descend(rates, rhos):
        def move(carried, _):
            x, y, s_x, s_y = carried
            g_x, g_y = rosenbrock_grad(x, y)
            u_x, s_x = jax_step(rates, rhos, jobs.EPSILON, g_x, s_x)
            u_y, s_y = jax_step(rates, rhos, jobs.EPSILON, g_y, s_y)
            return (x - u_x, y - u_y, s_x, s_y), None

        zero = jnp.zeros_like(rates)
        first = (zero + jobs.VALLEY[0], zero + jobs.VALLEY[1], zero, zero)
        return jnp.stack(jax.lax.scan(move, first, None, length=jobs.BATCH_STEPS)[0][:2])

    rates, rhos = map(jnp.array, jobs.grid())
    return lambda: np.asarray(jax.block_until_ready(descend(rates, rhos)))


def optax_batch():
    def one(rate, rho):
        rule = optax.rmsprop(rate, decay=rho, eps=jobs.EPSILON, eps_in_sqrt=False)

        def move(carried, _):
            w, state = carried
            updates, state = rule.update(jnp.stack(rosenbrock_grad(*w)), state)
            return (optax.apply_updates(w, updates), state), None

        w = jnp.array(jobs.VALLEY)
        return jax.lax.scan(move, (w, rule.init(w)), None, length=jobs.BATCH_STEPS)[0][0]

    descend = jax.jit(jax.vmap(one))
    rates, rhos = map(jnp.array, jobs.grid())
    return lambda: np.asarray(jax.block_until_ready(descend(rates, rhos))).T


def torch_compiled_batch():
    @torch.compile
    def move(x, y, s_x, s_y, rates, rhos):
        g_x, g_y = rosenbrock_grad(x, y)
        s_x = rhos * s_x + (1 - rhos) * (g_x * g_x)
        s_y = rhos * s_y + (1 - rhos) * (g_y * g_y)
        x = x - rates * g_x / (torch.sqrt(s_x) + jobs.EPSILON)
        y = y - rates * g_y / (torch.sqrt(s_y) + jobs.EPSILON)
        return x, y, s_x, s_y

    rates, rhos = map(torch.from_numpy, jobs.grid())

    def run():
        zero = torch.zeros_like(rates)
        at = (zero + jobs.VALLEY[0], zero + jobs.VALLEY[1], zero, zero)
        for _ in range(jobs.BATCH_STEPS):
            at = move(*at, rates, rhos)
        return torch.stack(at[:2]).numpy()

    return run


def jax_vector(size):
    move = jax.jit(
        lambda w, s, g: (lambda u, s: (w - u, s))(
            *jax_step(jobs.RATE, jobs.RHO, jobs.EPSILON, g, s)
        ),
        donate_argnums=(0, 1),
    )
    w, g = map(jnp.array, jobs.vectors(size))
    at = [w, jnp.zeros(size)]

    def run():
        at[:] = jax.block_until_ready(move(*at, g))
        return at[0]

    return run


def torch_vector(size):
    w, g = map(torch.from_numpy, jobs.vectors(size))
    w = torch.nn.Parameter(w)
    w.grad = g
    rule = torch.optim.RMSprop([w], lr=jobs.RATE, alpha=jobs.RHO, eps=jobs.EPSILON)

    def run():
        rule.step()
        return w.detach().numpy()

    return run


def torch_compiled_vector(size):
    w, g = map(torch.from_numpy, jobs.vectors(size))
    s = torch.zeros(size)

    @torch.compile
    def move(w, s, g):
        s.mul_(jobs.RHO).add_((1 - jobs.RHO) * (g * g))
        w.sub_(jobs.RATE * g / (torch.sqrt(s) + jobs.EPSILON))

    def run():
        move(w, s, g)
        return w.numpy()

    return run


TORCH = {
    "sgd": lambda of: torch.optim.SGD(of, lr=1e-3),
    "momentum": lambda of: torch.optim.SGD(of, lr=1e-3, momentum=0.9),
    "nesterov": lambda of: torch.optim.SGD(of, lr=1e-3, momentum=0.9, nesterov=True),
    "adagrad": lambda of: torch.optim.Adagrad(of, lr=1e-3, eps=1e-6),
    "rmsprop": lambda of: torch.optim.RMSprop(of, lr=1e-3, alpha=0.9, eps=1e-6),
    "rmsprop_centered": lambda of: torch.optim.RMSprop(
        of, lr=1e-3, alpha=0.9, eps=1e-6, centered=True
    ),
    "rmsprop_momentum": lambda of: torch.optim.RMSprop(
        of, lr=1e-3, alpha=0.9, eps=1e-6, momentum=0.9
    ),
    "adam": lambda of: torch.optim.Adam(of, lr=1e-3, eps=1e-6),
}


def perceptron():
    """The large network, with a gradient."""
    layers = []
    for wide, narrow in pairwise(jobs.NETWORK):
        layers += [torch.nn.Linear(wide, narrow), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    inputs, labels = map(torch.from_numpy, jobs.digits_like())

    def gradient():
        model.zero_grad()
        torch.nn.functional.cross_entropy(model(inputs), labels).backward()
        return [0.0]

    gradient()
    return model, gradient


def torch_network(name):
    model, _ = perceptron()
    rule = TORCH[name](model.parameters())

    def run():
        rule.step()
        kept = [value for of in rule.state.values() for value in of.values()]
        return [sum(v.numel() * v.element_size() for v in kept if torch.is_tensor(v))]

    return run


PEERS = {
    ("path", "JAX scan"): jax_path,
    ("path", "optax"): optax_path,
    ("path", "torch.optim"): torch_path,
    ("batch", "JAX scan"): jax_batch,
    ("batch", "optax"): optax_batch,
    ("batch", "torch.compile"): torch_compiled_batch,
}
for _size in jobs.SIZES:
    PEERS |= {
        (f"step {_size:.0e}", "JAX"): lambda size=_size: jax_vector(size),
        (f"step {_size:.0e}", "torch.optim"): lambda size=_size: torch_vector(size),
        (f"step {_size:.0e}", "torch.compile"): lambda size=_size: torch_compiled_vector(size),
    }


PEERS |= {(f"network {name}", "torch"): lambda name=name: torch_network(name) for name in TORCH}
PEERS["gradient", "torch"] = lambda: perceptron()[1]


def main() -> None:
    print(json.dumps([list(key) for key in PEERS]), flush=True)
    ready = {}
    for line in sys.stdin:
        asked = json.loads(line)
        key = asked["job"], asked["peer"]
        if any(job != asked["job"] for job, _ in ready):
            ready.clear()  # its arrays are large
        if key not in ready:
            ready[key] = PEERS[key]()
        ms, end = jobs.clock(ready[key])
        wanted = np.asarray(end).reshape(-1)[:: asked["every"]].tolist() if asked["every"] else None
        print(json.dumps({"ms": ms, "end": wanted}), flush=True)


if __name__ == "__main__":
    main()
