import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { CodePanel } from './code-panel.tsx'
import { LandscapePanel } from './landscape-panel.tsx'
import { LayersPanel } from './layer-health.tsx'
import { RunsPanel } from './runs-panel.tsx'
import { SeedsPanel } from './seeds-panel.tsx'
import { SpacesPanel } from './spaces-panel.tsx'

import '../styles/closer.css'

const PANELS = [
  { id: 'layers', label: 'Gradients', show: LayersPanel },
  { id: 'spaces', label: 'Layer spaces', show: SpacesPanel },
  { id: 'runs', label: 'Runs', show: RunsPanel },
  { id: 'seeds', label: 'Ten seeds', show: SeedsPanel },
  { id: 'landscape', label: 'Loss landscape', show: LandscapePanel },
  { id: 'code', label: 'Code', show: CodePanel },
] as const satisfies readonly { id: string; label: string; show: () => JSX.Element }[]

const open = signal<(typeof PANELS)[number]['id']>('layers')

/** What can be looked at besides the picture of the network, one at a time. */
export function Closer() {
  const { show: Panel, label } = PANELS.find(({ id }) => id === open.value) ?? PANELS[0]
  return (
    <section class="closer" aria-labelledby="closer-title">
      <div class="closer-head">
        <h2 id="closer-title">Look closer</h2>
        <div role="tablist" aria-labelledby="closer-title" class="tabs" onKeyDown={moveTab}>
          {PANELS.map(panel => (
            <button
              key={panel.id}
              type="button"
              role="tab"
              id={`closer-${panel.id}`}
              aria-selected={panel.id === open.value}
              aria-controls="closer-panel"
              tabIndex={panel.id === open.value ? 0 : -1}
              onClick={() => (open.value = panel.id)}
            >
              {panel.label}
            </button>
          ))}
        </div>
      </div>
      <div role="tabpanel" id="closer-panel" aria-label={label} class="closer-panel">
        <Panel />
      </div>
    </section>
  )
}

/** Arrow keys choose the next tab, as in all tab lists. */
function moveTab(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (by === undefined) return
  event.preventDefault()
  const now = PANELS.findIndex(({ id }) => id === open.value)
  const next = PANELS[(now + by + PANELS.length) % PANELS.length]
  open.value = next.id
  document.getElementById(`closer-${next.id}`)?.focus()
}
