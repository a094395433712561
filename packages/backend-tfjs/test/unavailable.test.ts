import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { dawnMissing, factsOf } from '../src/dawn.ts'
import { BackendUnavailable, tfjsNode, type TfjsNodeName } from '../src/index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tfjs node ü-'))
})
afterEach(() => void vi.unstubAllEnvs())
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A folder in which a package of this code is installed. */
async function planted(name: TfjsNodeName, code: string): Promise<string> {
  const place = await mkdtemp(join(folder, 'case-'))
  const home = join(place, 'node_modules', '@tensorflow', name)
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'index.js'), code)
  return `${place}/`
}

/** Opens a package that fails to load like the real one with something missing. */
async function open(name: TfjsNodeName, code: string): Promise<BackendUnavailable> {
  const from = await planted(name, code)
  const error: unknown = await tfjsNode(name, { from }).catch((reason: unknown) => reason)
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

test('the install script did not run, or did not finish', async () => {
  const words = 'The Node.js native addon module (tfjs_binding.node) can not be found at path: /x/tfjs_binding.node.'
  const error = await open('tfjs-node', `throw new Error(${JSON.stringify(words)})`)
  expect(error).toMatchObject({ code: 'addon-missing', backend: 'tfjs-node' })
  expect(error.fix).toBe(
    'delete the folder node_modules/@tensorflow/tfjs-node/deps if it is there, then run ' +
      'pnpm add --workspace-root --allow-build=@tensorflow/tfjs-node @tensorflow/tfjs-node, then ' +
      'pnpm rebuild @tensorflow/tfjs-node: the README of packages/backend-tfjs says what they need, and what their errors mean',
  )
})

test('libtensorflow was not downloaded', async () => {
  const words = 'libtensorflow.so.2: cannot open shared object file: No such file or directory'
  const error = await open(
    'tfjs-node',
    `throw Object.assign(new Error(${JSON.stringify(words)}), { code: 'ERR_DLOPEN_FAILED' })`,
  )
  expect(error).toMatchObject({
    code: 'libtensorflow-missing',
    fix:
      'delete the folder node_modules/@tensorflow/tfjs-node/deps, then run pnpm rebuild @tensorflow/tfjs-node, which ' +
      'downloads it again: the README of packages/backend-tfjs says from where',
  })
})

test('tfjs-node-gpu on the processor is rejected', async () => {
  const error = await open('tfjs-node-gpu', 'exports.backend = () => ({ isUsingGpuDevice: false })')
  expect(error).toMatchObject({ code: 'no-gpu', reason: 'it loads, but computes on the processor' })
})

const WORKS = `exports.getKernel = () => undefined
  exports.backend = () => ({ isUsingGpuDevice: GPU, binding: { TF_Version: '2.9.1' } })
  exports.version = { 'tfjs-node': '4.22.0' }`

test('the processor, with the version of TensorFlow', async () => {
  const { device, driver, description } = await tfjsNode('tfjs-node', {
    from: await planted('tfjs-node', WORKS.replace('GPU', 'false')),
  })
  expect(device).toBe(cpus()[0]?.model ?? process.arch)
  expect(driver).toBe('TensorFlow 2.9.1 through tfjs-node 4.22.0')
  expect(description).toBe(`${driver}, on ${device}`)
})

test('the GPU that CUDA uses first, with its driver, if nvidia-smi names them', async () => {
  const from = await planted('tfjs-node-gpu', WORKS.replace('GPU', 'true'))
  const path = process.env.PATH
  vi.stubEnv('PATH', folder)
  const driver = 'TensorFlow 2.9.1 through tfjs-node 4.22.0'
  expect(await tfjsNode('tfjs-node-gpu', { from })).toMatchObject({
    device: 'a CUDA device',
    driver: `${driver}, an NVIDIA driver of unknown version (nvidia-smi does not answer)`,
  })
  vi.stubEnv('PATH', `${folder}${delimiter}${path}`)
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '1,0')
  const cards = `#!/bin/sh
[ "$*" = '--id=1 --query-gpu=name,driver_version --format=csv,noheader' ] && echo 'NVIDIA A100-SXM4-40GB, 470.82.01'`
  await writeFile(join(folder, 'nvidia-smi'), cards, { mode: 0o755 })
  if (process.platform === 'win32') return
  expect(await tfjsNode('tfjs-node-gpu', { from })).toMatchObject({
    device: 'NVIDIA A100-SXM4-40GB',
    driver: `${driver}, NVIDIA driver 470.82.01`,
  })
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
