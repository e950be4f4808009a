"""What each library means by its words, found out by a step or two of it.

A probe predicts the step under each meaning that a word may have. Exactly one has to come true.
"""

import inspect
from math import isclose, sqrt

import numpy as np
from libraries import LIBRARIES, examples, keras, optax, sklearn_optimizers, tensorflow1, torch
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
ADAM = {
    "torch": torch.optim.Adam,
    "keras": keras.optimizers.Adam,
    "optax": optax.adam,
    "tensorflow": tensorflow1.AdamOptimizer,
    "jax": examples.adam,
}


def meaning(what, found, predicted):
    """The one meaning whose prediction came true."""
    true = [of for of, value in predicted.items() if isclose(found, value, rel_tol=1e-9)]
    if len(true) != 1:
        raise ArithmeticError(f"{what}: {found} is {true or 'none'} of {predicted}")
    return true[0]


def updates(library, make, settings, pulls, start=0.0):
    """What each step subtracts, down a plane whose slope is the pull of that step."""
    path = LIBRARIES[library].path_at(
        make, settings, lambda x, y, pull: pull * (x + y), (start, start), pulls
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


def ball(library, make, settings, first, **ask):
    """Momentum: one step of slope 1, and one of slope 0 at half the rate. ``first`` is plain."""
    settings = settings | {"momentum": MOMENTUM, "decay": DECAY}
    one, two = updates(library, make, settings | ask, [GRAD, 0.0])
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
    return found


def sgd(library):
    """Its momentum: heavy ball and Nesterov's."""
    optimizers, found = LIBRARIES[library].optimizers, {}
    for form in ("momentum", "nesterov"):
        inside = f"{form}_rate_inside"
        make, more = optimizers[inside if inside in optimizers else f"{form}_decayed"]
        kind, rate = ball(library, make, {"learning_rate": RATE}, RATE * GRAD, **more)
        assert kind == {"momentum": "heavy ball"}.get(form, form)
        assert found.setdefault("rate_in_velocity", rate) == rate
    return found


def adagrad(library):
    make = ADAGRAD[library]
    said = arguments(library, make, initial="initial_accumulator_value")
    asked = {"learning_rate": RATE} | ({"epsilon": EPSILON} if "epsilon" in said else {})
    (step,) = updates(library, make, asked, [GRAD])
    predicted = {}
    for start in (0.0, 0.1):
        roots = {of: root(start + GRAD**2, of) for of in PLACES} | {"none": sqrt(start + GRAD**2)}
        for place, value in roots.items():
            for form, share in (("plain", 1), ("a mean of steps", 1 - 0.9)):
                predicted[start, place, form] = share * RATE * GRAD / value
    start, place, form = meaning(f"{library} AdaGrad", step, predicted)
    return {"arguments": said, "s_starts_at": start, "epsilon": place, "step": form}


def adam(library):
    optimizers = LIBRARIES[library].optimizers
    make, _ = optimizers["adam_before" if "adam_before" in optimizers else "adam"]
    settings = {"learning_rate": RATE, "epsilon": EPSILON, "beta1": 0.5, "beta2": RHO}
    (step,) = updates(library, make, settings, [GRAD])
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
    of = ADAM.get(library, make)
    return {"epsilon_and_correction": found, "arguments": arguments(library, of)}


def unasked(library):
    """What each optimiser does beside its rule, when at most its rate is given."""
    if library == "sklearn":
        return {solver: perceptron(solver) for solver in ("SGD", "Adam")}
    sgd, _ = LIBRARIES[library].optimizers["sgd"]
    found = {}
    for name, make in {
        "SGD": sgd,
        "RMSProp": RMSPROP[library][1],
        "AdaGrad": ADAGRAD[library],
        "Adam": ADAM[library],
    }.items():
        said = arguments(library, make)
        given = {} if said["learning_rate"][1] else {"learning_rate": RATE}
        (decay,) = updates(library, make, given, [0.0], WEIGHT)
        found[name] = ["weight decay"] if decay else []
        _, second, third = updates(library, make, given, [GRAD, 0.0, 0.0])
        if second and name != "Adam":  # in Adam momentum is the rule
            found[name].append(f"momentum {third / second:.6g}")
    return found


def perceptron(solver):
    """The same of scikit-learn's networks, by their public class: no layer, so one weight."""

    def weights(slopes, **more):
        """The weight before and after each step of such a slope."""
        model = MLPRegressor(
            hidden_layer_sizes=(),
            solver=solver.lower(),
            learning_rate_init=RATE,
            random_state=0,
            **more,
        )
        model.partial_fit([[0.0]], [0.0])  # without a slope: it makes the weight
        passed = [model.coefs_[0].item()]
        for slope in slopes:
            target = model.predict([[1.0]]) - slope if slope else [0.0]
            model.partial_fit([[float(slope != 0)]], target)
            passed.append(model.coefs_[0].item())
        return passed

    (start,), (pulled,) = weights([], alpha=0.0), weights([])
    found = ["weight decay"] if pulled != start else []
    first, second, third = -np.diff(weights([GRAD, 0.0, 0.0], alpha=0.0))
    if second and solver != "Adam":
        share = third / second
        kinds = {"momentum": 1.0, "Nesterov's momentum": 1 + share}
        kind = meaning("scikit-learn momentum", first / (RATE * GRAD), kinds)
        found.append(f"{kind} {share:.6g}")
    return found


def perceptron_decay():
    """How the decay works that scikit-learn's networks have on: after a step without a slope."""
    said = inspect.signature(MLPClassifier).parameters
    alpha = said["alpha"].default

    def weight(**more):
        more |= {"hidden_layer_sizes": (), "learning_rate_init": RATE, "random_state": 0}
        return MLPRegressor(**more).partial_fit([[0.0]], [0.0]).coefs_[0].item()

    start = weight(alpha=0.0)
    before = sqrt(1 - said["beta_2"].default) * alpha * start
    return meaning(
        "scikit-learn alpha",
        start - weight(),
        {
            "coupled": RATE * before / (abs(before) + said["epsilon"].default),
            "decoupled": RATE * alpha * start,
            "decoupled, without the rate": alpha * start,
        },
    )


def conventions():
    """All of it by library and optimiser."""
    found = {}
    for library in LIBRARIES:
        asked = (rmsprop, sgd, adagrad, adam, unasked)
        if library == "sklearn":  # it has neither RMSProp nor AdaGrad
            has = {name for name in vars(sklearn_optimizers) if name.endswith("Optimizer")}
            assert has == {"BaseOptimizer", "SGDOptimizer", "AdamOptimizer"}
            asked = (sgd, adam, unasked)
        found[library] = {ask.__name__: ask(library) for ask in asked}
    found["sklearn"]["perceptron"] = {
        "called": "sklearn.neural_network",
        "weight_decay": perceptron_decay(),
    }
    return found
