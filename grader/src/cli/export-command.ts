import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { Argument } from '@commander-js/extra-typings'
import { EXPORT_KINDS, type ExportKindName } from '../autograder/export-kinds.ts'
import { COURSE_ROOT, findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { drawsFor, SEED_KEY } from '../pipeline/seed-key.ts'
import { placeForRelease } from '../release/place.ts'
import { writeRelease } from '../release/write-release.ts'
import { demandWritable } from '../writable.ts'
import { command, EXIT } from './command.ts'

/** Options of `pnpm grade export` that only one kind needs. */
interface KindOptions {
  readonly image?: string
}

export const exportCommand = command({
  name: 'export',
  summary: 'Write a grader that another system runs: Gradescope, PrairieLearn, or a folder for a container',
  syntax: parser =>
    parser
      .addArgument(
        new Argument('<kind>', 'what runs it; see below').choices(Object.keys(EXPORT_KINDS) as ExportKindName[]),
      )
      .argument('<lab>', 'an id (05-mnist-mlp) or a number (5); for a folder also "all"')
      .requiredOption('--out <dir>', 'a folder that does not exist, or is empty')
      .option('--image <name>', 'prairielearn: the name of the image in your registry')
      .addHelpText(
        'after',
        `
  folder        the grader with these labs alone; "pnpm install" completes it
  gradescope    autograder.zip for one programming assignment
  prairielearn  the folder of one externally graded question, and its Dockerfile

All of them contain hidden tests and solutions: they are for staff. Those for Gradescope and PrairieLearn also contain
the key that grades draw from: the one in ${SEED_KEY}, else your own. So the same files get the same questions there and here.
Exit codes: 0 done, 2 refused or failed; then nothing was changed.`,
      ),
  async run([kind, name], { out: folder, ...options }, context) {
    refuseOdd(kind, options)
    const labs = await findLabs(name)
    if (EXPORT_KINDS[kind].isOneLab && labs.length > 1)
      throw new UsageError(
        `An export for ${kind} grades one lab, and "${name}" means ${labs.length}: name one of them.`,
      )
    const out = await placeForRelease(folder, COURSE_ROOT)
    await demandWritable(nearestFolder(out), '--out')
    const files = await EXPORT_KINDS[kind].files({ labs, seedKey: await seedKeyFor(kind, context), ...options })
    await writeRelease(out, files, context.signal)
    const ids = labs.map(({ manifest }) => manifest.id).join(', ')
    context.stdout.write(
      `Exported ${ids} for ${kind} to ${out}\nIt contains hidden tests and solutions: keep it among staff.` +
        `${files.has('README.md') ? ' README.md says what to do with it.' : ''}\n`,
    )
    return EXIT.fullMarks
  },
})

function refuseOdd(kind: ExportKindName, { image }: KindOptions): void {
  if (kind === 'prairielearn' && image === undefined)
    throw new UsageError('PrairieLearn needs the name of an image in a registry that it can read: add --image NAME.')
  if (kind !== 'prairielearn' && image !== undefined)
    throw new UsageError(`--image is for prairielearn: an export for ${kind} names no image.`)
  if (image !== undefined && !/^[a-z0-9][\w./:@-]*$/i.test(image))
    throw new UsageError(
      `"${image}" is not the name of an image. Expected one such as registry.uni.example/labs/grader:1.`,
    )
}

/** Only where the key travels along. */
async function seedKeyFor(kind: ExportKindName, context: Parameters<typeof drawsFor>[1]): Promise<string> {
  if (kind === 'folder') return ''
  const draws = await drawsFor({ official: true }, context)
  return 'seed' in draws ? '' : draws.secret.toString('hex')
}

/** The folder itself, or the one that it will be made in. */
function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path))
}
