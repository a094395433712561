import { useSignal } from '@preact/signals'
import { useEffect, useId, useState } from 'preact/hooks'
import { AttackPanel } from './attack-panel.tsx'
import { NotAnImage, photographFrom } from './crop-photograph.ts'
import { openImageReader, type Sample } from './image-reader.ts'
import { LayersPanel } from './layers-panel.tsx'
import { Picture } from './picture.tsx'
import { ReadingPanel } from './reading-panel.tsx'
import { PHOTOGRAPHS } from './task.ts'
import { WeightsPanel } from './weights-panel.tsx'

import '../panels/panels.css'
import './images.css'

/** Choose a photograph, or bring one, and see how a network with convolutions reads it. */
export function PhotographsTab() {
  const [reader] = useState(() => openImageReader(PHOTOGRAPHS))
  useEffect(() => {
    reader.fetchSamples()
    return () => reader.close()
  }, [reader])
  const chosen = useSignal(FIRST_SAMPLE)
  const samples = reader.samples.value
  useEffect(() => {
    if (samples && chosen.value !== null) reader.pixels.value = samples[chosen.value].pixels
  }, [samples, chosen.value])
  const look = reader.look.value
  const label = samples && chosen.value !== null ? samples[chosen.value].label : null
  return (
    <div class="images-tab photographs">
      <section class="panel" aria-label="Photographs">
        <h2>Choose a photograph</h2>
        {samples ? (
          <Samples samples={samples} chosen={chosen.value} onChoose={i => (chosen.value = i)} />
        ) : (
          <p role="status">Loading photographs…</p>
        )}
        {label !== null && <p class="verdict">Right answer: {PHOTOGRAPHS.classes[label]}</p>}
        <FileDrop
          onPixels={pixels => {
            chosen.value = null
            reader.pixels.value = pixels
          }}
        />
      </section>
      {look && <ReadingPanel reader={reader} look={look} />}
      {look && <AttackPanel reader={reader} look={look} />}
      <WeightsPanel reader={reader} />
      {look && <LayersPanel reader={reader} look={look} />}
    </div>
  )
}

/** A ship, which most networks know. */
const FIRST_SAMPLE: number | null = 1

interface SamplesProps {
  readonly samples: readonly Sample[]
  readonly chosen: number | null
  readonly onChoose: (sample: number) => void
}

/** One choice of many: arrow keys move through it, and Tab leaves it. */
function Samples({ samples, chosen, onChoose }: SamplesProps) {
  const [, rows, cols] = PHOTOGRAPHS.shape
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = ((chosen ?? -1) + step + samples.length) % samples.length
    onChoose(next)
    const group = event.currentTarget as HTMLElement
    group.querySelectorAll<HTMLButtonElement>('button')[next].focus()
  }
  return (
    <div class="samples" role="radiogroup" aria-label="Photographs of the test set" onKeyDown={onKeyDown}>
      {samples.map(({ pixels, label }, i) => (
        <button
          key={i}
          type="button"
          role="radio"
          aria-checked={i === chosen}
          aria-label={`${i + 1}: ${PHOTOGRAPHS.classes[label]}`}
          tabIndex={i === (chosen ?? 0) ? 0 : -1}
          onClick={() => onChoose(i)}
        >
          <Picture values={pixels} channels={3} rows={rows} cols={cols} />
        </button>
      ))}
    </div>
  )
}

/** An image of one's own, from a file. It never leaves the page. */
function FileDrop({ onPixels }: { readonly onPixels: (pixels: Float32Array) => void }) {
  const [problem, setProblem] = useState<string | null>(null)
  const [isOver, setOver] = useState(false)
  const id = useId()
  const take = async (file: File | undefined) => {
    if (!file) return
    try {
      onPixels(await photographFrom(file))
      setProblem(null)
    } catch (error) {
      if (!(error instanceof NotAnImage)) throw error
      setProblem(error.message)
    }
  }
  return (
    <div
      class={isOver ? 'file-drop over' : 'file-drop'}
      onDragOver={event => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault()
        setOver(false)
        void take(event.dataTransfer?.files[0])
      }}
    >
      <label for={id}>Or your own image (a file, or drop it here)</label>
      <input id={id} type="file" accept="image/*" onChange={event => void take(event.currentTarget.files?.[0])} />
      <p class="hint">The largest square in its middle is scaled to 32 × 32 pixels. The file stays on your computer.</p>
      {problem !== null && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}
