import { useSignal } from '@preact/signals'
import { useId, useRef } from 'preact/hooks'
import { percent } from '../images/class-bars.tsx'
import type { SentenceReading } from './word-messages.ts'

interface AttentionPanelProps {
  readonly reading: SentenceReading
  /** The word whose weights are shown as numbers. */
  readonly chosen: number
  /** Whether the picture is of an earlier question, because a training keeps the network busy. */
  readonly isWaiting: boolean
  readonly onChoose: (t: number) => void
  /** Masks a word, or shows it again. */
  readonly onMask: (t: number) => void
}

/** Weights below this are not drawn. */
const LEAST_WEIGHT = 0.02

/** What each word looks at: a line for each weight, in one head, or through all blocks. */
export function AttentionPanel({ reading, chosen, isWaiting, onChoose, onMask }: AttentionPanelProps) {
  /** The index of a head, counted through all blocks; `null` is all of them. */
  const head = useSignal<number | null>(null)
  const ids = { title: useId(), about: useId() }
  const { question, heads, attention, through } = reading
  const shown = head.value === null || head.value >= attention.length ? null : head.value
  const weights = shown === null ? through : attention[shown]
  const name = (h: number) => `Block ${Math.floor(h / heads) + 1}${heads > 1 ? `, head ${(h % heads) + 1}` : ''}`
  return (
    <section class="panel attention" aria-labelledby={ids.title}>
      <h2 id={ids.title}>What each word looks at</h2>
      <div class="controls heads" role="group" aria-label="Which attention">
        <button type="button" aria-pressed={shown === null} onClick={() => (head.value = null)}>
          All blocks
        </button>
        {attention.map((_, h) => (
          <button key={h} type="button" aria-pressed={shown === h} onClick={() => (head.value = h)}>
            {name(h)}
          </button>
        ))}
      </div>
      <p class="hint" id={ids.about}>
        Point at a word on the left, or move with the arrow keys, to see where it looks. Click it, or press Enter, to
        mask it.
      </p>
      {isWaiting && (
        <p class="verdict" role="status">
          The network is training, and answers when it is done. What you see is its last answer.
        </p>
      )}
      <Lines
        {...{ question, weights, chosen, onChoose, onMask }}
        label={shown === null ? 'through all blocks' : name(shown)}
        about={ids.about}
      />
      {shown === null && (
        <p class="hint">
          Through all blocks: half of what a block passes on is the word itself, the other half what it looks at (
          <em>attention rollout</em>, Abnar and Zuidema 2020).
        </p>
      )}
    </section>
  )
}

interface LinesProps extends Pick<SentenceReading, 'question'> {
  readonly weights: readonly (readonly number[])[]
  readonly chosen: number
  readonly onChoose: (t: number) => void
  readonly onMask: (t: number) => void
  readonly label: string
  readonly about: string
}

/** One unit of the drawing for each word, so that the lines meet the rows whatever their height is. */
function Lines({ question, weights, chosen, onChoose, onMask, label, about }: LinesProps) {
  const list = useRef<HTMLOListElement>(null)
  const { words, masked } = question
  const T = words.length
  const textOf = (t: number) => (masked.includes(t) ? '[mask]' : words[t])
  const row = weights[chosen]
  const most = Math.max(...weights.flat())
  const move = (event: KeyboardEvent, t: number) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    list.current?.querySelectorAll('button')[(t + by + T) % T].focus()
  }
  const lines = weights.flatMap((looks, t) => looks.map((weight, u) => ({ t, u, weight })))
  return (
    <div class="attention-lines" style={{ '--words': T }}>
      <ol ref={list} aria-label={`Words that look, ${label}`}>
        {words.map((word, t) => (
          <li key={t}>
            <button
              type="button"
              class={t === chosen ? 'chosen' : ''}
              aria-pressed={masked.includes(t)}
              aria-label={masked.includes(t) ? `[mask] for ${word}` : word}
              aria-describedby={about}
              tabIndex={t === chosen ? 0 : -1}
              onMouseEnter={() => onChoose(t)}
              onFocus={() => onChoose(t)}
              onClick={() => onMask(t)}
              onKeyDown={event => move(event, t)}
            >
              {textOf(t)}
            </button>
          </li>
        ))}
      </ol>
      <svg viewBox={`0 0 10 ${T}`} preserveAspectRatio="none" aria-hidden="true">
        {lines
          .filter(({ weight }) => weight >= LEAST_WEIGHT)
          .sort((a, b) => Number(a.t === chosen) - Number(b.t === chosen))
          .map(({ t, u, weight }) => (
            <path
              key={`${t} ${u}`}
              class={t === chosen ? 'from-chosen' : ''}
              d={`M0 ${t + 0.5}C4 ${t + 0.5} 6 ${u + 0.5} 10 ${u + 0.5}`}
              stroke-width={(10 * weight) / most}
            />
          ))}
      </svg>
      <ol class="looked-at" aria-label={`Where ${textOf(chosen)} looks, ${label}`}>
        {words.map((_, u) => (
          <li key={u} class={row[u] === Math.max(...row) ? 'best' : ''}>
            <span class="word">{textOf(u)}</span> <span class="weight">{percent(row[u])}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}
