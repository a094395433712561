import { safeLine } from '@backprop/safe-text'
import { z } from 'zod'
import type { RosterEntry } from '../roster/roster.ts'
import { type Api, ApiBusy, ApiRefused } from './api.ts'

/** A commit became the newest of a branch then: GitHub's clock says so, and no student can change it. */
export interface Push {
  readonly commit: string
  readonly at: string
}

/** The pushes to the branch of an entry, the newest first; or a clause about why they are not known. */
export type PushesOf = (entry: RosterEntry) => Promise<readonly Push[] | string>

const MAX_PUSHES = 100

const Repository = z.object({ default_branch: z.string() })
const Activities = z.array(
  z.object({
    after: z.string().regex(/^[0-9a-f]{40}$/),
    timestamp: z.iso.datetime({ offset: true }),
    activity_type: z.string(),
  }),
)

/**
 * Asks GitHub's API for pushes, merges and new branches: https://docs.github.com/rest/repos/repos#list-repository-activities.
 * The last hundred of them; a token with "Contents: read" is enough.
 * @param server the server that `api` belongs to; other repositories have no pushes that are known
 */
export function pushesFrom(api: Api, server: string): PushesOf {
  return async ({ repository, branch }) => {
    const path = repository.startsWith(`${server}/`) ? repository.slice(server.length + 1).replace(/\.git$/, '') : ''
    if (!/^[\w.-]+\/[\w.-]+$/.test(path)) return `its repository is not on ${server}`
    try {
      const name = branch ?? Repository.parse(await api.request('GET', `/repos/${path}`)).default_branch
      const query = `ref=${encodeURIComponent(`refs/heads/${name}`)}&direction=desc&per_page=${MAX_PUSHES}`
      const found = Activities.parse(await api.request('GET', `/repos/${path}/activity?${query}`))
      return found
        .filter(({ activity_type }) => activity_type !== 'branch_deletion')
        .map(({ after, timestamp }) => ({ commit: after, at: new Date(timestamp).toISOString() }))
    } catch (error) {
      if (error instanceof ApiBusy || error instanceof ApiRefused) return safeLine(error.message)
      if (error instanceof z.ZodError) return 'GitHub answers something else'
      throw error
    }
  }
}
