import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import {
  getKernel,
  type KernelConfig,
  type KernelFunc,
  type NamedAttrMap,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'

// Kernels that are wrong in TensorFlow.js on WebGPU, rewritten for its own shader runner.

/**
 * dx of a max-pool on images [N, H, W, C]: each number checks every window that contains it, whether it is the first of the
 * largest there. The kernel of TensorFlow.js gives the gradient to the last of equal numbers.
 */
const MAX_POOL_GRADIENT = `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let place = getCoordsFromIndex(index);
  let reach = uniforms.kernel - 1;
  let rows = vec2<i32>(max(0, place.y - reach + uniforms.stride - 1), place.y) / uniforms.stride;
  let columns = vec2<i32>(max(0, place.z - reach + uniforms.stride - 1), place.z) / uniforms.stride;
  var sum = 0.0;
  for (var h = rows.x; h <= min(rows.y, uniforms.dyShape.y - 1); h++) {
    for (var w = columns.x; w <= min(columns.y, uniforms.dyShape.z - 1); w++) {
      let corner = vec2<i32>(h, w) * uniforms.stride;
      var first = corner;
      var best = getX(place.x, corner.x, corner.y, place.w);
      for (var i = 0; i < uniforms.kernel * uniforms.kernel; i++) {
        let at = corner + vec2<i32>(i / uniforms.kernel, i % uniforms.kernel);
        let x = getX(place.x, at.x, at.y, place.w);
        if (x > best || (isnan(x) && !isnan(best))) {
          best = x;
          first = at;
        }
      }
      if (all(first == place.yz)) { sum += getDy(place.x, h, w, place.w); }
    }
  }
  setOutputAtIndex(index, sum);
}`

/** The kernel of TensorFlow.js may lose a NaN in the exponential. */
const SIGMOID = `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let x = getXByOutputIndex(index);
  if (isnan(x)) { setOutputAtIndex(index, x); } else { setOutputAtIndex(index, 1.0 / (1.0 + exp(-x))); }
}`

const WORKGROUP = 64
/** Workgroups along one axis; every device has at least these. */
const MAX_GROUPS = 65535

/** Describes a shader that computes each number of its result separately, for the runner of TensorFlow.js. */
function program(name: string, code: string, variableNames: string[], shape: number[], uniforms = '') {
  const groups = Math.ceil(util.sizeFromShape(shape) / WORKGROUP)
  const rows = Math.ceil(groups / MAX_GROUPS)
  const dispatch: [number, number, number] = [Math.ceil(groups / rows), rows, 1]
  return {
    variableNames,
    uniforms,
    outputShape: shape,
    workgroupSize: [WORKGROUP, 1, 1] as [number, number, number],
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch,
    size: true,
    shaderKey: `backprop ${name}`,
    getUserCode: () => code,
  }
}

interface Call {
  readonly inputs: Readonly<Record<string, TensorInfo>>
  readonly attrs: NamedAttrMap
  readonly backend: WebGPUBackend
}

const OURS: Readonly<Record<string, (call: Call) => TensorInfo>> = {
  MaxPoolGrad({ inputs: { input, dy }, attrs, backend }) {
    const [[kernel], [stride]] = [attrs.filterSize, attrs.strides] as [number[], number[]]
    const uniforms = 'kernel : i32, stride : i32'
    const shader = program('max-pool gradient', MAX_POOL_GRADIENT, ['x', 'dy'], input.shape, uniforms)
    const numbers = [kernel, stride].map(n => ({ type: 'int32', data: [n] }))
    return backend.runWebGPUProgram(shader, [input, dy], 'float32', numbers)
  },
  Sigmoid: ({ inputs: { x }, backend }) =>
    backend.runWebGPUProgram(program('sigmoid', SIGMOID, ['x'], x.shape), [x], 'float32'),
}

/** The registry of TensorFlow.js, with the kernels above in place of its own. */
export function webgpuKernel(kernelName: string, backendName: string): KernelConfig {
  if (!Object.hasOwn(OURS, kernelName)) return getKernel(kernelName, backendName)
  // The types of the registry don't say which backend a kernel is called with.
  return { kernelName, backendName, kernelFunc: OURS[kernelName] as unknown as KernelFunc }
}
