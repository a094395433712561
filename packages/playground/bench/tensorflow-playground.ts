import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import type { Points } from '../src/data/points.ts'

/** The engine that is measured: https://github.com/tensorflow/playground, Apache License 2.0. It is no part of ours. */
const COMMIT = '02469bd3751764b20486015d4202b792af5362a6'
const SOURCE = `https://raw.githubusercontent.com/tensorflow/playground/${COMMIT}/src/nn.ts`
const DOWNLOAD_MILLISECONDS = 10_000

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

/** Loads the engine from a checkout of its repository, or from GitHub. Throws, with a reason, where neither is there. */
export async function loadEngine(checkout: string | undefined): Promise<Engine> {
  const text = checkout === undefined ? await download() : await readFile(join(checkout, 'src/nn.ts'), 'utf8')
  const { code } = await transform(text, { loader: 'ts', format: 'esm', target: 'es2023' })
  const folder = await mkdtemp(join(tmpdir(), 'backprop-bench-'))
  try {
    const file = join(folder, 'nn.mjs')
    await writeFile(file, code)
    return (await import(pathToFileURL(file).href)) as Engine
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function download(): Promise<string> {
  const response = await fetch(SOURCE, { signal: AbortSignal.timeout(DOWNLOAD_MILLISECONDS) })
  if (!response.ok) throw new Error(`${SOURCE} answered ${response.status}`)
  return response.text()
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
