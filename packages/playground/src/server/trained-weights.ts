import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { type Task, TASKS } from '../images/task.ts'

// The tabs "Digits", "Photographs" and "Words" read five files, whose paths are relative to the page:
//   trained/05-mnist-mlp.safetensors, trained/06-cifar-cnn.safetensors   weights; with ?ours never the student's
//   trained/10-attention.safetensors                                    weights, always ours
//   images/digits.safetensors.gz, images/photographs.safetensors.gz     images to train on and to look at
// The metadata of weights says `whose` they are: "yours" or "ours".
// What makes them is imported when it is needed, because it would take a third of a second of each start.
// A development server makes each file when it is asked for; a static site gets all five, with our weights.

export interface TrainedWeightsOptions {
  /** The folder that has `labs/`. */
  readonly root: string
  /** The folder that keeps our trained networks; one in the user's cache unless given. */
  readonly cache?: string
}

/** Serves, or writes into a static site, what the tabs for images read. */
export function trainedWeights({ root, cache }: TrainedWeightsOptions): Plugin {
  let log: (text: string) => void = () => undefined
  const once = new Map<string, Promise<Uint8Array>>()
  /** The same file for all who ask, made once; a failure is not kept. */
  const made = (name: string, make: () => Promise<Uint8Array>) => {
    const making = once.get(name) ?? make()
    once.set(name, making)
    making.catch(() => once.delete(name))
    return making
  }
  const ours = (task: Task) =>
    made(`trained/${task.lab}`, async () => {
      const { referenceWeights } = await import('./reference-networks.ts')
      return referenceWeights(task, { cache, onProgress: text => log(text) })
    })
  const words = () =>
    made(WORDS_PATH, async () => {
      const { referenceWords } = await import('./reference-networks.ts')
      return referenceWords({ cache, onProgress: text => log(text) })
    })
  const images = (task: Task) =>
    made(`images/${task.name}`, async () => {
      const { imageData } = await import('./image-data.ts')
      return imageData(task)
    })
  const yours = async (task: Task) => {
    const { studentWeights } = await import('./student-weights.ts')
    return studentWeights(trainingFolder(root, task), task)
  }

  const contents = async (path: string, onlyOurs: boolean): Promise<Uint8Array | null> => {
    if (path === WORDS_PATH) return words()
    for (const task of TASKS) {
      if (path === imagesPath(task)) return images(task)
      if (path !== weightsPath(task)) continue
      return onlyOurs ? ours(task) : ((await yours(task)) ?? (await ours(task)))
    }
    return null
  }

  return {
    name: 'backprop-trained-weights',
    configResolved({ logger }) {
      log = text => logger.info(text)
    },
    configureServer(server) {
      const { base } = server.config
      server.middlewares.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
        const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
        const path = pathname.slice(pathname.startsWith(base) ? base.length : 1)
        contents(path, search === '?ours').then(
          bytes => (bytes ? send(response, bytes) : next()),
          (error: unknown) => fail(response, error),
        )
      })
      for (const task of TASKS) server.watcher.add(trainingFolder(root, task))
      server.watcher.on('all', (_, path) => {
        const task = TASKS.find(one => path.startsWith(trainingFolder(root, one)))
        // The page reads the weights again after each epoch of a training in a terminal.
        if (task) server.ws.send('backprop:weights', { task: task.name })
      })
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: WORDS_PATH, source: await words() })
      for (const task of TASKS) {
        this.emitFile({ type: 'asset', fileName: weightsPath(task), source: await ours(task) })
        this.emitFile({ type: 'asset', fileName: imagesPath(task), source: await images(task) })
      }
    },
  }
}

const WORDS_PATH = 'trained/10-attention.safetensors'
const weightsPath = ({ lab }: Task): string => `trained/${lab}.safetensors`
const imagesPath = ({ name }: Task): string => `images/${name}.safetensors.gz`
const trainingFolder = (root: string, { lab }: Task): string => join(root, 'labs', lab, '.cache', 'training')

function send(response: ServerResponse, bytes: Uint8Array): void {
  response.setHeader('Content-Type', 'application/octet-stream')
  response.setHeader('Cache-Control', 'no-cache')
  response.end(bytes)
}

/** The page shows this text. */
function fail(response: ServerResponse, error: unknown): void {
  response.statusCode = 503
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.end(error instanceof Error ? error.message : String(error))
}
