import { createHmac } from 'node:crypto'
import { Rng } from '@backprop/core'

/**
 * The source of all randomness in one grading: 256 bits, as 64 hexadecimal digits. With them every draw can be
 * computed, so they stay with the grader: no report and no child contains them.
 */
export type DrawKey = string

/** What the draws depend on besides the secret: the same when the same tests grade the same files again. */
export interface Drawn {
  readonly lab: string
  readonly suiteHash: string
  readonly treeHash: string
}

/** The draws of a submission, which only the holder of the secret can predict. */
export const drawKeyOf = (secret: Buffer, { lab, suiteHash, treeHash }: Drawn): DrawKey =>
  hmac(secret, ['grading', lab, suiteHash, treeHash]).toString('hex')

/** The draws that `--seed` asks for: the same for every submission, and public. */
export const drawKeyOfSeed = (seed: number): DrawKey => hmac(Buffer.from('--seed'), [String(seed)]).toString('hex')

/**
 * A generator for one purpose of one test. Its 128 bits of state are an HMAC: a submission that recovers the state of
 * one generator from the numbers it saw learns nothing about the others.
 */
export function streamOf(key: DrawKey, test: string, purpose: string): Rng {
  const bytes = hmac(Buffer.from(key, 'hex'), [test, purpose])
  return Rng.fromState([0, 4, 8, 12].map(at => bytes.readInt32LE(at)))
}

/** HMAC-SHA-256 over a list of strings, encoded so that no two lists collide. */
const hmac = (key: Buffer, texts: readonly string[]): Buffer =>
  createHmac('sha256', key).update(JSON.stringify(texts)).digest()
