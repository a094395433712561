import { ANSWERS } from './answers.ts'
import type { Attack } from './attack.ts'
import { CHANNEL } from './channel.ts'
import { COMPILER } from './compiler.ts'
import { JUDGE } from './judge.ts'
import { LEAVE } from './leave.ts'
import { MACHINE } from './machine.ts'
import { ODD_FILES } from './odd-files.ts'
import { RESOURCES } from './resources.ts'
import { SECRETS } from './secrets.ts'
import { TREE } from './tree.ts'

/** Attacks on whoever judges: they are shown the whole hidden suite. */
export const ON_THE_JUDGE: readonly Attack[] = JUDGE
/** Attacks on the verdict, time and the files around the code: one exercise is enough to run them. */
export const ON_THE_VERDICT: readonly Attack[] = [
  ...[...LEAVE, ...ANSWERS, ...CHANNEL, ...RESOURCES],
  ...[...TREE, ...ODD_FILES, ...COMPILER],
]
/** Attacks on what lies outside: it makes no difference to them who calls them, and why. */
export const ON_THE_OUTSIDE: readonly Attack[] = [...SECRETS, ...MACHINE]

export const CORPUS: readonly Attack[] = [...ON_THE_JUDGE, ...ON_THE_VERDICT, ...ON_THE_OUTSIDE]
