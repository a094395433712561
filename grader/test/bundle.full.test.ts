import { expect, test } from 'vitest'
import { bundle } from '../src/intake/bundle.ts'
import { filesOf, LAB } from './bundling.ts'

test('one file that would keep the compiler busy forever costs no other', async () => {
  const files = filesOf({
    'src/bomb.ts': `export const z = ${'a=>'.repeat(6000)}1`,
    'src/good.ts': 'export const good = 1',
  })
  const { modules, problems } = await bundle(files, LAB)
  expect([...modules.keys()]).toEqual(['good'])
  expect(problems.get('src/bomb.ts')).toContain('cannot be compiled within reason')
})
