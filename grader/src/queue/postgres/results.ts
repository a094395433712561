import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { Database } from './database.ts'

/** A grade as it is in the database. */
export interface Result {
  readonly key: string
  /** JSON, of which the signature covers every character. */
  readonly grade: string
  readonly signature: string | null
  readonly worker: string
}

const COLUMNS = 'key, grade, signature, worker'

export const resultsOf = (database: Database, keys: readonly string[]): Promise<Result[]> =>
  database.rows(`SELECT ${COLUMNS} FROM backprop.result WHERE key = ANY ($1::text[])`, [keys])

/** A result, and whether it is too old for a grade that may differ next time: those count for who asks at about the same time. */
export interface KnownResult extends Result {
  readonly isOld: boolean
}

export async function knownResult(database: Database, key: string): Promise<KnownResult | null> {
  const [result] = await database.rows<KnownResult>(
    `SELECT ${COLUMNS}, finished_at < now() - interval '10 minutes' AS "isOld" FROM backprop.result WHERE key = $1`,
    [key],
  )
  return result ?? null
}

/** Deletes a result, unless another one has taken its place. */
export async function discard(database: Database, { key, grade }: Result): Promise<void> {
  await database.rows('DELETE FROM backprop.result WHERE key = $1 AND grade = $2', [key, grade])
}

/** The signature of a grade for this key, in base64. */
export const signatureOf = (key: string, grade: string, signingKey: KeyObject): string =>
  sign(null, signedBytes(key, grade), signingKey).toString('base64')

/** Whether the grade was signed with this key, or its private half, and for the job that it is kept for. */
export function isGenuine({ key, grade, signature }: Result, trusted: KeyObject): boolean {
  const publicKey = trusted.type === 'public' ? trusted : createPublicKey(trusted)
  return signature !== null && verify(null, signedBytes(key, grade), publicKey, Buffer.from(signature, 'base64'))
}

/** The first line keeps them apart from whatever else the key signs. */
const signedBytes = (key: string, grade: string): Buffer => Buffer.from(`backprop/queue-grade/v1\n${key}\n${grade}`)
