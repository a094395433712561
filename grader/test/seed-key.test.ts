import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, describe, expect, test } from 'vitest'
import { type Draws, drawsFor, presentKey, SEED_KEY, type SeedKey, seedKeyFile } from '../src/pipeline/seed-key.ts'
import { drawKeyOf, drawKeyOfSeed, streamOf } from '../src/sandbox/draws.ts'

const root = mkdtempSync(join(tmpdir(), 'backprop-seed-key-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let homes = 0
/** A user without a key: an empty folder for data, which is not even there. */
const newUser = () => ({ XDG_DATA_HOME: join(root, `home ${++homes}`), LOCALAPPDATA: join(root, `home ${homes}`) })

/** What grades draw from in such an environment, and what is said about it. */
async function drawn(env: Record<string, string>, options: { seed?: number; official?: boolean } = {}) {
  const stderr = new PassThrough()
  const draws = await drawsFor(options, { env, stderr })
  return { draws, said: String((stderr.read() as Buffer | null) ?? '') }
}

function keyIn(draws: Draws): SeedKey {
  if ('seed' in draws) throw new TypeError('a seed, not a key')
  return draws
}

// macOS keeps it in the user's library, which a test leaves alone.
describe.skipIf(process.platform === 'darwin')('the key of the user', () => {
  test('is made when it is first needed, for this user alone, and is the same from then on', async () => {
    const env = newUser()
    expect(await presentKey(env), 'looking makes none').toBeNull()
    const { draws, said } = await drawn(env)
    expect(said).toContain(`Made the key for the random draws of grades: ${seedKeyFile(env)}.`)
    expect(keyIn(draws).secret).toHaveLength(32)
    if (process.platform !== 'win32') expect(statSync(seedKeyFile(env)).mode & 0o777).toBe(0o600)
    expect(await drawn(env)).toEqual({ draws, said: '' })
    expect(await presentKey(env)).toEqual(draws)
  })

  test('is made once, even if several runs need it at the same time, and leaves no drafts', async () => {
    const env = newUser()
    const all = await Promise.all(Array.from({ length: 12 }, () => drawn(env)))
    expect(new Set(all.map(({ draws }) => keyIn(draws).id)).size).toBe(1)
    expect(all.filter(({ said }) => said !== '')).toHaveLength(1)
    expect(readdirSync(dirname(seedKeyFile(env)))).toEqual(['seed-key'])
  })

  test('that cannot be kept: an official grade is not given, another says that it cannot be repeated', async () => {
    const env = newUser()
    writeFileSync(env.XDG_DATA_HOME, 'a file where the folder should be')
    await expect(drawn(env, { official: true })).rejects.toThrow(
      /^The key for the random draws of grades cannot be stored in ".*seed-key" \(\w+\)\. Set BACKPROP_SEED_KEY to 64 /,
    )
    const { draws, said } = await drawn(env)
    expect(keyIn(draws).id).toMatch(/^ephemeral-[0-9a-f]{16}$/)
    expect(said).toContain('This run uses a temporary key and cannot be repeated.')
  })

  test('that is not a key, or open to others, is refused with a reason', async () => {
    const env = newUser()
    const file = seedKeyFile(env)
    mkdirSync(dirname(file), { recursive: true })
    for (const text of ['', 'ab'.repeat(15), 'abc'.repeat(21), 'x'.repeat(64)]) {
      writeFileSync(file, text, { mode: 0o600 })
      await expect(drawn(env), text).rejects.toThrow('must hold 64 hexadecimal digits')
    }
    writeFileSync(file, 'ab'.repeat(32))
    if (process.platform === 'win32') return
    chmodSync(file, 0o644)
    await expect(drawn(env)).rejects.toThrow(`Others can read "${file}", which holds a key: run chmod 600 on it.`)
  })
})

describe('the key of the environment', () => {
  const digits = '0123456789abcdef'.repeat(4)

  test('is given as digits or as a file, goes before that of the user, and none is made', async () => {
    const env = newUser()
    const file = join(root, 'a key')
    writeFileSync(file, `${digits.toUpperCase()}\n`, { mode: 0o600 })
    const [text, read] = [await drawn({ ...env, [SEED_KEY]: digits }), await drawn({ ...env, [SEED_KEY]: file })]
    expect(keyIn(text.draws).secret.toString('hex')).toBe(digits)
    expect(read).toEqual(text)
    expect(await presentKey(env)).toBeNull()
  })

  test('may be one for this run alone, which its id says', async () => {
    const ids = [await drawn({ [SEED_KEY]: 'ephemeral' }), await drawn({ [SEED_KEY]: 'ephemeral' })].map(
      ({ draws }) => keyIn(draws).id,
    )
    expect(ids[0]).toMatch(/^ephemeral-[0-9a-f]{16}$/)
    expect(ids[1]).not.toBe(ids[0])
  })

  test('is not taken for none where it is empty, as a secret of a workflow that was never set', async () => {
    await expect(drawn({ [SEED_KEY]: '' })).rejects.toThrow('BACKPROP_SEED_KEY is empty.')
    await expect(drawn({ [SEED_KEY]: 'abcdef' })).rejects.toThrow('is neither a key nor an existing file')
  })

  test('gives way to --seed, which no official grade takes', async () => {
    expect(await drawn({ [SEED_KEY]: digits }, { seed: 3 })).toEqual({ draws: { seed: 3 }, said: '' })
    await expect(drawn({}, { seed: 3, official: true })).rejects.toThrow('--seed makes the draws predictable')
  })

  test('is named by an id that reveals nothing about it', async () => {
    const { id, secret } = keyIn((await drawn({ [SEED_KEY]: digits })).draws)
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(secret.toString('hex')).not.toContain(id)
  })
})

describe('draws', () => {
  const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const what = { lab: '01-perceptron', suiteHash: 'a'.repeat(64), treeHash: 'b'.repeat(64) }

  test('are those of the key, the lab, its tests and the files, and of nothing else', () => {
    const key = drawKeyOf(one, what)
    expect(drawKeyOf(one, { ...what })).toBe(key)
    const others = [
      drawKeyOf(other, what),
      drawKeyOf(one, { ...what, lab: '02-activations' }),
      drawKeyOf(one, { ...what, suiteHash: 'c'.repeat(64) }),
      drawKeyOf(one, { ...what, treeHash: `${'b'.repeat(63)}c` }),
      drawKeyOfSeed(1),
    ]
    expect(new Set([key, ...others]).size).toBe(6)
    for (const each of [key, ...others]) expect(each).toMatch(/^[0-9a-f]{64}$/)
  })

  test('have 128 bits of state for each test and each purpose', () => {
    const key = drawKeyOf(one, what)
    const states = ['inputs', 'secret: names', 'secret: held-out'].flatMap(purpose =>
      ['accuracy > digits', 'accuracy > steady'].map(test => streamOf(key, test, purpose).state()),
    )
    expect(new Set(states.flat()).size, 'six times four words, none twice').toBe(24)
    expect(streamOf(key, 'accuracy > digits', 'inputs').state()).toEqual(states[0])
  })
})
