import { firstUnseen } from '@backprop/safe-text'

/** One entry of an archive, before anything in it is believed. */
export interface ArchiveEntry {
  /** With forward slashes; otherwise as the archive spells it. */
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link' | 'encrypted' | 'other'
  /** As the archive claims. */
  readonly bytes: number
  /** The content, as it is unpacked. Ends with an error if it is damaged. */
  readonly read: () => AsyncIterable<Uint8Array>
}

/** An archive, or everything in it, cannot be taken; one clause that says why. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused'
}

/** The error of a library that reads archives, as a refusal. Errors of the file system stay what they are. */
export function refusalOf(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof ArchiveRefused || (typeof code === 'string' && /^E[A-Z]+$/.test(code))) return error
  return new ArchiveRefused(`it is damaged (${message})`)
}

/** The longest path and name that leave room on every common file system. */
const LIMITS = { pathBytes: 1000, nameBytes: 255, depth: 32 }
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/**
 * Why a name in an archive must not become a path on this machine, or null. Such names lead out of the folder, mean
 * something else on another system, or hide what they are.
 */
export function faultOfName(name: string): string | null {
  const parts = name.split('/')
  const unseen = firstUnseen(name)
  if (name === '') return 'has no name'
  if (unseen !== null) return `has a character in its name that cannot be seen, ${unseen}`
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'has an absolute path'
  if (parts.includes('..')) return 'has a path that leads out of the archive'
  if (parts.some(part => part === '' || part === '.')) return 'has an empty name in its path'
  if (Buffer.byteLength(name) > LIMITS.pathBytes || parts.some(part => Buffer.byteLength(part) > LIMITS.nameBytes))
    return 'has a path that is too long'
  if (parts.length > LIMITS.depth) return `is more than ${LIMITS.depth} folders deep`
  if (parts.some(part => /[:*?"<>|]|[. ]$/.test(part) || DEVICE.test(part)))
    return 'has a name that Windows cannot store'
  return null
}

/** Two paths that are the same to some file system have the same key. */
export const samePath = (path: string): string =>
  path
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
