import { loadCifar10, loadMnist } from '@backprop/datasets/node'

/** Whether a data set can be read here; what is wrong comes with its cure from the loader. */
export interface DatasetStatus {
  readonly name: string
  readonly available: boolean
  readonly reason: string
}

interface Counts {
  readonly train: { readonly count: number }
  readonly test: { readonly count: number }
}

/** Reads the data sets of the labs; the first time, `say` is told that CIFAR-10 has to be unpacked. */
export const datasetStatuses = async (say: (text: string) => void): Promise<DatasetStatus[]> => [
  await statusOf('mnist', loadMnist),
  await statusOf('cifar10', () => loadCifar10({ onProgress: say })),
]

async function statusOf(name: string, load: () => Promise<Counts>): Promise<DatasetStatus> {
  try {
    const { train, test } = await load()
    const count = (n: number) => n.toLocaleString('en')
    const reason = `${count(train.count)} images for training, ${count(test.count)} for testing`
    return { name, available: true, reason }
  } catch (error) {
    return { name, available: false, reason: (error as Error).message }
  }
}
