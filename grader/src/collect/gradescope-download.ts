import { join } from 'node:path'
import { readUnlinked } from '@backprop/files'
import { parse } from 'yaml'
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import type { Identity } from '../roster/directory.ts'
import { ID_COLUMNS } from '../roster/roster-columns.ts'
import type { Delivery, HandInTime, Platform } from './delivery.ts'

const METADATA = 'submission_metadata.yml'
const MAX_METADATA_BYTES = 32 << 20
/** Ruby writes the zone of all times once, and then refers to it: for each submission, and for each earlier one of a student. */
const MAX_ALIASES = 1_000_000

/**
 * "Export submissions" of a Gradescope programming assignment: a folder `submission_123` for each submission, and a YAML file
 * that Ruby wrote, which says whose they are:
 *
 *     submission_123:
 *       :submitters:
 *       - :name: Ada Obi
 *         :sid: '1001'
 *         :email: ada@uni.example
 *       :created_at: 2026-11-30 23:59:00.000000000 Z
 */
export const gradescopeDownload: Platform = {
  name: 'Gradescope',
  // The file names them all.
  count: entries => (entries.some(({ name }) => name === METADATA) ? entries.length : 0),
  async read(folder, entries) {
    const all = metadataOf(await readUnlinked(join(folder, METADATA), MAX_METADATA_BYTES))
    const names = entries.map(({ name }) => name).filter(name => name !== METADATA)
    const deliveries = names.flatMap((name): Delivery[] => {
      const about = all[name] as Metadata[string] | undefined
      if (!about) return []
      return [
        {
          who: about[':submitters'].map(identityOf),
          label: name,
          parts: [{ from: name, to: entries.find(entry => entry.name === name)?.isFile() ? name : '' }],
          time: timeOf(about[':created_at']),
          late: null,
        },
      ]
    })
    return { deliveries, strays: names.filter(name => !(name in all)) }
  },
}

const text = z.union([z.string(), z.number()]).transform(String).nullish()
const Metadata = z.record(
  z.string(),
  z.object({
    ':submitters': z.array(z.object({ ':name': text, ':sid': text, ':email': text })),
    ':created_at': z.unknown().optional(),
  }),
)
type Metadata = z.infer<typeof Metadata>

function metadataOf(bytes: Buffer): Metadata {
  try {
    return Metadata.parse(
      parse(bytes.toString('utf8'), { logLevel: 'error', schema: 'core', maxAliasCount: MAX_ALIASES }),
    )
  } catch {
    throw new UsageError(
      `${METADATA} of the download is not what Gradescope writes: it must name the :submitters of each submission.`,
    )
  }
}

function identityOf(submitter: Metadata[string][':submitters'][number]): Identity {
  const { ':name': name, ':sid': sid, ':email': email } = submitter
  return {
    ids: sid ? [{ value: sid, columns: ID_COLUMNS }] : [],
    email: email ?? undefined,
    name: name ?? undefined,
  }
}

/** Ruby writes a time as text, or as an object that has it in UTC. */
function timeOf(value: unknown): HandInTime | null {
  const written = typeof value === 'object' && value !== null && 'utc' in value ? value.utc : value
  if (typeof written !== 'string') return null
  const iso = written.trim().replace(/^(\S+) (\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d*)? ?(Z|[+-]\d\d:?\d\d)$/, '$1T$2.$3$4')
  const at = new Date(iso.replace('.Z', 'Z').replace(/\.(?=[+-])/, ''))
  return Number.isNaN(at.getTime()) ? null : { at }
}
