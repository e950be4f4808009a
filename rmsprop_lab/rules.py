"""The update rules: the equations and nothing else.

Every rule takes its hyper-parameters, the gradient and its previous state, in this
order, and returns the update (to be *subtracted* from the parameters) and its new
state. It works on one number or on an array of any shape, coordinate by coordinate.

A rule is straight-line: assignments, ``+ - * /`` and ``sqrt``. IEEE 754 rounds these
five correctly, so one source gives the same bits as Python floats, as NumPy arrays
and, recorded by :mod:`rmsprop_lab.algebra.tape`, in the browser. ``x**2`` and
``beta**t`` may not: write ``x * x``, and carry a power in the state.
"""

from numpy import sqrt

from rmsprop_lab.number import Alike


def sgd(learning_rate: float, grad: Alike) -> Alike:
    r"""Gradient descent: one learning rate for every coordinate.

    .. math:: w \leftarrow w - \alpha\, g

    Stochastic when ``grad`` is the gradient of a mini-batch.

    Args:
        learning_rate: :math:`\alpha > 0`, in units of w² / f.
        grad: the gradient :math:`g`, any shape.

    Returns:
        updates, with the shape of ``grad``. There is no state.

    Example:
        >>> sgd(0.1, 10.0)
        1.0

    References:
        Robbins, Monro (1951), doi:10.1214/aoms/1177729586.
    """
    updates = learning_rate * grad
    return updates


def momentum(
    learning_rate: float, momentum: float, grad: Alike, velocity_prev: Alike
) -> tuple[Alike, Alike]:
    r"""Heavy ball: a velocity that remembers past gradients.

    .. math::
        v &\leftarrow \mu v + g \\
        w &\leftarrow w - \alpha v

    Warning:
        The learning rate stands outside the velocity, as in PyTorch. Inside
        (:math:`v \leftarrow \mu v + \alpha g`, as in Keras) the path is the same
        until the learning rate changes.

    Args:
        learning_rate: :math:`\alpha > 0`, in units of w² / f.
        momentum: :math:`\mu` in [0, 1); 0 is gradient descent.
        grad: the gradient :math:`g`, any shape.
        velocity_prev: :math:`v` before the step, 0 at first.

    Returns:
        updates and velocity, with the shape of ``grad``.

    Example:
        >>> momentum(0.1, 0.9, 10.0, 0.0)
        (1.0, 10.0)

    References:
        Polyak (1964), doi:10.1016/0041-5553(64)90137-5.
    """
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * velocity
    return updates, velocity


def nesterov(
    learning_rate: float, momentum: float, grad: Alike, velocity_prev: Alike
) -> tuple[Alike, Alike]:
    r"""Nesterov's momentum: the heavy ball, looking one step ahead.

    .. math::
        v &\leftarrow \mu v + g \\
        w &\leftarrow w - \alpha\,(g + \mu v)

    Warning:
        Here, as in PyTorch, the parameters are the look-ahead point itself, where
        the gradient is taken. Nesterov's own form moves another point and takes the
        gradient ahead of it; the two walk the same look-ahead points.

    Args:
        learning_rate: :math:`\alpha > 0`, in units of w² / f.
        momentum: :math:`\mu` in [0, 1); 0 is gradient descent.
        grad: the gradient :math:`g`, any shape.
        velocity_prev: :math:`v` before the step, 0 at first.

    Returns:
        updates and velocity, with the shape of ``grad``.

    Example:
        >>> nesterov(0.5, 0.5, 8.0, 0.0)
        (6.0, 8.0)

    References:
        Sutskever, Martens, Dahl, Hinton (2013), PMLR 28(3) 1139-1147.
    """
    velocity = momentum * velocity_prev + grad
    updates = learning_rate * (grad + momentum * velocity)
    return updates, velocity


def adagrad(
    learning_rate: float, epsilon: float, grad: Alike, s_prev: Alike
) -> tuple[Alike, Alike]:
    r"""AdaGrad: divide by the root of the *sum* of squared gradients.

    .. math::
        s &\leftarrow s + g^2 \\
        w &\leftarrow w - \frac{\alpha\, g}{\sqrt{s} + \epsilon}

    The sum only grows, so the effective learning rate only shrinks.

    Args:
        learning_rate: :math:`\alpha > 0`, in units of w.
        epsilon: :math:`\epsilon > 0`, in units of the gradient.
        grad: the gradient :math:`g`, any shape.
        s_prev: :math:`s` before the step, 0 at first, in units of the gradient squared.

    Returns:
        updates and s, with the shape of ``grad``.

    Example:
        >>> adagrad(0.5, 1.0, np.array([3.0, -4.0]), np.zeros(2))
        (array([ 0.375, -0.4  ]), array([ 9., 16.]))

    References:
        Duchi, Hazan, Singer (2011), JMLR 12 2121-2159.
    """
    s = s_prev + grad * grad
    updates = learning_rate * grad / (sqrt(s) + epsilon)
    return updates, s


def rmsprop(
    learning_rate: float, rho: float, epsilon: float, grad: Alike, s_prev: Alike
) -> tuple[Alike, Alike]:
    r"""RMSProp: divide by the root of a running *mean* of squared gradients.

    .. math::
        s &\leftarrow \rho\, s + (1 - \rho)\, g^2 \\
        w &\leftarrow w - \frac{\alpha\, g}{\sqrt{s} + \epsilon}

    Warning:
        Epsilon stands outside the root here and in PyTorch; inside in Keras and, by
        default, in Optax: see :func:`rmsprop_inside`.

    Args:
        learning_rate: :math:`\alpha > 0`, in units of w.
        rho: :math:`\rho` in [0, 1), the share of s that a step keeps.
        epsilon: :math:`\epsilon > 0`, in units of the gradient.
        grad: the gradient :math:`g`, any shape.
        s_prev: :math:`s` before the step, 0 at first, in units of the gradient squared.

    Returns:
        updates and s, with the shape of ``grad``.

    Example:
        >>> rmsprop(0.5, 0.75, 1.0, np.array([6.0, -2.0]), np.zeros(2))
        (array([ 0.75, -0.5 ]), array([9., 1.]))

    References:
        Tieleman, Hinton (2012), Lecture 6.5 of COURSERA: Neural Networks for
        Machine Learning.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    updates = learning_rate * grad / (sqrt(s) + epsilon)
    return updates, s


def rmsprop_inside(
    learning_rate: float, rho: float, epsilon: float, grad: Alike, s_prev: Alike
) -> tuple[Alike, Alike]:
    r"""RMSProp with epsilon inside the root.

    .. math::
        s &\leftarrow \rho\, s + (1 - \rho)\, g^2 \\
        w &\leftarrow w - \frac{\alpha\, g}{\sqrt{s + \epsilon}}

    Warning:
        An epsilon here is worth its own root in :func:`rmsprop`: with 1e-7 inside the
        divisor is never below 3.16e-4.

    Args:
        learning_rate: :math:`\alpha > 0`, in units of w.
        rho: :math:`\rho` in [0, 1), the share of s that a step keeps.
        epsilon: :math:`\epsilon > 0`, in units of the gradient squared.
        grad: the gradient :math:`g`, any shape.
        s_prev: :math:`s` before the step, 0 at first, in units of the gradient squared.

    Returns:
        updates and s, with the shape of ``grad``.

    Example:
        >>> rmsprop_inside(0.5, 0.75, 16.0, np.array([6.0, 0.0]), np.zeros(2))
        (array([0.6, 0. ]), array([9., 0.]))

    References:
        Tieleman, Hinton (2012), Lecture 6.5 of COURSERA: Neural Networks for
        Machine Learning; this form as in Keras.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    updates = learning_rate * grad / sqrt(s + epsilon)
    return updates, s


def rmsprop_centered(
    learning_rate: float,
    rho: float,
    epsilon: float,
    grad: Alike,
    mean_prev: Alike,
    variance_prev: Alike,
) -> tuple[Alike, Alike, Alike]:
    r"""Centred RMSProp: divide by the running *standard deviation* of the gradient.

    .. math::
        m &\leftarrow m + (1 - \rho)(g - m) \\
        \sigma^2 &\leftarrow \rho\,(\sigma^2 + (1 - \rho)(g - m_\text{prev})^2) \\
        w &\leftarrow w - \frac{\alpha\, g}{\sqrt{\sigma^2} + \epsilon}

    :math:`\sigma^2` is :math:`s - m^2`, the running mean of squares less the squared
    mean, in the form that rounding cannot make negative. Under a constant gradient
    the textbook difference does fall below 0, and its root is not a number.

    Args:
        learning_rate: :math:`\alpha > 0`, in units of w.
        rho: :math:`\rho` in [0, 1), the share of the averages that a step keeps.
        epsilon: :math:`\epsilon > 0`, in units of the gradient.
        grad: the gradient :math:`g`, any shape.
        mean_prev: :math:`m` before the step, 0 at first.
        variance_prev: :math:`\sigma^2` before the step, 0 at first.

    Returns:
        updates, mean and variance, with the shape of ``grad``.

    Example:
        >>> rmsprop_centered(1.0, 0.5, 4.0, np.array([8.0]), np.zeros(1), np.zeros(1))
        (array([1.]), array([4.]), array([16.]))

    References:
        Graves (2013), arXiv:1308.0850.
    """
    deviation = grad - mean_prev
    mean = mean_prev + (1 - rho) * deviation
    variance = rho * (variance_prev + (1 - rho) * (deviation * deviation))
    updates = learning_rate * grad / (sqrt(variance) + epsilon)
    return updates, mean, variance


def rmsprop_momentum(
    learning_rate: float,
    rho: float,
    epsilon: float,
    momentum: float,
    grad: Alike,
    s_prev: Alike,
    velocity_prev: Alike,
) -> tuple[Alike, Alike, Alike]:
    r"""RMSProp with momentum: a heavy ball driven by the scaled gradient.

    .. math::
        s &\leftarrow \rho\, s + (1 - \rho)\, g^2 \\
        v &\leftarrow \mu v + \frac{g}{\sqrt{s} + \epsilon} \\
        w &\leftarrow w - \alpha v

    Warning:
        The learning rate stands outside the velocity, as in PyTorch; see
        :func:`momentum`.

    Args:
        learning_rate: :math:`\alpha > 0`, in units of w.
        rho: :math:`\rho` in [0, 1), the share of s that a step keeps.
        epsilon: :math:`\epsilon > 0`, in units of the gradient.
        momentum: :math:`\mu` in [0, 1); 0 is plain RMSProp.
        grad: the gradient :math:`g`, any shape.
        s_prev: :math:`s` before the step, 0 at first.
        velocity_prev: :math:`v` before the step, 0 at first.

    Returns:
        updates, s and velocity, with the shape of ``grad``.

    Example:
        >>> rmsprop_momentum(0.5, 0.75, 1.0, 0.5, np.array([6.0]), np.zeros(1), np.ones(1))
        (array([1.]), array([9.]), array([2.]))

    References:
        Graves (2013), arXiv:1308.0850.
    """
    s = rho * s_prev + (1 - rho) * (grad * grad)
    velocity = momentum * velocity_prev + grad / (sqrt(s) + epsilon)
    updates = learning_rate * velocity
    return updates, s, velocity


def adam(
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
    grad: Alike,
    m_prev: Alike,
    v_prev: Alike,
    beta1_power_prev: float,
    beta2_power_prev: float,
) -> tuple[Alike, Alike, Alike, float, float]:
    r"""Adam: running means of the gradient and of its square, corrected for their start.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \\
        v &\leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\
        w &\leftarrow w - \alpha\,
            \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    The powers of beta are carried in the state, where a product gives the same bits
    everywhere.

    Args:
        learning_rate: :math:`\alpha > 0`, in units of w.
        beta1: :math:`\beta_1` in [0, 1).
        beta2: :math:`\beta_2` in [0, 1).
        epsilon: :math:`\epsilon > 0`, in units of the gradient.
        grad: the gradient :math:`g`, any shape.
        m_prev: :math:`m` before the step, 0 at first.
        v_prev: :math:`v` before the step, 0 at first.
        beta1_power_prev: :math:`\beta_1^{t-1}`, 1 at first.
        beta2_power_prev: :math:`\beta_2^{t-1}`, 1 at first.

    Returns:
        updates, m and v, with the shape of ``grad``, and the two powers.

    Example:
        >>> adam(0.5, 0.5, 0.75, 1.0, np.array([4.0]), np.zeros(1), np.zeros(1), 1.0, 1.0)
        (array([0.4]), array([2.]), array([4.]), 0.5, 0.75)

    References:
        Kingma, Ba (2015), arXiv:1412.6980.
    """
    m = beta1 * m_prev + (1 - beta1) * grad
    v = beta2 * v_prev + (1 - beta2) * (grad * grad)
    beta1_power = beta1 * beta1_power_prev
    beta2_power = beta2 * beta2_power_prev
    m_hat = m / (1 - beta1_power)
    v_hat = v / (1 - beta2_power)
    updates = learning_rate * m_hat / (sqrt(v_hat) + epsilon)
    return updates, m, v, beta1_power, beta2_power
