import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { fromSafetensors, toSafetensors } from '@backprop/nn'
import type { Plugin } from 'vite'
import { type Task, TASKS } from '../images/task.ts'
import { imageData } from './image-data.ts'
import { referenceWeights } from './reference-networks.ts'

// The tabs "Digits" and "Photographs" read four files, whose paths are relative to the page:
//   trained/05-mnist-mlp.safetensors, trained/06-cifar-cnn.safetensors   weights; with ?ours never the student's
//   images/digits.safetensors.gz, images/photographs.safetensors.gz     images to train on and to look at
// The metadata of weights says `whose` they are: "yours" or "ours".
// A development server makes each file when it is asked for; a static site gets all four, with our weights.

/** What a lab's `main.ts` keeps, the network that read best first. */
const FILES: Readonly<Record<Task['name'], readonly string[]>> = {
  digits: ['the-whole-training-set.safetensors', 'divided-by-255.safetensors'],
  photographs: ['lenet.safetensors'],
}

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
    made(`trained/${task.lab}`, () => referenceWeights(task, { cache, onProgress: text => log(text) }))
  const images = (task: Task) => made(`images/${task.name}`, () => imageData(task))

  const contents = async (path: string, onlyOurs: boolean): Promise<Uint8Array | null> => {
    for (const task of TASKS) {
      if (path === imagesPath(task)) return images(task)
      if (path !== weightsPath(task)) continue
      return onlyOurs ? ours(task) : ((await studentWeights(root, task)) ?? (await ours(task)))
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
      for (const task of TASKS) {
        this.emitFile({ type: 'asset', fileName: weightsPath(task), source: await ours(task) })
        this.emitFile({ type: 'asset', fileName: imagesPath(task), source: await images(task) })
      }
    },
  }
}

const weightsPath = ({ lab }: Task): string => `trained/${lab}.safetensors`
const imagesPath = ({ name }: Task): string => `images/${name}.safetensors.gz`
const trainingFolder = (root: string, { lab }: Task): string => join(root, 'labs', lab, '.cache', 'training')

/** The network that the student's `main.ts` trained, without the optimizer's state; `null` if there is none. */
export async function studentWeights(root: string, task: Task): Promise<Uint8Array | null> {
  for (const name of FILES[task.name]) {
    const bytes = await readFile(join(trainingFolder(root, task), name)).catch(() => null)
    const found = bytes && modelIn(bytes, `labs/${task.lab}/.cache/training/${name}`)
    if (found) return found
  }
  return null
}

const MODEL = 'model.'

/** The tensors of the model in a file that `resumable` of @backprop/training wrote; `null` if it is damaged. */
function modelIn(bytes: Uint8Array, file: string): Uint8Array | null {
  try {
    const { tensors, metadata } = fromSafetensors(bytes)
    const model = [...tensors].filter(([name]) => name.startsWith(MODEL))
    const results: unknown = JSON.parse(metadata.results)
    const epochs = Array.isArray(results) ? String(results.length) : ''
    return toSafetensors(new Map(model), { whose: 'yours', file, epochs })
  } catch {
    return null
  }
}

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
