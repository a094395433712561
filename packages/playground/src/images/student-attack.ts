import { tensor } from '@backprop/core'
import { Linear } from '@backprop/nn'
import type { StudentFunction } from '../slots/student-function.ts'
import { numbersIn } from '../slots/tensors.ts'
import { attackBy, type AttackFunction, type Reader } from './look.ts'

/**
 * Our attack with lab 11's functions in it where they are written: `fgsm` makes the image, and towards a target
 * `inputGradient` gives the direction. They take a perceptron whose pixels are used unscaled, so only digits.
 */
export function attackWith(student: (id: string) => StudentFunction | null): AttackFunction {
  const [fgsm, inputGradient] = [student('fgsm'), student('inputGradient')]
  return (reader, pixels, label, isTarget) => {
    const layers = layersOf(reader)
    const x = tensor(pixels, { on: reader.on, shape: [1, pixels.length] })
    const labels = Uint8Array.of(label)
    if (fgsm && !isTarget) return epsilon => numbersIn(fgsm, fgsm.call(layers, x, labels, epsilon), [1, pixels.length])
    if (!inputGradient) return attackBy(reader, pixels, label, isTarget)
    const gradient = numbersIn(inputGradient, inputGradient.call(layers, x, labels), [1, pixels.length])
    const way = isTarget ? -1 : 1
    return epsilon => pixels.map((pixel, i) => Math.min(1, Math.max(0, pixel + epsilon * way * Math.sign(gradient[i]))))
  }
}

const layersOf = ({ network }: Reader): Linear[] => network.layers.filter(layer => layer instanceof Linear)
