import type { ToWorker } from './protocol.ts'
import { Trainer } from './trainer.ts'

/** How long the trainer works before it looks for messages. */
const WORK_MILLISECONDS = 4

const trainer = new Trainer({
  send: (message, transfer = []) => {
    postMessage(message, { transfer })
  },
  clock: () => performance.now(),
})

// A message to ourselves waits behind those of the page, and unlike a timer it isn't delayed.
const { port1: next, port2: again } = new MessageChannel()
let scheduled = false

function schedule(): void {
  if (scheduled || !trainer.busy) return
  scheduled = true
  again.postMessage(null)
}

next.onmessage = () => {
  scheduled = false
  trainer.work(WORK_MILLISECONDS)
  schedule()
}

onmessage = ({ data }: MessageEvent<ToWorker>) => {
  trainer.handle(data)
  schedule()
}

trainer.ready()
