import { PHOTOGRAPHS } from './task.ts'

/** A file that the browser can't read as an image; the message says what to do. */
export class NotAnImage extends Error {
  override readonly name = 'NotAnImage'
}

/** The largest square in the middle of an image file, scaled to 32 × 32: `[3, 32, 32]` from 0 to 1. */
export async function photographFrom(file: File): Promise<Float32Array> {
  const [, rows, cols] = PHOTOGRAPHS.shape
  const image = await createImageBitmap(file).catch(() => {
    const fix = 'Choose a PNG, JPEG, WebP or GIF file.'
    throw new NotAnImage(`Your browser can't read ${file.name || 'this file'} as an image. ${fix}`)
  })
  const side = Math.min(image.width, image.height)
  const [left, top] = [(image.width - side) >> 1, (image.height - side) >> 1]
  const size = { resizeWidth: cols, resizeHeight: rows, resizeQuality: 'high' } as const
  const square = await createImageBitmap(image, left, top, side, side, size)
  const canvas = new OffscreenCanvas(cols, rows)
  const context = canvas.getContext('2d')
  if (!context) throw new NotAnImage('Your browser gives this page no canvas to scale the image on.')
  context.fillStyle = 'white' // below what is transparent
  context.fillRect(0, 0, cols, rows)
  context.drawImage(square, 0, 0)
  return planesOf(context.getImageData(0, 0, cols, rows).data)
}

/** RGBA bytes `[area, 4]` as red, green and blue planes `[3, area]` from 0 to 1. */
export function planesOf(rgba: Uint8ClampedArray): Float32Array {
  const area = rgba.length / 4
  return Float32Array.from({ length: 3 * area }, (_, i) => rgba[4 * (i % area) + Math.floor(i / area)] / 255)
}
