import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { transform } from 'esbuild'
import type { Points } from '../src/data/points.ts'

/** What we call of `nn.ts`. */
interface Engine {
  buildNetwork(
    shape: number[],
    activation: unknown,
    outputActivation: unknown,
    regularization: null,
    inputIds: string[],
  ): unknown[][]
  forwardProp(network: unknown[][], inputs: number[]): number
  backProp(network: unknown[][], target: number, error: unknown): void
  updateWeights(network: unknown[][], learningRate: number, regularizationRate: number): void
  readonly Activations: { readonly TANH: unknown }
  readonly Errors: { readonly SQUARE: unknown }
}

/** Loads the engine from a clone of its repository: `nn.ts` imports nothing. */
export async function loadEngine(clone: string): Promise<Engine> {
  const { code } = await transform(await readFile(join(clone, 'src/nn.ts'), 'utf8'), { loader: 'ts', format: 'esm' })
  return (await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)) as Engine
}

/** A function that makes one step, as `oneStep` of its page does, on the features x₁ and x₂. */
export function tensorflowSteps(
  engine: Engine,
  { at, target }: Points,
  { hidden, batchSize, learningRate }: { hidden: readonly number[]; batchSize: number; learningRate: number },
): () => void {
  const { TANH } = engine.Activations
  const network = engine.buildNetwork([2, ...hidden, 1], TANH, TANH, null, ['x', 'y'])
  const inputs = Array.from(target, (_, i) => [at[2 * i], at[2 * i + 1]])
  let next = 0
  return () => {
    for (let k = 0; k < batchSize; k += 1) {
      engine.forwardProp(network, inputs[next])
      engine.backProp(network, target[next], engine.Errors.SQUARE)
      next = (next + 1) % inputs.length
    }
    engine.updateWeights(network, learningRate, 0)
  }
}
