import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { pause, playing } from './state.ts'

interface Tab {
  readonly id: string
  readonly label: string
  /** The code of a tab is loaded when it is opened. */
  readonly load?: () => Promise<ComponentType>
}

export const TABS: readonly Tab[] = [
  { id: 'plane', label: 'Plane' },
  {
    id: 'approximation',
    label: 'Approximation',
    load: () => import('../approximation/approximation-tab.tsx').then(file => file.ApproximationTab),
  },
  { id: 'digits', label: 'Digits', load: () => import('../images/digits-tab.tsx').then(file => file.DigitsTab) },
  {
    id: 'photographs',
    label: 'Photographs',
    load: () => import('../images/photographs-tab.tsx').then(file => file.PhotographsTab),
  },
  { id: 'words', label: 'Words', load: () => import('../words/words-tab.tsx').then(file => file.WordsTab) },
]

export const openTab = signal<Tab>(TABS[0])
/** The component of the open tab, once it is loaded. */
export const loadedTab = signal<ComponentType | null>(null)
export const loadProblem = signal('')

/** Opens a tab, and puts its name into the address: `?tab=digits`. */
export function showTab(tab: Tab): void {
  if (playing.value && tab.id !== 'plane') pause()
  openTab.value = tab
  loadedTab.value = null
  loadProblem.value = ''
  const address = new URL(location.href)
  if (tab.load) address.searchParams.set('tab', tab.id)
  else address.searchParams.delete('tab')
  history.replaceState(null, '', address)
  tab.load?.().then(
    component => {
      if (openTab.value === tab) loadedTab.value = component
    },
    (error: unknown) => {
      loadProblem.value = `${tab.label} could not be loaded: ${String(error)}. Reload the page to try again.`
    },
  )
}

/** Opens the tab that the address names. */
export function showTabOfAddress(): void {
  const id = new URLSearchParams(location.search).get('tab')
  const tab = TABS.find(one => one.id === id)
  if (tab?.load) showTab(tab)
}
