import { crc32, deflateRawSync, gzipSync } from 'node:zlib'

/** Archives with anything in them, also what no honest program writes. */

export interface Packed {
  readonly name: string | Buffer
  readonly text?: string | Buffer
  /** In ZIP: a link, as Unix writes it. In TAR: the type flag of a symbolic link. */
  readonly link?: boolean
  readonly encrypted?: boolean
  /** ZIP: the size that the directory claims; by default the real one. */
  readonly claims?: number
  /** ZIP: whether the name is declared as UTF-8. */
  readonly utf8?: boolean
}

const UNIX = 3 << 8

/** A ZIP archive, written entry by entry as the format describes it (APPNOTE.TXT 4.3). */
export function zipOf(entries: readonly Packed[]): Buffer {
  const [locals, centrals]: [Buffer[], Buffer[]] = [[], []]
  let offset = 0
  for (const { name, text = '', link = false, encrypted = false, claims, utf8 = true } of entries) {
    const [path, data] = [Buffer.from(name), Buffer.from(text)]
    const packed = deflateRawSync(data)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE((utf8 ? 0x800 : 0) | (encrypted ? 1 : 0), 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(claims ?? data.length, 18)
    common.writeUInt16LE(path.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(((link ? 0o120777 : 0o100644) << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    const version = Buffer.alloc(2)
    version.writeUInt16LE(UNIX | 20)
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02'), version, common, rest, path]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(18)
  const count = Math.min(entries.length, 0xffff)
  end.writeUInt16LE(count, 4)
  end.writeUInt16LE(count, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  const large = entries.length >= 0xffff ? [zip64End(entries.length, directory.length, offset)] : []
  return Buffer.concat([...locals, directory, ...large, Buffer.from('PK\x05\x06'), end])
}

/** What follows the directory of more than 65,534 entries: a record with the real numbers, and where it is (4.3.14, 4.3.15). */
function zip64End(count: number, bytes: number, offset: number): Buffer {
  const [record, locator] = [Buffer.alloc(56), Buffer.alloc(20)]
  record.write('PK\x06\x06', 'latin1')
  record.writeBigUInt64LE(44n, 4)
  record.writeUInt16LE(45, 12)
  record.writeUInt16LE(45, 14)
  const numbers = [count, count, bytes, offset]
  numbers.forEach((number, i) => record.writeBigUInt64LE(BigInt(number), 24 + 8 * i))
  locator.write('PK\x06\x07', 'latin1')
  locator.writeBigUInt64LE(BigInt(offset + bytes), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([record, locator])
}

/** A TAR archive (ustar), not packed. */
export function tarOf(entries: readonly Packed[]): Buffer {
  const blocks = entries.flatMap(({ name, text = '', link = false }) => {
    const data = link ? Buffer.alloc(0) : Buffer.from(text)
    const header = Buffer.alloc(512)
    Buffer.from(name).copy(header, 0, 0, 100)
    header.write(['0000644', '0000000', '0000000', ''].join('\0'), 100)
    header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write(`${'0'.repeat(11)}\0        ${link ? '2' : '0'}${link ? String(text) || 'elsewhere' : ''}`, 136)
    header.write('ustar\x00' + '00', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

export const tarGzOf = (entries: readonly Packed[]): Buffer => gzipSync(tarOf(entries))
