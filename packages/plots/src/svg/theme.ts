/** All colours of the SVG are here. A drawing names classes; this says how they look in light and dark. */
export interface Palette {
  readonly background: string
  /** Text and boundaries. */
  readonly ink: string
  /** Less prominent text: labels of axes and ticks. */
  readonly muted: string
  readonly grid: string
  readonly axis: string
  /** Cells of a confusion matrix: right answers and mistakes. Ink stays readable on both. */
  readonly right: string
  readonly wrong: string
  readonly slots: readonly string[]
}

/**
 * After the palette of Okabe and Ito (https://jfly.uni-koeln.de/color/), which people with any kind of colour blindness
 * can tell apart; darker where that is needed on white, with ink in place of black.
 */
export const light: Palette = {
  background: '#ffffff',
  ink: '#1f2328',
  muted: '#59636e',
  grid: '#e4e8ed',
  axis: '#8b949e',
  right: '#56b4e9',
  wrong: '#e69f00',
  slots: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#1f2328', '#59330c'],
}

/** The colours on a dark background. */
export const dark: Palette = {
  background: '#0d1117',
  ink: '#f0f6fc',
  muted: '#9ba4ae',
  grid: '#262c36',
  axis: '#656c76',
  right: '#0068a3',
  wrong: '#a34800',
  slots: ['#56b4e9', '#f5832b', '#009e73', '#d98fb8', '#f0f6fc', '#f0e442'],
}

/** `auto` follows the system of the reader. */
export type Theme = 'auto' | 'light' | 'dark'

/** The style sheet for those classes that a drawing uses. */
export function styleSheet(theme: Theme, body: string): string {
  const used = new Set([...body.matchAll(/class="([^"]*)"/g)].flatMap(([, names]) => names.split(' ')))
  const sheet = (palette: Palette) =>
    Object.entries(rules(palette))
      .filter(([name]) => used.has(name))
      .map(([name, style]) => `.${name}{${style}}`)
      .join('')
  if (theme !== 'auto') return sheet(theme === 'light' ? light : dark)
  return `${sheet(light)}@media(prefers-color-scheme:dark){${sheet(dark)}}`
}

const rules = (palette: Palette): Record<string, string> => ({
  'bp-back': `fill:${palette.background}`,
  'bp-ink': `fill:${palette.ink}`,
  'bp-muted': `fill:${palette.muted}`,
  'bp-halo': `stroke:${palette.background}`,
  'bp-grid': `stroke:${palette.grid}`,
  'bp-axis': `stroke:${palette.axis}`,
  'bp-edge': `stroke:${palette.ink}`,
  'bp-right': `fill:${palette.right}`,
  'bp-wrong': `fill:${palette.wrong}`,
  ...Object.fromEntries(palette.slots.map((colour, n) => [`bp-f${n}`, `fill:${colour}`])),
  ...Object.fromEntries(palette.slots.map((colour, n) => [`bp-s${n}`, `stroke:${colour}`])),
})
