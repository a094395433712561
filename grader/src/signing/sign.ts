import { type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto'
import type { Report } from '@backprop/report'
import { keyId } from './keys.ts'

/** The report with an Ed25519 signature of everything else in it, in canonical form. */
export function sign({ signature: _, ...report }: Report, key: KeyObject): Report {
  const value = signBytes(null, bytes(report), key).toString('hex')
  return { ...report, signature: { algorithm: 'Ed25519', keyId: keyId(key), value } }
}

/** Why the report does not count as signed with `key` and unchanged, in one sentence; null if it does. */
export function signatureFault({ signature, ...report }: Report, key: KeyObject): string | null {
  if (!signature) return 'it carries no signature: no key was configured where it was graded.'
  if (signature.keyId !== keyId(key))
    return `it names another key, ${short(signature.keyId)}, and was checked with ${short(keyId(key))}.`
  if (verifyBytes(null, bytes(report), key, Buffer.from(signature.value, 'hex'))) return null
  return 'something in it was changed after it was signed; a signature cannot tell what.'
}

/** A key's id, short enough for a line and long enough to tell keys apart. */
export const short = (id: string): string => id.slice(0, 16)

const bytes = (report: Omit<Report, 'signature'>): Buffer => Buffer.from(canonical(report), 'utf8')

/** A JSON value; undefined members are left out. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * The canonical text of a value, whatever the order of its keys: the JSON Canonicalization Scheme, RFC 8785.
 * Its rules for numbers and strings are those of `JSON.stringify`, and its order of keys is that of `sort`.
 */
export function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonical).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .flatMap(key => {
      const part = value[key]
      return part === undefined ? [] : [`${JSON.stringify(key)}:${canonical(part)}`]
    })
  return `{${members.join(',')}}`
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value)
