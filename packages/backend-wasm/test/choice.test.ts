import { expect, test } from '@backprop/testkit'
import { createChoice } from '../src/pool/choice.ts'

/** How long a piece of work takes at its n-th call, in milliseconds. */
type Times = (call: number) => number

/** Does the work so many times, and adds up what it took; `shared` counts the calls that several threads did. */
function work(calls: number, alone: Times, shared: Times, choice = createChoice()) {
  const total = { milliseconds: 0, shared: 0 }
  for (let call = 0; call < calls; call++) {
    const isShared = choice.next()
    const took = (isShared ? shared : alone)(call)
    choice.took(isShared, took)
    total.milliseconds += took
    if (isShared) total.shared++
  }
  return total
}

const always =
  (milliseconds: number): Times =>
  () =>
    milliseconds

test('work that threads do faster is shared nearly always', () => {
  const { shared, milliseconds } = work(1000, always(0.2), always(0.11))
  expect(shared).toBeGreaterThan(950)
  expect(milliseconds).toBeLessThan(0.11 * 1000 * 1.03)
})

test.each([0.02, 0.2, 5])('threads that make %s ms of work ten times slower cost at most 3 %', alone => {
  const { milliseconds } = work(5000, always(alone), always(10 * alone))
  expect(milliseconds).toBeLessThan(alone * 5000 * 1.03)
})

test('a gain of less than 3 % is not worth a second processor', () => {
  expect(work(1000, always(1), always(0.98)).shared).toBeLessThan(80)
})

test('the first calls, before the engine has compiled a kernel well, do not decide', () => {
  const { shared } = work(500, always(0.2), call => (call < 4 ? 3 : 0.11))
  expect(shared).toBeGreaterThan(450)
})

test('it changes its mind when other programs come and go', () => {
  const choice = createChoice()
  work(500, always(0.2), always(0.11), choice)
  const busy = work(500, always(0.2), always(2), choice)
  expect(busy.shared).toBeLessThan(20)
  const idle = work(2000, always(0.2), always(0.11), choice)
  expect(idle.shared).toBeGreaterThan(1200)
})

test('single calls that the system interrupts for long change nothing', () => {
  const interrupted =
    (usual: number): Times =>
    call =>
      call % 50 === 7 ? 8 : usual
  expect(work(2000, interrupted(0.2), interrupted(0.11)).shared).toBeGreaterThan(1800)
  expect(work(2000, interrupted(0.11), interrupted(0.2)).shared).toBeLessThan(200)
})

test('a clock that shows 0 for the first calls is believed no longer than that', () => {
  expect(work(1000, always(1), call => (call < 8 ? 0 : 5)).shared).toBeLessThan(50)
})
