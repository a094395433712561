import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { AttentionPanel } from './attention-panel.tsx'
import { GuessPanel } from './guess-panel.tsx'
import { LastWordPanel } from './last-word-panel.tsx'
import { NetworkPanel } from './network-panel.tsx'
import { SentencePanel } from './sentence-panel.tsx'
import { EXAMPLES, lastWords, partsOf, typed } from './sentences.ts'
import type { Question } from './word-messages.ts'
import { openWordReader } from './word-reader.ts'

import '../panels/panels.css'
import './words.css'

/** A sentence, what each of its words looks at, and what the network guesses for words that are masked. */
export function WordsTab() {
  const [reader] = useState(openWordReader)
  useEffect(() => () => reader.close(), [reader])
  const text = useSignal(EXAMPLES[0])
  const sentence = useComputed(() => typed(text.value))
  const parts = useComputed(() => partsOf(sentence.value.words))
  /** The places that are masked; `null` is the pronoun, which the network is trained to guess. */
  const masked = useSignal<readonly number[] | null>(null)
  /** The word whose attention is shown; `null` is the pronoun. */
  const chosen = useSignal<number | null>(null)
  const maskedNow = useComputed(() => masked.value ?? (parts.value ? [parts.value.pronoun] : []))
  const chosenNow = Math.min(chosen.value ?? parts.value?.pronoun ?? 0, sentence.value.words.length - 1)

  const questions = useComputed((): readonly Question[] => {
    const { words, problem } = sentence.value
    if (problem !== null) return []
    const others = parts.value
      ? lastWords(parts.value.kind).map(({ word }) => ({
          words: words.with(-1, word),
          masked: [parts.value?.pronoun ?? 0],
        }))
      : []
    return [{ words, masked: maskedNow.value }, ...others]
  })
  useEffect(() => {
    reader.questions.value = questions.value
  }, [questions.value])

  const setText = (next: string) => {
    // Another last word keeps the places: so the same line can be watched.
    if (typed(next).words.slice(0, -1).join(' ') !== sentence.value.words.slice(0, -1).join(' ')) {
      masked.value = null
      chosen.value = null
    }
    text.value = next
  }
  const toggle = (t: number) => {
    const now = maskedNow.value
    masked.value = now.includes(t) ? now.filter(other => other !== t) : [...now, t].sort((a, b) => a - b)
  }
  const reading = sentence.value.problem === null ? reader.readings.value[0] : undefined
  const isWaiting = reader.isTraining.value && reading && !isSame(reading.question, questions.value[0])
  return (
    <div class="words-tab">
      <SentencePanel text={text.value} sentence={sentence.value} onText={setText} />
      {reading ? (
        <>
          <AttentionPanel
            {...{ reading, chosen: Math.min(chosenNow, reading.question.words.length - 1) }}
            isWaiting={isWaiting === true}
            onChoose={t => (chosen.value = t)}
            onMask={toggle}
          />
          <div class="side">
            <GuessPanel {...{ reading, chosen: chosenNow }} />
            {parts.value && (
              <LastWordPanel
                {...{ sentence: sentence.value, parts: parts.value, readings: reader.readings.value.slice(1) }}
                onWord={word => setText(sentence.value.words.with(-1, word).join(' '))}
              />
            )}
          </div>
        </>
      ) : (
        sentence.value.problem === null && (
          <section class="panel" aria-label="Answer">
            <p role="status">
              Loading the network… If it was never trained on this computer, it is trained now. That takes about 10
              seconds, once.
            </p>
          </section>
        )
      )}
      <NetworkPanel reader={reader} />
    </div>
  )
}

const isSame = (a: Question, b: Question): boolean =>
  a.words.join(' ') === b.words.join(' ') && a.masked.join() === b.masked.join()
