import type { Contender, Timed } from '../contender.ts'
import { ADAM, MODELS } from '../work.ts'
import type { Batch, Digits, Start } from '../work.ts'
import { Child } from './child.ts'

/** PyTorch on one thread, in a Python process that computes when it is asked to. */
export async function torch(): Promise<Contender> {
  const child = await Child.start()

  async function timed(request: Record<string, unknown>, parts: readonly ArrayBufferView[]): Promise<Timed[]> {
    const { timed } = (await child.ask(request, parts)) as { timed: [seconds: number, result: number][] }
    return timed.map(([seconds, result]) => ({ seconds, result }))
  }

  // The data set is large, so it crosses the pipe once.
  let held: Promise<unknown> | undefined

  function hold({ train, test }: Digits): Promise<unknown> {
    const parts = [train, test].flatMap(({ images, labels }) => [images, labels])
    return child.ask({ do: 'hold', train: train.labels.length, test: test.labels.length }, parts)
  }

  async function started({ model, weights }: Start): Promise<number> {
    const adam = [ADAM.learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon]
    const request = { do: 'start', model, shapes: weights.map(({ shape }) => shape), adam }
    const values = weights.map(({ values }) => values)
    return ((await child.ask(request, values)) as { training: number }).training
  }

  return {
    name: 'pytorch',
    multiply: size =>
      Promise.resolve({
        run: inputs =>
          timed(
            { do: 'multiply', size, count: inputs.length },
            inputs.flatMap(({ a, b }) => [a, b]),
          ),
      }),
    async train(start) {
      const training = await started(start)
      const shape = [start.batch, ...MODELS[start.model].input]
      return {
        run: (inputs: readonly Batch[]) =>
          timed(
            { do: 'steps', training, shape, count: inputs.length },
            inputs.flatMap(({ x, labels }) => [x, labels]),
          ),
      }
    },
    async learn(start, digits) {
      await (held ??= hold(digits))
      const training = await started(start)
      return {
        epoch: async order =>
          (await timed({ do: 'epoch', training, batch: start.batch, count: order.length }, [order]))[0],
        test: async () => (await timed({ do: 'test', training }, []))[0],
      }
    },
    close: () => child.stop(),
  }
}
