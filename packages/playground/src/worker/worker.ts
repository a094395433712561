import { loadModule } from '../slots/load-module.ts'
import { limitConsole } from './limit-console.ts'
import type { ToWorker } from './protocol.ts'
import { Trainer } from './trainer.ts'

/** How long the trainer works before it looks for messages. */
const WORK_MILLISECONDS = 4

/** How many lines students' functions may print after each save. */
const MOST_LINES = 100

const allowLines = limitConsole(console, MOST_LINES)

const trainer = new Trainer({
  send: (message, transfer = []) => {
    postMessage(message, { transfer })
  },
  clock: () => performance.now(),
  loadModule,
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
  if (data.kind === 'functions') allowLines()
  trainer.handle(data).then(schedule, reportError)
}

trainer.ready()
