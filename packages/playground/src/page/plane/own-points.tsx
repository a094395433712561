import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { brush, clearPainted, painted, useFile } from '../state.ts'
import { pointsFromCsv } from './csv-points.ts'

const fileNote = signal('')
const fileProblem = signal('')

async function readFile(file: File | undefined): Promise<void> {
  if (!file) return
  const read = pointsFromCsv(await file.text())
  if ('error' in read) {
    fileProblem.value = `${file.name}: ${read.error}`
    return
  }
  fileProblem.value = ''
  fileNote.value = `${file.name}: ${read.note}`
  useFile(read.points)
}

/** A CSV file can be dropped anywhere on the page. */
export function FileDrop() {
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer?.files.length) return
      event.preventDefault()
      void readFile(event.dataTransfer.files[0])
    }
    addEventListener('dragover', over)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('drop', drop)
    }
  }, [])
  return (
    <p class="problem" role="status">
      {fileProblem}
    </p>
  )
}

/** A file with the columns x₁, x₂ and class. */
export function FileField() {
  return (
    <div class="own-points">
      <label class="field">
        <span>CSV file: x₁, x₂, class</span>
        <input
          type="file"
          accept=".csv,.tsv,.txt,text/csv"
          onChange={({ currentTarget }) => void readFile(currentTarget.files?.[0])}
        />
      </label>
      <p class="hint">{fileNote.value || 'Or drop a file on the page.'}</p>
    </div>
  )
}

/** What the pointer paints in the plane. */
export function Brush() {
  const option = (value: typeof brush.value, label: string) => (
    <label>
      <input type="radio" name="brush" checked={brush.value === value} onChange={() => (brush.value = value)} />
      <span>{label}</span>
    </label>
  )
  const count = painted.value.target.length
  return (
    <div class="own-points">
      <fieldset class="segments">
        <legend class="sr-only">Brush</legend>
        {option(1, 'Blue')}
        {option(-1, 'Orange')}
        {option(0, 'Erase')}
      </fieldset>
      <p class="hint">Paint in the output. By keyboard: go to the plane, move with the arrow keys, and press Enter.</p>
      <p class="own-points-count">
        {count} {count === 1 ? 'point' : 'points'}
        <button type="button" disabled={count === 0} onClick={clearPainted}>
          Clear
        </button>
      </p>
    </div>
  )
}
