import { SLOTS } from '../slots/slots.ts'
import type { SlotStatus } from '../slots/student-file.ts'

import './slot-list.css'

/** Whose function is in each place: "yours", "ours", "not written yet", or "fails" with the reason. */
export function SlotList({ list }: { readonly list: readonly SlotStatus[] }) {
  return (
    <ul class="slots">
      {list.map(({ id, state, replacedBy, why, at }) => (
        <li key={id} data-slot={id} data-state={state}>
          <span class="slot-name">{labelOf(id)}</span> <span class="slot-state">{state}</span>
          {replacedBy && <span class="slot-instead">its part is done by {labelOf(replacedBy)}</span>}
          {why && <span class="slot-why">{why}</span>}
          {at && <code>{at}</code>}
        </li>
      ))}
    </ul>
  )
}

const labelOf = (id: string): string => SLOTS.find(slot => slot.id === id)?.label ?? id
