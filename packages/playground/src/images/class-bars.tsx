import { indexOfMost } from './look.ts'

interface ClassBarsProps {
  readonly classes: readonly string[]
  /** 0 to 1 each. */
  readonly probabilities: Float32Array
  /** To compare with: shown as a mark on each bar. */
  readonly before?: Float32Array
  readonly label: string
}

/** A probability for each class. */
export function ClassBars({ classes, probabilities, before, label }: ClassBarsProps) {
  const best = indexOfMost(probabilities)
  return (
    <ol class={classes[0].length > 1 ? 'class-bars names' : 'class-bars'} aria-label={label}>
      {classes.map((name, i) => (
        <li key={name} class={i === best ? 'best' : ''}>
          <span class="class-name">{name}</span>
          <span class="bar-track" aria-hidden="true">
            <span class="bar" style={{ width: `${100 * probabilities[i]}%` }} />
            {before && <span class="bar-mark" style={{ left: `${100 * before[i]}%` }} />}
          </span>
          <span class="bar-number">{percent(probabilities[i])}</span>
        </li>
      ))}
    </ol>
  )
}

/** "97.4 %"; "< 0.1 %" for less. */
export function percent(share: number): string {
  if (share > 0 && share < 0.0005) return '< 0.1 %'
  if (share < 1 && share > 0.9995) return '> 99.9 %'
  return `${(100 * share).toFixed(1)} %`
}
