import { loadMnist } from '@backprop/datasets/node'

/** Whether MNIST can be read here; what is wrong comes with its cure from the loader. */
export async function mnistStatus(): Promise<{ available: boolean; reason: string }> {
  try {
    const { train, test } = await loadMnist()
    const count = (n: number) => n.toLocaleString('en')
    return { available: true, reason: `${count(train.count)} images for training, ${count(test.count)} for testing` }
  } catch (error) {
    return { available: false, reason: (error as Error).message }
  }
}
