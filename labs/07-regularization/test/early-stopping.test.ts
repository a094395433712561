import { exercise, expect, test } from '@backprop/testkit'
import { earlyStopping, rehearsal } from '#lab/early-stopping'

const options = { patience: 2, minDelta: 0, maxEpochs: 20 }

exercise('early-stopping', () => {
  test('stops after two epochs in a row that were not better', async () => {
    const { validationLosses } = await earlyStopping(rehearsal([3, 2, 2.5, 2.6, 1]), options)
    expect(validationLosses, 'epochs 3 and 4 were not better than 2, so the 1 is never seen').toBeNear([3, 2, 2.5, 2.6])
  })

  test('starts counting again after a better epoch', async () => {
    const { validationLosses } = await earlyStopping(rehearsal([5, 6, 4, 6, 3, 6, 6, 1]), options)
    expect(validationLosses, 'a bad epoch, a better one, a bad one: never two in a row until the end').toHaveLength(7)
  })

  test('follows the table in the README', async () => {
    const run = rehearsal([3, 2, 1.95, 1.85, 1.8, 1.78, 1])
    const { validationLosses, bestEpoch } = await earlyStopping(run, { patience: 2, minDelta: 0.1, maxEpochs: 7 })
    expect(validationLosses, '1.8 and 1.78 are lower than 1.85, but by less than 0.1').toBeNear([
      3, 2, 1.95, 1.85, 1.8, 1.78,
    ])
    expect(bestEpoch, 'epochs count from 1').toBe(4)
  })

  test('trains no more than maxEpochs', async () => {
    const { validationLosses } = await earlyStopping(rehearsal([5, 4, 3, 2, 1]), { ...options, maxEpochs: 3 })
    expect(validationLosses, 'it still gets better, but three epochs are the limit').toHaveLength(3)
  })

  test('restores the best weights', async () => {
    const run = rehearsal([3, 2, 4, 5])
    await earlyStopping(run, options)
    expect(
      await run.weights(),
      'epoch 2 was the best; if you get 4: did you keep a copy, or the list itself?',
    ).toBeNear([2])
  })

  test('restores them when maxEpochs ends the training too, and waits for it', async () => {
    const { bestEpoch, testLoss } = await earlyStopping(rehearsal([3, 1, 2]), { ...options, patience: 5, maxEpochs: 3 })
    expect(bestEpoch, 'the second of three epochs').toBe(2)
    expect(testLoss, 'setWeights takes time: await it before you ask for the test loss').toBe(200)
  })

  test('looks at the test set once, with the best weights', async () => {
    const run = rehearsal([3, 2, 4, 5])
    let looks = 0
    const watched = { ...run, testLoss: () => ((looks += 1), run.testLoss()) }
    const { testLoss } = await earlyStopping(watched, options)
    expect(looks, 'the test set is not for choosing').toBe(1)
    expect(testLoss, 'the rehearsal returns 100 times the epoch in the weights: restore first, then ask').toBe(200)
  })

  test('goes back to the start when no loss is a number', async () => {
    const run = rehearsal([NaN, NaN, NaN, NaN])
    const { bestEpoch } = await earlyStopping(run, options)
    expect(bestEpoch, 'NaN is never better').toBe(0)
    expect(await run.weights(), 'the weights from before the first epoch').toBeNear([0])
  })

  test('rejects a patience of 0', async () => {
    // A throw and a rejected promise both count, here as in the hidden tests.
    const refused = (more: object) => async () => await earlyStopping(rehearsal([1]), { ...options, ...more })
    await expect(refused({ patience: 0 }), 'patience must be at least 1').toReject(RangeError)
    await expect(refused({ minDelta: -1 }), 'minDelta must not be negative').toReject(RangeError)
  })
})
