import { describe, expect, test } from 'vitest'
import { dark, light } from '../src/svg/theme.ts'

/** Contrast after WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */

type Colour = readonly number[]

const parse = (hex: string): Colour => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16) / 255)

const luminance = (colour: Colour): number => {
  const [red, green, blue] = colour.map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const contrast = (one: Colour, other: Colour): number => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

const mix = (below: Colour, above: Colour, opacity: number): Colour =>
  below.map((c, i) => c * (1 - opacity) + above[i] * opacity)

describe.each(Object.entries({ light, dark }))('%s', (_, palette) => {
  const background = parse(palette.background)

  test('text can be read: at least 4.5 to 1', () => {
    expect(contrast(parse(palette.ink), background)).toBeGreaterThan(4.5)
    expect(contrast(parse(palette.muted), background)).toBeGreaterThan(4.5)
  })

  test('each colour of a curve or point can be seen: at least 3 to 1', () => {
    for (const slot of palette.slots) expect(contrast(parse(slot), background), slot).toBeGreaterThan(3)
  })

  test('figures can be read on the cells of a confusion matrix, however dark they are', () => {
    for (const cell of [palette.right, palette.wrong])
      for (let opacity = 0; opacity <= 1; opacity += 0.05)
        expect(
          contrast(parse(palette.ink), mix(background, parse(cell), opacity)),
          `${cell} ${opacity}`,
        ).toBeGreaterThan(4.5)
  })

  test('points of both classes stand out from the tint of either side', () => {
    for (const tint of palette.slots.slice(0, 2))
      for (const slot of palette.slots.slice(0, 2))
        expect(contrast(parse(slot), mix(background, parse(tint), 0.16)), `${slot} on ${tint}`).toBeGreaterThan(3)
  })
})
