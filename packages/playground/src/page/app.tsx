import { chooseTheme, type Theme, theme } from './colours.ts'
import { PlaneTab } from './plane/plane.tsx'
import { hideText, ignored } from './state.ts'
import { loadedTab, loadProblem, openTab, showTab, TABS } from './tabs.ts'
import { TourButton, TourPanel } from './tour/tour-panel.tsx'

/** The whole page: a heading with tabs, and one tab. */
export function App() {
  return (
    <>
      {!hideText.value && <Masthead />}
      <Ignored />
      <TourPanel />
      <main aria-label={openTab.value.label}>
        <TabContent />
      </main>
    </>
  )
}

function TabContent() {
  const { id } = openTab.value
  if (id === 'plane') return <PlaneTab />
  const Content = loadedTab.value
  if (Content) return <Content />
  return <p role="status">{loadProblem.value || 'Loading …'}</p>
}

function Masthead() {
  return (
    <header class="masthead">
      <h1>
        <span class="brand-mark" aria-hidden="true" />
        Backprop Playground
      </h1>
      <nav aria-label="Tabs" class="page-tabs">
        {TABS.map(tab => (
          <button
            key={tab.id}
            type="button"
            aria-current={tab === openTab.value ? 'page' : undefined}
            onClick={() => showTab(tab)}
          >
            {tab.label}
          </button>
        ))}
      </nav>
      <div class="masthead-end">
        {openTab.value.id === 'plane' && <TourButton />}
        <ThemeChoice />
      </div>
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
