import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dawnMissing, factsOf } from '../src/dawn.ts'
import { BackendUnavailable, tfjsNode, type TfjsNodeName } from '../src/index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tfjs node ü-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Opens a package that fails to load like the real one with something missing. */
async function open(name: TfjsNodeName, code: string): Promise<BackendUnavailable> {
  const place = await mkdtemp(join(folder, 'case-'))
  const home = join(place, 'node_modules', '@tensorflow', name)
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'index.js'), code)
  const error: unknown = await tfjsNode(name, { from: `${place}/` }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(BackendUnavailable)
  return error as BackendUnavailable
}

test('not installed', async () => {
  await expect(tfjsNode('tfjs-node-gpu', { from: `${folder}/` })).rejects.toThrow(
    'tfjs-node-gpu: the package @tensorflow/tfjs-node-gpu is not installed.\n' +
      '  Hint: run pnpm add --workspace-root --allow-build=@tensorflow/tfjs-node-gpu @tensorflow/tfjs-node-gpu.',
  )
  await expect(tfjsNode('tfjs-node', { from: `${folder}/` })).rejects.toMatchObject({ code: 'not-installed' })
})

test('the install script did not run', async () => {
  const words = 'The Node.js native addon module (tfjs_binding.node) can not be found at path: /x/tfjs_binding.node.'
  const error = await open('tfjs-node', `throw new Error(${JSON.stringify(words)})`)
  expect(error).toMatchObject({ code: 'addon-missing', backend: 'tfjs-node' })
  expect(error.fix).toContain('pnpm rebuild @tensorflow/tfjs-node')
})

test('libtensorflow was not downloaded', async () => {
  const words = 'libtensorflow.so.2: cannot open shared object file: No such file or directory'
  const error = await open(
    'tfjs-node',
    `throw Object.assign(new Error(${JSON.stringify(words)}), { code: 'ERR_DLOPEN_FAILED' })`,
  )
  expect(error.code).toBe('libtensorflow-missing')
})

test('tfjs-node-gpu on the processor is rejected', async () => {
  const error = await open('tfjs-node-gpu', 'exports.backend = () => ({ isUsingGpuDevice: false })')
  expect(error).toMatchObject({ code: 'no-gpu', reason: 'it loads, but computes on the processor' })
})

test('any other error keeps its own message', async () => {
  const error = await open('tfjs-node', `throw new Error('GLIBC_2.99 not found\\nand more')`)
  expect(error).toMatchObject({ code: 'does-not-start', reason: 'it does not load: GLIBC_2.99 not found' })
})

test('functions that Node 23 removed exist while the package loads', async () => {
  const code = `const { isArray, isNullOrUndefined } = require('util')
    throw new Error([isArray([]), isArray({}), isNullOrUndefined(null), isNullOrUndefined(0)].join())`
  expect((await open('tfjs-node', code)).reason).toBe('it does not load: true,false,true,false')
})

test('Dawn is missing, or has no build for this machine', () => {
  expect(dawnMissing(new Error(`Cannot find package 'webgpu' imported from x`)).code).toBe('not-installed')
  expect(dawnMissing(new Error(`Cannot find module '../dist/linux-mips/dawn.node'`)).code).toBe('addon-missing')
})

test('an adapter on the processor is recognized by its name', () => {
  const nvidia = { vendor: 'nvidia', architecture: 'hopper', device: 'NVIDIA H100', description: 'NVIDIA: 550.54.15' }
  expect(factsOf(nvidia)).toEqual({ device: 'NVIDIA H100', driver: 'NVIDIA: 550.54.15', isSoftware: false })
  for (const description of [
    'SwiftShader driver 5.0.0',
    'llvmpipe (LLVM 19.1.7, 256 bits)',
    'Microsoft Basic Render Driver',
  ])
    expect(factsOf({ vendor: 'x', description }).isSoftware).toBe(true)
  expect(factsOf({ ...nvidia, isFallbackAdapter: true }).isSoftware).toBe(true)
})
