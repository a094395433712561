import { NotImplemented } from '@backprop/testkit/todo'
import { mean } from '#lab/mean'

// Change what you like here.
const VALUES = [1, 2, 6]

try {
  console.log(`The mean of ${VALUES.join(', ')} is ${mean(VALUES)}.`)
} catch (error) {
  if (!(error instanceof NotImplemented)) throw error
  console.log(`Nothing to show yet: ${error.message}`)
}
