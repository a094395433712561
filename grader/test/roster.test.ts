import { basename, dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPeople } from '../src/roster/people.ts'
import { readRoster } from '../src/roster/roster.ts'
import { rosterText } from '../src/roster/roster-text.ts'
import { SERVER } from './fetched-class.ts'

/** The table of students and their repositories. */

describe('a roster of students', () => {
  test.each([
    [
      'name,id,ID\nAda Obi,1001,1002\n',
      'The roster has two columns called "id", and it is unclear which counts: rename or remove one.',
    ],
    ['name\nAda Obi\nAda Obi\n', 'line 3: name "Ada Obi" is taken by line 2: tell them apart, as in "Ada Obi (2)"'],
    ...['1.23457E+11', '1,23457E+11', '1E+11'].map(id => [
      `name;Student ID\nAda Obi;${id}\n`,
      `line 2: student id "${id}" was shortened by a spreadsheet: format that column as text, and enter it again`,
    ]),
  ])('%j is refused', (csv, words) => {
    expect(() => readPeople(csv)).toThrow(words)
  })

  test.each([
    'First name,Surname,ID number\nZoë,Müller,1\n,Cher,2\n',
    'Last_Name;Given-Name;ID number\nMüller;Zoë;1\nCher;;2\n',
  ])('joins the parts of a name, as in the lists of platforms: %j', csv => {
    const { people } = readPeople(csv)
    expect(people.map(({ name }) => name)).toEqual(['Zoë Müller', 'Cher'])
    expect(Object.values(people[0].more).sort()).toEqual(['1', 'Müller', 'Zoë'])
  })

  test.each([
    ['.xlsx', 'PK\x03\x04\x14\0'],
    ['.xls', '\xd0\xcf\x11\xe0\xa1\xb1'],
  ])('of a spreadsheet itself (%s) is refused', (_, begin) => {
    expect(() => rosterText(Buffer.from(begin, 'latin1'))).toThrow(
      'The roster is a workbook of a spreadsheet, not CSV: save it as "CSV UTF-8".',
    )
  })

  test('keeps zeros at the start of an id, and columns without a name apart', () => {
    const { people, columns } = readPeople('name,id,,\nAda Obi,0042,x,y\n')
    expect([people[0].more, columns]).toEqual([{ id: '0042' }, ['id']])
  })
})

describe('a roster', () => {
  const read = (csv: string, allowFile = false) => readRoster(csv, { server: SERVER, allowFile })

  test('is CSV as spreadsheets write it: quotes, a byte-order mark, more columns, empty lines', () => {
    const csv =
      '\uFEFFName,"email",repository,branch\r\n"Müller, Zoë",z@x,uni/zoe,\r\n\r\nbob,b@x,https://github.com/uni/bob.git,final\r\n'
    expect(read(csv)).toEqual([
      { name: 'Müller, Zoë', repository: 'https://github.com/uni/zoe', branch: null },
      { name: 'bob', repository: 'https://github.com/uni/bob.git', branch: 'final' },
    ])
  })

  test.each([
    ['', 'The roster has no column "name"'],
    ['name\nzoe', 'The roster has no column "repository": its first line must be name,repository'],
    ['name,repository', 'The roster is empty'],
    ['name,repository\n"zoe,uni/zoe', 'The roster is not CSV: '],
    ['name,repository\n../zoe,u/z', 'line 2: name "../zoe" holds one of \\ / : * ? " < > |'],
    ['name,repository\n..,u/z', 'line 2: name ".." starts with a dot'],
    ['name,repository\n-rf,u/z', 'line 2: name "-rf" starts with a dot or a dash'],
    ['name,repository\nCON.txt,u/z', 'line 2: name "CON.txt" means a device on Windows'],
    ['name,repository\nzo\u202ee,u/z', 'holds a character that cannot be seen'],
    [`name,repository\n${'ä'.repeat(51)},u/z`, 'is longer than 100 bytes'],
    ['name,repository\n,u/z', 'line 2: name "" is empty'],
    ['name,repository\nzoe,u/z\nbob,u/b\nZOE,u/x', 'line 4: name "ZOE" is taken by line 2'],
    ['name,repository\nzoe,zoe', 'line 2: repository "zoe" is neither owner/repo nor an https: address'],
    ['name,repository\nzoe,http://github.com/u/z', 'is not fetched over http: give its https: address'],
    ['name,repository\nzoe,ssh://git@github.com/u/z', 'holds more than an address'],
    ['name,repository\nzoe,ext::sh -c x', 'is not fetched over ext'],
    ['name,repository\nzoe,file:///srv/z', 'is not fetched over file'],
    ['name,repository\nzoe,https://s3cret@github.com/u/z', 'a token belongs in the environment variable GITHUB_TOKEN'],
    ['name,repository,branch\nzoe,u/z,--upload-pack=x', 'branch "--upload-pack=x" cannot be the name of a branch'],
    ['name,repository,branch\nzoe,u/z,a..b', 'branch "a..b" cannot be'],
  ])('%j is refused', (csv, words) => {
    expect(() => read(csv)).toThrow(words)
    expect(() => read(csv)).not.toThrow('s3cret')
  })

  const TABLE =
    'name,repository\r\nZoë Müller,uni/zoe\r\nبهرام می\u200cدانم,uni/bahram\r\nක\u0dca\u200dරිෂ\u0dca,uni/krish\r\n'
  const READ = ['Zoë Müller', 'بهرام می\u200cدانم', 'ක\u0dca\u200dරිෂ\u0dca'].map(name => name.normalize('NFC'))
  const utf16 = (text: string, swap: boolean) => {
    const bytes = Buffer.from(text, 'utf16le')
    return swap ? bytes.swap16() : bytes
  }
  test.each([
    ['UTF-8', Buffer.from(TABLE)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${TABLE}`)],
    ['UTF-16 with a byte order mark, as "Unicode text"', utf16(`\ufeff${TABLE.replaceAll(',', '\t')}`, false)],
    ['UTF-16, big end first', utf16(`\ufeff${TABLE}`, true)],
    ['UTF-16 without a mark', utf16(TABLE, false)],
    ['semicolons', Buffer.from(TABLE.replaceAll(',', ';'))],
    ['semicolons, announced by Excel', Buffer.from(`sep=;\r\n${TABLE.replaceAll(',', ';')}`)],
    ['tabs', Buffer.from(TABLE.replaceAll(',', '\t'))],
    ['line ends of old Macs', Buffer.from(TABLE.replaceAll('\r\n', '\r'))],
    ['mixed line ends', Buffer.from(TABLE.replace('\r\n', '\n'))],
    ['columns without a name at the end', Buffer.from(TABLE.replaceAll('\r\n', ',,\r\n'))],
    ['spaces that do not break', Buffer.from(TABLE.replaceAll(',', '\u00a0,\u00a0').replace('\u00a0,\u00a0', ','))],
  ])('is read as people save it: %s', (_, bytes) => {
    expect(read(rosterText(bytes)).map(({ name }) => name)).toEqual(READ)
  })

  test('may have lines within quotes, and still tells the right line', () => {
    const notes = 'name,note,repository\nzoe,"one\ntwo\nthree",u/z\n\nbob,,nowhere\n'
    expect(() => read(notes)).toThrow('line 6: repository "nowhere" is neither')
    expect(() => read('name,repository\nada,u/a\n"Zoë\nMüller",u/z')).toThrow('line 3: name "Zoë\\nMüller" spans two')
  })

  test.each([
    [
      'Windows-1252',
      Buffer.from('name,repository\r\nAda,u/a\r\nZo\xeb M\xfcller,u/z\r\n', 'latin1'),
      'line 3 may mean "Zoë Müller,u/z"',
    ],
    [
      'Windows-1252 after line ends of old Macs',
      Buffer.from('name;repository\rZo\xeb;u/z\r', 'latin1'),
      'line 2 may mean "Zoë;u/z"',
    ],
    ['half of a character', Buffer.from([...Buffer.from('name,repository\nZo'), 0xc3]), 'line 2 may mean "ZoÃ"'],
    [
      'UTF-32',
      Buffer.from([0xff, 0xfe, 0, 0, 0x6e, 0, 0, 0]),
      'The roster is saved as UTF-32: save it as "CSV UTF-8".',
    ],
  ])('is refused with its line where names would be damaged: %s', (_, bytes, words) => {
    expect(() => rosterText(bytes)).toThrow(words)
    expect(() => rosterText(bytes)).toThrow('save it as "CSV UTF-8".')
  })

  test('names what is wrong with a name that looks right', () => {
    expect(() => read('name,repository\nZo\ufffd,u/z')).toThrow(
      'was damaged when the roster was saved in another encoding',
    )
    expect(() => read('name,repository\nA\u200dda,u/z')).toThrow('holds a character that cannot be seen there, U+200D')
    expect(() => read('name,repository\nمی\u200cدانم,u/a\nمیدانم,u/b')).toThrow('is taken by line 2')
  })

  test('for any names, their folders are directly in the requested one', () => {
    const names = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('.', '/', '\\', ':', 'a', ' ') }),
    )
    fc.assert(
      fc.property(names, name => {
        let entries: ReturnType<typeof read>
        try {
          entries = read(`name,repository\n"${name.replaceAll('"', '""')}",u/z`)
        } catch {
          return
        }
        const folder = join('/out', entries[0].name)
        expect([dirname(folder), basename(folder)]).toEqual(['/out', entries[0].name])
      }),
    )
  })
})
