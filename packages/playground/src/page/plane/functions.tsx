import { compare, frame, setUse, slots, stopped, studentFiles, useYours } from '../state.ts'
import { short } from './numbers.ts'

/** Whose functions run: a line for each place of the network. */
export function Functions() {
  const list = slots.value
  const count = (state: string) => list.filter(slot => slot.state === state).length
  const fails = count('fails')
  const hasYours = studentFiles.value.length > 0
  return (
    <section class="functions" aria-labelledby="functions-title">
      <div class="functions-line">
        <h2 id="functions-title">Functions</h2>
        {hasYours ? (
          <Use />
        ) : (
          <p class="hint">All functions are ours. Start the playground in your course folder to see yours here.</p>
        )}
        {hasYours && (
          <p class="hint" data-state="slot-summary">
            {count('yours')} yours · {count('ours')} ours · {count('not written yet')} not written yet
            {fails > 0 && <strong> · {fails} failing</strong>}
          </p>
        )}
      </div>
      <Stopped />
      <Difference />
      {list.length > 0 && (
        <details open={fails > 0}>
          <summary>All {list.length} functions</summary>
          <ul class="slots">
            {list.map(({ id, state, why, at }) => (
              <li key={id} data-slot={id} data-state={state}>
                <span class="slot-name">{id}</span> <span class="slot-state">{state}</span>
                {why && <span class="slot-why">{why}</span>}
                {at && <code>{at}</code>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

function Use() {
  const choice = compare.value ? 'compare' : useYours.value ? 'yours' : 'ours'
  const option = (value: string, label: string, yours: boolean, beside: boolean) => (
    <label>
      <input type="radio" name="use" checked={choice === value} onChange={() => setUse(yours, beside)} />
      <span>{label}</span>
    </label>
  )
  return (
    <fieldset class="segments">
      <legend class="sr-only">Whose functions run</legend>
      {option('yours', 'Yours', true, false)}
      {option('ours', 'All ours', false, false)}
      {option('compare', 'Compare', true, true)}
    </fieldset>
  )
}

function Stopped() {
  const now = stopped.value
  return (
    <div role="alert" class="stopped-place">
      {now && (
        <p class="stopped" data-state="stopped">
          {now.slot && <strong>{now.slot.id}: </strong>}
          {now.why}
          {now.slot?.at && (
            <>
              {' '}
              <code>{now.slot.at}</code>
            </>
          )}
        </p>
      )}
    </div>
  )
}

function Difference() {
  if (!compare.value) return null
  const found = frame.value?.difference
  return (
    <p class="difference" role="status">
      {found ? (
        <>
          First difference at step {found.step}, in the {found.what} (<code>{found.slot}</code>): yours is{' '}
          <strong>{short(found.yours)}</strong>, ours is <strong>{short(found.ours)}</strong>.
        </>
      ) : (
        'Both train from the same weights. No difference so far.'
      )}
    </p>
  )
}
