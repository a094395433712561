import * as nodeModule from 'node:module'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { type Contender, Unavailable } from '../contender.ts'
import { inProcess, type Stepper, type Trainer } from '../in-process.ts'
import { ADAM, type Batch, CLASSES, type Matrices, type ModelName, type Start, type Weight } from '../work.ts'

type TensorFlow = typeof tf

interface Staged {
  readonly x: tf.Tensor
  readonly y: tf.Tensor
}

/** TensorFlow.js on its `cpu` (plain JavaScript) or `wasm` (SIMD, one thread) backend. */
export async function tfjs(backend: 'cpu' | 'wasm'): Promise<Contender> {
  tf.enableProdMode() // Its fastest mode, and it keeps advertisements out of the report.
  if (backend === 'wasm') {
    const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'))
    setWasmPaths(join(folder, 'dist') + sep)
    setThreadsCount(1)
  }
  // Loaded late: libtensorflow comes with a copy of it, and both register the same kernels.
  else await import('@tensorflow/tfjs-backend-cpu')
  await registerGradients()
  return written(tf, `tfjs-${backend}`, async () => void (await tf.setBackend(backend)))
}

/** TensorFlow.js on libtensorflow, which comes with its own copy of it and uses all cores. */
export function tfjsNode(folder: string): Contender {
  const instance = createRequire(`${folder}/`)('@tensorflow/tfjs-node') as TensorFlow
  instance.enableProdMode()
  return written(instance, 'tfjs-node', () => Promise.resolve())
}

/** The cases as users of TensorFlow.js write them. `ready` is called before each turn. */
function written(tf: TensorFlow, name: string, ready: () => Promise<void>): Contender {
  const contender = inProcess<readonly [tf.Tensor2D, tf.Tensor2D], Staged>({
    name,
    ready,
    multiply: size => Promise.resolve(product(tf, size)),
    train: start => Promise.resolve(trainer(tf, start)),
  })
  return { ...contender, models: ['mlp', 'cnn'] }
}

function product(tf: TensorFlow, size: number): Stepper<Matrices, readonly [tf.Tensor2D, tf.Tensor2D]> {
  return {
    stage: ({ a, b }) => [tf.tensor2d(a, [size, size]), tf.tensor2d(b, [size, size])],
    async step([a, b]) {
      const last = tf.tidy(() => tf.slice(tf.matMul(a, b), [size - 1, size - 1], [1, 1]))
      const [number] = await last.data()
      last.dispose()
      return number
    },
    discard: tensors => tf.dispose([...tensors]),
  }
}

function trainer(tf: TensorFlow, { model, weights }: Start): Trainer<Staged> {
  const w = weightsLast(tf, model, weights).map(({ values, shape }) => tf.variable(tf.tensor(values, [...shape])))
  const optimizer = tf.train.adam(ADAM.learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon)
  const forward = (model === 'mlp' ? mlp : cnn)(tf)
  const batchOf = (x: Float32Array) => (model === 'mlp' ? tf.tensor(x, [x.length / 784, 784]) : imagesLast(tf, x))

  return {
    stage: ({ x, labels }: Batch) => {
      const y = tf.tidy(() => tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), CLASSES))
      return { x: batchOf(x), y }
    },
    async step({ x, y }) {
      const lossOf = () => tf.tidy(() => tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(y, forward(x, w)))
      const loss = optimizer.minimize(lossOf, true)!
      const [number] = await loss.data()
      loss.dispose()
      return number
    },
    discard: staged => tf.dispose([staged.x, staged.y]),
    async classify(x) {
      const classes = tf.tidy(() => tf.argMax(forward(batchOf(x), w), 1))
      const values = await classes.data()
      classes.dispose()
      return values
    },
  }
}

type Model = (x: tf.Tensor, weights: readonly tf.Tensor[]) => tf.Tensor

const dense = (tf: TensorFlow, x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.add(tf.matMul(x, w), b)

function mlp(tf: TensorFlow): Model {
  return (x, [w1, b1, w2, b2, w3, b3]) => {
    const h = tf.relu(dense(tf, x, w1, b1))
    return dense(tf, tf.relu(dense(tf, h, w2, b2)), w3, b3)
  }
}

function cnn(tf: TensorFlow): Model {
  const block = (h: tf.Tensor, k: tf.Tensor, b: tf.Tensor) => {
    const y = tf.add<tf.Tensor4D>(tf.conv2d(h as tf.Tensor4D, k as tf.Tensor4D, 1, 'same'), b)
    return tf.maxPool(tf.relu(y), 2, 2, 'valid')
  }
  return (x, [k1, b1, k2, b2, w3, b3, w4, b4]) => {
    const h = block(block(x, k1, b1), k2, b2)
    return dense(tf, tf.relu(dense(tf, tf.reshape(h, [x.shape[0], -1]), w3, b3)), w4, b4)
  }
}

// TensorFlow.js keeps the channels of images last. All inputs are put into its order before the clock starts.

/** Images [N, 3, 32, 32] as [N, 32, 32, 3]. */
function imagesLast(tf: TensorFlow, x: Float32Array): tf.Tensor {
  return tf.tidy(() => tf.transpose(tf.tensor(x, [x.length / 3072, 3, 32, 32]), [0, 2, 3, 1]))
}

/** Kernels [O, I, h, w] as [h, w, I, O]; the rows of the first dense layer follow the pixels that they belong to. */
function weightsLast(
  tf: TensorFlow,
  model: ModelName,
  weights: readonly Weight[],
): { shape: number[]; values: Float32Array }[] {
  const moved = (values: Float32Array, shape: number[], order: number[]) =>
    tf.tidy(() => {
      const y = tf.transpose(tf.tensor(values, shape), order)
      return { shape: y.shape, values: y.dataSync<'float32'>() }
    })
  return weights.map(({ shape, values }, i) => {
    if (shape.length === 4) return moved(values, [...shape], [2, 3, 1, 0])
    if (model === 'cnn' && i === 4)
      return { shape: [...shape], values: moved(values, [64, 8, 8, 128], [1, 2, 0, 3]).values }
    return { shape: [...shape], values }
  })
}

/**
 * The Node build of tfjs-core has kernels but no gradients. Those are modules beside it whose imports omit the `.js`, which
 * bundlers accept and Node doesn't; so we add it while they load. Their registry is global, so the second copy of core that
 * they load does no harm.
 */
async function registerGradients(): Promise<void> {
  // New in Node 22.15.
  const { registerHooks } = nodeModule as Partial<typeof nodeModule>
  if (!registerHooks) throw new Unavailable('the gradients of tfjs-core need Node 22.15 or newer')
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const isBare = specifier.startsWith('.') && !specifier.endsWith('.js')
      return next(isBare && context.parentURL?.includes('/tfjs-core/dist/') ? `${specifier}.js` : specifier, context)
    },
  })
  try {
    await import('@tensorflow/tfjs-core/dist/register_all_gradients.js')
  } finally {
    hooks.deregister()
  }
}
