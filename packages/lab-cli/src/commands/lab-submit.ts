import { findLabs, givenFiles, type Lab } from '@backprop/course'
import { compile, problemsOf, Refused, takeIn, Unreadable } from '@backprop/course/submission'
import { command, WrongUsage } from '../command.ts'
import { changedFiles } from '../lab/changed-files.ts'
import { handedOut } from '../lab/exercise-functions.ts'
import { changedLines } from '../render/finding-lines.ts'
import { styleFor, type TerminalStyle, wrapped } from '../render/terminal-text.ts'

export const submit = command({
  name: 'submit',
  summary: 'what your teacher’s grader would say about these files',
  syntax: parser =>
    parser
      .usage('--check [lab]')
      .argument('[lab]', 'a number (5) or an id (05-mnist-mlp)')
      .option('--check', 'only check the files; this command never hands anything in'),
  async run([name], options, { root, stdout }) {
    if (!options.check)
      throw new WrongUsage(
        'You hand in this whole folder, as your teacher says: often with git push. ' +
          '"pnpm lab submit --check" shows whether it would be accepted.',
      )
    const labs = await findLabs(root, name ?? 'all')
    const style = styleFor(stdout)
    const findings: Intake[] = []
    for (const lab of labs) findings.push(await intakeOf(root, lab))
    stdout.write(`${findings.flatMap((finding, i) => intakeLines(labs[i], finding, style)).join('\n')}\n`)
    for (const lab of labs) {
      const changed = changedLines(await changedFiles(lab), style)
      if (changed.length > 0) stdout.write(`\n${changed.join('\n')}\n`)
    }
    const refused = findings.filter(({ status }) => status === 'refused' || status === 'in-part').length
    const summary = `Files of ${refused} of ${labs.length} labs would be refused.`
    stdout.write(`\n${refused === 0 ? 'Nothing would be refused.' : summary} `)
    stdout.write('The hidden tests decide your points.\n')
    return refused === 0 ? 0 : 1
  },
})

/** What intake says about one lab. */
interface Intake {
  readonly status: 'accepted' | 'untouched' | 'in-part' | 'refused'
  readonly text: string
}

/** Applies the grader's rules, with its messages; only its limits on time and memory are not tried. */
async function intakeOf(root: string, lab: Lab): Promise<Intake> {
  const { id, edit, mayImport, importers } = lab.manifest
  try {
    const submission = await takeIn(root, id, edit)
    const { files, refused, treeHash } = submission
    const stubs = await handedOut(lab)
    const problem = problemsOf(lab.manifest, submission)
    if (stubs.size > 0 && refused.size === 0 && [...files].every(([file, text]) => text === stubs.get(file)))
      return { status: 'untouched', text: problem ?? 'as it was handed out' }
    const given = await givenFiles(lab)
    const compiled = await compile({
      files: Object.fromEntries([...given, ...stubs, ...files].filter(([file]) => !refused.has(file))),
      refused: Object.fromEntries(refused),
      edit: [...files.keys()],
      mayImport,
      importers,
    })
    const uncompiled = new Map(Object.entries(compiled.problems))
    const lost = [...refused.keys(), ...uncompiled.keys()]
    if (lost.length > 0)
      return {
        status: lost.length === files.size + refused.size ? 'refused' : 'in-part',
        text: `${problemsOf(lab.manifest, submission, uncompiled)}\n${consequence(lost, stubs)}`,
      }
    const text = `${files.size} of ${edit.length} files, hash ${treeHash.slice(0, 12)}`
    return {
      status: 'accepted',
      text: problem === null ? text : `${text}\n${problem}\nIts exercises count as not started.`,
    }
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreadable)) throw error
    return { status: 'refused', text: error.message }
  }
}

/** The cost of files that can't be used. */
function consequence(lost: readonly string[], stubs: ReadonlyMap<string, string>): string {
  const ids = lost.flatMap(file => [...(stubs.get(file) ?? '').matchAll(/\bTODO\(([a-z0-9-]+)\)/g)].map(([, id]) => id))
  const exercises = ids.length === 0 ? '' : `: ${[...new Set(ids)].join(', ')}`
  return `No points for what is in ${lost.join(', ')}${exercises}. Everything else is graded.`
}

function intakeLines({ manifest }: Lab, { status, text }: Intake, { signs, paint, columns }: TerminalStyle): string[] {
  const [sign, style, word] = (
    {
      accepted: [signs.good, 'green', 'accepted'],
      untouched: [signs.open, 'dim', 'not started'],
      'in-part': [signs.bad, 'red', 'partly refused'],
      refused: [signs.bad, 'red', 'refused'],
    } as const
  )[status]
  const lines = text.split('\n').flatMap(line => wrapped(line, columns, 4))
  return [paint(style, `${sign} ${manifest.id.padEnd(20)}  ${word}`), ...lines]
}
