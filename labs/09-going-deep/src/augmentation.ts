/**
 * Augmentation: a network learns from images that were changed a little at random, in another way each time. The labels
 * stay, so only changes that keep what an image shows are allowed.
 *
 * An image is a list of channels, each a list of rows: `[C, H, W]`.
 */
import type { Rng } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'

/** `[C, H, W]`: `image[c][row][col]` */
export type Image = number[][][]

/** What may happen to an image. */
export interface Augmentation {
  /** Whether half of the images are mirrored. */
  flip: boolean
  /** The largest number of pixels that an image moves, in each of the four directions; 0 for none. */
  shift: number
  /** The side of the square that is cut out; 0 for none. */
  cutout: number
}

export interface BatchOptions {
  /** Whether the images are to be learned from. Otherwise they are to be judged, and stay unchanged. */
  training: boolean
  augmentation: Augmentation
  /** The source of all random choices. */
  rng: Rng
}

/**
 * The image as in a mirror: left and right are swapped.
 *
 * @param image `[C, H, W]`, at least one pixel; not changed
 * @example flip([[[1, 2, 3], [4, 5, 6]]]) // [[[3, 2, 1], [6, 5, 4]]]
 */
export function flip(image: Image): Image {
  // TODO(augmentation): Reverse each row of each channel.
  throw new NotImplemented('augmentation')
}

/**
 * The image moved; what leaves it is lost, and zeros come in on the other side.
 *
 * @param image `[C, H, W]`, at least one pixel; not changed
 * @param down the number of rows that it moves down; up if negative
 * @param right the number of columns that it moves to the right; left if negative
 * @example shift([[[1, 2, 3], [4, 5, 6]]], 1, -1) // [[[0, 0, 0], [2, 3, 0]]]
 */
export function shift(image: Image, down: number, right: number): Image {
  // TODO(augmentation): A pixel comes from the row `row - down` and the column `col - right`, if there is one.
  throw new NotImplemented('augmentation')
}

/**
 * The image with zeros in a square, in all channels. The part of the square that lies outside of the image is ignored.
 *
 * @param image `[C, H, W]`, at least one pixel; not changed
 * @param row the first row of the square; may be negative
 * @param col the first column of the square; may be negative
 * @param side the number of rows and columns of the square
 * @example cutout([[[1, 2, 3], [4, 5, 6]]], 1, -1, 2) // [[[1, 2, 3], [0, 5, 6]]]
 */
export function cutout(image: Image, row: number, col: number, side: number): Image {
  // TODO(augmentation): A pixel is inside if its distance from the first row and column is at least 0 and below side.
  throw new NotImplemented('augmentation')
}

/**
 * The image changed at random. Each choice is independent of the others, and drawn for each call:
 *
 * 1. With `flip`, half of the images are mirrored.
 * 2. It moves by −shift to shift rows and by −shift to shift columns, all equally likely.
 * 3. With a `cutout` of at least 1, a square of that side is cut out. Its middle, the pixel ⌊side / 2⌋ rows and columns
 *    from its first one, is any pixel of the image, all equally likely; so it may reach over the edge.
 *
 * @param image `[C, H, W]`; not changed
 * @param rng the generator; `rng.integer(n)` is one of 0 … n − 1
 * @example augment(image, { flip: true, shift: 2, cutout: 8 }, rng)
 */
export function augment(image: Image, augmentation: Augmentation, rng: Rng): Image {
  // TODO(augmentation): Flip, shift and cut out, in this order, as the generator says.
  throw new NotImplemented('augmentation')
}

/**
 * A batch of images with their labels. Images to learn from are augmented, each by its own draws; images to judge by
 * are not, and nothing is drawn for them.
 *
 * @param images all images; not changed
 * @param labels the class of each image; not changed
 * @param indices which images, in which order; not changed
 * @returns the chosen images and their labels
 * @example makeBatch(images, labels, [7, 0], { training: true, augmentation, rng }).labels // [labels[7], labels[0]]
 */
export function makeBatch(
  images: Image[],
  labels: number[],
  indices: number[],
  { training, augmentation, rng }: BatchOptions,
): { images: Image[]; labels: number[] } {
  // TODO(augmentation): Pick images and labels; augment the images only in training.
  throw new NotImplemented('augmentation')
}
