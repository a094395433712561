import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXPORTERS, STATUSES, WORDS } from '@backprop/report'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EXIT } from '../src/cli/command.ts'
import { COURSE_ROOT } from '../src/course.ts'
import { STRONG } from '../src/pipeline/machine.ts'
import { which } from '../src/sandbox/tiers/host.ts'
import { TIER_IDS } from '../src/sandbox/tiers/tiers.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { type Campus, openCampus } from './guide/campus.ts'
import { notPrinted, steady } from './guide/excerpt.ts'
import { type Block, readGuide } from './guide/guide.ts'
import { anchorsOf, rowsOfTable } from './guide/markdown.ts'
import { Terminal } from './guide/terminal.ts'
import { untried } from './guide/untried.ts'
import { POSTGRES } from './queue/server.ts'
import { packageManager } from './workflow.ts'

/** The instructor's guide, followed to the letter: whatever is in a block is typed, saved or looked for. */

const FOLDER = join(COURSE_ROOT, 'grader')
const markdown = readFileSync(join(FOLDER, 'README.md'), 'utf8')
const guide = readGuide(markdown)
const steps = guide.sections.filter(({ blocks }) => blocks.length > 0)
const { id: tier } = await strongestTier()
const MISSING = process.platform === 'win32' ? ['a Unix'] : ['bash', 'git', 'openssl'].filter(tool => !which(tool))

/** Follows the blocks of a section. What is wrong with the guide is a failed assertion. */
async function follow(blocks: readonly Block[], { terminal, home, course, here }: Campus): Promise<void> {
  let output = ''
  for (const block of blocks) {
    if (block.kind === 'save') writeFileSync(join(course, block.file), `${block.text}\n`)
    if (block.kind === 'see') expect(notPrinted(steady(block.text, home), output), `not in:\n${output}`).toBeNull()
    if (block.kind !== 'type') continue
    const ended = await terminal.type(block.commands.map(({ text, code }) => ({ text: here(text), code })))
    output = steady(ended.output, home)
    const commands = block.commands.map(({ text }, i) => ({ text, code: ended.codes.at(i) }))
    expect(commands, output).toEqual(block.commands)
  }
}

const needsDatabase = (blocks: readonly Block[]): boolean =>
  blocks.some(block => block.kind === 'type' && block.commands.some(({ text }) => text.includes('--database')))

describe.skipIf(MISSING.length > 0 || !STRONG.includes(tier) /* official grading is refused */)(
  'somebody who follows the guide',
  () => {
    let campus: Campus
    beforeAll(async () => void (campus = await openCampus()), 900_000)
    afterAll(() => campus.close())

    for (const { title, blocks } of steps)
      test.skipIf(POSTGRES === null && needsDatabase(blocks))(title, { timeout: 1_800_000 }, () =>
        follow(blocks, campus),
      )

    test('has given the students the tree that they work in', () => {
      const { university } = campus
      expect(university.contentOf('labs', 'main')).toBe(university.contentOf('labs-zoe', 'main~1'))
    })

    test('finds what the table of the report folder names', () => {
      const names = rowsOfTable(markdown, 'in ../class/report').flatMap(([cell]) => cell.split(', '))
      expect(names).toContain('students/NAME/report.html')
      for (const name of names)
        expect(existsSync(join(campus.home, 'class/report', name.replace('NAME', 'Zoë Müller'))), name).toBe(true)
    })

    test('has shown each student a result', () => {
      const titles = campus.api.runs.map(({ output }) => output.title).sort()
      expect(titles).toEqual(['0 of 100 points', '100 of 100 points', '6 of 100 points', '97 of 100 points'])
    })

    test('has brought the fix to a student, and touched nothing else', () => {
      expect(campus.university.changedIn('labs-ada')).toEqual(['.course.json', 'labs/01-perceptron/README.md'])
    })
  },
)

describe('the guide', () => {
  test('mentions no command, option or script that it has not tried', () => {
    expect(untried(guide)).toEqual([])
    expect(guide.mentions.filter(mention => mention.startsWith('npx'))).toEqual([`npx -y ${packageManager()}`])
  })

  test('leads nowhere that is not there', () => {
    for (const link of guide.links.filter(link => !link.startsWith('https:'))) {
      const [path, anchor] = link.split('#')
      const file = join(FOLDER, path || 'README.md')
      expect(existsSync(file), link).toBe(true)
      if (anchor) expect(anchorsOf(readFileSync(file, 'utf8')), link).toContain(anchor)
    }
  })

  test('explains each status, exit code, tier and export, and no other', () => {
    const firstCells = (heading: string) => rowsOfTable(markdown, heading).map(([first]) => first)
    expect(firstCells('status')).toEqual(STATUSES.map(status => `${WORDS[status].sign} ${WORDS[status].word}`))
    expect(firstCells('exit code').map(Number)).toEqual(Object.values(EXIT))
    const tiers = rowsOfTable(markdown, 'tier').map(([id, , , use]) => [id, use === 'official grades'])
    expect(tiers).toEqual(TIER_IDS.map(id => [id, STRONG.includes(id)]))
    const exports = rowsOfTable(markdown, '--export').map(([id, file]) => `${id} ${file}`)
    expect(exports.sort()).toEqual(EXPORTERS.map(({ id, file }) => `${id} ${file}`).sort())
  })
})

describe('a guide that has gone wrong is noticed', () => {
  test.each([
    ['```\npnpm grade 1\n```', 'a block without a language'],
    ['```bash\npnpm grade 1\n```', 'a block in another language'],
    ['Like this:\n\n    pnpm grade 1\n', 'an indented block'],
    ['- ~~~\n  pnpm grade 1\n  ~~~', 'a block in a list'],
  ])('%j: %s', text => {
    expect(() => readGuide(text)).toThrow('would not be tried')
  })

  test.each(['pnpm grade stubs all', 'git push --force', '--no-such-option', 'grade nothing'])('`%s`', mention => {
    expect(untried(readGuide(`${markdown}\nOr \`${mention}\`.\n`))).toEqual([mention])
  })

  test('an excerpt must have been printed, whole lines of it, in its order', () => {
    const output = 'one\ntwo\nthree\n'
    expect(['one\ntwo', 'one\n…\nthree', '…\ntwo'].map(text => notPrinted(text, output))).toEqual([null, null, null])
    expect(['on', 'one\nthree', 'two\n…\none'].map(text => notPrinted(text, output))).toEqual([
      'on',
      'one\nthree',
      'one',
    ])
  })

  test.skipIf(MISSING.length > 0)('commands are typed one after the other, until one ends in another way', async () => {
    const [{ blocks }] = readGuide('```sh\ncd /\nexport A=1 \\\n  B=2\nfalse   # exit code 1\n\ntrue\n```').sections
    const terminal = new Terminal('.', { PATH: process.env.PATH })
    const typed = blocks.flatMap(block => (block.kind === 'type' ? block.commands : []))
    expect(await terminal.type(typed)).toEqual({ output: '', codes: [0, 0, 1, 0] })
    const later = ['pwd; echo $A$B', 'false', 'echo never'].map(text => ({ text, code: 0 }))
    expect(await terminal.type(later)).toEqual({ output: '/\n12\n', codes: [0, 1] })
  })
})
