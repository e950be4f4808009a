"""What each library means by its words, found out by a step or two of it.

A probe predicts the step under each meaning that a word may have. Exactly one has to come true.
"""

import inspect
from math import isclose, sqrt

import numpy as np
from libraries import LIBRARIES, examples, keras, optax, tensorflow1, torch
from sklearn.neural_network import MLPClassifier, MLPRegressor

RATE, RHO, EPSILON, MOMENTUM, DECAY, GRAD, WEIGHT = 0.1, 0.9, 0.01, 0.5, 1.0, 0.1, 2.0
SETTINGS = {"learning_rate": RATE, "rho": RHO, "epsilon": EPSILON}
PLACES = "inside", "outside"

RMSPROP = {  # what it is called, and what it is
    "torch": ("torch.optim.RMSprop", torch.optim.RMSprop),
    "keras": ("keras.optimizers.RMSprop", keras.optimizers.RMSprop),
    "optax": ("optax.rmsprop", optax.rmsprop),
    "tensorflow": ("tf.compat.v1.train.RMSPropOptimizer", tensorflow1.RMSPropOptimizer),
    "jax": ("jax.example_libraries.optimizers.rmsprop", examples.rmsprop),
}
ADAGRAD = {
    "torch": torch.optim.Adagrad,
    "keras": keras.optimizers.Adagrad,
    "optax": optax.adagrad,
    "tensorflow": tensorflow1.AdagradOptimizer,
    "jax": examples.adagrad,
}


def meaning(what, found, predicted):
    """The one meaning whose prediction came true."""
    true = [of for of, value in predicted.items() if isclose(found, value, rel_tol=1e-9)]
    if len(true) != 1:
        raise ArithmeticError(f"{what}: {found} is {true or 'none'} of {predicted}")
    return true[0]


def updates(library, make, hyper, pulls, start=0.0):
    """What each step subtracts, down a plane whose slope is the pull of that step."""
    path = LIBRARIES[library].walk(
        make, hyper, lambda x, y, pull: pull * (x + y), (start, start), pulls
    )
    return -np.diff([x for x, _ in path])


def root(s, place, epsilon=EPSILON):
    return sqrt(s + epsilon) if place == "inside" else sqrt(s) + epsilon


def arguments(library, make, **parts):
    """By our names, what the library calls an argument and its default."""
    names = LIBRARIES[library].names
    said = inspect.signature(make).parameters
    found = {}
    for of in ("learning_rate", "rho", "epsilon", "momentum", "centered", "weight_decay", *parts):
        theirs = parts.get(of, names.get(of, of))
        if theirs in said:
            default = said[theirs].default
            found[of] = [theirs, None if default is inspect.Parameter.empty else default]
    return found


def ball(library, make, hyper, first, **ask):
    """Momentum: one step of slope 1, and one of slope 0 at half the rate. ``first`` is plain."""
    hyper = hyper | {"momentum": MOMENTUM, "decay": DECAY}
    one, two = updates(library, make, hyper | ask, [GRAD, 0.0])
    kind = meaning(
        f"{library} momentum, first step",
        one / first,
        {"heavy ball": 1.0, "nesterov": 1 + MOMENTUM, "damped": 1 - MOMENTUM},
    )
    fade = MOMENTUM**2 if kind == "nesterov" else MOMENTUM
    rate = meaning(
        f"{library} momentum, second step",
        two / first,
        {"inside": fade, "outside": fade / (1 + DECAY)},
    )
    return kind, rate


def rmsprop(library):
    called, make = RMSPROP[library]
    said = arguments(library, make)
    (first,) = updates(library, make, SETTINGS, [GRAD])
    predicted = {}
    for place in PLACES:
        for start in (0.0, 1.0):
            s = RHO * start + (1 - RHO) * GRAD**2
            predicted[place, start, False] = RATE * GRAD / root(s, place)
            predicted[place, start, True] = RATE * GRAD / root(s / (1 - RHO), place)
    place, start, corrected = meaning(f"{library} RMSProp", first, predicted)
    found = {"called": called, "arguments": said, "epsilon": place, "s_starts_at": start}
    found["bias_correction"] = corrected

    with_momentum = examples.rmsprop_momentum if library == "jax" else make
    found["momentum"], found["rate_in_velocity"] = ball(library, with_momentum, SETTINGS, first)
    if "nesterov" in inspect.signature(make).parameters:
        found["nesterov"], rate = ball(library, make, SETTINGS, first, nesterov=True)
        assert rate == found["rate_in_velocity"]

    if "centered" in said:
        _, second = updates(library, make, SETTINGS | {"centered": True}, [GRAD, 3 * GRAD])
        s, mean = start, 0.0
        for grad in (GRAD, 3 * GRAD):
            s = RHO * s + (1 - RHO) * grad**2
            mean = RHO * mean + (1 - RHO) * grad
        step = 3 * RATE * GRAD
        roots = {of: root(s - mean**2, of) for of in PLACES} | {"ignored": root(s, place)}
        found["centred"] = meaning(
            f"{library} centred", second, {of: step / value for of, value in roots.items()}
        )

    if "weight_decay" in said:
        (step,) = updates(library, make, SETTINGS | {"weight_decay": 0.1}, [0.0], WEIGHT)
        pull = 0.1 * WEIGHT
        found["weight_decay"] = meaning(
            f"{library} weight decay",
            step,
            {
                "coupled": RATE * pull / root((1 - RHO) * pull**2, place),
                "decoupled": RATE * pull,
                "decoupled, without the rate": pull,
            },
        )

    # As it comes: without a slope nothing moves, so neither momentum nor weight decay is on.
    given = {} if said["learning_rate"][1] else {"learning_rate": RATE}
    one, two = updates(library, make, given, [GRAD, 0.0], WEIGHT)
    found["moves_without_a_slope"] = bool(one > 0 and two != 0)
    return found


def sgd(library):
    """Its momentum: heavy ball and Nesterov's, and whether they are on as it comes."""
    optimizers, found = LIBRARIES[library].optimizers, {}
    for form in ("momentum", "nesterov"):
        inside = f"{form}_rate_inside"
        make, more = optimizers[inside if inside in optimizers else f"{form}_decayed"]
        kind, rate = ball(library, make, {"learning_rate": RATE}, RATE * GRAD, **more)
        assert kind == {"momentum": "heavy ball"}.get(form, form)
        assert found.setdefault("rate_in_velocity", rate) == rate
    said = inspect.signature(optimizers["sgd"][0]).parameters
    found["on"] = {of: said[of].default for of in ("momentum", "nesterov") if of in said}
    return found


def adagrad(library):
    make = ADAGRAD[library]
    said = arguments(library, make, initial="initial_accumulator_value")
    asked = {"learning_rate": RATE} | ({"epsilon": EPSILON} if "epsilon" in said else {})
    (step,) = updates(library, make, asked, [GRAD])
    predicted = {(0.0, "none"): RATE, (0.1, "none"): RATE * GRAD / sqrt(0.1 + GRAD**2)}
    predicted["0, a mean", "none"] = (1 - 0.9) * RATE
    for place in PLACES:
        for start in (0.0, 0.1):
            predicted[start, place] = RATE * GRAD / root(start + GRAD**2, place)
    start, place = meaning(f"{library} AdaGrad", step, predicted)
    return {"arguments": said, "s_starts_at": start, "epsilon": place}


def adam(library):
    make, _ = LIBRARIES[library].optimizers[
        "adam_before" if "adam_before" in LIBRARIES[library].optimizers else "adam"
    ]
    hyper = {"learning_rate": RATE, "epsilon": EPSILON, "beta1": 0.5, "beta2": RHO}
    (step,) = updates(library, make, hyper, [GRAD])
    before = sqrt(1 - RHO)
    found = meaning(
        f"{library} Adam",
        step,
        {
            "after": RATE * GRAD / (GRAD + EPSILON),
            "before": RATE * before * GRAD / (before * GRAD + EPSILON),
            "inside": RATE * GRAD / sqrt(GRAD**2 + EPSILON),
            "never": RATE * 0.5 * GRAD / (before * GRAD + EPSILON),
        },
    )
    of = torch.optim.Adam if library == "torch" else make
    return {"epsilon_and_correction": found, "arguments": arguments(library, of)}


def perceptron():
    """What scikit-learn's networks have on, by their public class: no layer, data without slope."""
    said = inspect.signature(MLPClassifier).parameters
    named = "solver", "learning_rate_init", "momentum", "nesterovs_momentum", "alpha"
    defaults = {of: said[of].default for of in named}

    def weight(**more):  # after one step; without alpha nothing moves it
        more |= {"hidden_layer_sizes": (), "learning_rate_init": RATE, "random_state": 0}
        model = MLPRegressor(**more)
        return model.partial_fit([[0.0]], [0.0]).coefs_[0].item()

    start, alpha = weight(alpha=0.0), defaults["alpha"]
    before = sqrt(1 - said["beta_2"].default) * alpha * start
    decay = meaning(
        "scikit-learn alpha",
        start - weight(),
        {
            "coupled": RATE * before / (abs(before) + said["epsilon"].default),
            "decoupled": RATE * alpha * start,
            "decoupled, without the rate": alpha * start,
        },
    )
    return {"called": "sklearn.neural_network", "defaults": defaults, "weight_decay": decay}


def conventions():
    """All of it by library and optimiser. scikit-learn has neither RMSProp nor AdaGrad."""
    found = {}
    for library in LIBRARIES:
        asked = (sgd, adam) if library == "sklearn" else (rmsprop, sgd, adagrad, adam)
        found[library] = {ask.__name__: ask(library) for ask in asked}
    found["sklearn"]["perceptron"] = perceptron()
    return found
