/// <reference lib="webworker" />
import { wasm, type WasmBackend } from '@backprop/backend-wasm'
import * as core from '@backprop/core'
import { rng, sizeOf } from '@backprop/core'
import * as nn from '@backprop/nn'
import { fromSafetensors, parameters } from '@backprop/nn'
import { fetched } from '../panels/fetched.ts'
import { sharePackages } from '../slots/shared-packages.ts'
import { TabSlots } from '../slots/tab-slots.ts'
import type { FromImageWorker, NetworkFacts, ToImageWorker } from './image-messages.ts'
import { ImageNetwork, LENET5, loadNetwork, PERCEPTRON } from './image-network.ts'
import { look } from './look.ts'
import { attackWith } from './student-attack.ts'
import { pixelsOf, type Task, TASKS } from './task.ts'
import { type LabelledImages, trainNetwork } from './train-network.ts'

// Holds the network of one tab: reads images with it, and trains a new one. `fit` of nn gives waiting messages a turn every
// 50 ms, so images are read while a network learns, with the weights of that moment.

interface Images {
  readonly train: LabelledImages
  readonly test: LabelledImages
}

interface Session {
  readonly task: Task
  readonly on: WasmBackend
  readonly imagesUrl: string
  images?: Promise<Images>
  network?: ImageNetwork
  training?: AbortController
}

/** The kernels take a moment to load; messages that come meanwhile wait for them. */
let opening: Promise<Session> | undefined

const post = (message: FromImageWorker) => self.postMessage(message)

// A static site has no files of a student, so it needs no whole packages either.
if (import.meta.env.DEV) sharePackages({ '@backprop/core': core, '@backprop/nn': nn })

const slots = new TabSlots('digits', list => post({ kind: 'slots', slots: list }))

self.onmessage = async ({ data: message }: MessageEvent<ToImageWorker>) => {
  try {
    if (message.kind === 'functions' || message.kind === 'use' || message.kind === 'shared')
      return await slots.handle(message)
    if (message.kind === 'start') opening = open(message)
    const session = await opening
    if (!session) return
    if (message.kind === 'start') await load(session, message.weights)
    else await answer(session, message)
  } catch (error) {
    post({ kind: 'failed', request: message.kind, why: error instanceof Error ? error.message : String(error) })
  }
}

async function open({ task: name, images }: Extract<ToImageWorker, { kind: 'start' }>): Promise<Session> {
  const task = TASKS.find(one => one.name === name) ?? TASKS[0]
  return { task, on: await wasm(), imagesUrl: images }
}

type Request = Extract<ToImageWorker, { kind: 'weights' | 'look' | 'samples' | 'train' | 'stop' }>

async function answer(session: Session, message: Request): Promise<void> {
  const { task, network, on } = session
  switch (message.kind) {
    case 'weights':
      return load(session, message.url)
    case 'look':
      if (network) {
        const { pixels, attack } = message
        const read = () => look({ task, network, on }, pixels, attack, attackOf(task))
        post({ kind: 'look', look: await slots.guard(read) })
      }
      return
    case 'samples': {
      const { test } = await imagesOf(session)
      return post({ kind: 'samples', ...test })
    }
    case 'train':
      return train(session, message)
    case 'stop':
      return session.training?.abort()
  }
}

const attackOf = (task: Task) => (task.name === 'digits' ? attackWith(id => slots.student(id)) : undefined)

async function load(session: Session, url: string): Promise<void> {
  session.training?.abort()
  const file = await fetched(url)
  const { shape, classes } = session.task
  const { network, metadata } = loadNetwork(file, { shape, classes: classes.length, on: session.on })
  session.network = network
  post({
    kind: 'network',
    facts: factsOf(network, session.task, metadata.whose === 'yours' ? 'yours' : 'ours', metadata),
  })
}

const BATCH = 64
const LEARNING_RATE = 2e-3
const REPORT_EVERY = 100
/** Judging the network again and again is part of the show, but not the longer one. */
const JUDGED_IMAGES = 1000

async function train(session: Session, { seed, epochs }: { seed: number; epochs: number }): Promise<void> {
  const { task, on } = session
  const { train, test } = await imagesOf(session)
  session.training?.abort()
  const controller = new AbortController()
  session.training = controller
  const random = rng(seed)
  const network = new ImageNetwork(task.name === 'digits' ? PERCEPTRON : LENET5, task.shape, { on, rng: random })
  session.network = network
  const judged = {
    images: test.images.subarray(0, JUDGED_IMAGES * pixelsOf(task)),
    labels: test.labels.subarray(0, JUDGED_IMAGES),
  }
  const options = { on, rng: random, epochs, batchSize: BATCH, learningRate: LEARNING_RATE, reportEvery: REPORT_EVERY }
  await trainNetwork(
    task,
    network,
    { train, test: judged },
    {
      ...options,
      signal: controller.signal,
      onProgress: progress => {
        post({ kind: 'network', facts: factsOf(network, task, 'here', {}) })
        post({ kind: 'progress', progress })
      },
    },
  )
  if (session.training !== controller) return
  post({ kind: 'network', facts: factsOf(network, task, 'here', {}) })
  post({ kind: 'trained' })
}

/** Fetched once, when it is needed. */
function imagesOf(session: Session): Promise<Images> {
  session.images ??= fetched(session.imagesUrl).then(async bytes => {
    const { tensors } = fromSafetensors(await unzipped(bytes))
    const part = (name: string): LabelledImages => ({
      images: bytesOf(tensors.get(`${name}.images`)?.values),
      labels: bytesOf(tensors.get(`${name}.labels`)?.values),
    })
    return { train: part('train'), test: part('test') }
  })
  session.images.catch(() => (session.images = undefined))
  return session.images
}

const bytesOf = (values: unknown): Uint8Array => {
  if (values instanceof Uint8Array) return values
  throw new Error('The file of images has another format than this page expects. Reload the page.')
}

/** Some servers unzip what ends with .gz, others don't. */
async function unzipped(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function factsOf(
  network: ImageNetwork,
  task: Task,
  whose: NetworkFacts['whose'],
  metadata: NetworkFacts['metadata'],
): NetworkFacts {
  const count = [...parameters(network).values()].reduce((sum, { value }) => sum + sizeOf(value.shape), 0)
  return { whose, metadata, parameters: count, detectors: network.detectors(task.shape) }
}
