"""JAX's side of the benchmark: the whole training step under jit, with weights that it may overwrite."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from channels_last import channels_last
from peer import Model, Server


def mlp(weights, x):
    for w, b in zip(weights[:-2:2], weights[1:-2:2]):
        x = jax.nn.relu(x @ w + b)
    return x @ weights[-2] + weights[-1]


def cnn(weights, x):
    x = x.transpose(0, 2, 3, 1)
    for w, b in zip(weights[:4:2], weights[1:4:2]):
        x = jax.nn.relu(lax.conv_general_dilated(x, w, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")) + b)
        x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    return mlp(weights[4:], x.reshape(len(x), -1))


MODELS = {"mlp": mlp, "cnn": cnn}


@partial(jax.jit, static_argnums=0)
def classify(model, weights, x):
    return model(weights, x).argmax(1)


@partial(jax.jit, static_argnums=(0, 1), donate_argnums=2)
def train(model, adam, state, x, labels):
    rate, beta1, beta2, epsilon = adam
    weights, ms, vs, t = state
    t += 1

    def loss_of(weights):
        scores = jax.nn.log_softmax(model(weights, x))
        return -jnp.take_along_axis(scores, labels[:, None], 1).mean()

    loss, gradients = jax.value_and_grad(loss_of)(weights)
    ms = [beta1 * m + (1 - beta1) * g for m, g in zip(ms, gradients)]
    vs = [beta2 * v + (1 - beta2) * g * g for v, g in zip(vs, gradients)]
    mean, spread = 1 / (1 - beta1**t), 1 / (1 - beta2**t)
    weights = [w - rate * (m * mean) / (jnp.sqrt(v * spread) + epsilon) for w, m, v in zip(weights, ms, vs)]
    return (weights, ms, vs, t), loss


class Jax(Model):
    def __init__(self, name, weights, adam):
        self.model, self.adam = MODELS[name], tuple(adam)
        weights = [jnp.array(values) for values in channels_last(weights)]
        zeros = [[jnp.zeros_like(values) for values in weights] for _ in "mv"]
        self.state = weights, *zeros, jnp.float32(0)

    def step(self, x, labels):
        self.state, loss = train(self.model, self.adam, self.state, x, labels)
        return loss.item()

    def classify(self, x):
        return np.asarray(classify(self.model, self.state[0], x))


@jax.jit
def product(a, b):
    c = a @ b
    return c, c[-1, -1]  # c too: for one number alone, the compiler would multiply one row and one column.


def stage(values):
    return jax.device_put(values).block_until_ready()


Server(stage, lambda a, b: product(a, b)[1].item(), Jax).serve(f"JAX {jax.__version__}")
