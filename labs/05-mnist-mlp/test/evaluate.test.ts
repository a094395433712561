import { exercise, expect, test } from '@backprop/testkit'
import { evaluate } from '#lab/judge'

// Images of one pixel, which is the digit that `read` will read; the labels are the right digits.
const images = Uint8Array.of(7, 2, 1, 1, 4)
const labels = Uint8Array.of(7, 2, 7, 1, 4)

/** Remembers each batch that it was given to read. */
function reader() {
  const batches: number[][] = []
  const read = (batch: Uint8Array) => {
    batches.push([...batch])
    return Promise.resolve([...batch])
  }
  return { batches, read }
}

exercise('evaluate', () => {
  test('gives the share of right answers', async () => {
    const { accuracy } = await evaluate(reader().read, images, labels, { batchSize: 5 })
    expect(accuracy, 'four of five: the third image is a 7, but read as a 1').toBeNear(0.8)
  })

  test('weights every image equally, even in a short last batch', async () => {
    const { accuracy } = await evaluate(reader().read, images, labels, { batchSize: 3 })
    expect(accuracy, 'not the mean of 2/3 and 2/2').toBeNear(0.8)
  })

  test('reads batch after batch', async () => {
    const { batches, read } = reader()
    await evaluate(read, images, labels, { batchSize: 2 })
    expect(batches, 'three batches, the last one with the remaining image').toEqual([[7, 2], [1, 1], [4]])
  })

  test('knows where an image ends', async () => {
    const { batches, read } = reader()
    const first = (batch: Uint8Array) => read(batch.filter((_, i) => i % 2 === 0))
    const pairs = Uint8Array.of(7, 0, 2, 0, 1, 0, 1, 0, 4, 0)
    await evaluate(first, pairs, labels, { batchSize: 4 })
    expect(batches, 'with two pixels per image, four images are eight bytes').toEqual([[7, 2, 1, 1], [4]])
  })

  test('counts which digit is read as which', async () => {
    const { confusion } = await evaluate(reader().read, images, labels, { batchSize: 5 })
    expect(confusion, 'ten rows, one for each digit').toHaveLength(10)
    expect(confusion[7], 'row 7: once read as 1, once as 7').toEqual([0, 1, 0, 0, 0, 0, 0, 1, 0, 0])
    expect(
      confusion[1],
      'row 1 has one image, read correctly: is the row the digit and the column the answer?',
    ).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    expect(confusion[9], 'no 9 occurs').toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  })

  test('does not change the images or the labels', async () => {
    const given = [images.slice(), labels.slice()] as const
    await evaluate(reader().read, ...given, { batchSize: 2 })
    expect(given, 'only read them, never write to them').toEqual([images, labels])
  })
})
