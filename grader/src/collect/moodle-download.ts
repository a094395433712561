import { PARTICIPANT_COLUMNS } from '../roster/roster-columns.ts'
import { grouped, parseNames, type Platform } from './delivery.ts'

/**
 * "Download all submissions" of a Moodle assignment: a folder `Ada Obi_123456_assignsubmission_file_` for each student (newer
 * versions leave out the last underscore), or files `Ada Obi_123456_assignsubmission_file_lab.zip` if downloads in folders are
 * switched off. The number is that of the participant in this assignment, as in the grading worksheet. With groups, the
 * name starts with that of the group and a dash; with blind marking, it is "Participant". See
 * `download_submissions` in mod/assign/locallib.php.
 */
export const moodleDownload: Platform = {
  name: 'Moodle',
  count: entries => entries.filter(({ name }) => NAME.test(name)).length,
  // eslint-disable-next-line @typescript-eslint/require-await -- others read files
  async read(_, entries) {
    const { parsed, strays } = parseNames(entries, NAME)
    const deliveries = grouped(parsed, ({ groups }) => groups.participant ?? '').map(names => {
      const { who = '', participant = '' } = names[0].groups
      return {
        who: [identityOf(who, participant)],
        label: `${who}_${participant}`,
        parts: names.map(({ name, groups }) => ({ from: name, to: groups.file ?? '' })),
        time: null,
        late: null,
      }
    })
    return { deliveries, strays }
  },
}

const NAME = /^(?<who>.+?)_(?<participant>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?<file>.*))?$/

function identityOf(who: string, participant: string) {
  const ids = [participant, `Participant ${participant}`].map(value => ({ value, columns: PARTICIPANT_COLUMNS }))
  return who === 'Participant' ? { ids } : { ids, name: who }
}
