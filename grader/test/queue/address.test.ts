import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import { addressOf, nameOf } from '../../src/queue/postgres/address.ts'

const server = (text: string) => {
  const address = addressOf(text)
  if (address.kind !== 'server') throw new Error('expected a server')
  return address
}

describe('the address of a database', () => {
  it('has the parts of a PostgreSQL address', () => {
    expect(server('postgresql://ann:p%40ss@db.example.edu:6432/grades')).toEqual({
      kind: 'server',
      host: 'db.example.edu',
      port: 6432,
      database: 'grades',
      user: 'ann',
      password: 'p@ss',
      ssl: {},
    })
  })

  it('names the user as database, port 5432, and no password by default', () => {
    expect(server('postgres://ann@localhost')).toEqual({
      kind: 'server',
      host: 'localhost',
      port: 5432,
      database: 'ann',
      user: 'ann',
      ssl: false,
    })
  })

  it.each([
    ['postgres://a@127.0.0.1/x', false],
    ['postgres://a@[::1]/x', false],
    ['postgres:///x?host=/var/run/postgresql&user=a', false],
    ['postgres://a@127.0.0.1/x?sslmode=verify-full', {}],
    ['postgres://a@127.evil.example/x', {}],
    ['postgres://a@10.0.0.1/x', {}],
    ['postgres://a@10.0.0.1/x?sslmode=require', { rejectUnauthorized: false }],
    ['postgres://a@10.0.0.1/x?sslmode=disable', false],
  ])('%s asks for TLS unless the traffic stays here', (text, ssl) => {
    expect(server(text).ssl).toEqual(ssl)
  })

  it('reads sslrootcert, and says if it cannot', () => {
    const text = `postgres://a@db/x?sslrootcert=${import.meta.filename}`
    expect(server(text).ssl).toMatchObject({ ca: expect.stringContaining('reads sslrootcert') as string })
    expect(() => addressOf('postgres://a@db/x?sslrootcert=/nowhere.pem')).toThrow(
      'sslrootcert names the file "/nowhere.pem", which cannot be read (ENOENT).',
    )
  })

  it('may be a folder, or memory', () => {
    expect(addressOf('pglite:some/folder')).toEqual({ kind: 'embedded', folder: 'some/folder' })
    expect(addressOf('pglite:')).toEqual({ kind: 'embedded', folder: null })
  })

  it.each([
    ['mysql://a:secret@db/x', 'is not valid: expected postgres://USER@HOST:PORT/DATABASE, or pglite:FOLDER'],
    ['postgres://a:secret@db:99999/x', 'is not valid: expected'],
    ['postgres://:secret@db/x', 'has no user: expected'],
    ['postgres:///x?user=a&password=secret', 'has no host: expected'],
    ['postgres://a:secret%@db/x', 'write % as %25'],
    ['postgres://a:secret@db/x?sslmode=prefer', 'one of disable, require, verify-ca, verify-full, and is "prefer"'],
    ['postgres://a:secret@db/x?sslmode=toString', 'sslmode must be'],
  ])('%s is refused without quoting the password', (text, why) => {
    const refused = () => addressOf(text)
    expect(refused).toThrow(UsageError)
    expect(refused).toThrow(why)
    expect(refused).not.toThrow('secret')
  })

  it('is named without its password', () => {
    expect(nameOf(addressOf('postgres://ann:secret@db/x'))).toBe('ann@db:5432/x')
  })
})
