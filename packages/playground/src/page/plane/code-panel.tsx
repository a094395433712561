import { signal, useComputed } from '@preact/signals'
import { epoch, playing, points, setup } from '../state.ts'
import { exportCode } from './export-code.ts'

const EPOCHS_AT_LEAST = 50
const copied = signal(false)

/** The set-up as a program. */
export function CodePanel() {
  const code = useComputed(() => {
    const now = points.value
    // While it trains, the text stays unchanged: writing it anew for each frame would be slow.
    const epochs = playing.value ? 0 : epoch.value
    if (!now || now.train.target.length === 0 || now.test.target.length === 0) return ''
    return exportCode({ setup: setup.value, ...now, epochs: Math.max(epochs, EPOCHS_AT_LEAST) })
  })
  if (setup.value.features.length === 0) return <p class="hint">Switch a feature on first: the network has no input.</p>
  if (!code.value) return <p class="hint">There are no points yet.</p>
  const save = () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([code.value], { type: 'text/plain' }))
    link.download = 'playground.ts'
    link.click()
    URL.revokeObjectURL(link.href)
  }
  const copy = async () => {
    await navigator.clipboard.writeText(code.value)
    copied.value = true
  }
  return (
    <div class="code">
      <p>
        This set-up as a program for <code>@backprop/nn</code>, with the same points. It draws its own first weights.
      </p>
      <p class="row">
        <button type="button" onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" onClick={save}>
          Save as playground.ts
        </button>
        <span class="hint" role="status">
          {copied.value && 'Copied.'}
        </span>
      </p>
      <pre tabIndex={0} aria-label="Program">
        {code.value}
      </pre>
    </div>
  )
}
