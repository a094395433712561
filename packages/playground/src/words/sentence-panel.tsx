import { rng } from '@backprop/core/random'
import { pronounWords } from '@backprop/datasets'
import { useId, useState } from 'preact/hooks'
import { drawnSentence, EXAMPLES, type Typed } from './sentences.ts'

interface SentencePanelProps {
  readonly text: string
  readonly sentence: Typed
  readonly onText: (text: string) => void
}

/** The sentence: chosen, drawn from the grammar, or typed. */
export function SentencePanel({ text, sentence, onText }: SentencePanelProps) {
  const ids = { title: useId(), text: useId(), example: useId(), about: useId() }
  const { unknown } = sentence
  // The same sentences after each reload, so that a lecture can be given twice.
  const [random] = useState(() => rng(1))
  return (
    <section class="panel wide" aria-labelledby={ids.title}>
      <h2 id={ids.title}>A sentence</h2>
      <div class="controls">
        <label for={ids.text} class="sr-only">
          The sentence
        </label>
        <input
          id={ids.text}
          class="sentence"
          type="text"
          spellcheck={false}
          autocomplete="off"
          value={text}
          aria-invalid={sentence.problem !== null}
          aria-describedby={ids.about}
          onInput={event => onText(event.currentTarget.value)}
        />
        <label for={ids.example} class="sr-only">
          Or choose one
        </label>
        <select
          id={ids.example}
          value={EXAMPLES.includes(text) ? text : ''}
          onChange={event => onText(event.currentTarget.value)}
        >
          <option value="" disabled>
            Choose a sentence
          </option>
          {EXAMPLES.map(example => (
            <option key={example} value={example}>
              {example}
            </option>
          ))}
        </select>
        <button type="button" onClick={() => onText(drawnSentence(random))}>
          Draw another
        </button>
      </div>
      <div id={ids.about} role="status">
        {sentence.problem !== null && <p class="failure">{sentence.problem}</p>}
        {unknown.length > 0 && (
          <p class="failure">
            Not in the vocabulary: {unknown.join(', ')}. The network reads{' '}
            {unknown.length === 1 ? 'it' : 'each of them'} as the unknown word, [unk].
          </p>
        )}
      </div>
      <details>
        <summary>All {pronounWords.length} words of the vocabulary</summary>
        <p class="hint">{pronounWords.join(', ')}</p>
      </details>
    </section>
  )
}
