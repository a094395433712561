import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { Lab } from '@backprop/course'
import { Refused } from '@backprop/course/submission'
import { listStudents } from '../class/students.ts'
import { GraderFault } from '../errors.ts'
import { takeLabIn } from '../intake/take-lab-in.ts'
import { printsOf } from './fingerprints.ts'
import { comparedFiles, type Given, type Piece, piecesOf } from './given.ts'
import type { Reader } from './reader.ts'

/** A folder of submissions. */
export interface Cohort {
  readonly folder: string
  /** The folder's name if it is of an earlier year, or null. */
  readonly earlier: string | null
}

/** The student or team that handed something in. */
export interface Author {
  readonly name: string
  /** As in `Cohort`. */
  readonly earlier: string | null
}

/** What one student handed in for a lab, ready to be compared. */
export interface Submission extends Author {
  readonly files: ReadonlyMap<string, string>
  readonly pieces: readonly Piece[]
  /** What is wrong with files that are not in `pieces`. */
  readonly problems: readonly string[]
  /** The distinct fingerprints of the pieces. */
  readonly prints: readonly number[]
  /** The same for the same files. */
  readonly hash: string
}

/** A submission that is not compared. */
export interface LeftOut extends Author {
  readonly why: string
}

export const isLeftOut = (read: Submission | LeftOut): read is LeftOut => 'why' in read
export const isSubmission = (read: Submission | LeftOut): read is Submission => !isLeftOut(read)

export interface Sources {
  readonly lab: Lab
  readonly given: Given
  readonly reader: Reader
  readonly signal: AbortSignal
}

/** Reads all submissions of a folder; `onRead` is called after each with their number. */
export async function readCohort(
  { folder, earlier }: Cohort,
  out: string,
  sources: Sources,
  onRead: (done: number, all: number) => void,
): Promise<(Submission | LeftOut)[]> {
  const { students } = await listStudents(folder, out)
  const read: (Submission | LeftOut)[] = []
  for (const { name, folder: own, problem } of students) {
    sources.signal.throwIfAborted()
    const author = { name, earlier }
    read.push(problem === null ? await readOne(own, author, sources) : { ...author, why: problem })
    onRead(read.length, students.length)
  }
  return read
}

/** How an earlier year is called: by the name of its folder. */
export const earlierCohort = (folder: string): Cohort => ({ folder, earlier: basename(folder) })

async function readOne(folder: string, author: Author, { lab, given, reader }: Sources): Promise<Submission | LeftOut> {
  const taken = await takeLabIn(folder, lab).catch(notTaken)
  if (taken instanceof Error) return { ...author, why: taken.message.split('\n')[0] }
  const files = new Map([...taken.files].filter(([file]) => comparedFiles(lab).includes(file)))
  const reply = await reader.read(Object.fromEntries(files))
  if (reply === null)
    return { ...author, why: 'its files cannot be read within reason: they are nested or chained too deeply.' }
  const read = Object.entries(reply)
  const problems = read.flatMap(([file, each]) => ('problem' in each ? `${file}: ${each.problem}` : []))
  const pieces = read.flatMap(([file, each]) => ('units' in each ? piecesOf(file, each.units, given) : []))
  if (pieces.length === 0)
    return { ...author, why: problems[0] ?? 'not started: nothing differs from what was handed out.' }
  return { ...author, files, pieces, problems, prints: printsOf(pieces, given), hash: hashOf(files) }
}

/** A folder without the lab's files, or one that this machine cannot read, is no reason to stop. */
function notTaken(error: unknown): Error {
  if (error instanceof Refused || error instanceof GraderFault) return error
  throw error
}

function hashOf(files: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256')
  for (const [file, text] of files) hash.update(`${file}\0${Buffer.byteLength(text)}\0${text}`)
  return hash.digest('hex')
}
