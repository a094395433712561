import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report } from '@backprop/report'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyId, makeKeys, signingKey, verifyingKey } from '../src/signing/keys.ts'
import { NotAReport, parseReport } from '../src/signing/read.ts'
import { canonical, sign, signatureFault } from '../src/signing/sign.ts'
import { reportOf } from './signed.ts'

const { privatePem, publicPem } = makeKeys()
const [privateKey, publicKey] = [createPrivateKey(privatePem), createPublicKey(publicPem)]
const signed = sign(reportOf(), privateKey)

const faultOf = (text: string): string | null => {
  try {
    return signatureFault(parseReport(text), publicKey)
  } catch (error) {
    if (error instanceof NotAReport) return error.message
    throw error
  }
}

describe('the canonical form', () => {
  test('is that of RFC 8785, section 3.2.2', () => {
    const text = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`
    expect(canonical(JSON.parse(text) as Report)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    )
  })

  test('sorts keys as section 3.2.3 does, by their UTF-16 units', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6']
    const text = canonical(Object.fromEntries(keys.map(key => [key, 0])))
    expect(Object.keys(JSON.parse(text) as object)).toEqual([1, '\r', '\u0080', 'ö', '€', '😀', '\ufb33'].map(String))
  })
})

describe('a signed report', () => {
  test('is valid, and stays so when another program writes it differently', () => {
    expect(signatureFault(signed, publicKey)).toBeNull()
    const backwards = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(backwards)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, part]) => [key, backwards(part)]),
            )
          : value
    expect(faultOf(JSON.stringify(backwards(signed), null, '\t').replaceAll('\n', '\r\n'))).toBeNull()
  })

  test('is the same twice, and differs from the unsigned one in its signature alone', () => {
    const { signature, ...rest } = sign(reportOf(), privateKey)
    expect(signature).toEqual(signed.signature)
    expect(rest).toEqual(reportOf())
  })

  test('shows any change of any one value', () => {
    const leaves = leavesOf(signed)
    expect(leaves.length).toBeGreaterThan(100)
    for (const { path, value } of leaves) {
      for (const changed of alike(value)) {
        const fault = faultOf(JSON.stringify(replaced(signed, path, changed)))
        expect(fault, `${path.join('.')} = ${JSON.stringify(changed)}`).not.toBeNull()
      }
    }
  })

  test('shows anything else that replaces a value', () => {
    const places = fc.constantFrom(...leavesOf(signed))
    fc.assert(
      fc.property(places, fc.jsonValue(), ({ path, value }, other) => {
        fc.pre(JSON.stringify(value) !== JSON.stringify(other))
        return faultOf(JSON.stringify(replaced(signed, path, other))) !== null
      }),
    )
  })

  test('shows what was left out, added, or moved', () => {
    const [lab] = signed.labs
    const changes: unknown[] = [
      { ...signed, labs: [] },
      { ...signed, labs: [lab, lab] },
      { ...signed, labs: [{ ...lab, exercises: lab.exercises.toReversed() }] },
      { ...signed, note: 'well done' },
      { ...signed, signature: undefined },
    ]
    for (const changed of changes) expect(faultOf(JSON.stringify(changed))).not.toBeNull()
  })

  test('must not contain a key twice, because programs would read one or the other', () => {
    const text = JSON.stringify(signed).replace('"points":', '"points":100,"points":')
    expect(faultOf(text)).toBe('it has the same key twice in one object.')
  })
})

describe('a key is taken', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keys of zoë '))
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const mine = file('mine', privatePem)

  test('from a file or as text, and there may be none', async () => {
    for (const given of [mine, privatePem]) {
      const key = await signingKey({ BACKPROP_SIGNING_KEY: given })
      expect(key && keyId(key)).toBe(keyId(publicKey))
    }
    expect(await signingKey({})).toBeNull()
    expect(await verifyingKey(undefined, {})).toBeNull()
  })

  test('for checking: from --key, else from the environment, where the private key will do', async () => {
    const wrong = makeKeys()
    const env = { BACKPROP_PUBLIC_KEY: publicPem, BACKPROP_SIGNING_KEY: wrong.privatePem }
    for (const [given, from] of [
      [file('theirs.pub', publicPem), { BACKPROP_PUBLIC_KEY: wrong.publicPem }],
      [undefined, env],
      [undefined, { BACKPROP_SIGNING_KEY: mine }],
    ] as const) {
      const key = await verifyingKey(given, from)
      expect(key && { id: keyId(key), type: key.type }).toEqual({ id: keyId(publicKey), type: 'public' })
    }
  })

  test('or refused with a sentence', async () => {
    const rsa = generateKeyPairSync('rsa', {
      modulusLength: 1024,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    const refusal = (given: string) => expect(signingKey({ BACKPROP_SIGNING_KEY: given })).rejects
    await refusal('nowhere').toThrow('BACKPROP_SIGNING_KEY names the file "nowhere", which cannot be read (ENOENT).')
    await refusal(publicPem).toThrow('BACKPROP_SIGNING_KEY holds no private key in PEM form.')
    await refusal(rsa.privateKey).toThrow('BACKPROP_SIGNING_KEY: expected an Ed25519 key, got one of type rsa.')
  })
})

type Path = readonly (string | number)[]

function leavesOf(value: unknown, path: Path = []): { path: Path; value: string | number | null }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value: value as string | number | null }]
  const entries = Array.isArray(value) ? value.map((part, i) => [i, part] as const) : Object.entries(value)
  return entries.flatMap(([key, part]) => leavesOf(part, [...path, key]))
}

function replaced(root: unknown, path: Path, value: unknown): unknown {
  const copy = structuredClone(root) as Record<string | number, unknown>
  const holder = path.slice(0, -1).reduce<Record<string | number, unknown>>((at, key) => at[key] as typeof at, copy)
  holder[path[path.length - 1]] = value
  return copy
}

/** Other values of the same kind, as somebody who forges would choose them. */
function alike(value: string | number | null): unknown[] {
  if (value === null) return [0, '2026-11-21T12:00:00Z', 'b'.repeat(64), '']
  if (typeof value === 'number') return [value + 1, value - 1, 100, 0].filter(other => other !== value)
  const flipped = value.replace(/.$/, last => (last === '0' ? '1' : '0'))
  return [flipped, `${value} `, value.toUpperCase(), 'passed', ''].filter(other => other !== value)
}
