import { cifar10Classes, cifar10Statistics } from '@backprop/datasets'

/** One kind of images and the lab whose network reads them. */
export interface Task {
  readonly name: 'digits' | 'photographs'
  /** The lab that trains such a network; its weights are served as `trained/<lab>.safetensors`. */
  readonly lab: string
  /** Of one image: `[C, H, W]`. */
  readonly shape: readonly [channels: number, rows: number, cols: number]
  readonly classes: readonly string[]
  /** The network gets (pixel − mean) / std of each channel, where a pixel is 0 to 1. */
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

export const DIGITS: Task = {
  name: 'digits',
  lab: '05-mnist-mlp',
  shape: [1, 28, 28],
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  mean: [0],
  std: [1],
}

export const PHOTOGRAPHS: Task = {
  name: 'photographs',
  lab: '06-cifar-cnn',
  shape: [3, 32, 32],
  classes: cifar10Classes,
  ...cifar10Statistics,
}

export const TASKS = [DIGITS, PHOTOGRAPHS] as const

/** How many numbers one image has. */
export const pixelsOf = ({ shape: [channels, rows, cols] }: Task): number => channels * rows * cols
