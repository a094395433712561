import { signal } from '@preact/signals'
import { chooseTheme, type Theme, theme } from './colours.ts'
import { PlaneTab } from './plane/plane.tsx'
import { hideText, ignored } from './state.ts'
import { TourButton, TourPanel } from './tour/tour-panel.tsx'

const TABS = [{ id: 'plane', label: 'Plane' }] as const
type TabId = (typeof TABS)[number]['id']

const tab = signal<TabId>('plane')

/** The whole page: a heading with tabs, and one tab. */
export function App() {
  return (
    <>
      {!hideText.value && <Masthead />}
      <Ignored />
      <TourPanel />
      <main id="tab" aria-label={TABS.find(({ id }) => id === tab.value)?.label}>
        <PlaneTab />
      </main>
    </>
  )
}

function Masthead() {
  return (
    <header class="masthead">
      <h1>
        <span class="brand-mark" aria-hidden="true" />
        Backprop Playground
      </h1>
      <TourButton />
      <ThemeChoice />
    </header>
  )
}

const THEMES: readonly Theme[] = ['auto', 'light', 'dark']

function ThemeChoice() {
  return (
    <label class="theme">
      <span class="sr-only">Colours</span>
      <select
        class="quiet"
        value={theme.value}
        onChange={({ currentTarget }) => chooseTheme(THEMES[currentTarget.selectedIndex])}
      >
        <option value="auto">System colours</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  )
}

/** What the link said that could not be used. */
function Ignored() {
  if (ignored.value.length === 0) return null
  return (
    <section class="ignored" role="status" aria-label="About the link">
      <p>This link has {ignored.value.length === 1 ? 'a value' : 'values'} that can't be used:</p>
      <ul>
        {ignored.value.map(sentence => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <button type="button" onClick={() => (ignored.value = [])}>
        Close
      </button>
    </section>
  )
}
