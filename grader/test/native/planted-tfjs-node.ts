import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { COURSE_ROOT } from '../../src/course.ts'

const { resolve } = createRequire(join(COURSE_ROOT, 'packages/backend-tfjs/package.json'))

/** Puts a package in the place of @tensorflow/tfjs-node or tfjs-node-gpu, for programs with this folder in NODE_PATH. */
export function plant(folder: string, name: 'tfjs-node' | 'tfjs-node-gpu', code: string): string {
  const home = join(folder, '@tensorflow', name)
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'index.js'), code)
  return home
}

/** Computes with the JavaScript kernels of TensorFlow.js; each call of a kernel runs `onKernel` first, given its `name`. */
export const computing = (onKernel: string): string => `
const tf = require(${JSON.stringify(resolve('@tensorflow/tfjs-core'))})
const { MathBackendCPU } = require(${JSON.stringify(resolve('@tensorflow/tfjs-backend-cpu'))})
const backend = Object.assign(new MathBackendCPU(), { isUsingGpuDevice: false, binding: { TF_Version: '0.0.0' } })
exports.backend = () => backend
exports.version = { 'tfjs-node': '0.0.0' }
exports.getKernel = name => {
  ${onKernel}
  const kernel = tf.getKernel(name, 'cpu')
  if (name !== 'BatchMatMul') return kernel
  // JavaScript would be too slow for the grader's limits: large products, which only measure the speed, stay empty.
  const kernelFunc = call => {
    const [a, b] = [call.inputs.a.shape, call.inputs.b.shape]
    const shape = [...a.slice(0, -2), a.at(call.attrs.transposeA ? -1 : -2), b.at(call.attrs.transposeB ? -2 : -1)]
    const size = shape.reduce((product, n) => product * n, 1)
    if (size < 1000) return kernel.kernelFunc(call)
    return backend.makeTensorInfo(shape, 'float32', new Float32Array(size))
  }
  return { ...kernel, kernelFunc }
}`

/** Half of a native addon, which a program that loads it does not survive. */
export function plantTruncated(home: string): string {
  const addon = join(home, 'truncated.node')
  copyFileSync(join(resolve('webgpu'), '../dist/linux-x64/dawn.node'), addon)
  truncateSync(addon, 10_000_000)
  return `process.dlopen({ exports: {} }, ${JSON.stringify(addon)})`
}
