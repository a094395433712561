import { useId } from 'preact/hooks'
import { Curve } from '../images/training-panel.tsx'
import { WhoseFunctions } from '../panels/whose-functions.tsx'
import type { WordReader } from './word-reader.ts'

/** Whose network and whose functions read, and the training of a new one. */
export function NetworkPanel({ reader }: { readonly reader: WordReader }) {
  const title = useId()
  const { worker, isTraining, failure, network, progress } = reader
  const last = progress.value.at(-1)
  const yoursTrains = isYours(reader, 'fit') && isYours(reader, 'forward')
  return (
    <section class="panel wide" aria-labelledby={title}>
      <h2 id={title}>Whose network, whose functions</h2>
      <Description reader={reader} />
      <WhoseFunctions worker={worker}>
        All functions are ours. Start the playground in your course folder to see yours here.
      </WhoseFunctions>
      <div class="controls">
        {isTraining.value ? (
          <button type="button" onClick={() => reader.stopTraining()}>
            Stop
          </button>
        ) : (
          <button type="button" class="primary" disabled={!network.value} onClick={() => reader.train()}>
            {yoursTrains ? 'Train your transformer' : 'Train a new network'}
          </button>
        )}
        {network.value && network.value.whose !== 'ours' && !isTraining.value && (
          <button type="button" onClick={() => reader.useOurs()}>
            Back to our network
          </button>
        )}
        <p class="hint">
          {yoursTrains
            ? 'Your fit trains for 600 steps in this page, and your forward reads the sentences.'
            : 'A new network learns for 600 steps in this page, on one core. Once fit and forward of lab 10 are yours, it is your transformer that learns here.'}
        </p>
      </div>
      {isTraining.value && !last && <p role="status">The training begins…</p>}
      {last && (
        <>
          <progress max={last.steps} value={last.step} aria-label="Steps of the training" />
          <p class="verdict">
            Step {last.step} of {last.steps}, loss {last.loss.toFixed(3)}
            {Number.isNaN(last.accuracy) ? '' : `, ${(100 * last.accuracy).toFixed(1)} % of new pronouns guessed`}
          </p>
          <Curve title="Loss of the last batches" progress={progress.value} value={one => one.loss} />
        </>
      )}
      {failure.value !== null && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
    </section>
  )
}

const isYours = ({ worker }: WordReader, id: string): boolean =>
  worker.slots.value.some(slot => slot.id === id && slot.state === 'yours')

function Description({ reader }: { readonly reader: WordReader }) {
  const facts = reader.network.value
  if (!facts) return <p role="status">The network is loading…</p>
  const size = `${facts.blocks} ${facts.blocks === 1 ? 'block' : 'blocks'} with ${facts.heads} ${facts.heads === 1 ? 'head' : 'heads'} each`
  if (facts.whose === 'yours' && isYours(reader, 'forward'))
    return (
      <p>
        <strong class="badge yours">yours</strong> The transformer that your functions trained in this page: {size}.
      </p>
    )
  if (facts.whose === 'here')
    return (
      <p>
        <strong class="badge here">trained here</strong> A network that learned in this page: {size}.
      </p>
    )
  const { steps, accuracy } = facts.metadata
  return (
    <p>
      <strong class="badge ours">ours</strong> Our network
      {steps === undefined
        ? '.'
        : `: ${size}, ${steps} steps, ${(100 * Number(accuracy)).toFixed(1)} % of the pronouns guessed in sentences with new pairs of nouns.`}{' '}
      {['positions', 'attention'].some(id => isYours(reader, id)) && 'It runs on your functions where they are yours.'}
    </p>
  )
}
