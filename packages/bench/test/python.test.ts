import { expect, test } from 'vitest'
import { reasonOf, Unavailable } from '../src/contender.ts'
import { pythonPeers, PythonProcess } from '../src/peers/python.ts'

for (const peer of pythonPeers)
  test(`${peer.name} answers, survives a bad request, and ends`, async context => {
    const started = await PythonProcess.start(peer).catch(reasonOf)
    if (typeof started === 'string') return context.skip(started)
    const identity = Float32Array.of(1, 0, 0, 1)
    const product = { do: 'multiply', size: 2, count: 1 }
    const timed = [[expect.any(Number), 5]]

    expect(started.version).toMatch(/ \d+\.\d+/)
    expect(await started.ask(product, [identity, Float32Array.of(2, 3, 4, 5)])).toEqual({ timed })
    await expect(started.ask({ do: 'steps', training: 7 })).rejects.toThrow('IndexError')
    expect(await started.ask(product, [identity, Float32Array.of(2, 3, 4, 5)])).toEqual({ timed })

    started.stop()
    await expect(started.ask(product, [identity, identity])).rejects.toThrow(Unavailable)
  })

test.each(pythonPeers)('a Python without $name is a reason, and says what to install', async peer => {
  await expect(PythonProcess.start(peer, ['no-such-python', process.execPath])).rejects.toThrow(
    new RegExp(
      `^no python3 has ${peer.needs} \\(no-such-python: .*ENOENT.*; .*\\); to measure it too: ${peer.install}$`,
    ),
  )
})
