import { type FileHandle, open, readFile, truncate } from 'node:fs/promises'
import { writeWhole } from '@backprop/files'
import { z } from 'zod'
import { GraderFault, UsageError } from '../errors.ts'
import { TIER_IDS } from '../sandbox/tiers/tiers.ts'
import { StudentResult } from './student-result.ts'

/** What a run does, and with what: it can only be resumed with the same settings. */
export const RunSettings = z.strictObject({
  submissions: z.string(),
  labs: z.array(z.string()),
  only: z.string().nullable(),
  seed: z.int().nullable(),
  /** Id of the key that draws come from. A journal of an earlier version does not say. */
  seedKey: z.string().nullable().default(null),
  official: z.boolean(),
  backend: z.string(),
  tier: z.enum(TIER_IDS),
  node: z.string(),
  /** Id of the key that reports are signed with. A journal of an earlier version does not say. */
  signingKey: z.string().nullable().default(null),
  /** Lab id → hash of its manifest and hidden suite. */
  suites: z.record(z.string(), z.string()),
  grader: z.string(),
  /** `3/20` where the run grades only a part of the class. */
  shard: z.string().nullable().default(null),
  /** Whether workers grade, in whatever tier each of them has. */
  workers: z.boolean().default(false),
})
export type RunSettings = z.infer<typeof RunSettings>

const Header = z.strictObject({ journal: z.literal('backprop/class-journal/v1'), terms: RunSettings })
const Line = z.union([
  /** A result of an earlier run, carried over. */
  z.strictObject({ before: StudentResult }),
  z.strictObject({ row: StudentResult }),
  /** A temporary folder of this run, which the next run removes if this one is killed. */
  z.strictObject({ scratch: z.string() }),
  /** The last line of a part of a class: everyone in it is graded. */
  z.strictObject({ finished: z.string() }),
])
type Line = z.infer<typeof Line>

/** The contents of a journal. */
export interface Past {
  readonly settings: RunSettings
  /** Results of earlier runs, and of this one, by student. */
  readonly before: ReadonlyMap<string, StudentResult>
  readonly rows: ReadonlyMap<string, StudentResult>
  readonly scratch: readonly string[]
  /** Whether everyone in the part of the class is graded. */
  readonly isFinished: boolean
  /** The length of the complete part of the file; what was cut off by a kill has to be done again. */
  readonly goodBytes: number
}

/** Reads a journal; null where there is none. Throws `UsageError` for a file that is something else. */
export async function readJournal(file: string): Promise<Past | null> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (!bytes) return null
  const [first, ...lines] = wholeLines(bytes)
  const header = Header.safeParse(parse(first?.text ?? ''))
  if (!header.success)
    throw new UsageError(`"${file}" is not a journal that this version can read. Give another folder with --report.`)
  const [before, rows, scratch] = [new Map<string, StudentResult>(), new Map<string, StudentResult>(), [] as string[]]
  let goodBytes = first.end
  let isFinished = false
  for (const { text, end } of lines) {
    const { data } = Line.safeParse(parse(text))
    if (!data) break
    if ('before' in data) before.set(data.before.student, data.before)
    else if ('row' in data) rows.set(data.row.student, data.row)
    else if ('scratch' in data) scratch.push(data.scratch)
    else isFinished = true
    goodBytes = end
  }
  return { settings: header.data.terms, before, rows, scratch, isFinished, goodBytes }
}

/** Lines that end in a line feed, each with the offset after it. */
function wholeLines(bytes: Buffer): { text: string; end: number }[] {
  const lines: { text: string; end: number }[] = []
  for (let start = 0, stop; (stop = bytes.indexOf(10, start)) >= 0; start = stop + 1)
    lines.push({ text: bytes.toString('utf8', start, stop), end: stop + 1 })
  return lines
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The journal of a run in progress: append-only, and each line is on disk before the next step. */
export class Journal {
  readonly #file: string
  readonly #handle: FileHandle
  #queue: Promise<void> = Promise.resolve()

  private constructor(file: string, handle: FileHandle) {
    this.#file = file
    this.#handle = handle
  }

  /** Starts a journal with the results of earlier runs, replacing an existing one. */
  static async begin(
    file: string,
    settings: RunSettings,
    before: Iterable<StudentResult>,
    staging: string,
  ): Promise<Journal> {
    const lines = [
      { journal: 'backprop/class-journal/v1', terms: settings },
      ...[...before].map(row => ({ before: row })),
    ]
    await writeWhole(file, lines.map(line => `${JSON.stringify(line)}\n`).join(''), staging)
    return new Journal(file, await open(file, 'a'))
  }

  /** Continues a journal after its last whole line. */
  static async goOn(file: string, { goodBytes }: Past): Promise<Journal> {
    await truncate(file, goodBytes)
    return new Journal(file, await open(file, 'a'))
  }

  /** Resolves when the line is on disk. Rejects with `GraderFault`; after that, only a resume helps. */
  add(line: Line): Promise<void> {
    const added = this.#queue.then(() => this.#write(`${JSON.stringify(line)}\n`))
    this.#queue = added.catch(() => {}) // the caller gets the error
    return added
  }

  async #write(line: string): Promise<void> {
    try {
      await this.#handle.appendFile(line)
      await this.#handle.datasync()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new GraderFault(
        `"${this.#file}" cannot be written (${code}). Its contents are kept: fix the cause, then continue with --resume.`,
      )
    }
  }

  async close(): Promise<void> {
    await this.#queue
    await this.#handle.close()
  }
}
