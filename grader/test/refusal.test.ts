import { expect, test } from 'vitest'
import { expectRefusal } from '../src/pipeline/suite/index.ts'
import { SandboxDied, StudentError } from '../src/sandbox/wire/sandbox-errors.ts'

/** What counts as refusing wrong arguments, when a hidden test asks for it. */

const thrown = (name: string, message = 'no layer') => Promise.reject(new StudentError(name, message, ''))
const WHY = 'no layer: the number of inputs is unknown'

test('a RangeError is a refusal', async () => {
  await expect(expectRefusal(thrown('RangeError'), WHY)).resolves.toBeUndefined()
})

test.each(['Invalid array length', 'Invalid typed array length: -1', 'Array buffer allocation has no such length'])(
  'a length that cannot be is a RangeError as any other: %s',
  async message => {
    expect(new StudentError('RangeError', message, '').kind).toBe('threw')
    await expect(expectRefusal(thrown('RangeError', message))).resolves.toBeUndefined()
  },
)

test.each(['TypeError', 'Error', 'SyntaxError'])('a %s may be a crash, so it is not a refusal', async name => {
  await expect(expectRefusal(thrown(name), WHY)).rejects.toThrow(WHY)
  await expect(expectRefusal(thrown(name))).rejects.toThrow('wrong arguments must be refused with a RangeError')
})

test('an answer is not a refusal', async () => {
  await expect(expectRefusal(Promise.resolve([1, 2]), WHY)).rejects.toThrow(WHY)
})

test('a stub, a lack of memory and a death are reported as such', async () => {
  const untold: [Promise<never>, string][] = [
    [thrown('NotImplemented', 'collapse is not written yet'), 'collapse is not written yet'],
    [thrown('RangeError', 'Array buffer allocation failed'), 'allocation failed'],
    [Promise.reject(new SandboxDied('timeout', 'took more than 10 s')), 'took more than 10 s'],
  ]
  for (const [call, message] of untold) await expect(expectRefusal(call, WHY)).rejects.toThrow(message)
})
