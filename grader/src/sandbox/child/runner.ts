/**
 * Runs inside the sandbox, in the same address space as the student's code: nothing here is trusted by the grader.
 * fd 3 carries calls in and results out. fd 4 carries callbacks: the student's code waits in a blocking read, so that a
 * function such as `numericalGradient(f, x)` keeps its natural, synchronous signature.
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { ChildBackend } from '../device/backends.ts'
import { decode } from '../wire/decode.ts'
import { encode } from '../wire/encode.ts'
import { FrameReader } from '../wire/frames.ts'
import { type ByValue, CALLBACK_LIMITS, REPLY_LIMITS, WIRE_LIMITS, type WireHooks } from '../wire/wire.ts'
import { type ChangedArgument, watchArguments } from './arguments.ts'
import { classesOn } from './classes.ts'
import { Latecomers } from './latecomers.ts'
import { read, write } from './pipe.ts'
import { forkOnDemand } from './serve-forks.ts'

type Callable = (...args: unknown[]) => unknown
type Call = readonly [
  kind: 'call',
  id: number,
  operation: string,
  holder: number,
  name: string,
  args: unknown[],
  /** Report which arguments the call has changed. */
  watched: boolean,
  /** How many bytes a callback may be given from now on. */
  callbackBytes: number,
]
type Answer = readonly ['answer', ok: boolean, value: unknown, takesTime: boolean]

const CALLS = 3
const CALLBACKS = 4
/** `place` is the module to load, or the folder of the modules if this is a fork server. */
const [, , place, name, mode] = process.argv
const backend = name as ChildBackend
process.argv.length = 1

const lent = new Map<number, object>()
const lentIds = new WeakMap<object, number>()
const callbacks = new Map<number, Callable>()
const callbackIds = new WeakMap<object, number>()
const late = new Latecomers()

let lastId = 0
let callbackBytes = CALLBACK_LIMITS.bytes
let callsRunning = 0

const lend = (thing: object): number => {
  const id = lentIds.get(thing) ?? ++lastId
  lentIds.set(thing, id)
  lent.set(id, thing)
  return id
}

let classes: readonly ByValue[] = []

const hooks: WireHooks = {
  get byValue() {
    return classes
  },
  holdFunction: lend,
  holdObject: lend,
  sendsStacks: true,
  lent: id => lent.get(id),
  borrowedId: value => callbackIds.get(value as object) ?? null,
  borrowFunction(id) {
    const known = callbacks.get(id)
    if (known) return known
    const callback = (...args: unknown[]) => callBack(id, args)
    callbacks.set(id, callback)
    callbackIds.set(callback, id)
    return callback
  },
}

let exports: Record<string, unknown> = {}

// Not awaited: the submission imports packages from this very file, and would wait for it to finish.
void run()

async function run(): Promise<void> {
  // Each copy of a fork server has its own device.
  if (backend !== 'device') classes = await classesOn(backend)
  const module = mode === 'forks' ? `${place}/${await forkOnDemand()}` : place
  if (backend === 'device') classes = await classesOn(backend)
  process.on('uncaughtException', error => crash(error))
  process.on('unhandledRejection', error => crash(error))
  write(CALLS, encode(['hello']))
  try {
    exports = (await import(module)) as Record<string, unknown>
    await late.errors()
    write(CALLS, encode(['ready', Object.keys(exports).slice(0, 200)]))
    void serve()
  } catch (error) {
    write(CALLS, encode(['failed-to-load', asError(error)], hooks))
    process.exit(0)
  }
}

/**
 * Answers calls. While nothing else can happen in this process, it waits for the next one in a blocking read: that spares
 * it `node:net`, which takes longer to load than all the rest.
 */
async function serve(): Promise<void> {
  while (!isListening) {
    if (process.getActiveResourcesInfo().length > 0) listen()
    else await answer(decode(read(CALLS), hooks, REPLY_LIMITS) as Call)
  }
}

let isListening = false

/** From now on calls are heard while timers, promises and other calls go on. */
function listen(): void {
  if (isListening) return
  isListening = true
  const frames = new FrameReader(REPLY_LIMITS.frame)
  const socket = new (process.getBuiltinModule('node:net').Socket)({ fd: CALLS })
  socket.on('data', (chunk: Buffer) => {
    for (const frame of frames.push(chunk)) void answer(decode(frame, hooks, REPLY_LIMITS) as Call)
  })
  socket.on('close', () => process.exit(0))
}

/** Answers a call. While the student's promise takes its time, the grader may call again. */
async function answer(call: Call): Promise<void> {
  let isPending = true
  const replying = replyTo(call).finally(() => {
    isPending = false
  })
  await turn()
  if (isPending) listen()
  const reply = await replying
  await late.errors()
  send(CALLS, reply, call[1])
}

/** The reply also says whether the function returned a promise, and which of our slow functions it did not await. */
async function replyTo(call: Call): Promise<unknown[]> {
  callsRunning++
  let reply: unknown[]
  let isPromise = false
  try {
    const changed = watch(call)
    const value = perform(call)
    isPromise = isThenable(value)
    reply = ['return', call[1], true, await value, changed()]
  } catch (error) {
    reply = ['return', call[1], false, asError(error), []]
  }
  // Our slow functions answer in the next turn, so what is forgotten must be known in this one. While another call runs,
  // there is no telling which of the two should have waited.
  const forgotten = --callsRunning === 0 ? late.forgotten() : null
  return [...reply, isPromise, forgotten]
}

const isThenable = (value: unknown): boolean =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  typeof (value as { then?: unknown }).then === 'function'

function perform([, , operation, holder, name, args, , bytes]: Call): unknown {
  callbackBytes = bytes
  const owner = (holder === 0 ? exports : lent.get(holder)) as Record<string, unknown> & Callable
  if (operation === 'get') return owner[name]
  if (operation === 'drop') return void lent.delete(holder)
  if (operation === 'new') {
    const made = owner[name]
    if (typeof made !== 'function') throw new TypeError(`there is no class named ${name}: is it exported?`)
    return new (made as unknown as new (...args: unknown[]) => object)(...args)
  }
  if (name === '') return owner(...args)
  const f = owner[name]
  if (typeof f !== 'function' && holder !== 0) return f
  if (typeof f !== 'function') throw new TypeError(`there is no function named ${name}: is it exported?`)
  return (f as Callable).apply(holder === 0 ? undefined : owner, args)
}

/** Returns a function that says, after a watched call, which arguments it changed. */
function watch([, , , holder, name, args, watched]: Call): () => ChangedArgument[] {
  if (!watched) return () => []
  const changed = watchArguments(args, hooks)
  const owner = (holder === 0 ? exports : lent.get(holder)) as Record<string, unknown>
  return () => changed(name === '' ? owner : owner[name])
}

/** Calls a function of the grader and waits for its answer, serving calls from the grader in the meantime. */
function callBack(id: number, args: unknown[]): unknown {
  write(CALLBACKS, encode(['callback', id, args], hooks, { ...WIRE_LIMITS, frame: callbackBytes }))
  for (;;) {
    const message = decode(read(CALLBACKS), hooks, REPLY_LIMITS) as Answer | Call
    if (message[0] === 'answer') {
      const [, ok, value, takesTime] = message
      if (takesTime) return late.promise(id, ok, value)
      if (ok) return value
      throw value
    }
    let reply: unknown[]
    try {
      const changed = watch(message)
      const value = perform(message)
      reply = ['return', message[1], true, value, changed()]
    } catch (error) {
      reply = ['return', message[1], false, asError(error)]
    }
    send(CALLBACKS, reply, message[1])
  }
}

/** Sends a reply, or the reason why it can't be sent. */
function send(fd: number, reply: unknown[], id: number): void {
  let frame: Buffer
  try {
    frame = encode(reply, hooks)
  } catch (error) {
    frame = encode(['return', id, false, asError(error), ...reply.slice(4)])
  }
  write(fd, frame)
}

function asError(thrown: unknown): Error {
  try {
    return thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown).slice(0, 500)}`)
  } catch {
    return new Error('thrown: a value that cannot be printed')
  }
}

function crash(error: unknown): never {
  write(CALLS, encode(['crashed', asError(error)], hooks))
  process.exit(70)
}
