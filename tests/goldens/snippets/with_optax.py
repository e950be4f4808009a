import jax
import optax

jax.config.update("jax_enable_x64", True)
w = jax.numpy.array([5.0, 4.0])
rmsprop = optax.rmsprop(learning_rate=0.1, decay=0.9, eps=1e-6, eps_in_sqrt=False)
state = rmsprop.init(w)
for _ in range(61):
    updates, state = rmsprop.update(2 * w, state)
    w = optax.apply_updates(w, updates)
