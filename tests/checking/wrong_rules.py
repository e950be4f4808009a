"""Rules as students get them wrong, in other words than those of ``checking.mistakes``.

Each is marked with the rule that it is meant to be, and with the name that its mistake must get.
"""

import numpy as np

WRONG = []


def wrong(rule, name):
    def mark(function):
        WRONG.append((rule, name, function))
        return function

    return mark


# RMSProp: the mean of squares.


@wrong("rmsprop", "weight missing")
def _(lr, rho, eps, g, s):
    s = rho * s + g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "rho missing")
def _(lr, rho, eps, g, s):
    s_new = s + (1 - rho) * np.square(g)
    return lr * g / (np.sqrt(s_new) + eps), s_new


@wrong("rmsprop", "weights swapped")
def _(lr, rho, eps, g, s):
    s_new = (1 - rho) * s + rho * g**2
    return lr / (eps + s_new**0.5) * g, s_new


@wrong("rmsprop", "same weight twice")
def _(lr, rho, eps, g, s):
    s_new = rho * (s + g**2)
    return lr * g / (np.sqrt(s_new) + eps), s_new


@wrong("rmsprop", "sum of squares")
def _(lr, rho, eps, g, s):
    cache = s + g**2
    return lr * g / (np.sqrt(cache) + eps), cache


@wrong("rmsprop", "no memory")
def _(lr, rho, eps, g, s):
    v = g**2
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "old s left out")
def _(lr, rho, eps, g, s):
    zero = 0 * s
    v = rho * zero + (1 - rho) * g**2
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "absolute gradient")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * np.abs(g)
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "gradient not squared")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g
    return lr * g / (v**0.5 + eps), v


@wrong("rmsprop", "gradient doubled")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g * 2
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "weight squared")
def _(lr, rho, eps, g, s):
    v = rho * s + ((1 - rho) * g) ** 2
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "bracket too wide")
def _(lr, rho, eps, g, s):
    v = rho * (s + (1 - rho) * g**2)
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "bracket missing")
def _(lr, rho, eps, g, s):
    v = rho * s + 1 - rho * g**2
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "minus for plus")
def _(lr, rho, eps, g, s):
    v = rho * s - (1 - rho) * g**2
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "one s for all coordinates")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * np.mean(g**2)
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "squares summed over coordinates")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * np.linalg.norm(np.ravel(g)) ** 2
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "0.9 for rho")
def _(lr, rho, eps, g, s):
    v = 0.9 * s + 0.1 * g**2
    return lr * g / (np.sqrt(v) + eps), v


# RMSProp: the step.


@wrong("rmsprop", "another convention: epsilon inside the root")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return lr * g / np.sqrt(v + eps), v


@wrong("rmsprop", "no root")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return lr * g / (v + eps), v


@wrong("rmsprop", "no epsilon")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return lr * g * v**-0.5, v


@wrong("rmsprop", "no division")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return lr * g, v


@wrong("rmsprop", "brackets missing")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return lr * g / np.sqrt(v) + eps, v


@wrong("rmsprop", "old s in the update")
def _(lr, rho, eps, g, s):
    updates = lr * g / (np.sqrt(s) + eps)
    return updates, rho * s + (1 - rho) * g**2


@wrong("rmsprop", "times the root")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return lr * g * (np.sqrt(v) + eps), v


@wrong("rmsprop", "gradient missing")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return lr / (np.sqrt(v) + eps), v


@wrong("rmsprop", "gradient squared in the update")
def _(lr, rho, eps, g, s):
    g = g * g
    v = rho * s + (1 - rho) * g
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "sign lost")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return np.abs(lr * g / (np.sqrt(v) + eps)), v


@wrong("rmsprop", "sign only")
def _(lr, rho, eps, g, s):
    return lr * np.sign(g), rho * s + (1 - rho) * g**2


@wrong("rmsprop", "epsilon in the state")
def _(lr, rho, eps, g, s):
    v = eps + rho * s + (1 - rho) * g**2
    return lr * g / np.sqrt(v), v


@wrong("rmsprop", "epsilon in state and divisor")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2 + eps
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "root in the state")
def _(lr, rho, eps, g, s):
    rms = np.sqrt(rho * s + (1 - rho) * g**2)
    return lr * g / (rms + eps), rms


@wrong("rmsprop", "start corrected")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    v_hat = v / (1 - rho)
    return lr * g / (np.sqrt(v_hat) + eps), v


@wrong("rmsprop", "one root for all coordinates")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(v.sum()) + eps), v


@wrong("rmsprop", "1e-08 for epsilon")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(v) + 1e-8), v


@wrong("rmsprop", "grad for learning_rate * grad")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "no effect of learning_rate")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return 0.001 * g / (np.sqrt(v) + eps), v


# Any rule.


@wrong("rmsprop", "ascent")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return -lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop", "results swapped")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return v, lr * g / (np.sqrt(v) + eps)


@wrong("rmsprop", "state not carried")
def _(lr, rho, eps, g, s_prev):
    v = rho * s_prev + (1 - rho) * g**2
    return lr * g / (np.sqrt(v) + eps), s_prev


@wrong("rmsprop", "changes its arguments")
def _(lr, rho, eps, g, s):
    s *= rho
    s += (1 - rho) * g**2
    return lr * g / (np.sqrt(s) + eps), s


@wrong("rmsprop", "changes its arguments")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    g /= np.sqrt(v) + eps
    return lr * g, v


MEMORY = {"s": 0.0}


@wrong("rmsprop", "remembers between calls")
def _(lr, rho, eps, g, s):
    MEMORY["s"] = rho * MEMORY["s"] + (1 - rho) * np.mean(g**2)
    return lr * g / (np.sqrt(MEMORY["s"]) + eps), MEMORY["s"]


@wrong("rmsprop", "returns nothing")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    print(lr * g / (np.sqrt(v) + eps), v)


@wrong("rmsprop", "wrong number of results")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(v) + eps)


@wrong("rmsprop", "raises an error")
def _(lr, rho, eps, g, s):
    return lr * g / (np.sqrt(v) + eps), v  # noqa: F821


@wrong("rmsprop", "only for arrays")
def _(lr, rho, eps, g, s):
    v = np.zeros(len(g))
    for i in range(len(g)):
        v[i] = rho * s[i] + (1 - rho) * g[i] ** 2
    return lr * g / (np.sqrt(v) + eps), v


# Gradient descent and AdaGrad.


@wrong("sgd", "ascent")
def _(lr, g):
    return -lr * g


@wrong("sgd", "divided by the learning rate")
def _(lr, g):
    return g / lr


@wrong("sgd", "gradient alone")
def _(lr, g):
    return g


@wrong("sgd", "sign only")
def _(lr, g):
    return lr * np.sign(g)


@wrong("adagrad", "no memory")
def _(lr, eps, g, cache):
    cache = g**2
    return lr * g / (np.sqrt(cache) + eps), cache


@wrong("adagrad", "no root")
def _(lr, eps, g, cache):
    cache = cache + g**2
    return lr * g / (cache + eps), cache


@wrong("adagrad", "absolute gradient")
def _(lr, eps, g, cache):
    cache = cache + np.abs(g)
    return lr * g / (np.sqrt(cache) + eps), cache


@wrong("adagrad", "another convention: epsilon inside the root")
def _(lr, eps, g, cache):
    cache = cache + g**2
    return lr * g / np.sqrt(cache + eps), cache


# Momentum.


@wrong("momentum", "momentum missing")
def _(lr, mu, g, v):
    v = v + g
    return lr * v, v


@wrong("momentum", "velocity not carried")
def _(lr, mu, g, v):
    v = g
    return lr * v, v


@wrong("momentum", "gradient subtracted")
def _(lr, mu, g, v):
    v = mu * v - g
    return lr * v, v


@wrong("momentum", "another convention: velocity downhill")
def _(lr, mu, g, v):
    v = mu * v - g
    return -(lr * v), v


@wrong("momentum", "another convention: keras velocity")
def _(lr, mu, g, v):
    v = mu * v - lr * g
    return -v, v


@wrong("momentum", "another convention: learning rate in the velocity")
def _(lr, mu, g, v):
    v = mu * v + lr * g
    return v, v


@wrong("momentum", "another convention: average for velocity")
def _(lr, mu, g, v):
    v = mu * v + (1 - mu) * g
    return lr * v, v


@wrong("momentum", "velocity weights swapped")
def _(lr, mu, g, v):
    v = (1 - mu) * v + mu * g
    return lr * v, v


@wrong("momentum", "momentum on both")
def _(lr, mu, g, v):
    v = mu * (v + g)
    return lr * v, v


@wrong("momentum", "scaled velocity returned")
def _(lr, mu, g, v):
    step = lr * (mu * v + g)
    return step, step


@wrong("momentum", "nesterov for heavy ball")
def _(lr, mu, g, v):
    v = mu * v + g
    return lr * (g + mu * v), v


@wrong("momentum", "learning rate on the gradient alone")
def _(lr, mu, g, v):
    return lr * g + mu * v, mu * v + g


@wrong("momentum", "old velocity in the update")
def _(lr, mu, g, v):
    return lr * v, mu * v + g


@wrong("momentum", "state not carried")
def _(lr, mu, g, velocity):
    new = mu * velocity + g
    return lr * new, velocity


@wrong("momentum", "0.9 for momentum")
def _(lr, mu, g, v):
    v = 0.9 * v + g
    return lr * v, v


@wrong("momentum", "gradient descent")
def _(lr, mu, g, v):
    return lr * g, mu * v + g


@wrong("nesterov", "heavy ball for nesterov")
def _(lr, mu, g, v):
    v = mu * v + g
    return lr * v, v


@wrong("nesterov", "heavy ball for nesterov")
def _(lr, mu, g, v):
    return lr * (g + mu * v), mu * v + g


@wrong("nesterov", "momentum missing ahead")
def _(lr, mu, g, v):
    v = mu * v + g
    return lr * (g + v), v


@wrong("nesterov", "gradient left out ahead")
def _(lr, mu, g, v):
    v = mu * v + g
    return lr * mu * v, v


@wrong("nesterov", "another convention: learning rate in the velocity")
def _(lr, mu, g, v):
    v = mu * v + lr * g
    return lr * g + mu * v, v


# RMSProp's relatives.


@wrong("rmsprop_inside", "another convention: epsilon outside the root")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(v) + eps), v


@wrong("rmsprop_inside", "weight missing")
def _(lr, rho, eps, g, s):
    v = rho * s + g**2
    return lr * g / np.sqrt(v + eps), v


@wrong("rmsprop_centered", "not centred")
def _(lr, rho, eps, g, m, var):
    m = rho * m + (1 - rho) * g
    var = rho * var + (1 - rho) * g**2
    return lr * g / (np.sqrt(var) + eps), m, var


@wrong("rmsprop_centered", "another convention: mean square in the state")
def _(lr, rho, eps, g, m, s):
    m = rho * m + (1 - rho) * g
    s = rho * s + (1 - rho) * g**2
    return lr * g / (np.sqrt(s - m**2) + eps), m, s


@wrong("rmsprop_centered", "new mean subtracted")
def _(lr, rho, eps, g, m, var):
    m = rho * m + (1 - rho) * g
    var = rho * (var + (1 - rho) * (g - m) ** 2)
    return lr * g / (np.sqrt(var) + eps), m, var


@wrong("rmsprop_momentum", "another convention: learning rate in the velocity")
def _(lr, rho, eps, mu, g, s, v):
    s = rho * s + (1 - rho) * g**2
    v = mu * v + lr * g / (np.sqrt(s) + eps)
    return v, s, v


@wrong("rmsprop_momentum", "velocity divided")
def _(lr, rho, eps, mu, g, s, v):
    s = rho * s + (1 - rho) * g**2
    v = mu * v + g
    return lr * v / (np.sqrt(s) + eps), s, v


@wrong("rmsprop_momentum", "states swapped")
def _(lr, rho, eps, mu, g, s, v):
    s = rho * s + (1 - rho) * g**2
    v = mu * v + g / (np.sqrt(s) + eps)
    return lr * v, v, s


# Adam.


@wrong("adam", "no bias correction")
def _(lr, b1, b2, eps, g, m, v, p1, p2):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return lr * m / (np.sqrt(v) + eps), m, v, p1 * b1, p2 * b2


@wrong("adam", "weight missing in m")
def _(lr, b1, b2, eps, g, m, v, p1, p2):
    m = b1 * m + g
    v = b2 * v + (1 - b2) * g**2
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


@wrong("adam", "weight missing")
def _(lr, b1, b2, eps, g, m, v, p1, p2):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + g**2
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


@wrong("adam", "t one behind")
def _(lr, b1, b2, eps, g, m, v, p1, p2):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    m_hat, v_hat = m / (1 - p1), v / (1 - p2)
    return lr * m_hat / (np.sqrt(v_hat) + eps), m, v, p1 * b1, p2 * b2


@wrong("adam", "betas swapped")
def _(lr, b1, b2, eps, g, m, v, p1, p2):
    m = b2 * m + (1 - b2) * g
    v = b1 * v + (1 - b1) * g**2
    p1, p2 = p1 * b2, p2 * b1
    return lr * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps), m, v, p1, p2


@wrong("adam", "correction without power")
def _(lr, b1, b2, eps, g, m, v, p1, p2):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    m_hat, v_hat = m / (1 - b1), v / (1 - b2)
    return lr * m_hat / (np.sqrt(v_hat) + eps), m, v, p1 * b1, p2 * b2


@wrong("adam", "corrected moments returned")
def _(lr, b1, b2, eps, g, m, v, p1, p2):
    p1, p2 = p1 * b1, p2 * b2
    m = (b1 * m + (1 - b1) * g) / (1 - p1)
    v = (b2 * v + (1 - b2) * g**2) / (1 - p2)
    return lr * m / (np.sqrt(v) + eps), m, v, p1, p2


@wrong("adam", "powers not carried")
def _(lr, b1, b2, eps, g, m, v, p1, p2):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    m_hat, v_hat = m / (1 - p1 * b1), v / (1 - p2 * b2)
    return lr * m_hat / (np.sqrt(v_hat) + eps), m, v, p1, p2


@wrong("adam", "no root")
def _(lr, b1, b2, eps, g, m, v, p1, p2):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    p1, p2 = p1 * b1, p2 * b2
    return lr * (m / (1 - p1)) / (v / (1 - p2) + eps), m, v, p1, p2


@wrong("adam", "another convention: epsilon before the correction")
def _(lr, b1, b2, eps, g, m, v, p1, p2):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    p1, p2 = p1 * b1, p2 * b2
    return lr * np.sqrt(1 - p2) / (1 - p1) * m / (np.sqrt(v) + eps), m, v, p1, p2


# Two at once, or one that nobody expects.


@wrong("rmsprop", "weight missing, and more")
def _(lr, rho, eps, g, s):
    v = rho * s + g**2
    return -lr * g / (v + eps), v


@wrong("rmsprop", "grad ** 3 for grad ** 2, and more")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**3
    return lr * g / (np.sqrt(np.abs(v)) + 2 * eps), v


@wrong("rmsprop", "wrong for large grad")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * g**2
    return lr * np.clip(g, -1, 1) / (np.sqrt(v) + eps), v


@wrong("momentum", "grad ** 2 for grad, and more")
def _(lr, mu, g, v):
    v = mu * v + g**2
    return lr * np.sign(g) * v, v


@wrong("rmsprop", "")
def _(lr, rho, eps, g, s):
    v = rho * s + (1 - rho) * np.log1p(g**2)
    return lr * g / (np.sqrt(v) + eps), v
