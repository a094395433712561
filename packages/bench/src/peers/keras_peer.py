"""Keras's side of the benchmark, on TensorFlow: a whole epoch is one `fit`, a single step `train_on_batch`."""

import keras
import tensorflow as tf
from keras import layers

from channels_last import channels_last
from peer import Model, Server

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)

MODELS = {
    "mlp": lambda: [
        keras.Input([784]), layers.Dense(128, "relu"), layers.Dense(64, "relu"), layers.Dense(10)
    ],
    "cnn": lambda: [
        keras.Input([3, 32, 32]), layers.Permute([2, 3, 1]),
        layers.Conv2D(32, 3, padding="same", activation="relu"), layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, padding="same", activation="relu"), layers.MaxPooling2D(2),
        layers.Flatten(), layers.Dense(128, "relu"), layers.Dense(10),
    ],
}


class Keras(Model):
    def __init__(self, name, weights, adam):
        self.model = keras.Sequential(MODELS[name]())
        self.model.set_weights(channels_last(weights))
        rate, beta1, beta2, epsilon = adam
        optimizer = keras.optimizers.Adam(rate, beta1, beta2, epsilon)
        self.model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    def step(self, x, labels):
        self.model.reset_metrics()  # Otherwise the loss is the mean of all steps so far.
        return float(self.model.train_on_batch(x, labels))

    def classify(self, x):
        return self.model.predict_on_batch(x).argmax(1)

    def epoch(self, images, labels, order, batch):
        history = self.model.fit(images[order], labels[order], batch, epochs=1, shuffle=False, verbose=0)
        return history.history["loss"][0]


version = f"Keras {keras.__version__} on TensorFlow {tf.__version__}"
Server(tf.constant, lambda a, b: float((a @ b)[-1, -1]), Keras).serve(version)
