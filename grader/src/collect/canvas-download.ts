import { CANVAS_COLUMNS } from '../roster/roster-columns.ts'
import { grouped, parseNames, type Platform } from './delivery.ts'

/**
 * "Download submissions" of a Canvas assignment: files `obiada_12345_67890_lab.zip`, where the name is the sortable name in
 * lower case without anything but letters and digits, then `LATE` if it was late, the number of the user, that of the attachment,
 * and the file's name; text that was typed in is in `obiada_12345_text.html`. A file that was handed in again is called `lab-1.zip`. Only the last attempt is there. See
 * app/models/content_zipper.rb.
 */
export const canvasDownload: Platform = {
  name: 'Canvas',
  count: entries => entries.filter(entry => entry.isFile() && NAME.test(entry.name)).length,
  // eslint-disable-next-line @typescript-eslint/require-await -- others read files
  async read(_, entries) {
    const { parsed, strays } = parseNames(entries, NAME)
    const deliveries = grouped(parsed, ({ groups }) => `${groups.who}_${groups.user}`).map(names => {
      const { who = '', user = '' } = names[0].groups
      return {
        who: [{ ids: [{ value: user, columns: CANVAS_COLUMNS }], solidName: who }],
        label: `${who}_${user}`,
        parts: names.map(({ name, groups }) => ({ from: name, to: withoutAttempt(groups.file ?? 'text.html') })),
        time: null,
        late: names.some(({ groups }) => groups.late !== undefined),
      }
    })
    return { deliveries, strays }
  },
}

const NAME = /^(?<who>[^_]+)(?<late>_LATE)?_(?<user>\d+)_(?:\d+_(?<file>.+)|(?<text>[a-z]+)\.html)$/

/** `perceptron-1.ts` is the second `perceptron.ts`; no file of a lab has such a name itself. */
const withoutAttempt = (file: string): string => file.replace(/-\d{1,3}(?=\.ts$)/, '')
