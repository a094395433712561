import { useId } from 'preact/hooks'
import { hidden } from '../state.ts'

interface SelectFieldProps<T extends string | number> {
  readonly label: string
  readonly value: T
  readonly options: readonly T[]
  readonly name: (option: T) => string
  readonly onChange: (option: T) => void
  /** The name in a link that hides it, such as `learningRate` for `learningRate_hide=true`. */
  readonly hides?: string
}

/** A labelled list to choose from. A value that isn't in the list, as from a link, is added. */
export function SelectField<T extends string | number>(props: SelectFieldProps<T>) {
  const { label, value, options, name, onChange, hides } = props
  const id = useId()
  if (hides !== undefined && hidden.value.has(hides)) return null
  const all = options.includes(value) ? options : [...options, value]
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={String(value)}
        onChange={({ currentTarget }) => onChange(all[currentTarget.selectedIndex])}
      >
        {all.map(option => (
          <option key={option} value={String(option)}>
            {name(option)}
          </option>
        ))}
      </select>
    </div>
  )
}

interface RangeFieldProps {
  readonly label: string
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step: number
  readonly unit?: string
  readonly hides?: string
  readonly onChange: (value: number) => void
}

/** A slider with its value. */
export function RangeField({ label, value, min, max, step, unit = '', hides, onChange }: RangeFieldProps) {
  const id = useId()
  if (hides !== undefined && hidden.value.has(hides)) return null
  return (
    <div class="field range">
      <div>
        <label for={id}>{label}</label>
        <output for={id}>
          {value}
          {unit}
        </output>
      </div>
      <input
        id={id}
        type="range"
        min={min}
        max={Math.max(max, value)}
        step={step}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
    </div>
  )
}
