import { useEffect, useRef } from 'preact/hooks'
import {
  answerShown,
  back,
  closeTour,
  doneSteps,
  doneTasks,
  followPage,
  forward,
  openStep,
  stepIndex,
} from './tour-progress.ts'
import { TOUR } from './tour-steps.ts'

import '../styles/tour.css'

/** Opens the tour where it was left, or closes it. */
export function TourButton() {
  const isOpen = stepIndex.value !== null
  const next = TOUR.findIndex(({ id }) => !doneSteps.value.has(id))
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      aria-controls="tour"
      onClick={() => (isOpen ? closeTour() : openStep(Math.max(next, 0)))}
    >
      Tour
    </button>
  )
}

/** The question on the screen, its tasks, and its answer on demand. */
export function TourPanel() {
  useEffect(() => {
    followPage()
    addEventListener('keydown', turnPages)
    return () => removeEventListener('keydown', turnPages)
  }, [])
  const index = stepIndex.value
  return (
    <section id="tour" class="tour" aria-label="Tour" hidden={index === null}>
      {index !== null && <Question index={index} />}
    </section>
  )
}

function Question({ index }: { readonly index: number }) {
  const { title, tasks, question, answer } = TOUR[index]
  const heading = useRef<HTMLHeadingElement>(null)
  // Screen readers and the keyboard go on from the new question.
  useEffect(() => heading.current?.focus(), [index])
  return (
    <>
      <Steps index={index} />
      <div class="tour-body">
        <div>
          <h2 ref={heading} tabIndex={-1}>
            <span class="tour-number">
              {index + 1} of {TOUR.length}
            </span>{' '}
            {title}
          </h2>
          <ul class="tour-tasks">
            {tasks.map(({ text }, i) => (
              <Task key={text} text={text} isDone={doneTasks.value[i] ?? false} />
            ))}
          </ul>
        </div>
        <div class="tour-question">
          <p>{question}</p>
          <button
            type="button"
            aria-expanded={answerShown.value}
            onClick={() => (answerShown.value = !answerShown.value)}
          >
            {answerShown.value ? 'Hide the answer' : 'Show the answer'}
          </button>
          <p class="tour-answer" aria-live="polite">
            {answerShown.value && answer}
          </p>
        </div>
      </div>
    </>
  )
}

function Task({ text, isDone }: { readonly text: string; readonly isDone: boolean }) {
  return (
    <li class={isDone ? 'is-done' : ''}>
      <span class="tour-tick" aria-hidden="true">
        {isDone ? '✓' : ''}
      </span>
      <span class="sr-only">{isDone ? 'Done: ' : 'To do: '}</span>
      {text}
    </li>
  )
}

/** All questions, those that are done with a mark, and the buttons to go on. */
function Steps({ index }: { readonly index: number }) {
  return (
    <nav class="tour-steps" aria-label="Questions of the tour">
      <button type="button" disabled={index === 0} onClick={() => openStep(index - 1)}>
        Back
      </button>
      <ol>
        {TOUR.map(({ id, title }, i) => (
          <li key={id}>
            <button
              type="button"
              class="tour-dot"
              aria-current={i === index ? 'step' : undefined}
              aria-label={`Question ${i + 1}: ${title}${doneSteps.value.has(id) ? ' (done)' : ''}`}
              title={title}
              onClick={() => openStep(i)}
            >
              {doneSteps.value.has(id) ? '✓' : i + 1}
            </button>
          </li>
        ))}
      </ol>
      <button type="button" disabled={index === TOUR.length - 1} onClick={() => openStep(index + 1)}>
        Next
      </button>
      <span class="tour-keys hint">Page Down and Page Up turn the pages</span>
      <button type="button" class="quiet" aria-label="Close the tour" onClick={closeTour}>
        ✕
      </button>
    </nav>
  )
}

/** The keys of a presenter's remote control, where they don't scroll a list or a text. */
function turnPages(event: KeyboardEvent): void {
  if (stepIndex.value === null || event.ctrlKey || event.altKey || event.metaKey) return
  if (event.target instanceof Element && event.target.closest('input, select, textarea')) return
  if (event.key !== 'PageDown' && event.key !== 'PageUp') return
  event.preventDefault()
  if (event.key === 'PageDown') forward()
  else back()
}
