import { assemble, exportReport, parseExports, score } from '@backprop/report'

const tests = [
  { id: 'values', points: 3, concept: 'the right numbers' },
  { id: 'refusals', points: 1, concept: 'refusing an empty batch' },
]
const scale = {
  id: '01-perceptron',
  title: 'One neuron',
  exercises: [{ id: 'score', title: 'The score', requires: [], tests }],
}
const lab = score(scale, [
  { exercise: 'score', test: 'values', status: 'passed', ms: 2, notes: [] },
  { exercise: 'score', test: 'refusals', status: 'failed', ms: 1, notes: [], message: 'expected a RangeError' },
])
const report = assemble({
  suite: 'hidden',
  submission: 'ada',
  labs: [{ ...lab, problem: null, treeHash: null, suiteHash: '0'.repeat(64), seed: null }],
  environment: { tier: 'A', tierReason: 'bubblewrap', backend: 'plain', device: 'a processor', node: process.version },
  seed: null,
  gradedAt: new Date('2026-11-30'),
})
const [csv] = parseExports('csv')

export const points = report.points // 3
export const table = exportReport(csv, report)[0].text // a row for each test
