import { layerActivations } from '../../setup/setup.ts'
import { frame, outputCount, setup } from '../state.ts'
import { activationName, percent, short } from './numbers.ts'

/** Gradients below this share of the largest one have practically vanished. */
const VANISHED = 1e-3
const SHOWN_DECADES = 6

/** How large the gradient of each layer is, and which neurons are dead. */
export function LayersPanel() {
  const now = frame.value
  if (!now) return <p class="hint">No run yet.</p>
  const largest = Math.max(...now.gradientNorms, Number.MIN_VALUE)
  const activations = layerActivations(setup.value)
  const hidden = setup.value.layers.length
  return (
    <div class="health">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Activation</th>
            <th scope="col" class="wide">
              Gradient ‖∂J/∂W‖ of the last batch, logarithmic
            </th>
            <th scope="col">Dead neurons</th>
          </tr>
        </thead>
        <tbody>
          {now.gradientNorms.map((norm, i) => (
            <tr key={i}>
              <th scope="row">{i < hidden ? i + 1 : 'Output'}</th>
              <td>{outputCount.value > 1 && i === hidden ? 'softmax' : activationName(activations[i])}</td>
              <td class="wide">
                <span class="norm">
                  <span class="norm-bar" aria-hidden="true">
                    <span
                      style={{ width: `${barShare(norm, largest) * 100}%` }}
                      data-state={norm < VANISHED * largest ? 'vanished' : 'alive'}
                    />
                  </span>
                  {short(norm)}
                  {norm > 0 && norm < VANISHED * largest && <span class="problem"> vanished</span>}
                </span>
              </td>
              <td>{i < hidden ? deadText(now.deadShares.at(i) ?? 0, setup.value.layers[i].neurons) : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="health-side">
        <dl class="facts">
          <div>
            <dt>Distance travelled ‖θ − θ₀‖</dt>
            <dd>{short(now.distance)}</dd>
          </div>
          <div>
            <dt>Learning rate of the next step</dt>
            <dd>{short(now.learningRate)}</dd>
          </div>
        </dl>
        <p class="hint">A neuron is dead if it answers the same for all points: nothing that it gets matters.</p>
        {now.confusion && <Confusion counts={now.confusion} />}
      </div>
    </div>
  )
}

const barShare = (norm: number, largest: number): number =>
  norm > 0 ? Math.max(1 + Math.log10(norm / largest) / SHOWN_DECADES, 0.01) : 0

const deadText = (share: number, neurons: number): string =>
  share === 0 ? 'none' : `${Math.round(share * neurons)} of ${neurons}`

/** Right classes are rows, answers are columns. */
function Confusion({ counts }: { counts: readonly number[] }) {
  const classes = Math.round(Math.sqrt(counts.length))
  const range = Array.from({ length: classes }, (_, k) => k)
  const total = (row: number) => range.reduce((sum, column) => sum + counts[row * classes + column], 0)
  return (
    <table class="numbers confusion">
      <caption>Confusion matrix of the test data</caption>
      <thead>
        <tr>
          <th scope="col">is \ answer</th>
          {range.map(k => (
            <th key={k} scope="col">
              {k + 1}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {range.map(row => (
          <tr key={row}>
            <th scope="row">class {row + 1}</th>
            {range.map(column => {
              const count = counts[row * classes + column]
              const share = count / Math.max(total(row), 1)
              return (
                <td
                  key={column}
                  title={percent(share)}
                  style={{ '--share': `${Math.round(share * 60)}%` }}
                  data-state={row === column ? 'right' : 'wrong'}
                >
                  {count}
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
