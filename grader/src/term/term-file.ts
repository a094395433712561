import type { Lab } from '@backprop/course'
import { type Document, isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { type Deadline, isZone, readDeadline, TIME_EXAMPLES } from './deadline.ts'
import { labNamed } from './labs.ts'
import { type LatePolicy, NO_POLICY } from './late.ts'
import { readUntil } from './more-time.ts'
import { Problems } from './problems.ts'

/** What `term.yaml` says about one lab. */
export interface LabTerm {
  readonly due: Deadline | null
  readonly policy: LatePolicy
  /** Whether students may see their results. */
  readonly released: boolean
}

export interface Extension {
  readonly student: string
  /** Null for all labs. */
  readonly lab: string | null
  readonly until: Deadline | { readonly days: number }
  readonly reason: string
  readonly line: number
}

/** `term.yaml`: when labs are due, what lateness costs, who has more time, and which results are out. */
export interface Term {
  readonly file: string
  readonly zone: string | null
  /** By id. */
  readonly labs: ReadonlyMap<string, LabTerm>
  readonly extensions: readonly Extension[]
}

const Policy = z.strictObject({
  percentPerDay: z.number().min(0).max(100).default(0),
  freeDays: z.int().min(0).max(365).default(0),
  hardStop: z.string().optional(),
})
const text = z.string().trim().min(1)

const TermFile = z.strictObject({
  zone: text.optional(),
  late: Policy.optional(),
  labs: z.record(
    z.string(),
    z.strictObject({ due: text.optional(), late: Policy.optional(), released: z.boolean().default(false) }),
  ),
  extensions: z
    .array(
      z.strictObject({
        student: text,
        lab: z.union([z.string(), z.number()]).transform(String).optional(),
        until: text,
        reason: text,
      }),
    )
    .default([]),
})

/** Reads `term.yaml`. Throws a `UsageError` that lists everything wrong with it, with its line. */
export function readTerm(yaml: string, file: string, labs: readonly Lab[]): Term {
  const lines = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: lines })
  const problems = new Problems(file)
  for (const { pos, message } of document.errors)
    problems.add(lines.linePos(pos[0]).line, message.split('\n')[0].replace(/ at line \d.*$/, ''))
  problems.throwIfAny()
  const lineOf = (path: readonly PropertyKey[]) => lines.linePos(startOf(document, path)).line
  let value: unknown
  try {
    value = document.toJS()
  } catch (error) {
    // An alias without its anchor, or so many of them that they would fill the memory.
    problems.add(1, (error as Error).message)
    problems.throwIfAny()
  }
  const { data, error } = TermFile.safeParse(value ?? {})
  for (const issue of error?.issues ?? []) problems.add(lineOf(issue.path), inWords(issue))
  problems.throwIfAny()
  // Without an issue there is data.
  const given = data as z.infer<typeof TermFile>
  const { zone = null } = given
  if (zone !== null && !isZone(zone))
    problems.add(lineOf(['zone']), `"${zone}" is not a time zone, such as Europe/Berlin`)
  const check = <T>(read: T | string, path: readonly PropertyKey[]): T | null => {
    if (typeof read !== 'string') return read
    problems.add(lineOf(path), read)
    return null
  }
  const known = zone !== null && isZone(zone) ? zone : null
  const policyOf = (policy: z.infer<typeof Policy> | undefined, path: readonly PropertyKey[]): LatePolicy => {
    if (!policy) return NO_POLICY
    const stop = policy.hardStop
    return { ...policy, hardStop: stop === undefined ? null : check(readUntil(stop, known), [...path, 'hardStop']) }
  }
  const common = policyOf(given.late, ['late'])
  const byId = new Map<string, LabTerm>()
  const inOrder = Object.entries(given.labs).sort(([a], [b]) => lineOf(['labs', a]) - lineOf(['labs', b]))
  for (const [name, { due, late, released }] of inOrder) {
    const path = ['labs', name]
    const lab = check(labNamed(name, labs), path)
    if (lab && byId.has(lab.manifest.id)) problems.add(lineOf(path), `${lab.manifest.id} is here twice`)
    const read = due === undefined ? null : check(dueOf(due, known), [...path, 'due'])
    const policy = late ? policyOf(late, [...path, 'late']) : common
    if (late && due === undefined)
      problems.add(lineOf([...path, 'late']), `a late policy needs "due", such as ${TIME_EXAMPLES}`)
    if (lab) byId.set(lab.manifest.id, { due: read, policy, released })
  }
  const extensions = given.extensions.flatMap((each, i): Extension[] => {
    const path = ['extensions', i]
    const lab = each.lab === undefined ? null : check(labNamed(each.lab, labs), [...path, 'lab'])
    const until = check(readUntil(each.until, known), [...path, 'until'])
    const useless = lab && until ? withoutEffect(lab.manifest.id, byId.get(lab.manifest.id)?.due ?? null, until) : null
    if (useless !== null) problems.add(lineOf(path), useless)
    return until ? [{ ...each, lab: lab?.manifest.id ?? null, until, line: lineOf(path) }] : []
  })
  problems.throwIfAny()
  return { file, zone, labs: byId, extensions }
}

/** What is wrong with an extension that gives no time, or null. */
function withoutEffect(id: string, due: Deadline | null, until: Extension['until']): string | null {
  if (due === null) return `${id} has no "due", so there is nothing to extend: add it, or remove this extension`
  if ('days' in until || until.at > due.at) return null
  return `"until" is not after ${due.at.toISOString()}, when ${id} is due, so this gives no time`
}

function dueOf(text: string, zone: string | null): Deadline | string {
  const read = readDeadline(text, zone)
  if (typeof read !== 'string') return read
  const fix = zone === null ? `, or name the class's clock with "zone: Europe/Berlin"` : ''
  return `${read}; expected a time, such as ${TIME_EXAMPLES}${fix}`
}

/** Where the value at a path begins in the text, or the nearest thing around it that is there. */
function startOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let start = 0
  for (const step of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => keyOf(key) === String(step)) : undefined
    const [next, place] = isSeq(node) ? [node.items[Number(step)], node.items[Number(step)]] : [pair?.value, pair?.key]
    if (!isNode(place) || !place.range) return start
    start = place.range[0]
    node = next
  }
  return start
}

const keyOf = (key: unknown): string => String(isNode(key) && 'value' in key ? key.value : key)

function inWords(issue: z.core.$ZodIssue): string {
  const where = issue.path.map(String).join('.')
  const at = where === '' ? 'the file' : where
  if (issue.code === 'unrecognized_keys') return `${at} has no setting ${issue.keys.map(key => `"${key}"`).join(', ')}`
  if (issue.code === 'invalid_type' && issue.input === undefined && /received undefined/.test(issue.message))
    return `${at} is missing`
  const example = EXAMPLES.get(String(issue.path.at(-1)))
  return `${at}: ${issue.message.replace('Invalid input: ', '')}${example === undefined ? '' : `: ${example}`}`
}

/** What to write instead, by setting. YAML reads numbers, and times with a tag, as something other than text. */
const EXAMPLES: ReadonlyMap<string, string> = new Map([
  ['released', 'write true or false'],
  ['percentPerDay', 'write a number such as 10, without a sign'],
  ['freeDays', 'write a whole number, such as 2'],
  ['hardStop', 'write days, such as "7 days", or a time'],
  ['until', 'write days, such as "3 days", or a time'],
  ['due', 'write a time, such as 2026-11-30T23:59'],
  ['student', 'put a name of digits in quotes, as in "1001"'],
  ['labs', 'write a lab per line, as in "01-perceptron: { released: true }", or {} for none'],
])
