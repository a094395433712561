import { gridPoints } from '../data/columns.ts'
import { classify, deadShares, distanceBetween, gradientNorms, neuronsAt, outputsAt } from './measures.ts'
import type { Frame, OurRun } from './protocol.ts'
import type { Chunk, Run } from './run.ts'

/** The part of a frame that follows from a run alone. */
type RunPart = Omit<Frame, 'playing' | 'batch' | 'wouldStopAt' | 'slots' | 'moments' | 'moment' | 'curve' | 'speed' | 'difference' | 'ours'> // prettier-ignore

/** The points of square grids as a run takes them. They are made once, until the run's features change. */
export class Grids {
  readonly #chunks = new Map<number, Chunk[]>()
  readonly #features = new Map<number, Float32Array>()

  clear(): void {
    this.#chunks.clear()
    this.#features.clear()
  }

  chunks(run: Run, size: number): Chunk[] {
    return kept(this.#chunks, size, () => run.chunksAt(gridPoints(size)))
  }

  /** `[7, size²]` */
  features(run: Run, size: number): Float32Array {
    return kept(this.#features, size, () => Float32Array.from(run.features(gridPoints(size))))
  }
}

function kept<Value>(map: Map<number, Value>, size: number, make: () => Value): Value {
  const value = map.get(size) ?? make()
  map.set(size, value)
  return value
}

/** How a run stands: its losses, and pictures on two grids. */
export function frameOf(run: Run, grids: Grids, { grid, neuronGrid }: { grid: number; neuronGrid: number }): RunPart {
  const test = classify(run, run.testChunks)
  return {
    kind: 'frame',
    step: run.step,
    epoch: run.epoch,
    lossTrain: run.loss(run.trainChunks),
    lossTest: run.loss(run.testChunks),
    accuracyTrain: classify(run, run.trainChunks).accuracy,
    accuracyTest: test.accuracy,
    theta: run.theta.slice(),
    learningRate: run.learningRate,
    output: outputsAt(run, grids.chunks(run, grid)),
    inputs: grids.features(run, neuronGrid).slice(),
    neurons: neuronsAt(run, grids.chunks(run, neuronGrid)),
    gradientNorms: gradientNorms(run),
    deadShares: deadShares(run),
    distance: distanceBetween(run.theta, run.first),
    confusion: test.confusion,
  }
}

/** The run with our functions beside that with the student's. */
export function oursBeside(ours: Run, yours: Run, grids: Grids, grid: number): OurRun {
  return {
    lossTrain: ours.loss(ours.trainChunks),
    lossTest: ours.loss(ours.testChunks),
    accuracyTest: classify(ours, ours.testChunks).accuracy,
    output: outputsAt(ours, grids.chunks(ours, grid)),
    apart: distanceBetween(ours.theta, yours.theta),
  }
}
