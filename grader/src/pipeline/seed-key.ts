import { createHmac, randomBytes } from 'node:crypto'
import { access, constants, readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { createWhole, makeFolders } from '@backprop/files'
import { UsageError } from '../errors.ts'

/**
 * The secret that the draws of grades come from. Without it no one can predict the inputs of the tests;
 * with it the same files get the same draws, at any time and on any machine.
 */
export interface SeedKey {
  readonly secret: Buffer
  /** Names the key without revealing anything about it. */
  readonly id: string
}

/** Where the draws of a grading come from: the key, or the number given with `--seed`. */
export type Draws = SeedKey | { readonly seed: number }

/** How a report names them. */
export interface DrawNames {
  readonly seed: number | null
  readonly seedKey: string | null
}

export const namesOf = (draws: Draws): DrawNames =>
  'seed' in draws ? { seed: draws.seed, seedKey: null } : { seed: null, seedKey: draws.id }

/** 64 hexadecimal digits, the path of a file that holds them, or the word below. */
export const SEED_KEY = 'BACKPROP_SEED_KEY'
/** A key for this run alone. */
const EPHEMERAL = 'ephemeral'

/** Whether this id is of a key that one run alone has. */
export const isEphemeral = (id: string): boolean => id.startsWith(`${EPHEMERAL}-`)

const BYTES = 32
const MIN_BYTES = 16
const FIX =
  `Set ${SEED_KEY} to 64 hexadecimal digits, to a file that holds them, ` +
  `or to "${EPHEMERAL}" for a run that cannot be repeated.`

type Environment = Readonly<Record<string, string | undefined>>

interface Io {
  readonly env: Environment
  readonly stderr: NodeJS.WritableStream
}

interface DrawsOptions {
  readonly seed?: number
  readonly official?: boolean
}

/**
 * What to draw from: the number of `--seed`, the key from the environment, or this user's key, which is made when
 * it is first needed. If no key can be stored, grades that are not official use a temporary one.
 */
export async function drawsFor({ seed, official = false }: DrawsOptions, { env, stderr }: Io): Promise<Draws> {
  if (seed !== undefined) {
    if (!official) return { seed }
    throw new UsageError('--seed makes the draws predictable: leave out --seed or --official.')
  }
  const given = await givenKey(env)
  if (given) return given
  const file = seedKeyFile(env)
  try {
    const { key, isNew } = await keptKey(file)
    if (isNew)
      stderr.write(
        `Made the key for the random draws of grades: ${file}. Keep a copy, so that you can grade the same way again.\n`,
      )
    return key
  } catch (error) {
    if (error instanceof UsageError) throw error
    const why = `The key for the random draws of grades cannot be stored in "${file}" (${(error as NodeJS.ErrnoException).code}).`
    if (official) throw new UsageError(`${why} ${FIX}`)
    stderr.write(`${why} This run uses a temporary key and cannot be repeated. ${FIX}\n`)
    return ephemeralKey()
  }
}

/** The key that grades draw from here, if there is one; never makes one. */
export async function presentKey(env: Environment): Promise<SeedKey | null> {
  return (await givenKey(env)) ?? readKeyFile(seedKeyFile(env))
}

export function ephemeralKey(): SeedKey {
  const { secret, id } = keyOf(randomBytes(BYTES))
  return { secret, id: `${EPHEMERAL}-${id}` }
}

export interface KeyStatus {
  readonly name: string
  readonly available: boolean
  /** Which key it is and where, or why there can't be one. */
  readonly reason: string
  readonly fix: string
}

/** What grades would draw from here. Doesn't make a key. */
export async function seedKeyStatus(env: Environment): Promise<KeyStatus> {
  const status = { name: 'seed key', fix: FIX }
  const file = seedKeyFile(env)
  try {
    const key = await presentKey(env)
    const place = env[SEED_KEY] === undefined ? file : SEED_KEY
    if (key) return { ...status, available: true, reason: `${key.id}, in ${place}` }
    const around = await existingAround(file)
    await access(around, constants.W_OK)
    return { ...status, available: true, reason: `will be made when first needed: ${file}` }
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    const reason = error instanceof UsageError ? message : `cannot be stored in ${file} (${code})`
    return { ...status, available: false, reason }
  }
}

/** The innermost existing folder around a file. */
async function existingAround(file: string): Promise<string> {
  const folder = dirname(file)
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && folder !== dirname(folder)) return null
    throw error
  })
  return found ? folder : existingAround(folder)
}

/** The path of the user's key, outside of every repository. */
export function seedKeyFile({ XDG_DATA_HOME, LOCALAPPDATA }: Environment): string {
  const home = homeFolder()
  const base =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(home, 'Library', 'Application Support')
        : XDG_DATA_HOME || join(home, '.local', 'share')
  return join(base, 'backprop-labs', 'seed-key')
}

/** For a user without a home, a path that can't be created. */
function homeFolder(): string {
  try {
    return homedir()
  } catch {
    return join('/', 'no-home')
  }
}

const keyOf = (secret: Buffer): SeedKey => ({
  secret,
  id: createHmac('sha256', secret).update('id').digest('hex').slice(0, 16),
})

/** The key from the environment; null if it names none. */
async function givenKey(env: Environment): Promise<SeedKey | null> {
  const given = env[SEED_KEY]
  if (given === undefined) return null
  // A workflow secret that doesn't exist arrives as an empty string, which must not silently select another key.
  if (given.trim() === '') throw new UsageError(`${SEED_KEY} is empty. ${FIX}`)
  if (given === EPHEMERAL) return ephemeralKey()
  const digits = digitsIn(given)
  if (digits) return keyOf(digits)
  const key = await readKeyFile(given)
  if (key) return key
  throw new UsageError(`${SEED_KEY} is neither a key nor an existing file. ${FIX}`)
}

function digitsIn(text: string): Buffer | null {
  const digits = text.trim()
  return /^(?:[0-9a-f]{2})+$/i.test(digits) && digits.length >= 2 * MIN_BYTES ? Buffer.from(digits, 'hex') : null
}

/** Null if there is no such file. */
async function readKeyFile(file: string): Promise<SeedKey | null> {
  try {
    const found = await stat(file)
    if (!found.isFile()) throw new UsageError(`"${file}" must be a file that holds a key. ${FIX}`)
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
      throw new UsageError(`Others can read "${file}", which holds a key: run chmod 600 on it.`)
    const digits = digitsIn(await readFile(file, 'utf8'))
    if (!digits) throw new UsageError(`"${file}" must hold 64 hexadecimal digits. ${FIX}`)
    return keyOf(digits)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

/** The key in the file. Makes it if needed: atomically, and only once even if several processes ask at a time. */
async function keptKey(file: string): Promise<{ readonly key: SeedKey; readonly isNew: boolean }> {
  const known = await readKeyFile(file)
  if (known) return { key: known, isNew: false }
  await makeFolders(dirname(file), 0o700)
  const isNew = await createWhole(file, `${randomBytes(BYTES).toString('hex')}\n`, 0o600)
  const key = await readKeyFile(file)
  if (!key) throw Object.assign(new Error('the key is gone'), { code: 'ENOENT' })
  return { key, isNew }
}
