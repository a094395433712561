import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { UsageError } from '../errors.ts'

/** Environment variables that hold a key: the path of a PEM file, or the PEM text itself. */
export const SIGNING_KEY = 'BACKPROP_SIGNING_KEY'
export const PUBLIC_KEY = 'BACKPROP_PUBLIC_KEY'

/** Workers sign grades with it. A class that has either half trusts no other signature. */
export const WORKER_KEY = 'BACKPROP_WORKER_KEY'

export type Environment = Readonly<Record<string, string | undefined>>

/** A new pair of Ed25519 keys as PEM: PKCS #8 and SPKI. */
export function makeKeys(): { privatePem: string; publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return { privatePem: privateKey, publicPem: publicKey }
}

/** Names a key: SHA-256 over the DER form of its public half. */
export function keyId(key: KeyObject): string {
  const publicKey = key.type === 'public' ? key : createPublicKey(key)
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/** The key that reports are signed with, or null if none is configured. */
export async function signingKey(env: Environment): Promise<KeyObject | null> {
  const given = env[SIGNING_KEY]
  return given ? keyFrom(given, SIGNING_KEY, 'private') : null
}

/** The key that a worker signs grades with, or, to check them, its public half; null if none is configured. */
export async function workerKey(env: Environment, kind: 'private' | 'public'): Promise<KeyObject | null> {
  const given = env[WORKER_KEY]
  return given ? keyFrom(given, WORKER_KEY, kind) : null
}

/** The key that signatures are checked with: `file`, or what the environment says, or null. */
export async function verifyingKey(file: string | undefined, env: Environment): Promise<KeyObject | null> {
  if (file !== undefined) return keyFrom(file, '--key', 'public')
  for (const name of [PUBLIC_KEY, SIGNING_KEY]) {
    const given = env[name]
    if (given) return keyFrom(given, name, 'public')
  }
  return null
}

async function keyFrom(given: string, source: string, kind: 'private' | 'public'): Promise<KeyObject> {
  const pem = given.includes('-----BEGIN') ? given : await readKeyFile(given, source)
  const make = kind === 'private' ? createPrivateKey : createPublicKey
  let key: KeyObject
  try {
    key = make(pem)
  } catch {
    throw new UsageError(`${source} holds no ${kind} key in PEM form. "pnpm grade keygen" makes one.`)
  }
  if (key.asymmetricKeyType === 'ed25519') return key
  throw new UsageError(`${source}: expected an Ed25519 key, got one of type ${key.asymmetricKeyType}.`)
}

async function readKeyFile(path: string, source: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(
      `${source} names the file "${path}", which cannot be read (${code}). "pnpm grade keygen" makes a pair of keys.`,
    )
  }
}
