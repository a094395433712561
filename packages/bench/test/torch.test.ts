import { expect, test } from 'vitest'
import { reasonOf } from '../src/contender.ts'
import { TorchProcess } from '../src/peers/torch.ts'

const started = await TorchProcess.start().catch(reasonOf)

test('the Python peer answers, survives a bad request, and ends', { timeout: 60_000 }, async context => {
  if (typeof started === 'string') return context.skip(started)
  const identity = Float32Array.of(1, 0, 0, 1)
  const product = { do: 'multiply', size: 2, count: 1 }
  const timed = [[expect.any(Number), 5]]

  expect(await started.ask(product, [identity, Float32Array.of(2, 3, 4, 5)])).toEqual({ timed })
  await expect(started.ask({ do: 'steps', training: 7 })).rejects.toThrow('IndexError')
  expect(await started.ask(product, [identity, Float32Array.of(2, 3, 4, 5)])).toEqual({ timed })

  started.stop()
  await expect(started.ask(product, [identity, identity])).rejects.toThrow('it ended without an error message')
})

test('a Python without torch is a reason, not a crash', async () => {
  await expect(TorchProcess.start(['no-such-python', process.execPath])).rejects.toThrow(
    /^no python3 with torch \(no-such-python: .*ENOENT.*; /,
  )
})
