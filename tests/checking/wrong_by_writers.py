"""Wrong and right rules as two people wrote them who knew the rules alone: 120 and 50.

Each wrong one has the name that it must get, judged against what its writer says of it, below.
At first sight the checker named 110 of them. The odd style is on purpose: do not tidy it.
"""

import math

import numpy as np

WRONG = []
CORRECT = []


def wrong(rule, name):
    def mark(function):
        WRONG.append((rule, name, function))
        return function

    return mark


def right(rule):
    def mark(function):
        CORRECT.append((rule, function))
        return function

    return mark


# Wrong, by the first.


@wrong("sgd", "ascent")
def _(learning_rate, grad):
    """Returns the negative step although the caller already subtracts it (gradient ascent)."""
    # we go downhill, so minus the gradient
    updates = -learning_rate * grad
    return updates


@wrong("sgd", "divided by the norm")
def _(learning_rate, grad):
    """Normalises the gradient to unit length, so the step no longer depends on its size."""
    norm = np.sqrt(np.sum(grad**2))
    return learning_rate * grad / norm


@wrong("sgd", "step subtracted")
def _(learning_rate, grad):
    """Applies the update to the gradient itself as if it were the parameter, instead of
    returning the update.
    """
    w = grad
    w = w - learning_rate * grad
    return w


@wrong("sgd", "2 * grad for grad")
def _(learning_rate, grad):
    """Multiplies by the 2 from differentiating a squared loss, which is already in the
    gradient.
    """
    return 2 * learning_rate * grad


@wrong("sgd", "sign only")
def _(learning_rate, grad):
    """Keeps only the sign of the gradient (sign descent) and loses its magnitude."""
    step = np.sign(grad)
    return learning_rate * step


@wrong("momentum", "another convention: average for velocity")
def _(learning_rate, momentum, grad, velocity_prev):
    """Weights the gradient by 1 - mu, turning the velocity into an exponential average."""
    velocity = momentum * velocity_prev + (1 - momentum) * grad
    updates = learning_rate * velocity
    return updates, velocity


@wrong("momentum", "another convention: learning rate in the velocity")
def _(learning_rate, momentum, grad, velocity_prev):
    """Puts the learning rate inside the velocity, so the stored velocity is in other units and
    the old one is not scaled.
    """
    velocity = momentum * velocity_prev + learning_rate * grad
    return velocity, velocity


@wrong("momentum", "learning rate on both")
def _(learning_rate, momentum, grad, velocity_prev):
    """Applies the learning rate twice, inside the velocity and again in the update."""
    v = momentum * velocity_prev + learning_rate * grad
    updates = learning_rate * v
    return updates, v


@wrong("momentum", "gradient subtracted")
def _(learning_rate, momentum, grad, velocity_prev):
    """Subtracts the gradient in the velocity (from v = mu v - alpha g) while the caller
    subtracts the update as well.
    """
    v = momentum * velocity_prev - grad
    updates = learning_rate * v
    return updates, v


@wrong("momentum", "momentum on both")
def _(learning_rate, momentum, grad, velocity_prev):
    """Multiplies the new gradient by mu as well, because the decay comes after the addition."""
    velocity = velocity_prev + grad
    velocity *= momentum
    updates = learning_rate * velocity
    return updates, velocity


@wrong("momentum", "old velocity in the update")
def _(learning_rate, momentum, grad, velocity_prev):
    """Steps with the old velocity before refreshing it, so the current gradient arrives one
    step late.
    """
    updates = learning_rate * velocity_prev
    velocity = momentum * velocity_prev + grad
    return updates, velocity


@wrong("nesterov", "heavy ball for nesterov")
def _(learning_rate, momentum, grad, velocity_prev):
    """Looks ahead with the old velocity instead of the new one, which is just the heavy
    ball.
    """
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * (grad + momentum * velocity_prev)
    return updates, velocity


@wrong("nesterov", "momentum on the wrong term")
def _(learning_rate, momentum, grad, velocity_prev):
    """Swaps the gradient and the velocity in the look-ahead: mu g + v instead of g + mu v."""
    velocity = momentum * velocity_prev + grad
    lookahead = momentum * grad + velocity
    updates = learning_rate * lookahead
    return updates, velocity


@wrong(
    "nesterov",
    "(1 + momentum) * velocity + momentum * velocity_prev for "
    "(1 + momentum) * velocity - momentum * velocity_prev",
)
def _(learning_rate, momentum, grad, velocity_prev):
    """Adds mu times the old velocity where the (1 + mu) v form must subtract it."""
    mu = momentum
    v = mu * velocity_prev + grad
    updates = learning_rate * (mu * velocity_prev + (1 + mu) * v)
    return updates, v


@wrong("nesterov", "look ahead in the state")
def _(learning_rate, momentum, grad, velocity_prev):
    """Overwrites the velocity with its look-ahead and carries that on as the state."""
    velocity = momentum * velocity_prev + grad
    velocity = grad + momentum * velocity
    updates = learning_rate * velocity
    return updates, velocity


@wrong("nesterov", "learning rate on the gradient alone")
def _(learning_rate, momentum, grad, velocity_prev):
    """Applies the learning rate to the gradient only and not to the look-ahead term mu v."""
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * grad + momentum * velocity
    return updates, velocity


@wrong("adagrad", "absolute gradient")
def _(learning_rate, epsilon, grad, s_prev):
    """Accumulates absolute gradients instead of squared gradients."""
    s = s_prev + np.abs(grad)
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("adagrad", "another convention: epsilon inside the root")
def _(learning_rate, epsilon, grad, s_prev):
    """Puts epsilon inside the root instead of outside."""
    s = s_prev + grad**2
    updates = learning_rate / np.sqrt(s + epsilon) * grad
    return updates, s


@wrong("adagrad", "no root")
def _(learning_rate, epsilon, grad, s_prev):
    """Forgets the square root in the divisor."""
    s = s_prev + grad * grad
    updates = learning_rate * grad / (s + epsilon)
    return updates, s


@wrong("adagrad", "old s in the update")
def _(learning_rate, epsilon, grad, s_prev):
    """Divides by the root of the old sum, before the current gradient is added."""
    updates = learning_rate * grad / (np.sqrt(s_prev) + epsilon)
    s = s_prev + grad**2
    return updates, s


@wrong("adagrad", "brackets missing")
def _(learning_rate, epsilon, grad, s_prev):
    """Misses the parentheses around the divisor, so epsilon is added to the update."""
    s = s_prev + np.square(grad)
    updates = learning_rate * grad / np.sqrt(s) + epsilon
    return updates, s


@wrong("adagrad", "squares summed over coordinates")
def _(learning_rate, epsilon, grad, s_prev):
    """Sums the squares over the coordinates as well as over time, so all coordinates share one
    increment.
    """
    s = s_prev + np.sum(grad**2)
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("adagrad", "root in the state")
def _(learning_rate, epsilon, grad, s_prev):
    """Returns the root of the sum as the new state, so the root is taken again at every
    step.
    """
    s = np.sqrt(s_prev + grad**2)
    updates = learning_rate * grad / (s + epsilon)
    return updates, s


@wrong("adagrad", "square of the sum")
def _(learning_rate, epsilon, grad, s_prev):
    """Squares the whole sum instead of the gradient alone."""
    s = (s_prev + grad) ** 2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("rmsprop", "weights swapped")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Swaps rho and 1 - rho in the running mean."""
    s = (1 - rho) * s_prev + rho * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("rmsprop", "weight missing")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Forgets the factor 1 - rho on the squared gradient."""
    cache = rho * s_prev + grad**2
    updates = learning_rate * grad / (np.sqrt(cache) + epsilon)
    return updates, cache


@wrong("rmsprop", "another convention: epsilon inside the root")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Puts epsilon inside the root instead of outside."""
    s = rho * s_prev + (1 - rho) * grad**2
    rms = np.sqrt(s + epsilon)
    return learning_rate * grad / rms, s


@wrong("rmsprop", "no root")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Divides by the mean square, without the square root."""
    s = rho * s_prev + (1 - rho) * grad**2
    updates = (learning_rate / (s + epsilon)) * grad
    return updates, s


@wrong("rmsprop", "old s in the update")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Uses the old mean square in the divisor instead of the new one."""
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s_prev) + epsilon)
    return updates, s


@wrong("rmsprop", "weight squared")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Squares the factor 1 - rho along with the gradient."""
    s = rho * s_prev + ((1 - rho) * grad) ** 2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("rmsprop", "gradient missing")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Returns the adapted learning rate and forgets to multiply it by the gradient."""
    s = rho * s_prev + (1 - rho) * np.square(grad)
    adapted_lr = learning_rate / (np.sqrt(s) + epsilon)
    return adapted_lr, s


@wrong("rmsprop", "brackets missing")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Misses the parentheses around the divisor, so epsilon is added to the update."""
    s = rho * s_prev + (1 - rho) * (grad * grad)
    updates = learning_rate * grad / np.sqrt(s) + epsilon
    return updates, s


@wrong("rmsprop", "start corrected")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Adds Adam's bias correction (and only that of the first step), which RMSProp does not
    have.
    """
    s = rho * s_prev + (1 - rho) * grad**2
    s_hat = s / (1 - rho)
    updates = learning_rate * grad / (np.sqrt(s_hat) + epsilon)
    return updates, s


@wrong("rmsprop_inside", "another convention: epsilon outside the root")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Leaves epsilon outside the root."""
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("rmsprop_inside", "epsilon squared inside the root")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Squares epsilon under the root to give it the units of the gradient."""
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / np.sqrt(s + epsilon**2)
    return updates, s


@wrong("rmsprop_inside", "epsilon in the state")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Adds epsilon to the state itself, so it leaks into every later step."""
    s = rho * s_prev + (1 - rho) * grad**2 + epsilon
    updates = learning_rate * grad / np.sqrt(s)
    return updates, s


@wrong("rmsprop_inside", "epsilon as least square")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Uses epsilon as a floor (max) under the root instead of adding it."""
    s = rho * s_prev + (1 - rho) * grad**2
    # never divide by zero
    denom = np.sqrt(np.maximum(s, epsilon))
    return learning_rate * grad / denom, s


@wrong("rmsprop_inside", "one s for all coordinates")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Takes the mean square over the coordinates instead of keeping one running mean for
    each.
    """
    mean_square = np.mean(grad**2)
    s = rho * s_prev + (1 - rho) * mean_square
    updates = learning_rate * grad / np.sqrt(s + epsilon)
    return updates, s


@wrong("rmsprop_centered", "new mean subtracted")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    """Takes the deviation from the new mean instead of the old one."""
    mean = rho * mean_prev + (1 - rho) * grad
    variance = rho * (variance_prev + (1 - rho) * (grad - mean) ** 2)
    updates = learning_rate * grad / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


@wrong("rmsprop_centered", "rho missing on the square")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    """Does not multiply the new squared deviation by rho, as if the variance were a plain
    running mean.
    """
    deviation = grad - mean_prev
    mean = mean_prev + (1 - rho) * deviation
    variance = rho * variance_prev + (1 - rho) * deviation**2
    updates = learning_rate * grad / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


@wrong("rmsprop_centered", "squared mean in the state")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    """Feeds the previous variance into s - m^2 as if it were the running mean of squares, so
    the mean is subtracted again each step.
    """
    mean = rho * mean_prev + (1 - rho) * grad
    s = rho * variance_prev + (1 - rho) * grad**2
    variance = np.maximum(s - mean**2, 0)
    updates = learning_rate * grad / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


@wrong("rmsprop_centered", "deviation in the update")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    """Centres the numerator too: steps along g - m instead of g."""
    diff = grad - mean_prev
    mean = mean_prev + (1 - rho) * diff
    variance = rho * (variance_prev + (1 - rho) * diff**2)
    updates = learning_rate * diff / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


@wrong("rmsprop_centered", "weights swapped in the mean")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    """Moves the mean by rho of the deviation instead of 1 - rho."""
    deviation = grad - mean_prev
    mean = mean_prev + rho * deviation
    variance = rho * (variance_prev + (1 - rho) * deviation * deviation)
    updates = learning_rate * grad / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


@wrong("rmsprop_centered", "no root")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    """Divides by the variance instead of the standard deviation."""
    d = grad - mean_prev
    mean = mean_prev + (1 - rho) * d
    variance = rho * (variance_prev + (1 - rho) * d**2)
    updates = learning_rate * grad / (variance + epsilon)
    return updates, mean, variance


@wrong("rmsprop_momentum", "velocity divided")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    """Accumulates the raw gradient and divides the whole velocity afterwards, instead of
    accumulating the scaled gradient.
    """
    s = rho * s_prev + (1 - rho) * grad**2
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * velocity / (np.sqrt(s) + epsilon)
    return updates, s, velocity


@wrong("rmsprop_momentum", "another convention: learning rate in the velocity")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    """Puts the learning rate inside the velocity instead of outside."""
    s = rho * s_prev + (1 - rho) * grad**2
    velocity = momentum * velocity_prev + learning_rate * grad / (np.sqrt(s) + epsilon)
    updates = velocity
    return updates, s, velocity


@wrong("rmsprop_momentum", "another convention: average for velocity")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    """Averages the scaled gradient with weight 1 - mu instead of adding it whole."""
    s = rho * s_prev + (1 - rho) * grad**2
    scaled = grad / (np.sqrt(s) + epsilon)
    velocity = momentum * velocity_prev + (1 - momentum) * scaled
    return learning_rate * velocity, s, velocity


@wrong("rmsprop_momentum", "rho * velocity_prev for momentum * velocity_prev")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    """Decays the velocity with rho instead of the momentum coefficient."""
    s = rho * s_prev + (1 - rho) * grad**2
    velocity = rho * velocity_prev + grad / (np.sqrt(s) + epsilon)
    updates = learning_rate * velocity
    return updates, s, velocity


@wrong("rmsprop_momentum", "states swapped")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    """Returns the velocity and s in the wrong order, so each is carried on as the other."""
    s = rho * s_prev + (1 - rho) * grad**2
    velocity = momentum * velocity_prev + grad / (np.sqrt(s) + epsilon)
    updates = learning_rate * velocity
    return updates, velocity, s


@wrong("adam", "no bias correction")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """Forgets the bias correction of both moments."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    beta1_power = beta1_power_prev * beta1
    beta2_power = beta2_power_prev * beta2
    updates = learning_rate * m / (np.sqrt(v) + epsilon)
    return updates, m, v, beta1_power, beta2_power


@wrong("adam", "t one behind")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """Corrects the bias with the powers of the previous step (t - 1 instead of t)."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1_power_prev)
    v_hat = v / (1 - beta2_power_prev)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power_prev * beta1, beta2_power_prev * beta2


@wrong("adam", "correction without power")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """Divides by 1 - beta instead of 1 - beta^t, so the correction never fades."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    beta1_power = beta1_power_prev * beta1
    beta2_power = beta2_power_prev * beta2
    m_hat = m / (1 - beta1)
    v_hat = v / (1 - beta2)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power, beta2_power


@wrong("adam", "corrected moments returned")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """Overwrites the moments with their corrected values and carries those on as the state."""
    b1t = beta1 * beta1_power_prev
    b2t = beta2 * beta2_power_prev
    m = beta1 * m_prev + (1 - beta1) * grad
    m = m / (1 - b1t)
    v = beta2 * v_prev + (1 - beta2) * grad**2
    v = v / (1 - b2t)
    updates = learning_rate * m / (np.sqrt(v) + epsilon)
    return updates, m, v, b1t, b2t


@wrong("adam", "another convention: epsilon inside the root")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """Puts epsilon inside the root instead of outside."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    b1t = beta1_power_prev * beta1
    b2t = beta2_power_prev * beta2
    m_hat = m / (1 - b1t)
    v_hat = v / (1 - b2t)
    updates = learning_rate * m_hat / np.sqrt(v_hat + epsilon)
    return updates, m, v, b1t, b2t


@wrong("adam", "m squared in v")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """Feeds the square of the first moment into the second, instead of the square of the
    gradient.
    """
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * m**2
    b1t = beta1_power_prev * beta1
    b2t = beta2_power_prev * beta2
    m_hat = m / (1 - b1t)
    v_hat = v / (1 - b2t)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, b1t, b2t


@wrong("adam", "beta1 for both")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """Copies the line of the first moment and leaves beta1 in the second."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta1 * v_prev + (1 - beta1) * grad**2
    b1t = beta1_power_prev * beta1
    b2t = beta2_power_prev * beta2
    m_hat = m / (1 - b1t)
    v_hat = v / (1 - b2t)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, b1t, b2t


@wrong("adam", "another convention: epsilon before the correction")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """Moves the correction into the learning rate without rescaling epsilon by the root of 1 -
    beta2^t.
    """
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    beta1_power = beta1_power_prev * beta1
    beta2_power = beta2_power_prev * beta2
    lr_t = learning_rate * math.sqrt(1 - beta2_power) / (1 - beta1_power)
    updates = lr_t * m / (np.sqrt(v) + epsilon)
    return updates, m, v, beta1_power, beta2_power


@wrong("adam", "v not corrected")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """Corrects the bias of the first moment only."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    beta1_power = beta1_power_prev * beta1
    beta2_power = beta2_power_prev * beta2
    m_hat = m / (1 - beta1_power)
    updates = learning_rate * m_hat / (np.sqrt(v) + epsilon)
    return updates, m, v, beta1_power, beta2_power


@wrong("adam", "correction outside the root")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """Corrects the bias after the root instead of before it."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    beta1_power = beta1_power_prev * beta1
    beta2_power = beta2_power_prev * beta2
    m_hat = m / (1 - beta1_power)
    rms_hat = np.sqrt(v) / (1 - beta2_power)
    updates = learning_rate * m_hat / (rms_hat + epsilon)
    return updates, m, v, beta1_power, beta2_power


@wrong("adam", "maximum for mean")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """Takes the maximum of the decayed second moment and the new square, as AdaMax does,
    instead of their weighted mean.
    """
    m = beta1 * m_prev + (1 - beta1) * grad
    v = np.maximum(beta2 * v_prev, grad**2)
    b1t = beta1_power_prev * beta1
    b2t = beta2_power_prev * beta2
    m_hat = m / (1 - b1t)
    v_hat = v / (1 - b2t)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, b1t, b2t


# Right, by the first.


@right("sgd")
def _(learning_rate, grad):
    return grad * learning_rate


@right("sgd")
def _(learning_rate, grad):
    direction = -grad
    step = np.multiply(learning_rate, direction)
    return -step


@right("momentum")
def _(learning_rate, momentum, grad, velocity_prev):
    v = grad + velocity_prev * momentum
    return v * learning_rate, v


@right("momentum")
def _(learning_rate, momentum, grad, velocity_prev):
    velocity = momentum * velocity_prev
    updates = learning_rate * velocity
    updates += learning_rate * grad
    velocity += grad
    return updates, velocity


@right("nesterov")
def _(learning_rate, momentum, grad, velocity_prev):
    mu = momentum
    v = mu * velocity_prev + grad
    updates = learning_rate * ((1 + mu) * v - mu * velocity_prev)
    return updates, v


@right("nesterov")
def _(learning_rate, momentum, grad, velocity_prev):
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * ((1 + momentum) * grad + momentum**2 * velocity_prev)
    return updates, velocity


@right("nesterov")
def _(learning_rate, momentum, grad, velocity_prev):
    v = np.add(np.multiply(velocity_prev, momentum), grad)
    gradient_part = learning_rate * grad
    lookahead_part = learning_rate * momentum * v
    return gradient_part + lookahead_part, v


@right("nesterov")
def _(learning_rate, momentum, grad, velocity_prev):
    velocity = velocity_prev * momentum
    velocity += grad
    ahead = velocity * momentum
    ahead += grad
    ahead *= learning_rate
    return ahead, velocity


@right("adagrad")
def _(learning_rate, epsilon, grad, s_prev):
    G = np.square(grad) + s_prev
    adapted_lr = learning_rate / (epsilon + np.sqrt(G))
    return adapted_lr * grad, G


@right("adagrad")
def _(learning_rate, epsilon, grad, s_prev):
    root = np.hypot(np.sqrt(s_prev), grad)
    s = s_prev + grad**2
    return learning_rate * (grad / (root + epsilon)), s


@right("rmsprop")
def _(learning_rate, rho, epsilon, grad, s_prev):
    s = s_prev + (1 - rho) * (grad**2 - s_prev)
    rms = s**0.5
    return grad * learning_rate / (rms + epsilon), s


@right("rmsprop")
def _(learning_rate, rho, epsilon, grad, s_prev):
    g2 = np.square(grad)
    s = g2 - rho * (g2 - s_prev)
    scale = 1.0 / (np.sqrt(s) + epsilon)
    updates = learning_rate * scale * grad
    return updates, s


@right("rmsprop")
def _(learning_rate, rho, epsilon, grad, s_prev):
    s = s_prev * rho
    s += grad * grad * (1 - rho)
    denom = np.sqrt(s)
    denom += epsilon
    return np.divide(learning_rate * grad, denom), s


@right("rmsprop")
def _(learning_rate, rho, epsilon, grad, s_prev):
    forget = 1 - rho
    s = (1 - forget) * s_prev + forget * np.abs(grad) ** 2
    direction = np.sign(grad)
    size = np.abs(grad) / (epsilon + np.power(s, 0.5))
    return learning_rate * direction * size, s


@right("rmsprop_inside")
def _(learning_rate, rho, epsilon, grad, s_prev):
    cache = rho * s_prev + (1 - rho) * grad**2
    return learning_rate * grad * (cache + epsilon) ** -0.5, cache


@right("rmsprop_inside")
def _(learning_rate, rho, epsilon, grad, s_prev):
    weighted = np.sqrt(1 - rho) * grad
    s = weighted * weighted + rho * s_prev
    divisor = np.sqrt(epsilon + s)
    updates = grad / divisor
    updates *= learning_rate
    return updates, s


@right("rmsprop_centered")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    mean = rho * mean_prev + (1 - rho) * grad
    # Welford: old deviation times new deviation
    variance = rho * variance_prev + (1 - rho) * (grad - mean_prev) * (grad - mean)
    std = np.sqrt(variance)
    return learning_rate * grad / (std + epsilon), mean, variance


@right("rmsprop_centered")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    d2 = np.square(mean_prev - grad)
    m = grad + rho * (mean_prev - grad)
    var = rho * variance_prev + rho * (1 - rho) * d2
    return grad * (learning_rate / (epsilon + np.sqrt(var))), m, var


@right("rmsprop_centered")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    change = (1 - rho) * (grad - mean_prev)
    mean = mean_prev + change
    # E[(g - mean)^2] about the old mean, less the shift of the mean
    about_old = rho * variance_prev + (1 - rho) * (grad - mean_prev) ** 2
    variance = about_old - change**2
    updates = learning_rate * grad / (variance**0.5 + epsilon)
    return updates, mean, variance


@right("rmsprop_momentum")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    s = (1 - rho) * np.square(grad) + rho * s_prev
    rms = np.sqrt(s) + epsilon
    v = (momentum * velocity_prev * rms + grad) / rms
    return learning_rate * v, s, v


@right("rmsprop_momentum")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    s = s_prev - (1 - rho) * (s_prev - grad * grad)
    v = velocity_prev * momentum
    v += grad / (epsilon + s**0.5)
    step = v * learning_rate
    return step, s, v


@right("adam")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    b1t = beta1_power_prev * beta1
    b2t = beta2_power_prev * beta2
    m = m_prev + (1 - beta1) * (grad - m_prev)
    v = v_prev + (1 - beta2) * (grad**2 - v_prev)
    fix = np.sqrt(1 - b2t)
    lr_t = learning_rate * fix / (1 - b1t)
    return lr_t * m / (np.sqrt(v) + epsilon * fix), m, v, b1t, b2t


@right("adam")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    m = beta1 * m_prev
    m += (1 - beta1) * grad
    v = beta2 * v_prev
    v += (1 - beta2) * np.square(grad)
    correction1 = 1 - beta1_power_prev * beta1
    correction2 = 1 - beta2_power_prev * beta2
    denom = np.sqrt(v) / np.sqrt(correction2) + epsilon
    step_size = learning_rate / correction1
    return step_size * (m / denom), m, v, beta1_power_prev * beta1, beta2_power_prev * beta2


@right("adam")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    def average(beta, old, new):
        return beta * old + (1 - beta) * new

    m = average(beta1, m_prev, grad)
    v = average(beta2, v_prev, grad * grad)
    p1, p2 = beta1 * beta1_power_prev, beta2 * beta2_power_prev
    unbiased = lambda x, p: x / (1 - p)  # noqa: E731
    updates = learning_rate * unbiased(m, p1) / (epsilon + np.sqrt(unbiased(v, p2)))
    return updates, m, v, p1, p2


@right("adam")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    m = grad - beta1 * (grad - m_prev)
    v = (1 - beta2) * grad**2 + beta2 * v_prev
    beta1_power = beta1_power_prev * beta1
    beta2_power = beta2_power_prev * beta2
    top = m / (1 - beta1_power)
    bottom = (v / (1 - beta2_power)) ** 0.5
    bottom += epsilon
    top *= learning_rate
    top /= bottom
    return top, m, v, beta1_power, beta2_power


# Wrong, by the second.


@wrong("sgd", "ascent")
def _(learning_rate, grad):
    """The sign is already in the update, so a caller who subtracts it climbs the function."""
    return -learning_rate * grad


@wrong("sgd", "divided by the norm")
def _(learning_rate, grad):
    """The gradient is divided by its norm, so every step has the same length."""
    direction = grad / np.linalg.norm(grad)
    return learning_rate * direction


@wrong("sgd", "updates times 1 / the number of coordinates")
def _(learning_rate, grad):
    """The gradient is divided by its number of coordinates, as if it were a sum over a batch of
    that size.
    """
    n = np.size(grad)
    updates = learning_rate / n * grad
    return updates


@wrong("momentum", "another convention: average for velocity")
def _(learning_rate, momentum, grad, velocity_prev):
    """The velocity is a running mean: the gradient has a factor 1 - mu that the heavy ball has
    not.
    """
    velocity = momentum * velocity_prev + (1 - momentum) * grad
    updates = learning_rate * velocity
    return updates, velocity


@wrong("momentum", "another convention: learning rate in the velocity")
def _(learning_rate, momentum, grad, velocity_prev):
    """The learning rate is inside the velocity, as in Keras, so the velocity kept is in other
    units.
    """
    velocity = momentum * velocity_prev + learning_rate * grad
    return velocity, velocity


@wrong("momentum", "gradient subtracted")
def _(learning_rate, momentum, grad, velocity_prev):
    """The gradient enters the velocity with a minus, the convention of an update that is
    added.
    """
    # v = mu * v - g, then step along v
    velocity = momentum * velocity_prev - grad
    updates = learning_rate * velocity
    return updates, velocity


@wrong("momentum", "scaled velocity returned")
def _(learning_rate, momentum, grad, velocity_prev):
    """The update is returned in place of the velocity, so the learning rate is applied again at
    each later step.
    """
    v = momentum * velocity_prev + grad
    updates = learning_rate * v
    return updates, updates


@wrong("momentum", "momentum on both")
def _(learning_rate, momentum, grad, velocity_prev):
    """Misplaced parentheses: the new gradient is multiplied by mu as well."""
    velocity = momentum * (velocity_prev + grad)
    updates = learning_rate * velocity
    return updates, velocity


@wrong("nesterov", "heavy ball for nesterov")
def _(learning_rate, momentum, grad, velocity_prev):
    """The look-ahead uses the old velocity, which makes it the plain heavy ball."""
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * (grad + momentum * velocity_prev)
    return updates, velocity


@wrong("nesterov", "look ahead in the state")
def _(learning_rate, momentum, grad, velocity_prev):
    """The look-ahead overwrites the velocity and is returned as the state."""
    velocity = momentum * velocity_prev + grad
    velocity = grad + momentum * velocity
    updates = learning_rate * velocity
    return updates, velocity


@wrong("nesterov", "learning rate on the gradient alone")
def _(learning_rate, momentum, grad, velocity_prev):
    """Missing parentheses: the learning rate multiplies the gradient but not the velocity."""
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * grad + momentum * velocity
    return updates, velocity


@wrong(
    "nesterov",
    "(1 + momentum) * velocity + momentum * velocity_prev for "
    "(1 + momentum) * velocity - momentum * velocity_prev",
)
def _(learning_rate, momentum, grad, velocity_prev):
    """In the form (1 + mu) v - mu v_prev the old velocity has the wrong sign."""
    v = momentum * velocity_prev + grad
    updates = learning_rate * (momentum * velocity_prev + (1 + momentum) * v)
    return updates, v


@wrong("nesterov", "velocity for the gradient")
def _(learning_rate, momentum, grad, velocity_prev):
    """The velocity stands where the gradient should, so the update is only the heavy ball times
    1 + mu.
    """
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * (velocity + momentum * velocity)
    return updates, velocity


@wrong("adagrad", "mean for sum")
def _(learning_rate, epsilon, grad, s_prev):
    """The sum of squares is replaced by a running mean with a hard-coded 0.9, which is
    RMSProp.
    """
    s = 0.9 * s_prev + 0.1 * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("adagrad", "no root")
def _(learning_rate, epsilon, grad, s_prev):
    """The square root is missing from the divisor."""
    s = s_prev + grad**2
    updates = learning_rate / (s + epsilon) * grad
    return updates, s


@wrong("adagrad", "old s in the update")
def _(learning_rate, epsilon, grad, s_prev):
    """The step is taken before the sum is updated, so it is divided by the root of the old
    sum.
    """
    updates = learning_rate * grad / (np.sqrt(s_prev) + epsilon)
    s = s_prev + grad**2
    return updates, s


@wrong("adagrad", "brackets missing")
def _(learning_rate, epsilon, grad, s_prev):
    """Missing parentheses: epsilon is added to the update and not to the divisor."""
    s = s_prev + np.square(grad)
    updates = learning_rate * grad / np.sqrt(s) + epsilon
    return updates, s


@wrong("adagrad", "another convention: epsilon inside the root")
def _(learning_rate, epsilon, grad, s_prev):
    """Epsilon is inside the root."""
    cache = s_prev + grad**2
    updates = learning_rate * grad / np.sqrt(cache + epsilon)
    return updates, cache


@wrong("adagrad", "squares summed over coordinates")
def _(learning_rate, epsilon, grad, s_prev):
    """The squared norm of the whole gradient is added to every coordinate of the sum."""
    s = s_prev + np.linalg.norm(grad) ** 2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("adagrad", "absolute gradient")
def _(learning_rate, epsilon, grad, s_prev):
    """Absolute values are summed instead of squares."""
    s = s_prev + np.abs(grad)
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("adagrad", "square of the sum")
def _(learning_rate, epsilon, grad, s_prev):
    """The sum is squared instead of the gradient."""
    s = (s_prev + grad) ** 2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("adagrad", "root in the state")
def _(learning_rate, epsilon, grad, s_prev):
    """The root of the sum is returned as the state and is taken for a sum of squares at the
    next step.
    """
    s = np.sqrt(s_prev + grad**2)
    updates = learning_rate * grad / (s + epsilon)
    return updates, s


@wrong("rmsprop", "weight missing")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """The factor 1 - rho of the squared gradient is missing, so s is a decayed sum and not a
    mean.
    """
    s = rho * s_prev + grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("rmsprop", "weights swapped")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """The weights rho and 1 - rho are swapped, so the average forgets almost everything at each
    step.
    """
    s = (1 - rho) * s_prev + rho * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("rmsprop", "no root")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """The gradient is divided by the mean square instead of its root."""
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (s + epsilon)
    return updates, s


@wrong("rmsprop", "old s in the update")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """The divisor uses the average from before the step."""
    s = rho * s_prev + (1 - rho) * grad * grad
    updates = learning_rate * grad / (np.sqrt(s_prev) + epsilon)
    return updates, s


@wrong("rmsprop", "weight squared")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Misplaced parentheses: 1 - rho is squared together with the gradient."""
    s = rho * s_prev + ((1 - rho) * grad) ** 2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("rmsprop", "one s for all coordinates")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """The mean of squares is taken over the coordinates as well as over time, so all share one
    scale.
    """
    s = rho * s_prev + (1 - rho) * np.mean(grad**2)
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("rmsprop", "root in the state")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """The root mean square is returned as the state and is averaged as a square at the next
    step.
    """
    rms = np.sqrt(rho * s_prev + (1 - rho) * grad**2)
    return learning_rate * grad / (rms + epsilon), rms


@wrong("rmsprop", "start corrected")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """A bias correction of Adam is applied, and always the one of the first step."""
    s = rho * s_prev + (1 - rho) * grad**2
    s_hat = s / (1 - rho)
    updates = learning_rate * grad / (np.sqrt(s_hat) + epsilon)
    return updates, s


@wrong("rmsprop", "roots averaged")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """The roots are averaged instead of the squares."""
    rms = rho * np.sqrt(s_prev) + (1 - rho) * np.abs(grad)
    updates = learning_rate * grad / (rms + epsilon)
    return updates, rms * rms


@wrong("rmsprop", "1e-08 for epsilon")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Epsilon is hard-coded to 1e-8 and the argument is ignored."""
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + 1e-8)
    return updates, s


@wrong("rmsprop_inside", "another convention: epsilon outside the root")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Epsilon is outside the root, as in PyTorch."""
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / (np.sqrt(s) + epsilon)
    return updates, s


@wrong("rmsprop_inside", "epsilon as least square")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Epsilon is a floor under s instead of a term added to it."""
    s = rho * s_prev + (1 - rho) * grad**2
    denom = np.sqrt(np.maximum(s, epsilon))
    return learning_rate * grad / denom, s


@wrong("rmsprop_inside", "epsilon in the state")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Epsilon is added to the state itself, so it piles up from step to step."""
    s = rho * s_prev + (1 - rho) * grad**2 + epsilon
    updates = learning_rate * grad / np.sqrt(s)
    return updates, s


@wrong("rmsprop_inside", "epsilon squared inside the root")
def _(learning_rate, rho, epsilon, grad, s_prev):
    """Epsilon is squared inside the root, though it is already in units of the gradient
    squared.
    """
    s = rho * s_prev + (1 - rho) * grad**2
    updates = learning_rate * grad / np.sqrt(s + epsilon**2)
    return updates, s


@wrong("rmsprop_centered", "new mean subtracted outside")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    """The deviation is taken from the mean after the step, which makes it too small by a factor
    rho.
    """
    mean = rho * mean_prev + (1 - rho) * grad
    variance = rho * variance_prev + (1 - rho) * (grad - mean) ** 2
    updates = learning_rate * grad / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


@wrong("rmsprop_centered", "rho missing on the square")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    """The variance is a plain running mean of squared deviations from the old mean: the new
    term lacks a factor rho.
    """
    deviation = grad - mean_prev
    mean = mean_prev + (1 - rho) * deviation
    variance = rho * variance_prev + (1 - rho) * deviation**2
    updates = learning_rate * grad / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


@wrong("rmsprop_centered", "new deviation in the update")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    """The mean is subtracted from the gradient of the numerator too."""
    delta = grad - mean_prev
    mean = mean_prev + (1 - rho) * delta
    variance = rho * (variance_prev + (1 - rho) * delta**2)
    updates = learning_rate * (grad - mean) / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


@wrong("rmsprop_centered", "squared mean in the state")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    """The old variance is taken for the old mean of squares, from which the squared mean has
    been subtracted already.
    """
    mean = rho * mean_prev + (1 - rho) * grad
    s = rho * variance_prev + (1 - rho) * grad**2
    variance = np.maximum(s - mean**2, 0.0)
    updates = learning_rate * grad / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


@wrong("rmsprop_centered", "weights swapped in the mean")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    """The mean moves by rho of the deviation instead of 1 - rho."""
    diff = grad - mean_prev
    mean = mean_prev + rho * diff
    variance = rho * (variance_prev + (1 - rho) * diff * diff)
    updates = learning_rate * grad / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


@wrong("rmsprop_momentum", "another convention: learning rate in the velocity")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    """The learning rate is inside the velocity, as in TensorFlow, so the velocity kept is in
    other units.
    """
    s = rho * s_prev + (1 - rho) * grad**2
    velocity = momentum * velocity_prev + learning_rate * grad / (np.sqrt(s) + epsilon)
    return velocity, s, velocity


@wrong("rmsprop_momentum", "velocity divided")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    """The velocity gathers raw gradients and is scaled as a whole, instead of gathering scaled
    gradients.
    """
    s = rho * s_prev + (1 - rho) * grad**2
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * velocity / (np.sqrt(s) + epsilon)
    return updates, s, velocity


@wrong("rmsprop_momentum", "another convention: average for velocity")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    """The scaled gradient has a factor 1 - mu that does not belong there."""
    s = rho * s_prev + (1 - rho) * grad**2
    velocity = momentum * velocity_prev + (1 - momentum) * grad / (np.sqrt(s) + epsilon)
    updates = learning_rate * velocity
    return updates, s, velocity


@wrong("rmsprop_momentum", "momentum and rho for rho and momentum")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    """rho and mu are swapped."""
    s = momentum * s_prev + (1 - momentum) * grad**2
    velocity = rho * velocity_prev + grad / (np.sqrt(s) + epsilon)
    updates = learning_rate * velocity
    return updates, s, velocity


@wrong("rmsprop_momentum", "states swapped")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    """The two states are returned in the wrong order."""
    s = rho * s_prev + (1 - rho) * grad**2
    scaled = grad / (np.sqrt(s) + epsilon)
    velocity = momentum * velocity_prev + scaled
    return learning_rate * velocity, velocity, s


@wrong("adam", "no bias correction")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """There is no bias correction."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    updates = learning_rate * m / (np.sqrt(v) + epsilon)
    return updates, m, v, beta1_power_prev * beta1, beta2_power_prev * beta2


@wrong("adam", "t one behind")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """The bias correction uses the powers of the step before (t counted from 0), which divides
    by zero at the first step.
    """
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1_power_prev)
    v_hat = v / (1 - beta2_power_prev)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1 * beta1_power_prev, beta2 * beta2_power_prev


@wrong("adam", "corrected moments returned")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """The corrected moments overwrite the raw ones and are returned as the state, so they are
    corrected again and again.
    """
    b1t = beta1 * beta1_power_prev
    b2t = beta2 * beta2_power_prev
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    m = m / (1 - b1t)
    v = v / (1 - b2t)
    updates = learning_rate * m / (np.sqrt(v) + epsilon)
    return updates, m, v, b1t, b2t


@wrong("adam", "betas swapped but in the powers")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """beta1 and beta2 are swapped."""
    m = beta2 * m_prev + (1 - beta2) * grad
    v = beta1 * v_prev + (1 - beta1) * grad**2
    beta1_power = beta1_power_prev * beta1
    beta2_power = beta2_power_prev * beta2
    m_hat = m / (1 - beta2_power)
    v_hat = v / (1 - beta1_power)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power, beta2_power


@wrong("adam", "one power for both")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """A copied line: the second moment is corrected with the power of beta1."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    beta1_power = beta1 * beta1_power_prev
    beta2_power = beta2 * beta2_power_prev
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta1_power)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power, beta2_power


@wrong("adam", "1 - beta1 for 1 - beta2")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """A copied line: the squared gradient is weighted by 1 - beta1 instead of 1 - beta2."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta1) * grad**2
    beta1_power = beta1 * beta1_power_prev
    beta2_power = beta2 * beta2_power_prev
    mhat = m / (1 - beta1_power)
    vhat = v / (1 - beta2_power)
    return learning_rate * mhat / (np.sqrt(vhat) + epsilon), m, v, beta1_power, beta2_power


@wrong("adam", "m squared in v")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """The second moment averages the square of m instead of the square of the gradient."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * m**2
    beta1_power = beta1 * beta1_power_prev
    beta2_power = beta2 * beta2_power_prev
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power, beta2_power


@wrong("adam", "another convention: epsilon inside the root")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """Epsilon is inside the root."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad * grad
    beta1_power = beta1 * beta1_power_prev
    beta2_power = beta2 * beta2_power_prev
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    updates = learning_rate * m_hat / np.sqrt(v_hat + epsilon)
    return updates, m, v, beta1_power, beta2_power


@wrong("adam", "another convention: epsilon before the correction")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """The correction is folded into the learning rate without rescaling epsilon, which is added
    to the uncorrected root.
    """
    beta1_power = beta1_power_prev * beta1
    beta2_power = beta2_power_prev * beta2
    lr_t = learning_rate * np.sqrt(1 - beta2_power) / (1 - beta1_power)
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    updates = lr_t * m / (np.sqrt(v) + epsilon)
    return updates, m, v, beta1_power, beta2_power


@wrong("adam", "maximum of old and corrected v returned")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """The maximum of AMSGrad is mixed in and returned as the second moment, so v can never
    decrease.
    """
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    beta1_power = beta1 * beta1_power_prev
    beta2_power = beta2 * beta2_power_prev
    m_hat = m / (1 - beta1_power)
    v_max = np.maximum(v_prev, v / (1 - beta2_power))
    updates = learning_rate * m_hat / (np.sqrt(v_max) + epsilon)
    return updates, m, v_max, beta1_power, beta2_power


@wrong("adam", "gradient for m")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """The numerator is the gradient instead of the corrected first moment, so m is never
    used.
    """
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    beta1_power = beta1 * beta1_power_prev
    beta2_power = beta2 * beta2_power_prev
    v_hat = v / (1 - beta2_power)
    updates = learning_rate * grad / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power, beta2_power


@wrong("adam", "correction without power")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """The power t is missing from the bias correction, which stays that of the first step for
    ever.
    """
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1)
    v_hat = v / (1 - beta2)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1 * beta1_power_prev, beta2 * beta2_power_prev


@wrong("adam", "powers not carried")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """The old powers are returned, so they never advance."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1 * beta1_power_prev)
    v_hat = v / (1 - beta2 * beta2_power_prev)
    updates = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power_prev, beta2_power_prev


@wrong("adam", "correction outside the root")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    """The correction of the second moment is outside the root."""
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * grad**2
    beta1_power = beta1 * beta1_power_prev
    beta2_power = beta2 * beta2_power_prev
    m_hat = m / (1 - beta1_power)
    rms_hat = np.sqrt(v) / (1 - beta2_power)
    updates = learning_rate * m_hat / (rms_hat + epsilon)
    return updates, m, v, beta1_power, beta2_power


# Right, by the second.


@right("sgd")
def _(learning_rate, grad):
    return grad * learning_rate


@right("sgd")
def _(learning_rate, grad):
    step = -np.multiply(grad, learning_rate)  # what is added
    return -step


@right("momentum")
def _(learning_rate, momentum, grad, velocity_prev):
    v = grad + velocity_prev * momentum
    return v * learning_rate, v


@right("momentum")
def _(learning_rate, momentum, grad, velocity_prev):
    updates = learning_rate * momentum * velocity_prev + learning_rate * grad
    return updates, momentum * velocity_prev + grad


@right("momentum")
def _(learning_rate, momentum, grad, velocity_prev):
    # friction form
    friction = 1.0 - momentum
    velocity = velocity_prev - friction * velocity_prev + grad
    return learning_rate * velocity, velocity


@right("nesterov")
def _(learning_rate, momentum, grad, velocity_prev):
    v = momentum * velocity_prev + grad
    updates = learning_rate * ((1 + momentum) * v - momentum * velocity_prev)
    return updates, v


@right("nesterov")
def _(learning_rate, momentum, grad, velocity_prev):
    v = momentum * velocity_prev + grad
    lookahead = v + momentum * (v - velocity_prev)
    return learning_rate * lookahead, v


@right("nesterov")
def _(learning_rate, momentum, grad, velocity_prev):
    updates = learning_rate * ((1 + momentum) * grad + momentum**2 * velocity_prev)
    return updates, momentum * velocity_prev + grad


@right("nesterov")
def _(learning_rate, momentum, grad, velocity_prev):
    buf = np.add(np.multiply(velocity_prev, momentum), grad)
    d_p = grad + momentum * buf
    return learning_rate * d_p, buf


@right("adagrad")
def _(learning_rate, epsilon, grad, s_prev):
    s = s_prev + np.square(grad)
    rate = learning_rate / (epsilon + s**0.5)
    return rate * grad, s


@right("adagrad")
def _(learning_rate, epsilon, grad, s_prev):
    root = np.hypot(np.sqrt(s_prev), grad)
    return learning_rate * grad / (root + epsilon), s_prev + grad**2


@right("adagrad")
def _(learning_rate, epsilon, grad, s_prev):
    def one(g, s):
        total = s + g * g
        return learning_rate * g / (math.sqrt(total) + epsilon), total

    updates, s = np.vectorize(one, otypes=[float, float])(grad, s_prev)
    return updates, s


@right("rmsprop")
def _(learning_rate, rho, epsilon, grad, s_prev):
    s = s_prev + (1 - rho) * (grad**2 - s_prev)
    return learning_rate * grad / (np.sqrt(s) + epsilon), s


@right("rmsprop")
def _(learning_rate, rho, epsilon, grad, s_prev):
    alpha = 1.0 - rho
    s = (1.0 - alpha) * s_prev + alpha * grad * grad
    rms = np.power(s, 0.5)
    return learning_rate * (grad / (rms + epsilon)), s


@right("rmsprop")
def _(learning_rate, rho, epsilon, grad, s_prev):
    s = np.square(grad)
    s = s + rho * (s_prev - s)
    scale = learning_rate / (np.sqrt(s) + epsilon)
    return scale * grad, s


@right("rmsprop")
def _(learning_rate, rho, epsilon, grad, s_prev):
    root = np.hypot(math.sqrt(rho) * np.sqrt(s_prev), math.sqrt(1 - rho) * grad)
    return learning_rate * grad / (root + epsilon), root**2


@right("rmsprop_inside")
def _(learning_rate, rho, epsilon, grad, s_prev):
    s = rho * s_prev + (1 - rho) * grad**2
    return learning_rate * grad * (s + epsilon) ** -0.5, s


@right("rmsprop_inside")
def _(learning_rate, rho, epsilon, grad, s_prev):
    s = s_prev - (1 - rho) * (s_prev - grad * grad)
    root = np.hypot(np.sqrt(s), math.sqrt(epsilon))
    return learning_rate / root * grad, s


@right("rmsprop_centered")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    # Welford: one deviation from the old mean, one from the new
    mean = rho * mean_prev + (1 - rho) * grad
    variance = rho * variance_prev + (1 - rho) * (grad - mean_prev) * (grad - mean)
    return learning_rate * grad / (np.sqrt(variance) + epsilon), mean, variance


@right("rmsprop_centered")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    diff = grad - mean_prev
    incr = (1 - rho) * diff
    mean = mean_prev + incr
    variance = rho * (variance_prev + diff * incr)
    std = variance**0.5
    return learning_rate / (std + epsilon) * grad, mean, variance


@right("rmsprop_centered")
def _(learning_rate, rho, epsilon, grad, mean_prev, variance_prev):
    # variance of a mixture: the old cloud with weight rho, one point with 1 - rho
    mean = rho * mean_prev + (1 - rho) * grad
    variance = rho * (variance_prev + (mean_prev - mean) ** 2) + (1 - rho) * (grad - mean) ** 2
    updates = learning_rate * grad / (np.sqrt(variance) + epsilon)
    return updates, mean, variance


@right("rmsprop_momentum")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    s = s_prev + (1 - rho) * (grad**2 - s_prev)
    scaled = grad / (np.sqrt(s) + epsilon)
    velocity = scaled + momentum * velocity_prev
    return learning_rate * velocity, s, velocity


@right("rmsprop_momentum")
def _(learning_rate, rho, epsilon, momentum, grad, s_prev, velocity_prev):
    # velocity with the learning rate inside, taken out again for the state
    s = rho * s_prev + (1 - rho) * np.square(grad)
    step = momentum * (learning_rate * velocity_prev) + learning_rate * grad / (
        np.sqrt(s) + epsilon
    )
    return step, s, step / learning_rate


@right("adam")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    p1, p2 = beta1_power_prev * beta1, beta2_power_prev * beta2
    m = m_prev + (1 - beta1) * (grad - m_prev)
    v = v_prev + (1 - beta2) * (grad**2 - v_prev)
    c = math.sqrt(1 - p2)
    lr_t = learning_rate * c / (1 - p1)
    return lr_t * m / (np.sqrt(v) + epsilon * c), m, v, p1, p2


@right("adam")
def _(
    learning_rate, beta1, beta2, epsilon, grad, m_prev, v_prev, beta1_power_prev, beta2_power_prev
):
    # as in torch: step size and denominator corrected apart
    exp_avg = m_prev * beta1 + (1 - beta1) * grad
    exp_avg_sq = v_prev * beta2 + (1 - beta2) * grad * grad
    beta1_power = beta1_power_prev * beta1
    beta2_power = beta2_power_prev * beta2
    step_size = learning_rate / (1 - beta1_power)
    denom = np.sqrt(exp_avg_sq) / (1 - beta2_power) ** 0.5 + epsilon
    return step_size * (exp_avg / denom), exp_avg, exp_avg_sq, beta1_power, beta2_power
