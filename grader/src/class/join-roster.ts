import type { People, Person } from '../roster/people.ts'
import type { RosterRow } from './class-report.ts'

/** Finds the folder of each student of a roster: that of the student's name, or else that of the team. */
export function joinRoster({ people }: People, folders: readonly string[]): RosterRow[] {
  const byName = new Map(folders.map(folder => [folder.normalize('NFC'), folder]))
  const folderOf = ({ name, team }: Person) =>
    byName.get(name) ?? (team === null ? undefined : byName.get(team)) ?? null
  return people.map(person => ({ ...person, student: folderOf(person) }))
}
