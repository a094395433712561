import { findLabs, givenFiles, type Lab } from '@backprop/course'
import { allowedImports, compile, Refused, takeIn } from '@backprop/course/intake'
import { WrongUsage, type Command } from '../command.ts'
import { changedFiles } from '../lab/changed-files.ts'
import { handedOut } from '../lab/stubs.ts'
import { changedLines } from '../render/finding.ts'
import { lookOf, wrapped, type Look } from '../render/look.ts'

export const submit: Command = {
  usage: 'submit --check [lab]',
  summary: 'what your teacher’s grader would say of these files when it takes them in',
  options: { check: { type: 'boolean' } },
  positionals: { min: 0, max: 1 },
  async run({ root, positionals, values, stdout }) {
    if (!values.check)
      throw new WrongUsage(
        'You hand in this whole folder, as your teacher says: often with git push. ' +
          '"pnpm lab submit --check" tells beforehand whether it will be taken.',
      )
    const labs = await findLabs(root, positionals[0] ?? 'all')
    const look = lookOf(stdout)
    const findings: Intake[] = []
    for (const lab of labs) findings.push(await intakeOf(root, lab))
    stdout.write(`${findings.flatMap((finding, i) => intakeLines(labs[i], finding, look)).join('\n')}\n`)
    for (const lab of labs) {
      const changed = changedLines(await changedFiles(lab), look)
      if (changed.length > 0) stdout.write(`\n${changed.join('\n')}\n`)
    }
    const refused = findings.filter(({ status }) => status === 'refused').length
    stdout.write(
      `\n${refused === 0 ? 'Nothing would be refused.' : `${refused} of ${labs.length} labs would be refused.`} `,
    )
    stdout.write('The hidden tests decide what it is worth.\n')
    return refused === 0 ? 0 : 1
  },
}

/** What intake says of one lab. */
interface Intake {
  readonly status: 'taken' | 'untouched' | 'refused'
  readonly text: string
}

/** The same rules as the grader's, in its words; only its bounds on time and memory are not tried. */
async function intakeOf(root: string, lab: Lab): Promise<Intake> {
  const { id, edit } = lab.manifest
  try {
    const { files, treeHash } = await takeIn(root, id, edit)
    const stubs = await handedOut(lab)
    if (stubs.size > 0 && [...files].every(([file, text]) => text === stubs.get(file)))
      return { status: 'untouched', text: 'as it was handed out' }
    const given = await givenFiles(lab)
    const all = Object.fromEntries([...given, ...stubs, ...files])
    const compiled = await compile({ files: all, edit: [...files.keys()], mayImport: allowedImports(lab.manifest) })
    if ('problem' in compiled) return { status: 'refused', text: compiled.problem }
    const left = edit.filter(file => !files.has(file))
    const missing = left.length > 0 ? `; not there: ${left.join(', ')}, whose exercises count as not begun` : ''
    return { status: 'taken', text: `${files.size} of ${edit.length} files, named ${treeHash.slice(0, 12)}${missing}` }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { status: 'refused', text: error.message }
  }
}

function intakeLines({ manifest }: Lab, { status, text }: Intake, { signs, paint, columns }: Look): string[] {
  const [sign, style] = (
    { taken: [signs.good, 'green'], untouched: [signs.open, 'dim'], refused: [signs.bad, 'red'] } as const
  )[status]
  const word = { taken: 'taken', untouched: 'not started', refused: 'refused' }[status]
  return [paint(style, `${sign} ${manifest.id.padEnd(20)}  ${word}`), ...wrapped(text, columns, 4)]
}
