import { signal } from '@preact/signals'

type Rgb = readonly [red: number, green: number, blue: number]

/** Colours of drawings on canvas; those of the page are in styles/base.css. */
export interface Palette {
  readonly dark: boolean
  /** −1, 0 and +1. */
  readonly negative: Rgb
  readonly zero: Rgb
  readonly positive: Rgb
  readonly classes: readonly Rgb[]
  readonly paper: string
  readonly ink: string
  readonly muted: string
  readonly line: string
  readonly focus: string
}

const LIGHT: Palette = {
  dark: false,
  negative: [240, 138, 29],
  zero: [238, 240, 242],
  positive: [8, 112, 184],
  classes: [
    [8, 112, 184],
    [240, 138, 29],
    [0, 148, 108],
    [186, 84, 150],
    [92, 84, 72],
  ],
  paper: '#ffffff',
  ink: '#1b2026',
  muted: '#59626c',
  line: '#d9dee3',
  focus: '#0a62a8',
}

const DARK: Palette = {
  dark: true,
  negative: [250, 158, 58],
  zero: [33, 40, 48],
  positive: [64, 164, 238],
  classes: [
    [64, 164, 238],
    [250, 158, 58],
    [38, 190, 146],
    [224, 134, 190],
    [196, 186, 168],
  ],
  paper: '#171c22',
  ink: '#e9edf1',
  muted: '#a3adb8',
  line: '#323b45',
  focus: '#7cc0f7',
}

/** As the system has it, unless the reader chose one. */
export type Theme = 'auto' | 'light' | 'dark'

const systemDark = matchMedia('(prefers-color-scheme: dark)')
const THEME_KEY = 'backprop-theme'

const storedTheme = (): Theme => {
  const stored = localStorage.getItem(THEME_KEY)
  return stored === 'light' || stored === 'dark' ? stored : 'auto'
}

export const theme = signal<Theme>(storedTheme())
export const palette = signal<Palette>(LIGHT)

function applyTheme(): void {
  const dark = theme.value === 'auto' ? systemDark.matches : theme.value === 'dark'
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  palette.value = dark ? DARK : LIGHT
}

systemDark.addEventListener('change', applyTheme)
applyTheme()

export function chooseTheme(next: Theme): void {
  theme.value = next
  if (next === 'auto') localStorage.removeItem(THEME_KEY)
  else localStorage.setItem(THEME_KEY, next)
  applyTheme()
}

const mixed = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
]

/** The colour of a number: −1 and below orange, 0 grey, +1 and above blue. */
export function colourOf(value: number, { negative, zero, positive }: Palette): Rgb {
  const clamped = Math.min(Math.max(value, -1), 1)
  return mixed(zero, clamped < 0 ? negative : positive, Math.abs(clamped))
}

export const css = ([red, green, blue]: Rgb): string =>
  `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`

/** What a paler area behind points looks like, so that the points stand out. */
const AREA_STRENGTH = 0.78

/** Pixels for numbers, `[n]` → RGBA `[n, 4]`; `discretize` shows only the sign. */
export function paintValues(
  values: ArrayLike<number>,
  on: Palette,
  discretize = false,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * values.length)
  const table = valueTable(on)
  for (let i = 0; i < values.length; i += 1) {
    const value = discretize ? Math.sign(values[i]) : values[i]
    // NaN is painted like 0.
    const at = 3 * (Math.round((Math.min(Math.max(value, -1), 1) || 0) * 127) + 127)
    pixels[4 * i] = table[at]
    pixels[4 * i + 1] = table[at + 1]
    pixels[4 * i + 2] = table[at + 2]
    pixels[4 * i + 3] = 255
  }
  return pixels
}

const tables = new Map<Palette, Uint8Array>()

/** 255 colours from −1 to +1. */
function valueTable(on: Palette): Uint8Array {
  const known = tables.get(on)
  if (known) return known
  const table = new Uint8Array(3 * 255)
  for (let i = 0; i < 255; i += 1) {
    const value = (i - 127) / 127
    table.set(colourOf(value * AREA_STRENGTH, on).map(Math.round), 3 * i)
  }
  tables.set(on, table)
  return table
}

/** Pixels for probabilities, `[n, classes]` → RGBA `[n, 4]`: the colours of the classes in their shares. */
export function paintClasses(
  probabilities: ArrayLike<number>,
  classes: number,
  on: Palette,
  discretize = false,
): Uint8ClampedArray<ArrayBuffer> {
  const count = probabilities.length / classes
  const pixels = new Uint8ClampedArray(4 * count)
  for (let i = 0; i < count; i += 1) {
    pixels.set(on.zero, 4 * i)
    let best = 0
    for (let k = 1; k < classes; k += 1) {
      if (probabilities[i * classes + k] > probabilities[i * classes + best]) best = k
    }
    for (let k = 0; k < classes; k += 1) {
      // What a class has beyond an equal share: where nothing is known the picture is grey, not a mix of all colours.
      const surplus = Math.max(probabilities[i * classes + k] - 1 / classes, 0) / (1 - 1 / classes)
      const strength = AREA_STRENGTH * (discretize ? Number(k === best) : surplus || 0)
      for (let channel = 0; channel < 3; channel += 1) {
        pixels[4 * i + channel] += (on.classes[k][channel] - on.zero[channel]) * strength
      }
    }
    pixels[4 * i + 3] = 255
  }
  return pixels
}
