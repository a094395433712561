import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TIER_IDS, type TierId } from '../src/sandbox/tiers/tiers.ts'
import { CORPUS } from './attacks/corpus.ts'
import { MLP } from './attacks/learning-mlp.ts'
import { NEURON } from './attacks/learning-neuron.ts'

/** What SECURITY.md says of the corpus is what the corpus says. */

const security = readFileSync(join(import.meta.dirname, '../SECURITY.md'), 'utf8')

function row(group: string): string {
  const attacks = CORPUS.filter(({ idea }) => idea.startsWith(group))
  const cheats = [...MLP, ...NEURON].filter(({ idea }) => idea.startsWith(group))
  const through = (tier: TierId) => {
    const count = attacks.filter(attack => attack.through?.includes(tier)).length
    const unrun = tier === 'A' || tier === 'B' ? 0 : attacks.filter(({ harmful }) => harmful).length
    return unrun > 0 ? `${count}, ${unrun} not run` : String(count)
  }
  return `| ${[group, attacks.length + cheats.length, ...TIER_IDS.map(through)].join(' | ')} |`
}

test('the table counts each group as it is', () => {
  const groups = [...new Set([...CORPUS, ...MLP, ...NEURON].map(({ idea }) => idea[0]))]
  const rows = [...'XVERSCDGL'].map(row)
  expect(groups.toSorted().join('')).toBe('CDEGLRSVX')
  const found = security.split('\n').filter(line => /^\| [A-Z] +\| +\d/.test(line))
  expect(found.map(line => line.replace(/ +/g, ' '))).toEqual(rows)
})

test('every attack with an effect outside shows it in tier D, and none in A or B', () => {
  for (const { id, effect, through = [] } of CORPUS) {
    expect(through.includes('D'), id).toBe(effect !== undefined)
    expect(
      through.filter(tier => tier === 'A' || tier === 'B'),
      id,
    ).toEqual([])
  }
})

test('it counts right those that root stops', () => {
  const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six']
  const count = CORPUS.filter(({ sameUser }) => sameUser).length
  expect(security.replace(/\s+/g, ' ')).toContain(
    `its children run as the user \`nobody\`, and ${words[count]} fewer get through`,
  )
})

test('each idea is one that is named', () => {
  for (const { id, idea } of CORPUS) {
    expect(idea, id).toMatch(/^[XVERSCDGL]-\d\d$/)
    expect(security).toMatch(new RegExp(`^- \\*\\*${idea[0]}\\*\\* `, 'm'))
  }
})
