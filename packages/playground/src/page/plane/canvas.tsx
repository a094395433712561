import { effect, type Signal, useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

/** The size of an element in CSS pixels, kept up to date. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** A ref for an element, and a signal of its size. */
export function useSize<E extends HTMLElement>(): [{ current: E | null }, Signal<Size>] {
  const ref = useRef<E>(null)
  const size = useSignal<Size>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element
      if (width !== size.peek().width || height !== size.peek().height) size.value = { width, height }
    })
    observer.observe(element)
    size.value = { width: element.clientWidth, height: element.clientHeight }
    return () => observer.disconnect()
  }, [size])
  return [ref, size]
}

export const remPixels = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize)

interface CanvasProps {
  /** Draws in CSS pixels. Runs again when a signal that it reads changes. */
  readonly draw: (on: CanvasRenderingContext2D, size: Size) => void
  readonly size: Size
  /** What a screen reader says; without it the canvas is decoration. */
  readonly label?: string
  readonly class?: string
}

/** A sharp canvas that follows signals without rendering a component. */
export function Canvas({ draw, size, label, class: className }: CanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null)
  const { width, height } = size
  useEffect(() => {
    const canvas = ref.current
    const on = canvas?.getContext('2d')
    if (!canvas || !on || width === 0 || height === 0) return
    const ratio = devicePixelRatio
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
    return effect(() => {
      on.setTransform(ratio, 0, 0, ratio, 0, 0)
      draw(on, { width, height })
    })
  }, [draw, width, height])
  const accessible = label ? { role: 'img' as const, 'aria-label': label } : { 'aria-hidden': true as const }
  return <canvas ref={ref} class={className} style={{ width: `${width}px`, height: `${height}px` }} {...accessible} />
}
