"""What can go wrong in a velocity, which heavy ball and Nesterov's momentum share."""

from rmsprop_lab.checking.mistakes.any_rule import convention
from rmsprop_lab.number import Number


def momentum_missing(momentum: Number, grad: Number, velocity_prev: Number) -> Number:
    """The old velocity is missing its factor momentum, so the ball never loses any."""
    return velocity_prev + grad


def velocity_not_carried(momentum: Number, grad: Number, velocity_prev: Number) -> Number:
    """The velocity is this gradient alone. It must also keep a share of the old velocity."""
    return grad


def gradient_left_out(momentum: Number, grad: Number, velocity_prev: Number) -> Number:
    """The gradient is left out of the velocity. It must be added."""
    return momentum * velocity_prev


def momentum_on_the_gradient(momentum: Number, grad: Number, velocity_prev: Number) -> Number:
    """The factor momentum stands at the gradient. It belongs to the old velocity."""
    return velocity_prev + momentum * grad


def momentum_on_both(momentum: Number, grad: Number, velocity_prev: Number) -> Number:
    """The factor momentum multiplies the gradient, too. It belongs to the old velocity alone."""
    return momentum * (velocity_prev + grad)


def gradient_subtracted(momentum: Number, grad: Number, velocity_prev: Number) -> Number:
    """The gradient is subtracted from the velocity, and the updates are subtracted again. One sign
    too many.
    """
    return momentum * velocity_prev - grad


def velocity_subtracted(momentum: Number, grad: Number, velocity_prev: Number) -> Number:
    """The old velocity is subtracted. It must be added, so that the ball goes on as it went."""
    return grad - momentum * velocity_prev


def velocity_weights_swapped(momentum: Number, grad: Number, velocity_prev: Number) -> Number:
    """The velocity is an average, with its weights swapped. Momentum is the factor of the old
    velocity, and the gradient has none.
    """
    return (1 - momentum) * velocity_prev + momentum * grad


def rest_of_momentum(momentum: Number, grad: Number, velocity_prev: Number) -> Number:
    """The old velocity is multiplied by 1 - momentum. It is momentum itself."""
    return (1 - momentum) * velocity_prev + grad


@convention
def average_for_velocity(momentum: Number, grad: Number, velocity_prev: Number) -> Number:
    """The velocity is an average: the gradient has the weight 1 - momentum, as with dampening. Here
    it has the weight 1, so your steps are shorter.
    """
    return momentum * velocity_prev + (1 - momentum) * grad


VELOCITIES = (
    momentum_missing,
    velocity_not_carried,
    gradient_left_out,
    momentum_on_the_gradient,
    momentum_on_both,
    gradient_subtracted,
    velocity_subtracted,
    velocity_weights_swapped,
    rest_of_momentum,
    average_for_velocity,
)
