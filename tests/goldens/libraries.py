"""How each library walks: its optimiser, in float64, with gradients by autodiff.

Nothing here is ours, so that what agrees with it is right.

A surface is ``value(x, y, pull)``. ``pull`` is another number at each step, where a probe needs
one. ``decay`` lowers the rate by the library's own schedule: rate / (1 + decay * k) at step k.
"""

import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

# Keras reads these when it is imported. In a home of its own nobody's keras.json has a say.
os.environ["KERAS_BACKEND"] = "jax"
os.environ["KERAS_HOME"] = sys.prefix
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # nothing about the processor

import jax
import keras
import numpy as np
import optax
import sklearn
import tensorflow
import torch
from jax.example_libraries import optimizers as examples

# scikit-learn keeps them private. Its MLPClassifier and MLPRegressor step with nothing else.
from sklearn.neural_network import _stochastic_optimizers as sklearn_optimizers

jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")
tensorflow1 = tensorflow.compat.v1.train


def slope(value):
    """The gradient of a surface as a function of the point and the pull."""
    return jax.jit(jax.grad(lambda point, pull: value(point[0], point[1], pull)))


def torch_path(make, settings, value, start, pulls, decay=0.0):
    point = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    steps = make([point], **settings)
    schedule = torch.optim.lr_scheduler.LambdaLR(steps, lambda k: 1 / (1 + decay * k))
    path = [point.tolist()]
    for pull in pulls:
        steps.zero_grad()
        value(*point, pull).backward()
        steps.step()
        schedule.step()
        path.append(point.tolist())
    return path


def optax_path(make, settings, value, start, pulls, decay=0.0):
    if decay:
        rate = settings["learning_rate"]
        settings = settings | {"learning_rate": lambda k: rate / (1 + decay * k)}
    steps, grad = make(**settings), slope(value)

    @jax.jit
    def step(point, state, pull):
        updates, state = steps.update(grad(point, pull), state, point)
        return optax.apply_updates(point, updates), state

    point = jax.numpy.array(start)
    state = steps.init(point)
    path = [point.tolist()]
    for pull in pulls:
        point, state = step(point, state, pull)
        path.append(point.tolist())
    return path


def keras_path(make, settings, value, start, pulls, decay=0.0):
    if decay:
        slower = keras.optimizers.schedules.InverseTimeDecay(settings["learning_rate"], 1, decay)
        settings = settings | {"learning_rate": slower}
    steps, grad = make(**settings), slope(value)
    point = keras.Variable(start)
    path = [point.numpy().tolist()]
    for pull in pulls:
        steps.apply([grad(point.value, pull)], [point])
        path.append(point.numpy().tolist())
    return path


def tensorflow_path(make, settings, value, start, pulls, decay=0.0):
    # It rounds a Python float to single precision, also its own default, but not NumPy's.
    own = {of: it.default for of, it in inspect.signature(make).parameters.items()}
    settings = {
        of: np.float64(value) if type(value) is float else value
        for of, value in (own | settings).items()
        if value is not inspect.Parameter.empty
    }
    k, rate = 0, settings["learning_rate"]
    if decay:
        settings["learning_rate"] = lambda: rate / (1 + decay * k)
    steps = make(**settings)
    point = tensorflow.Variable(start, dtype=tensorflow.float64)
    path = [point.numpy().tolist()]
    for k, pull in enumerate(pulls):  # noqa: B007  (the rate looks at k)
        with tensorflow.GradientTape() as tape:
            height = value(point[0], point[1], pull)
        steps.apply_gradients([(tape.gradient(height, point), point)])
        path.append(point.numpy().tolist())
    return path


def jax_path(make, settings, value, start, pulls, decay=0.0):
    if decay:
        settings = settings | {
            "step_size": examples.inverse_time_decay(settings["step_size"], 1, decay)
        }
    init, update, params = make(**settings)
    grad = slope(value)
    step = jax.jit(lambda k, state, pull: update(k, grad(params(state), pull), state))
    state = init(jax.numpy.array(start))
    path = [params(state).tolist()]
    for k, pull in enumerate(pulls):
        state = step(k, state, pull)
        path.append(params(state).tolist())
    return path


def sklearn_path(make, settings, value, start, pulls, decay=0.0):
    grad, point = slope(value), np.array(start)
    steps = make([point], **settings)
    path = [point.tolist()]
    for k, pull in enumerate(pulls):
        if decay:
            steps.learning_rate = settings["learning_rate_init"] / (1 + decay * k)
        steps.update_params([point], [np.asarray(grad(point, pull))])
        path.append(point.tolist())
    return path


def torch_adam(params, beta1, beta2, **settings):
    return torch.optim.Adam(params, betas=(beta1, beta2), **settings)


@dataclass(frozen=True)
class Library:
    """A library: how it walks, its names for ours, its optimisers and what makes each ours.

    ``optimizers`` says for each rule, ours or one of tests/test_goldens.py, the library's
    optimiser, and which of its arguments are to be set to be that rule.
    """

    version: str
    path: Callable
    names: dict[str, str]
    optimizers: dict[str, tuple[Callable, dict]] = field(default_factory=dict)

    def path_at(self, make, settings, value, start, pulls):
        """The path at these hyper-parameters, by our names; ``decay`` is the schedule's."""
        theirs = {self.names.get(of, of): v for of, v in settings.items() if of != "decay"}
        return self.path(make, theirs, value, start, pulls, settings.get("decay", 0.0))


LIBRARIES = {
    "torch": Library(
        torch.__version__,
        torch_path,
        {"learning_rate": "lr", "rho": "alpha", "epsilon": "eps"},
        {
            "sgd": (torch.optim.SGD, {}),
            "momentum": (torch.optim.SGD, {}),
            "momentum_decayed": (torch.optim.SGD, {}),
            "nesterov": (torch.optim.SGD, {"nesterov": True}),
            "nesterov_decayed": (torch.optim.SGD, {"nesterov": True}),
            "adagrad": (torch.optim.Adagrad, {}),
            "rmsprop": (torch.optim.RMSprop, {}),
            "rmsprop_centered": (torch.optim.RMSprop, {"centered": True}),
            "rmsprop_momentum": (torch.optim.RMSprop, {}),
            "rmsprop_momentum_decayed": (torch.optim.RMSprop, {}),
            "rmsprop_coupled": (torch.optim.RMSprop, {}),
            "adam": (torch_adam, {}),
            "amsgrad": (torch_adam, {"amsgrad": True}),
        },
    ),
    "keras": Library(
        keras.__version__,
        keras_path,
        {"beta1": "beta_1", "beta2": "beta_2"},
        {
            "sgd": (keras.optimizers.SGD, {}),
            "momentum_rate_inside": (keras.optimizers.SGD, {}),
            "nesterov_rate_inside": (keras.optimizers.SGD, {"nesterov": True}),
            "adagrad_inside": (keras.optimizers.Adagrad, {}),
            "rmsprop_inside": (keras.optimizers.RMSprop, {}),
            "rmsprop_inside_centered": (keras.optimizers.RMSprop, {"centered": True}),
            "rmsprop_inside_momentum": (keras.optimizers.RMSprop, {}),
            "rmsprop_inside_decoupled": (keras.optimizers.RMSprop, {}),
            "adam_before": (keras.optimizers.Adam, {}),
            "amsgrad_before": (keras.optimizers.Adam, {"amsgrad": True}),
        },
    ),
    "optax": Library(
        optax.__version__,
        optax_path,
        {"rho": "decay", "epsilon": "eps", "beta1": "b1", "beta2": "b2"},
        {
            "sgd": (optax.sgd, {}),
            "momentum": (optax.sgd, {}),
            "momentum_decayed": (optax.sgd, {}),
            "nesterov": (optax.sgd, {"nesterov": True}),
            "nesterov_decayed": (optax.sgd, {"nesterov": True}),
            "adagrad_inside": (optax.adagrad, {}),
            "rmsprop": (optax.rmsprop, {"eps_in_sqrt": False}),
            "rmsprop_inside": (optax.rmsprop, {}),
            "rmsprop_inside_from_1": (optax.rmsprop, {"initial_scale": 1.0}),
            "rmsprop_inside_corrected": (optax.rmsprop, {"bias_correction": True}),
            "rmsprop_centered": (optax.rmsprop, {"centered": True, "eps_in_sqrt": False}),
            "rmsprop_inside_centered": (optax.rmsprop, {"centered": True}),
            "rmsprop_momentum": (optax.rmsprop, {"eps_in_sqrt": False}),
            "rmsprop_inside_momentum": (optax.rmsprop, {}),
            "rmsprop_inside_nesterov": (optax.rmsprop, {"nesterov": True}),
            "adam": (optax.adam, {}),
            "amsgrad_corrected": (optax.amsgrad, {}),
        },
    ),
    "tensorflow": Library(
        tensorflow.__version__,
        tensorflow_path,
        {"rho": "decay"},
        {
            "sgd": (tensorflow1.GradientDescentOptimizer, {}),
            "momentum_decayed": (tensorflow1.MomentumOptimizer, {}),
            "nesterov_decayed": (tensorflow1.MomentumOptimizer, {"use_nesterov": True}),
            "adagrad_bare": (tensorflow1.AdagradOptimizer, {}),
            "rmsprop_inside_from_1": (tensorflow1.RMSPropOptimizer, {}),
            "rmsprop_inside_centered_from_1": (tensorflow1.RMSPropOptimizer, {"centered": True}),
            "rmsprop_inside_momentum_from_1": (tensorflow1.RMSPropOptimizer, {}),
            "adam_before": (tensorflow1.AdamOptimizer, {}),
        },
    ),
    "jax": Library(
        jax.__version__,
        jax_path,
        {"learning_rate": "step_size", "rho": "gamma", "epsilon": "eps", "beta1": "b1"}
        | {"beta2": "b2"},
        {
            "sgd": (examples.sgd, {}),
            "momentum_decayed": (
                lambda momentum, **settings: examples.momentum(mass=momentum, **settings),
                {},
            ),
            "nesterov_decayed": (
                lambda momentum, **settings: examples.nesterov(mass=momentum, **settings),
                {},
            ),
            "adagrad_mean": (examples.adagrad, {}),
            "rmsprop_inside": (examples.rmsprop, {}),
            "rmsprop_inside_momentum": (examples.rmsprop_momentum, {}),
            "adam": (examples.adam, {}),
        },
    ),
    "sklearn": Library(
        sklearn.__version__,
        sklearn_path,
        {"learning_rate": "learning_rate_init", "beta1": "beta_1", "beta2": "beta_2"},
        {
            "sgd": (sklearn_optimizers.SGDOptimizer, {"momentum": 0.0, "nesterov": False}),
            "momentum_rate_inside": (sklearn_optimizers.SGDOptimizer, {"nesterov": False}),
            "nesterov_rate_inside": (sklearn_optimizers.SGDOptimizer, {}),
            "adam_before": (sklearn_optimizers.AdamOptimizer, {}),
        },
    ),
}
VERSIONS = {name: library.version for name, library in LIBRARIES.items()}
