import type { ComponentChildren } from 'preact'
import { SlotList } from './slot-list.tsx'
import type { StudentWorker } from './student-worker.ts'

interface WhoseFunctionsProps {
  readonly worker: Pick<StudentWorker<never>, 'slots' | 'useYours' | 'hasFiles' | 'use'>
  /** What is said where there is no student. */
  readonly children: ComponentChildren
}

/** The functions of a tab, and the switch that puts all on ours. */
export function WhoseFunctions({ worker, children }: WhoseFunctionsProps) {
  if (!worker.hasFiles.value) return <p class="hint">{children}</p>
  return (
    <>
      <div class="controls" role="group" aria-label="Whose functions run">
        <button type="button" aria-pressed={worker.useYours.value} onClick={() => worker.use(true)}>
          Yours
        </button>
        <button type="button" aria-pressed={!worker.useYours.value} onClick={() => worker.use(false)}>
          All ours
        </button>
      </div>
      <SlotList list={worker.slots.value} />
    </>
  )
}
