import { useSignal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { AttackPanel } from './attack-panel.tsx'
import { centreDigit, type Stroke } from './centre-digit.ts'
import { DrawingPad } from './drawing-pad.tsx'
import { EXAMPLE_DIGITS } from './example-digits.ts'
import { openImageReader } from './image-reader.ts'
import { LayersPanel } from './layers-panel.tsx'
import { ReadingPanel } from './reading-panel.tsx'
import { DIGITS } from './task.ts'
import { TrainingPanel } from './training-panel.tsx'
import { WeightsPanel } from './weights-panel.tsx'

import '../panels/panels.css'
import './images.css'

const FIRST_DIGIT = 3

/** Draw a digit, and see how a network reads it. */
export function DigitsTab() {
  const [reader] = useState(() => openImageReader(DIGITS))
  useEffect(() => () => reader.close(), [reader])
  const strokes = useSignal<readonly Stroke[]>(EXAMPLE_DIGITS[FIRST_DIGIT])
  const isEmpty = strokes.value.length === 0
  useEffect(() => {
    reader.pixels.value = strokes.value.length === 0 ? null : centreDigit(strokes.value)
  }, [strokes.value])
  const look = isEmpty ? null : reader.look.value
  return (
    <div class="images-tab">
      <section class="panel" aria-label="Your drawing">
        <h2>Draw a digit</h2>
        <DrawingPad strokes={strokes} />
        <div class="controls">
          <button type="button" disabled={isEmpty} onClick={() => (strokes.value = strokes.value.slice(0, -1))}>
            Undo
          </button>
          <button type="button" disabled={isEmpty} onClick={() => (strokes.value = [])}>
            Clear
          </button>
          <span class="examples" role="group" aria-label="Drawings to start from">
            {EXAMPLE_DIGITS.map((example, digit) => (
              <button
                key={digit}
                type="button"
                aria-label={`Draw a ${digit}`}
                onClick={() => (strokes.value = example)}
              >
                {digit}
              </button>
            ))}
          </span>
        </div>
        <p class="hint">
          Like the digits of MNIST, your drawing is scaled into 20 × 20 pixels, and its centre of mass is put in the
          middle of 28 × 28.
        </p>
      </section>
      {look ? (
        <>
          <ReadingPanel reader={reader} look={look} />
          <AttackPanel reader={reader} look={look} />
        </>
      ) : (
        <section class="panel" aria-label="Answer">
          <p role="status">
            {isEmpty
              ? 'Draw a digit: the answer appears while you draw.'
              : 'No answer yet: the network is not loaded. See below whose it is, or train one here.'}
          </p>
        </section>
      )}
      <TrainingPanel
        reader={reader}
        about="A new network, 784 → 128 → 64 → 10, learns from 20,000 digits of MNIST in this page, on one core. Your drawing is read with the weights of each moment."
      />
      <WeightsPanel reader={reader} />
      {look && <LayersPanel reader={reader} look={look} />}
    </div>
  )
}
