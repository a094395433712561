import { useId } from 'preact/hooks'
import { percent } from '../images/class-bars.tsx'
import type { SentenceReading } from './word-messages.ts'

/** What the network guesses for a masked word: the chosen one, or the first. */
export function GuessPanel({ reading, chosen }: { readonly reading: SentenceReading; readonly chosen: number }) {
  const title = useId()
  const { question, guesses } = reading
  const { words, masked } = question
  const k = Math.max(masked.indexOf(chosen), 0)
  return (
    <section class="panel" aria-labelledby={title}>
      <h2 id={title}>What it guesses</h2>
      {masked.length === 0 ? (
        <p>Mask a word, and the network guesses it from the others.</p>
      ) : (
        <>
          <p class="sentence-shown">
            {words.map((word, t) => (
              <span key={t}>
                {t === masked[k] ? <mark>[mask]</mark> : masked.includes(t) ? '[mask]' : word}
                {t < words.length - 1 ? ' ' : ''}
              </span>
            ))}
          </p>
          <ol class="guess-bars" aria-label={`Guesses for word ${masked[k] + 1}`}>
            {guesses[k].map(({ word, probability }) => (
              <li key={word} class={word === words[masked[k]] ? 'right' : ''}>
                <span class="guess-word">{word}</span>
                <span class="bar-track" aria-hidden="true">
                  <span class="bar" style={{ width: `${100 * probability}%` }} />
                </span>
                <span class="bar-number">{percent(probability)}</span>
              </li>
            ))}
          </ol>
          <p class="hint">
            The word of the sentence, “{words[masked[k]]}”, is in bold. In training, pronouns are masked in every
            sentence, and 15 % of the other words.
          </p>
        </>
      )}
    </section>
  )
}
