import keras

keras.config.set_floatx("float64")
w = keras.Variable([5.0, 4.0])
rmsprop = keras.optimizers.RMSprop(learning_rate=0.1, rho=0.9, epsilon=1e-6)
for _ in range(61):
    gradient = 2 * w.value
    rmsprop.apply([gradient], [w])
