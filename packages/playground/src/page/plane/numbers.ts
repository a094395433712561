import type { Activation, parameterLayout } from '../../setup/setup.ts'
import type { Frame } from '../../worker/protocol.ts'
import type { Link, Neuron } from '../state.ts'

const NAMES: Record<Activation, string> = {
  relu: 'ReLU',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  linear: 'linear',
  gelu: 'GELU',
}

export const activationName = (activation: Activation): string => NAMES[activation]

/** With a real minus sign. */
export const signed = (text: string): string => text.replace('-', '−')

/** A number in a few characters: 0.123, 12.3, 4.5e−7. */
export function short(value: number): string {
  if (Number.isNaN(value)) return '–'
  const size = Math.abs(value)
  if (size === Infinity) return value > 0 ? '∞' : '−∞'
  if (size !== 0 && (size < 0.001 || size >= 100_000)) return signed(value.toExponential(1))
  return signed(value.toFixed(size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0))
}

export const percent = (share: number): string => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`)

/** As in "layer 2, neuron 3". */
export function neuronName({ layer, index }: Neuron, sizes: readonly number[]): string {
  if (layer === sizes.length - 1) return sizes[layer] === 1 ? 'Output' : `Output of class ${index + 1}`
  return `Layer ${layer}, neuron ${index + 1}`
}

export function weightOf(
  { layer, index, from }: Link,
  frame: Frame | null,
  { layers, count }: ReturnType<typeof parameterLayout>,
): string {
  const place = layers[layer - 1]
  return frame?.theta.length === count ? short(frame.theta[place.weights + from * place.outputs + index]) : '–'
}
