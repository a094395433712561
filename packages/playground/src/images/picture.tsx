import { useLayoutEffect, useRef } from 'preact/hooks'

/** How numbers become colours. */
export type Colouring =
  /** 0 black, 1 white; three channels are red, green and blue. */
  | { readonly kind: 'plain' }
  /** 0 black, `most` white. */
  | { readonly kind: 'bright'; readonly most: number }
  /** −`most` orange, 0 black, `most` blue. */
  | { readonly kind: 'signed'; readonly most: number }

export interface PictureProps {
  /** `[channels, rows, cols]` */
  readonly values: ArrayLike<number>
  readonly channels?: number
  readonly rows: number
  readonly cols: number
  readonly colouring?: Colouring
  /** What a reader who can't see it should know; left out where the text around says it. */
  readonly label?: string
  readonly class?: string
}

/** Numbers as pixels. */
export function Picture({ values, channels = 1, rows, cols, colouring = PLAIN, label, class: name }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context) context.putImageData(new ImageData(painted(values, channels, colouring), cols, rows), 0, 0)
  }, [values, channels, rows, cols, colouring])
  const described = label === undefined ? { 'aria-hidden': true } : { role: 'img' as const, 'aria-label': label }
  return <canvas ref={canvas} width={cols} height={rows} class={`picture ${name ?? ''}`} {...described} />
}

const PLAIN: Colouring = { kind: 'plain' }
const ORANGE = [255, 150, 40]
const BLUE = [70, 165, 255]

/** RGBA, `[rows · cols · 4]` */
function painted(values: ArrayLike<number>, channels: number, colouring: Colouring): Uint8ClampedArray<ArrayBuffer> {
  const area = values.length / channels
  const pixels = new Uint8ClampedArray(4 * area)
  for (let i = 0; i < area; i++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = values[(channels === 3 ? channel : 0) * area + i]
      pixels[4 * i + channel] = brightness(value, channel, colouring)
    }
    pixels[4 * i + 3] = 255
  }
  return pixels
}

function brightness(value: number, channel: number, colouring: Colouring): number {
  switch (colouring.kind) {
    case 'plain':
      return 255 * value
    case 'bright':
      return (255 * value) / (colouring.most || 1)
    case 'signed':
      return ((value < 0 ? ORANGE : BLUE)[channel] * Math.abs(value)) / (colouring.most || 1)
  }
}

/** The largest absolute value. */
export const mostOf = (values: ArrayLike<number>): number => {
  let most = 0
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]))
  return most
}
