import { defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax'
import { type Contender, Unavailable } from '../contender.ts'
import { inProcess, type Stepper, type Trainer } from '../in-process.ts'
import { ADAM, type Batch, CLASSES, type Matrices, MODELS, type Start } from '../work.ts'

interface Staged {
  readonly x: np.Array
  readonly y: np.Array
}

/** jax-js on its wasm device, with the whole training step under `jit`, which is its fastest mode; on one thread. */
export async function jax(): Promise<Contender> {
  if (!(await init('wasm')).includes('wasm')) throw new Unavailable('jax-js found no wasm device')
  defaultDevice('wasm')
  return inProcess<readonly [np.Array, np.Array], Staged>({
    name: 'jax-js',
    multiply: size => Promise.resolve(product(size)),
    train: start => Promise.resolve(trainer(start)),
  })
}

/** An array on the device. jax-js computes lazily, so this waits until it is there. */
async function array(values: Float32Array<ArrayBuffer>, shape: readonly number[]): Promise<np.Array> {
  const made = np.array(values).reshape([...shape])
  await made.blockUntilReady()
  return made
}

function product(size: number): Stepper<Matrices, readonly [np.Array, np.Array]> {
  return {
    stage: async ({ a, b }) => [await array(a, [size, size]), await array(b, [size, size])],
    async step([a, b]) {
      return (
        await np
          .matmul(a, b)
          .slice(size - 1, size - 1)
          .data()
      )[0]
    },
  }
}

async function trainer({ model, batch, weights }: Start): Promise<Trainer<Staged>> {
  let w = await Promise.all(weights.map(({ values, shape }) => array(values, shape)))
  let m = w.map(({ shape }) => np.zeros(shape))
  let v = w.map(({ shape }) => np.zeros(shape))
  let steps = 0
  const { input } = MODELS[model]
  const forward = { mlp, cnn, attention }[model]
  const lossOf = (weights: np.Array[], x: np.Array, y: np.Array) =>
    nn
      .logSoftmax(forward(x, weights))
      .mul(y)
      .sum()
      .mul(-1 / batch)
  const step = jit((w: np.Array[], m: np.Array[], v: np.Array[], bias: np.Array, x: np.Array, y: np.Array) => {
    const [loss, gradients] = valueAndGrad(lossOf)(
      w.map(one => one.ref),
      x,
      y,
    )
    const next = w.map((one, i) => adam(one, gradients[i], m[i], v[i], bias.ref))
    bias.dispose()
    return [loss, next.map(one => one[0]), next.map(one => one[1]), next.map(one => one[2])] as const
  })
  const classes = jit((w: np.Array[], x: np.Array) => np.argmax(forward(x, w), 1))

  return {
    stage: async ({ x, labels }: Batch) => ({
      x: await array(x, [labels.length, ...input]),
      y: await oneHot(labels),
    }),
    async step({ x, y }) {
      steps += 1
      const corrections = [1 / (1 - ADAM.beta1 ** steps), 1 / (1 - ADAM.beta2 ** steps)]
      const [loss, ...next] = step(w, m, v, np.array(corrections), x, y)
      ;[w, m, v] = next
      return (await loss.data())[0]
    },
    classify: x =>
      classes(
        w.map(one => one.ref),
        np.array(Float32Array.from(x)).reshape([-1, ...input]),
      ).data(),
  }
}

function oneHot(labels: Uint8Array): Promise<np.Array> {
  const values = new Float32Array(labels.length * CLASSES)
  for (const [n, label] of labels.entries()) values[n * CLASSES + label] = 1
  return array(values, [labels.length, CLASSES])
}

// A function consumes its arguments, unless `.ref` is passed.

function adam(w: np.Array, g: np.Array, m: np.Array, v: np.Array, bias: np.Array): [np.Array, np.Array, np.Array] {
  const { learningRate, beta1, beta2, epsilon } = ADAM
  const m2 = m.mul(beta1).add(g.ref.mul(1 - beta1))
  const v2 = v.mul(beta2).add(np.square(g).mul(1 - beta2))
  const mHat = m2.ref.mul(bias.ref.slice(0))
  const vHat = v2.ref.mul(bias.slice(1))
  return [w.sub(mHat.div(np.sqrt(vHat).add(epsilon)).mul(learningRate)), m2, v2]
}

const dense = (x: np.Array, w: np.Array, b: np.Array) => np.matmul(x, w).add(b)

function mlp(x: np.Array, [w1, b1, w2, b2, w3, b3]: np.Array[]): np.Array {
  const h = nn.relu(dense(x, w1, b1))
  return dense(nn.relu(dense(h, w2, b2)), w3, b3)
}

function cnn(x: np.Array, [k1, b1, k2, b2, w3, b3, w4, b4]: np.Array[]): np.Array {
  const block = (h: np.Array, k: np.Array, b: np.Array) => {
    const y = nn.relu(lax.conv(h, k, [1, 1], 'SAME').add(b.reshape([-1, 1, 1])))
    return lax.reduceWindow(y, np.max, [2, 2], [2, 2])
  }
  const h = block(block(x, k1, b1), k2, b2)
  return dense(nn.relu(dense(h.reshape([h.shape[0], -1]), w3, b3)), w4, b4)
}

/** See `MODELS.attention`. */
function attention(x: np.Array, w: np.Array[]): np.Array {
  const [scale1, shift1, query, key, value, out, scale2, shift2, up, upBias, down, downBias, last, lastBias] = w
  const [B, T, d] = x.shape
  const project = (rows: np.Array, weight: np.Array) => np.matmul(rows, weight).reshape([B, T, d])
  const norm1 = layerNorm(x.ref.reshape([B * T, d]), scale1, shift1)
  const keys = np.transpose(project(norm1.ref, key), [0, 2, 1])
  const scores = np.matmul(project(norm1.ref, query), keys).mul(1 / Math.sqrt(d))
  const found = np.matmul(nn.softmax(scores), project(norm1, value))
  const h = x.reshape([B * T, d]).add(np.matmul(found.reshape([B * T, d]), out))
  const inside = nn.relu(dense(layerNorm(h.ref, scale2, shift2), up, upBias))
  const y = h.add(dense(inside, down, downBias)).reshape([B, T, d])
  return dense(np.mean(y, 1), last, lastBias)
}

/** Each row minus its mean, over its standard deviation, times 1 + scale, plus shift. */
function layerNorm(x: np.Array, scale: np.Array, shift: np.Array): np.Array {
  const mean = np.mean(x.ref, -1, { keepdims: true })
  const centred = x.sub(mean)
  const variance = np.mean(np.square(centred.ref), -1, { keepdims: true })
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(scale.add(1))
    .add(shift)
}
