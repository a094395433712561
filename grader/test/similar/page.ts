import { renderSimilarPage } from '../../src/similar/similar-page.ts'
import type { SimilarReport } from '../../src/similar/similar-report.ts'

const CODE = Array.from({ length: 200 }, (_, i) => `const value${i} = ${i} < limit ? Math.exp(${i}) : 0`).join('\n')
const FILE = 'src/perceptron.ts'

/** A page with everything on it: identical files, groups, pairs with several fragments, an earlier year, files left out. */
export function similarPage([a, b, c, d]: readonly string[]): string {
  const author = (name: string, earlier: string | null = null) => ({ name, earlier })
  const place = (line: number, lines: number) => {
    const at = (n: number) => CODE.split('\n').slice(0, n).join('\n').length
    return { file: FILE, start: at(line) + 1, end: at(line + lines), firstLine: line + 1, lastLine: line + lines }
  }
  const fragments = [
    { left: place(20, 30), right: place(120, 30), tokens: 390, others: 0 },
    { left: place(60, 2), right: place(10, 2), tokens: 26, others: 14 },
  ]
  const pair = { longest: 390, sharedTokens: 416, fragments }
  const authors = [author(a), author(b), author(b, '2025'), author(c)]
  const report: SimilarReport = {
    ...{
      schema: 'backprop/similar/v1',
      class: 'Deep learning, autumn',
      lab: { id: '01-perceptron', title: 'One neuron' },
    },
    ...{ writtenAt: '2026-11-21T12:00:00.000Z', threshold: 0.5, compared: 9, pairsCompared: 36, pairsLeftOut: 2 },
    usual: { median: 0.12, top1Percent: 0.29, topOneInThousand: 0.37 },
    identical: [{ files: [FILE], authors: [author(a), author(d)] }],
    pairs: [
      { ...pair, left: author(a), right: author(b), similarity: 0.93 },
      { ...pair, left: author(b), right: author(b, '2025'), similarity: 0.61 },
    ],
    groups: [authors],
    leftOut: [{ ...author(d), why: 'not started: nothing differs from what was handed out.' }],
  }
  return renderSimilarPage(report, new Map(authors.map(each => [JSON.stringify([each.name, each.earlier]), new Map([[FILE, CODE]])]))) // prettier-ignore
}
