import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { safeLine } from '@backprop/safe-text'
import { findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { keyId, PUBLIC_KEY, verifyingKey } from '../signing/keys.ts'
import { short } from '../signing/sign.ts'
import { presentCourse, type Verdict, verifyFile } from '../signing/verify.ts'
import { command, EXIT } from './command.ts'

export const verify = command({
  name: 'verify',
  summary: 'Check that reports are signed with your key and unchanged',
  syntax: parser =>
    parser
      .argument('<paths...>', 'report.json, report.html, or folders: all reports in them')
      .option('--key <file>', `the public key (default: the one in ${PUBLIC_KEY}, a path or the key itself)`)
      .addHelpText(
        'after',
        `
Also checks each report against the schema, adds up its points, and compares it with the course. A page must be exactly
what its report is shown as.
Exit codes: 0 all are signed and unchanged, 1 some are not, 2 wrong usage.`,
      ),
  async run([paths], options, { course: root, env, stdout, signal }) {
    const key = await verifyingKey(options.key, env)
    if (!key) throw new UsageError(`Verifying needs a public key: give its file with --key, or set ${PUBLIC_KEY}.`)
    const files = (await Promise.all(paths.map(reportsIn))).flat()
    const course = await presentCourse(await findLabs('all', root))
    let good = 0
    for (const file of files) {
      signal.throwIfAborted()
      const verdict = await verifyFile(file, key, course)
      if (verdict.faults.length === 0) good++
      stdout.write(describe(file, verdict))
    }
    stdout.write(`\n${good} of ${files.length} are signed with key ${short(keyId(key))} and unchanged.\n`)
    return good === files.length ? EXIT.fullMarks : EXIT.pointsLost
  },
})

async function reportsIn(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null)
  if (!found) throw new UsageError(`There is no file or folder "${path}".`)
  if (!found.isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const reports = entries.filter(entry => entry.isFile() && /^report\.(json|html)$/.test(entry.name))
  if (reports.length === 0) throw new UsageError(`There is no report.json or report.html in "${path}" or below it.`)
  return reports.map(({ parentPath, name }) => join(parentPath, name)).sort()
}

function describe(file: string, { report, faults, notes }: Verdict): string {
  const lines = faults.map(fault => `✗ ${file}: ${fault}`)
  if (report && faults.length === 0) {
    const { submission, points, maxPoints, provenance } = report
    lines.push(`✓ ${file}: ${submission}, ${points} of ${maxPoints} points, graded ${provenance.gradedAt}`)
  }
  return [...lines, ...notes.map(note => `  note: ${note}`)].map(line => `${safeLine(line)}\n`).join('')
}
