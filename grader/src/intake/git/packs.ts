import { opendir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { openRegular, readAt } from './files.ts'

/** Objects in pack files, as gitformat-pack(5) describes them: index version 2, SHA-1. */

const MOST = { packs: 500, object: 1 << 16, deltas: 50 }
const OFS_DELTA = 6
const REF_DELTA = 7
const TYPES = ['', 'commit', 'tree', 'blob', 'tag']

export interface GitObject {
  readonly type: string
  readonly content: Buffer
}

/** The object with this id in any pack of the repository whose `.git` folder is given; null when it is in none. */
export async function packedObject(git: string, id: string): Promise<GitObject | null> {
  for (const name of await packNames(git)) {
    const offset = await offsetInPack(git, name, id)
    if (offset === null) continue
    const pack = await openRegular(git, 'objects', 'pack', `${name}.pack`)
    if (!pack) continue
    try {
      return await objectAt({ git, name, pack }, offset, 0)
    } finally {
      await pack.close()
    }
  }
  return null
}

async function packNames(git: string): Promise<string[]> {
  const names: string[] = []
  const folder = await opendir(join(git, 'objects', 'pack')).catch(() => null)
  if (!folder) return names
  for await (const { name } of folder) {
    if (names.length >= MOST.packs) break
    if (name.endsWith('.idx')) names.push(name.slice(0, -'.idx'.length))
  }
  return names.sort()
}

/** Looks an id up in a sorted index: a table of how many ids start with at most each byte, then the ids, sums and offsets. */
async function offsetInPack(git: string, name: string, id: string): Promise<number | null> {
  const index = await openRegular(git, 'objects', 'pack', `${name}.idx`)
  if (!index) return null
  try {
    const head = await readAt(index, 0, 8 + 256 * 4)
    if (head.length < 8 + 256 * 4 || head.readUInt32BE(0) !== 0xff744f63 || head.readUInt32BE(4) !== 2) return null
    const wanted = Buffer.from(id, 'hex')
    const upTo = (byte: number) => (byte < 0 ? 0 : head.readUInt32BE(8 + 4 * byte))
    const count = upTo(255)
    let [low, high] = [upTo(wanted[0] - 1), upTo(wanted[0])]
    while (low < high) {
      const middle = (low + high) >>> 1
      const found = await readAt(index, head.length + 20 * middle, 20)
      const order = Buffer.compare(wanted, found)
      if (order === 0) return (await readAt(index, head.length + 24 * count + 4 * middle, 4)).readUInt32BE(0)
      if (order < 0) high = middle
      else low = middle + 1
    }
    return null
  } finally {
    await index.close()
  }
}

/** Inflates one object of at most 64 kB; a commit has a few hundred bytes. Throws on anything else. */
export const unpack = (bytes: Buffer): Buffer => inflateSync(bytes, { maxOutputLength: MOST.object })

interface Place {
  readonly git: string
  readonly name: string
  readonly pack: FileHandle
}

async function objectAt(place: Place, offset: number, depth: number): Promise<GitObject | null> {
  // A set top bit points into a table for packs above 2 GB, which no submission has.
  if (depth > MOST.deltas || offset >= 2 ** 31) return null
  const bytes = await readAt(place.pack, offset, MOST.object)
  let at = 0
  const type = (bytes[at] >> 4) & 7
  while (bytes[at++] & 0x80);
  if (type !== OFS_DELTA && type !== REF_DELTA) {
    const content = unpack(bytes.subarray(at))
    return TYPES[type] ? { type: TYPES[type], content } : null
  }
  let base: number | null
  if (type === OFS_DELTA) {
    let distance = bytes[at] & 0x7f
    while (bytes[at++] & 0x80) distance = (distance + 1) * 128 + (bytes[at] & 0x7f)
    base = distance > 0 ? offset - distance : null
  } else {
    base = await offsetInPack(place.git, place.name, bytes.toString('hex', at, at + 20))
    at += 20
  }
  const object = base === null || base < 0 ? null : await objectAt(place, base, depth + 1)
  if (!object) return null
  return { ...object, content: applyDelta(object.content, unpack(bytes.subarray(at))) }
}

/** A delta is two sizes, then pieces: a range of the base, or bytes of its own. */
function applyDelta(base: Buffer, delta: Buffer): Buffer {
  let at = 0
  for (let sizes = 0; sizes < 2; sizes++) while (delta[at++] & 0x80);
  const pieces: Buffer[] = []
  let length = 0
  while (at < delta.length && length <= MOST.object) {
    const command = delta[at++]
    // Each of the lower seven bits says whether a byte of the range's start (four) and size (three) follows.
    const [a, b, c, d, e, f, g] = [0, 1, 2, 3, 4, 5, 6].map(bit =>
      command & 0x80 && command & (1 << bit) ? delta[at++] : 0,
    )
    const from = a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24
    const size = e + f * 2 ** 8 + g * 2 ** 16 || 2 ** 16
    const piece = command & 0x80 ? base.subarray(from, from + size) : delta.subarray(at, (at += command))
    pieces.push(piece)
    length += piece.length
  }
  return Buffer.concat(pieces)
}
