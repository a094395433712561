import { useId } from 'preact/hooks'
import type { NetworkFacts } from './image-messages.ts'
import type { ImageReader } from './image-reader.ts'

/** Whose network reads: the student's from the lab, ours, or one that was trained in the page. */
export function WeightsPanel({ reader }: { readonly reader: ImageReader }) {
  const title = useId()
  const facts = reader.network.value
  const failure = reader.failure.value
  const { lab } = reader.task
  return (
    <section class="panel wide weights" aria-labelledby={title}>
      <h2 id={title}>Whose network</h2>
      {facts ? (
        <p>
          <strong class={`badge ${facts.whose}`}>{facts.whose === 'here' ? 'trained here' : facts.whose}</strong>{' '}
          {described(facts, lab)}
        </p>
      ) : failure === null ? (
        <p role="status">
          Loading the weights… If neither you nor we have trained a network on this computer yet, ours is trained now.
          That takes about {reader.task.name === 'digits' ? '10 seconds' : 'a minute'}, once.
        </p>
      ) : null}
      {facts && (
        <div class="controls" role="group" aria-label="Choose a network">
          {reader.hasYours.value && (
            <button type="button" aria-pressed={facts.whose === 'yours'} onClick={() => reader.useWeights('yours')}>
              Yours
            </button>
          )}
          <button type="button" aria-pressed={facts.whose === 'ours'} onClick={() => reader.useWeights('ours')}>
            Ours
          </button>
          {facts.whose === 'ours' && !reader.hasYours.value && (
            <p class="hint">
              To see your own network here, finish lab {lab.slice(0, 2)} and run{' '}
              <code>pnpm lab play {lab.slice(0, 2)}</code>. Its weights appear after each epoch, without a reload.
            </p>
          )}
        </div>
      )}
      {failure !== null && (
        <div class="failure" role="alert">
          <p>{failure}</p>
          <button type="button" onClick={() => reader.useWeights('yours')}>
            Try again
          </button>
        </div>
      )}
    </section>
  )
}

function described({ whose, metadata, parameters }: NetworkFacts, lab: string): string {
  const size = `${parameters.toLocaleString('en')} parameters`
  const epochs = metadata.epochs === '1' ? 'one epoch' : `${metadata.epochs} epochs`
  switch (whose) {
    case 'here':
      return `A network with ${size} that learned in this page.`
    case 'yours':
      return `The network that your functions trained for ${epochs}, with ${size}, from ${metadata.file}.`
    case 'ours': {
      const right = (100 * Number(metadata.accuracy)).toFixed(1)
      const images = Number(metadata.images).toLocaleString('en')
      return `Our network for lab ${lab.slice(0, 2)}: ${size}, ${epochs} over ${images} images, ${right} % of the test images right.`
    }
  }
}
