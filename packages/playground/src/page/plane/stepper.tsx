interface StepperProps {
  readonly value: number
  readonly least: number
  readonly most: number
  readonly one: string
  readonly many: string
  /** Only for screen readers. */
  readonly where?: string
  readonly short?: boolean
  readonly onChange: (next: number) => void
}

/** A number with a button on each side. */
export function Stepper({ value, least, most, one, many, where = '', short = false, onChange }: StepperProps) {
  const button = (next: number, label: string, sign: string) => (
    <button
      type="button"
      class="round"
      aria-label={`${label} ${one}${where}`}
      disabled={next < least || next > most}
      onClick={() => onChange(next)}
    >
      {sign}
    </button>
  )
  return (
    <span class="stepper">
      {button(value - 1, 'Remove a', '−')}
      <span class="stepper-value">
        {value}
        {short ? '' : ` ${value === 1 ? one : many}`}
      </span>
      {button(value + 1, 'Add a', '+')}
    </span>
  )
}
