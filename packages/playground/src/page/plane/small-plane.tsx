import { useCallback } from 'preact/hooks'
import { paintClasses, paintValues, palette } from '../colours.ts'
import { Canvas, remPixels } from './canvas.tsx'

interface SmallPlaneProps {
  /** `[side², classes]` */
  readonly output: Float32Array
  readonly classes: number
  readonly discretize: boolean
  readonly label: string
  readonly rem: number
}

/** The answer of a network all over the plane, as a small picture. */
export function SmallPlane({ output, classes, discretize, label, rem }: SmallPlaneProps) {
  const draw = useCallback(
    (on: CanvasRenderingContext2D, { width }: { width: number }) => {
      const side = Math.round(Math.sqrt(output.length / classes))
      const pixels =
        classes === 1
          ? paintValues(output, palette.value, discretize)
          : paintClasses(output, classes, palette.value, discretize)
      const source = new OffscreenCanvas(side, side)
      source.getContext('2d')?.putImageData(new ImageData(pixels, side), 0, 0)
      on.imageSmoothingEnabled = !discretize
      on.drawImage(source, 0, 0, width, width)
    },
    [output, classes, discretize],
  )
  const width = rem * remPixels()
  return <Canvas class="small-plane" size={{ width, height: width }} draw={draw} label={label} />
}
