import { toCsv } from '@backprop/report'
import type { SimilarReport } from './similar-report.ts'

/** `similar.csv`: a row for each pair, and one for each that is identical to the first of its kind. With a mark for Excel. */
export function similarCsv({ pairs, identical }: SimilarReport): string {
  const same = identical.flatMap(({ files, authors: [first, ...others] }) =>
    others.map(other => [first, other, `identical: ${files.join(', ')}`] as const),
  )
  return `\ufeff${toCsv([
    [
      'left',
      'left_earlier',
      'right',
      'right_earlier',
      'similarity_percent',
      'longest_fragment_tokens',
      'shared_tokens',
      'remark',
    ],
    ...same.map(([a, b, remark]) => [a.name, a.earlier ?? '', b.name, b.earlier ?? '', '', '', '', remark]),
    ...pairs.map(({ left, right, similarity, longest, sharedTokens }) => [
      left.name,
      left.earlier ?? '',
      right.name,
      right.earlier ?? '',
      String(Math.floor(100 * similarity)),
      String(longest),
      String(sharedTokens),
      left.name === right.name ? 'same name: perhaps the same student' : '',
    ]),
  ])}`
}
