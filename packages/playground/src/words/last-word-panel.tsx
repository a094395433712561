import { useId } from 'preact/hooks'
import { percent } from '../images/class-bars.tsx'
import { lastWords, type Parts, type Typed } from './sentences.ts'
import type { SentenceReading } from './word-messages.ts'

interface LastWordPanelProps {
  readonly sentence: Typed
  readonly parts: Parts
  /** A reading for each last word, with the pronoun masked. */
  readonly readings: readonly SentenceReading[]
  readonly onWord: (word: string) => void
}

/** The last word decides what the pronoun means: how much it looks at either noun, for each last word. */
export function LastWordPanel({ sentence, parts, readings, onWord }: LastWordPanelProps) {
  const title = useId()
  const { words } = sentence
  const choices = lastWords(parts.kind)
  if (readings.length !== choices.length) return null
  const names = parts.nouns.map(t => words[t])
  const rows = choices.map(({ word }, i) => {
    const looks = readings[i].through[parts.pronoun]
    return { word, shares: parts.nouns.map(t => looks[t]), guess: readings[i].guesses[0][0] }
  })
  const most = Math.max(...rows.flatMap(({ shares }) => shares))
  return (
    <section class="panel last-words" aria-labelledby={title}>
      <h2 id={title}>Change the last word</h2>
      <p class="hint">
        With the pronoun masked, how much does it look at either noun, through all blocks? The first five words fit “
        {names[0]}”, the others “{names[1]}”.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">… {words.at(-2)}</th>
            <th scope="col" class="first-noun">
              {names[0]}
            </th>
            <th scope="col" class="second-noun">
              {names[1]}
            </th>
            <th scope="col">guess</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ word, shares, guess }) => (
            <tr key={word}>
              <th scope="row">
                <button type="button" aria-pressed={word === words.at(-1)} onClick={() => onWord(word)}>
                  {word}
                </button>
              </th>
              {shares.map((share, noun) => (
                <td key={noun} class={noun === 0 ? 'first-noun' : 'second-noun'}>
                  <span class="noun-bar" aria-hidden="true" style={{ width: `${(100 * share) / most}%` }} />
                  <span class="noun-share">{percent(share)}</span>
                </td>
              ))}
              <td class="guess">{guess.word}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
