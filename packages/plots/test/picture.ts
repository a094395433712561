import { DOMParser, type Element } from '@xmldom/xmldom'
import stringWidth from 'string-width'
import { SVGPathData } from 'svg-pathdata'

/** What is drawn in an SVG file, as a strict parser reads it. */

export interface Box {
  readonly what: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export function parse(svg: string): Element {
  const stop = (level: string, message: string) => {
    throw new Error(`${level}: ${message}`)
  }
  const root = new DOMParser({ onError: stop }).parseFromString(svg, 'image/svg+xml').documentElement
  if (!root) throw new Error('no root element')
  return root
}

/** The boxes of all shapes and texts, in the units of the view box. A text is taken to be rather wide. */
export function boxes(root: Element, x = 0, y = 0, size = 12, anchor = 'start'): Box[] {
  return Array.from(root.childNodes).flatMap(node => {
    // Nodes of type 1 are elements.
    if (node.nodeType !== 1) return []
    const element = node as Element
    if (element.tagName === 'defs') return []
    const [dx, dy] = /translate\((\S+) (\S+)\)/
      .exec(element.getAttribute('transform') ?? '')
      ?.slice(1)
      .map(Number) ?? [0, 0]
    const own = Number(element.getAttribute('font-size') ?? size)
    const side = element.getAttribute('text-anchor') ?? anchor
    const box = boxOf(element, own, side)
    const here = box
      ? [{ ...box, left: box.left + x, right: box.right + x, top: box.top + y, bottom: box.bottom + y }]
      : []
    return [...here, ...boxes(element, x + dx, y + dy, own, side)]
  })
}

function boxOf(element: Element, size: number, anchor: string): Box | null {
  const at = (name: string) => Number(element.getAttribute(name))
  const what = `<${element.tagName}> ${element.textContent ?? ''}`.slice(0, 80)
  if (element.tagName === 'rect' || element.tagName === 'image')
    return { what, left: at('x'), right: at('x') + at('width'), top: at('y'), bottom: at('y') + at('height') }
  if (element.tagName === 'path') {
    const { minX, maxX, minY, maxY } = new SVGPathData(element.getAttribute('d') ?? '').getBounds()
    return { what, left: minX, right: maxX, top: minY, bottom: maxY }
  }
  if (element.tagName !== 'text') return null
  const wide = stringWidth(element.textContent ?? '') * size * 0.6
  const left = at('x') - (anchor === 'middle' ? wide / 2 : anchor === 'end' ? wide : 0)
  return { what, left, right: left + wide, top: at('y') - size * 0.8, bottom: at('y') + size * 0.25 }
}
