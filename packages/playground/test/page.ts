import type { Frame, FromWorker, ToWorker } from '../src/worker/protocol.ts'
import { Trainer } from '../src/worker/trainer.ts'

/** A trainer with what it has sent, and with a clock that moves on by a millisecond at each look. */
export function start() {
  const sent: FromWorker[] = []
  let now = 0
  const trainer = new Trainer({
    send: message => void sent.push(message),
    clock: () => (now += 1),
    async loadModule(code) {
      const url = `data:text/javascript,${encodeURIComponent(code)}`
      return { exports: (await import(/* @vite-ignore */ url)) as unknown, url }
    },
  })
  const ask = async (...messages: ToWorker[]): Promise<void> => {
    for (const message of messages) await trainer.handle(message)
  }
  const frame = async (): Promise<Frame> => {
    await ask({ kind: 'frame', grid: 10, neuronGrid: 4 })
    const last = sent.at(-1)
    if (last?.kind !== 'frame') throw new Error(`expected a frame, got ${last?.kind}`)
    return last
  }
  return { trainer, sent, ask, frame }
}
