import { useRef } from 'preact/hooks'
import { frame, layout as parameterPlaces, type Link, pointedLink, selected, setup } from '../state.ts'
import { featureRow } from './network-drawing.ts'
import { distanceToLink, linkCurve, type NetworkLayout } from './network-layout.ts'
import { weightOf } from './numbers.ts'

const NEAR_PIXELS = 8

function linkAt(event: MouseEvent & { currentTarget: HTMLElement }, layout: NetworkLayout): Link | null {
  const bounds = event.currentTarget.getBoundingClientRect()
  const [x, y] = [event.clientX - bounds.left, event.clientY - bounds.top]
  const layer = layout.columns.findIndex((column, i) => i > 0 && x < column.x)
  if (layer < 1) return null
  let best: Link | null = null
  let least = NEAR_PIXELS
  const { inputs, outputs } = parameterPlaces.value.layers[layer - 1]
  for (let from = 0; from < inputs; from += 1) {
    for (let index = 0; index < outputs; index += 1) {
      const row = layer === 1 ? featureRow(setup.value, from) : from
      const distance = distanceToLink(linkCurve(layout, layer, row, index), x, y)
      if (distance < least) {
        least = distance
        best = { layer, index, from }
      }
    }
  }
  return best
}

/** Points at the link under the pointer. */
export function pointAtLink(event: PointerEvent & { currentTarget: HTMLElement }, layout: NetworkLayout): void {
  const onPicture = event.target instanceof Element && event.target.closest('button, select, label')
  const next = onPicture ? null : linkAt(event, layout)
  const now = pointedLink.value
  if (next?.layer === now?.layer && next?.index === now?.index && next?.from === now?.from) return
  pointedLink.value = next
}

/** Selects the neuron of the link under the pointer, and the number of its weight. */
export function selectLink(event: MouseEvent & { currentTarget: HTMLElement }, layout: NetworkLayout): void {
  const link = linkAt(event, layout)
  if (!link) return
  selected.value = { layer: link.layer, index: link.index }
  requestAnimationFrame(() => {
    const input = document.querySelector<HTMLInputElement>(`[data-weight="${link.from}"]`)
    input?.focus()
    input?.select()
  })
}

/** The weight under the pointer. */
export function LinkTip({ layout }: { layout: NetworkLayout }) {
  const tip = useRef<HTMLDivElement>(null)
  const link = pointedLink.value
  if (!link || link.layer >= layout.columns.length) return null
  const row = link.layer === 1 ? featureRow(setup.value, link.from) : link.from
  const { x0, y0, x3, y3 } = linkCurve(layout, link.layer, row, link.index)
  const text = weightOf(link, frame.value, parameterPlaces.value)
  return (
    <div ref={tip} class="tip" style={{ left: `${(x0 + x3) / 2}px`, top: `${(y0 + y3) / 2}px` }}>
      weight {text}
    </div>
  )
}
