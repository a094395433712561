import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { Lab } from '@backprop/course'

/** PrairieLearn kills a job after at most this time. */
const MAX_TIMEOUT_SECONDS = 600
/** For the start of a container, and for trying the tiers and the backend. */
export const START_SECONDS = 60

/** `info.json` of a PrairieLearn question whose submissions are graded in `image`. */
export function questionInfo({ manifest: { id, title, limits } }: Lab, image: string): object {
  return {
    uuid: uuidOf(id),
    title: `${id}: ${title}`,
    topic: 'Backprop Labs',
    tags: [],
    type: 'v3',
    singleVariant: true,
    gradingMethod: 'External',
    externalGradingOptions: {
      enabled: true,
      image,
      entrypoint: '/grade/tests/grade.sh',
      timeout: Math.min(MAX_TIMEOUT_SECONDS, START_SECONDS + limits.wallSeconds),
      enableNetworking: false,
    },
  }
}

/** The same id for the same lab, so that exporting again changes the question instead of adding one (RFC 9562, version 8). */
function uuidOf(id: string): string {
  const hash = createHash('sha256')
    .update(`backprop-labs question ${basename(id)}`)
    .digest('hex')
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `a${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-')
}
