import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wasm } from '@backprop/backend-wasm'
import { allOps, type Backend, backward, mul, plain, rng, sizeOf, sum, type Tensor, tensor } from '@backprop/core'
import { expect } from '@backprop/testkit'
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest'
import { bundle } from '../src/intake/bundle.ts'
import { type Device, DeviceBroker } from '../src/sandbox/device/broker.ts'
import { DEVICE_LIMITS } from '../src/sandbox/device/limits.ts'
import { checkDevice } from '../src/sandbox/device/receipt.ts'
import { buildSealed } from '../src/sandbox/sealed.ts'
import { Session } from '../src/sandbox/session.ts'
import { makeWorkFolder, nodeFor } from '../src/sandbox/tiers/host.ts'
import { TIERS } from '../src/sandbox/tiers/tiers.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { ourClasses } from '../src/sandbox/wire/values.ts'

/** Children whose tensors lie on this side: real processes in the strongest tier, and a real device. */

const [ADD, PRODUCT] = ['add([2,3], [2,3])', 'matmul([2,3], [3,4])']

const LAB = { mayImport: { '@backprop/core': '*' as const } }

/** Runs any example of any op, forwards and backwards, on numbers that both sides draw. */
const HONEST = `
import { allOps, backward, mul, rng, sizeOf, sum, tensor, type Backend, type Tensor } from '@backprop/core'
const examples = allOps.flatMap(op => op.examples)
export function count(): number { return examples.length }
export function run(text: string, on: Backend): Tensor[] {
  const { shapes, domain, run } = examples.find(each => each.text === text)!
  const r = rng(text.length)
  const inputs = shapes.map(shape => tensor(Float32Array.from({ length: sizeOf(shape) },
    () => (domain === 'real' && r.uniform() < 0.5 ? -1 : 1) * (domain === 'probability' ? 0.05 + 0.9 * r.uniform() : 0.3 + r.uniform())),
    { on, shape, requiresGrad: true }))
  const y = run(inputs)
  const value = y.detach()
  if (y.requiresGrad) backward(sum(mul(y, tensor(Float32Array.from({ length: sizeOf(y.shape) }, (_, j) => 1 + (j % 5) / 4), { on, shape: y.shape }))))
  return [value, ...inputs.flatMap(x => x.grad ?? [])]
}
export async function long(length: number, on: Backend): Promise<number[]> {
  const x = tensor(Float32Array.from({ length }, (_, i) => i % 1000), { on })
  const read = await x.data()
  return [read.length, read[0], read[999], read[length - 1]]
}
export function hoard(on: Backend): number {
  const held: Tensor[] = []
  for (let i = 0; ; i++) {
    held.push(tensor(new Float32Array(1 << 20), { on }))
    if (i % 16 === 0) held[i].dataSync()
  }
}
`

const frame = (json: string) => `(() => {
  const json = Buffer.from(${JSON.stringify(json)})
  const bytes = Buffer.alloc(8 + json.length + 8)
  bytes.writeUInt32LE(4 + json.length, 0)
  bytes.writeUInt32LE(json.length, 4)
  json.copy(bytes, 8)
  return bytes.subarray(0, 8 + json.length)
})()`
const sends = (json: string) => `fs.writeSync(5, ${frame(json)})`

/** 60 products of 2 · 1,500³, which take far longer than the call may. */
const LONG_WORK = `const product = id => '["a","matmul",' + id + ',["a",1,["a",1500,1500],["a",0,0],0],["a",1,["a",1500,1500],["a",0,0],0]]'
  const frames = ['["a","run",["a","write",1,["t",0,4,"f32"],1]]', '["a","run",' + Array.from({ length: 60 }, (_, i) => product(i + 2)) + ']']
  for (const [i, text] of frames.entries()) {
    const json = Buffer.from(text), pad = (8 - ((4 + json.length) & 7)) & 7
    const bytes = Buffer.alloc(8 + json.length + pad + (i === 0 ? 8 : 0))
    bytes.writeUInt32LE(bytes.length - 4, 0)
    bytes.writeUInt32LE(json.length, 4)
    json.copy(bytes, 8)
    fs.writeSync(5, bytes)
  }`

/** What a child may do that does not keep to our runner; each with how it ends. */
const HOSTILE: Record<string, readonly [code: string, kind: string]> = {
  noise: [`fs.writeSync(5, Buffer.from('noise'.repeat(99)))`, 'protocol'],
  'a message that is not a list': [sends('7'), 'protocol'],
  'a message of another kind': [sends('["a","callback",1,["a"]]'), 'protocol'],
  'an object in JSON': [sends('{"then":1}'), 'protocol'],
  'an unknown id': [sends('["a","read",99]'), 'protocol'],
  'a command with a shape of NaN': [
    sends('["a","run",["a","unary",9,"neg",["a",1,["a",["n","NaN"]],["a",1],0]]]'),
    'protocol',
  ],
  'a function as a command': [sends('["a","run",["f",1,"x"]]'), 'protocol'],
  'a flood of messages without an end': [`for (;;) { try { ${sends('["a","run"]')} } catch {} }`, 'timeout'],
  'a large frame that never ends': [
    `const head = Buffer.alloc(8); head.writeUInt32LE(60 << 20, 0); fs.writeSync(5, head)`,
    'timeout',
  ],
  'much work at once': [LONG_WORK, 'timeout'],
  'a frame that is too large': [
    `const head = Buffer.alloc(8); head.writeUInt32LE(0x7fffffff, 0); fs.writeSync(5, head)`,
    'protocol',
  ],
  'reading what the device says, and nothing else': [
    `for (;;) { try { fs.readSync(5, Buffer.alloc(99)) } catch {} }`,
    'timeout',
  ],
}
const hostile = (code: string) => `
const fs = process.getBuiltinModule('node:fs')
export async function attack() { ${code}; await new Promise(() => {}) }
`

const folder = makeWorkFolder()
const [sealedDir, submissionDir] = [join(folder, 'sealed'), join(folder, 'submission')]
const { id: tier } = await strongestTier()
const sessions: Session[] = []
let on: Backend & { stats(): { readonly liveSlots: number } }

beforeAll(async () => {
  on = await wasm()
  await buildSealed(LAB, sealedDir)
  mkdirSync(submissionDir)
  for (const [i, [code]] of Object.values(HOSTILE).entries())
    writeFileSync(join(submissionDir, `hostile-${i}.mjs`), hostile(code))
  const { modules } = await bundle({ files: new Map([['src/honest.ts', HONEST]]) }, LAB)
  for (const [name, text] of modules) writeFileSync(join(submissionDir, `${name}.mjs`), text)
})
afterEach(() => Promise.all(sessions.splice(0).map(session => session.close())))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const deviceOn = (backend: Backend, lost?: Promise<never>): Device => ({
  on: backend,
  device: 'a device',
  driver: 'a driver',
  checked: 0,
  lost,
  close: () => {},
})

interface Student {
  count(): Promise<number>
  run(text: string, on: Backend): Promise<Tensor[]>
  long(length: number, on: Backend): Promise<number[]>
  hoard(on: Backend): Promise<number>
  attack(): Promise<void>
}

const local = plain()

async function open(broker: DeviceBroker, module = 'honest', callSeconds = 60, bytes = DEVICE_LIMITS.bytes) {
  const limits = { loadSeconds: 20, callSeconds, cpuSeconds: 60, memoryMB: 512 }
  const child = TIERS[tier].launch({
    node: nodeFor(folder),
    sealedDir,
    submissionDir,
    module: `${module}.mjs`,
    backend: 'device',
    limits,
  })
  const session = new Session(child, {
    limits,
    byValue: ourClasses(local),
    lendDevice: (stream, onEnd) => broker.connect(stream, onEnd, { ...DEVICE_LIMITS, bytes }),
  })
  sessions.push(session)
  await session.ready
  return session.remote<Student>()
}

describe('a child whose tensors are kept by the grader', () => {
  test('computes every op and its gradient as on the plain backend', async () => {
    const student = await open(new DeviceBroker(deviceOn(on)))
    const examples = allOps.flatMap(op => op.examples)
    expect(await student.count()).toBe(examples.length)
    for (const { text } of examples) {
      const ours = await student.run(text, local)
      const truth = known(text, plain({ dtype: 'float64' }))
      expect(
        ours.map(x => x.shape),
        text,
      ).toEqual(truth.map(x => x.shape))
      for (const [j, x] of ours.entries())
        expect(x.dataSync(), `${text}, result ${j}`).toBeNear(truth[j].dataSync(), {
          relative: 1e-4,
          absolute: 1e-5,
        })
    }
  })

  test('sends and gets back numbers that take several messages', async () => {
    const student = await open(new DeviceBroker(deviceOn(on)))
    expect(await student.long(9_000_001, local)).toEqual([9_000_001, 0, 999, 0])
  })

  test('shares the device with other children, and leaves nothing there', async () => {
    const before = on.stats().liveSlots
    const broker = new DeviceBroker(deviceOn(on))
    const students = await Promise.all([open(broker), open(broker)])
    const results = await Promise.all(
      students.flatMap(student => [student.run(ADD, local), student.run(PRODUCT, local)]),
    )
    expect(results[0][0].dataSync()).toEqual(results[2][0].dataSync())
    await Promise.all(sessions.splice(0).map(session => session.close()))
    expect(on.stats().liveSlots).toBe(before)
    const { device, reads, work } = broker.takeReceipt()
    expect({ device, reads }).toEqual({ device: 'a device', reads: 12 })
    expect(work).toBeGreaterThan(100)
    expect(broker.takeReceipt()).toMatchObject({ commands: 0, work: 0, reads: 0 })
  })

  test('that keeps more than it may is out of memory', async () => {
    const student = await open(new DeviceBroker(deviceOn(on)), 'honest', 60, 2 ** 26)
    await expect(student.hoard(local)).rejects.toMatchObject({
      kind: 'memory',
      message: 'wanted more than 64 MB of memory on the device',
    })
  })

  test.each(Object.keys(HOSTILE))('that sends %s is ended, and the others go on', async name => {
    const broker = new DeviceBroker(deviceOn(on))
    const other = await open(broker)
    const [, kind] = HOSTILE[name]
    const student = await open(broker, `hostile-${Object.keys(HOSTILE).indexOf(name)}`, 2)
    await expect(student.attack()).rejects.toMatchObject({ name: 'SandboxDied', kind })
    expect((await other.run(ADD, local))[0].dataSync()).toHaveLength(known(ADD, local)[0].dataSync().length)
  })

  test('is not to blame for a device that is lost', async () => {
    let lose: (error: Error) => void = () => {}
    const lost = new Promise<never>((_, reject) => (lose = reject))
    const broker = new DeviceBroker(deviceOn(on, lost))
    const student = await open(broker)
    await student.run(ADD, local)
    lose(new Error('the GPU fell off the bus'))
    await expect(student.run(PRODUCT, local)).rejects.toMatchObject({
      kind: 'device',
      message: 'the GPU fell off the bus',
    })
    await expect(open(broker)).rejects.toMatchObject({ kind: 'device' })
  })

  test('is not to blame for a kernel that fails', async () => {
    const failing: Backend = { ...on, binary: () => { throw new Error('a driver error') }, fused: {} } // prettier-ignore
    const student = await open(new DeviceBroker(deviceOn(failing)))
    await expect(student.run(ADD, local)).rejects.toMatchObject({ kind: 'device' })
  })
})

test('a device that computes wrong numbers is detected when it opens', async () => {
  expect(await checkDevice(on)).toBeGreaterThan(500)
  const wrong: Backend = { ...on, unary: (kernel, x) => on.unary(kernel === 'exp' ? 'copy' : kernel, x) }
  await expect(checkDevice(wrong)).rejects.toThrow('the backend "wasm" computes wrong numbers: expected')
})

/** The same as the module of the child. */
function known(text: string, where: Backend): Tensor[] {
  const { shapes, domain, ...example } = allOps.flatMap(op => op.examples).find(each => each.text === text)!
  const r = rng(text.length)
  const draw = () =>
    (domain === 'real' && r.uniform() < 0.5 ? -1 : 1) *
    (domain === 'probability' ? 0.05 + 0.9 * r.uniform() : 0.3 + r.uniform())
  const inputs = shapes.map(shape =>
    tensor(Float32Array.from({ length: sizeOf(shape) }, draw), { on: where, shape, requiresGrad: true }),
  )
  const y = example.run(inputs)
  const value = y.detach()
  const weights = Float32Array.from({ length: sizeOf(y.shape) }, (_, j) => 1 + (j % 5) / 4)
  if (y.requiresGrad) backward(sum(mul(y, tensor(weights, { on: where, shape: y.shape }))))
  return [value, ...inputs.flatMap(x => x.grad ?? [])]
}
