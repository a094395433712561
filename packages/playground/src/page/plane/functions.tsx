import { SlotList } from '../../panels/slot-list.tsx'
import type { Frame } from '../../worker/protocol.ts'
import { compare, frame, outputCount, setup, setUse, slots, stopped, studentFiles, useYours } from '../state.ts'
import { short } from './numbers.ts'
import { SmallPlane } from './small-plane.tsx'

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
      <SlotList list={list.filter(slot => slot.used || slot.state === 'fails')} />
      {list.length > 0 && (
        <details>
          <summary>Functions that this set-up doesn't use</summary>
          <SlotList list={list.filter(slot => !slot.used && slot.state !== 'fails')} />
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
  const ours = frame.value?.ours
  return (
    <div class="difference">
      {ours && (
        <SmallPlane
          output={ours.output}
          classes={outputCount.value}
          discretize={setup.value.discretize}
          label="Plane of the run with our functions"
          rem={7}
        />
      )}
      <div>
        <Sentence found={found ?? null} />
        {ours && (
          <p class="hint">
            With ours: test loss {short(ours.lossTest)}, training loss {short(ours.lossTrain)}. The weights of both are{' '}
            {short(ours.apart)} apart.
          </p>
        )}
      </div>
    </div>
  )
}

function Sentence({ found }: { found: Frame['difference'] }) {
  return (
    <p role="status" data-state="difference">
      {found ? (
        <>
          First difference at step {found.step}: {found.what} (<code>{found.slot}</code>): yours is{' '}
          <strong>{short(found.yours)}</strong>, ours is <strong>{short(found.ours)}</strong>.
        </>
      ) : (
        'Both train from the same weights. No difference so far.'
      )}
    </p>
  )
}
