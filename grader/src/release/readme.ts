import type { Lab } from '@backprop/course'

/** `{{name}}` becomes the value of that name. */
export const fillIn = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name])

/** What the students' README says of these labs; its commands are about the first one. */
export function readmeValues(labs: readonly Lab[], packageManager: string): Record<string, string> {
  const [{ manifest }] = labs
  const rows = labs.map(({ manifest: { id, title, edit } }) => {
    const files = edit.map(file => `\`${file}\``).join(', ')
    return `| [${id}](labs/${id}/README.md) | ${title} | ${files} |`
  })
  const number = String(Number(manifest.id.slice(0, 2)))
  const first = manifest.exercises[0].id
  const commands = [
    ['pnpm lab', 'watch the exercise that is next: its tests run whenever you save'],
    [`pnpm lab ${number} ${first}`, 'watch another one'],
    [`pnpm lab ${number} --once`, 'run the tests of a lab once, in plain lines'],
    ['pnpm lab list', 'the labs, their exercises, and what is done'],
    [`pnpm lab hint ${number} ${first}`, 'the next of three hints'],
    [`pnpm lab play ${number}`, "run the lab's main.ts with your functions; --open shows its pictures in the browser"],
    [`pnpm lab try ${number}`, 'your own calls: runs the file try.ts of the lab whenever you save'],
    [`pnpm lab quiz ${number}`, 'your answers to the quiz; after the deadline, the right ones too'],
    [`pnpm lab reset ${number} ${first}`, 'start an exercise over; a copy of yours is kept'],
    ['pnpm lab doctor', 'is everything there that the labs need?'],
    ['pnpm lab submit --check', 'would these files be taken when you hand in?'],
    ['pnpm test', 'the visible tests of all labs'],
    ['pnpm typecheck', 'do the types fit together?'],
    ['pnpm lint', 'what is very likely a mistake: a forgotten await, for one'],
  ]
  const width = Math.max(...commands.map(([command]) => command.length))
  return {
    pnpm: `npx -y ${packageManager}`,
    pnpmVersion: packageManager,
    number,
    id: manifest.id,
    commands: commands.map(([command, what]) => `${command.padEnd(width)}  # ${what}`).join('\n'),
    labs: ['| lab | title | you complete |', '| --- | --- | --- |', ...rows].join('\n'),
  }
}
