import type { Lab } from '@backprop/course'

/** Replaces each `{{name}}` by the value of that name. */
export const fillIn = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name])

/** The values that the students' README needs for these labs; its commands use the first lab as their example. */
export function readmeValues(labs: readonly Lab[], packageManager: string): Record<string, string> {
  const [{ manifest }] = labs
  const rows = labs.map(({ manifest: { id, title, edit } }) => {
    const files = edit.map(file => `\`${file}\``).join(', ')
    return `| [${id}](labs/${id}/README.md) | ${title} | ${files} |`
  })
  const number = String(Number(manifest.id.slice(0, 2)))
  const first = manifest.exercises[0].id
  const commands = [
    ['pnpm lab', 'watch the next exercise: its tests run whenever you save'],
    [`pnpm lab ${number} ${first}`, 'watch a particular exercise'],
    [`pnpm lab ${number} --once`, 'run the tests of a lab once, as plain lines'],
    ['pnpm lab list', 'the labs, their exercises, and what is done'],
    [`pnpm lab hint ${number} ${first}`, 'the next of three hints'],
    [`pnpm lab play ${number}`, "run the lab's main.ts with your functions; --open shows its pictures in the browser"],
    [`pnpm lab try ${number}`, 'your own calls: runs the file try.ts of the lab whenever you save'],
    [`pnpm lab quiz ${number}`, 'your answers to the quiz; after the deadline, the right ones too'],
    [`pnpm lab reset ${number} ${first}`, 'start an exercise over; your version is kept beside it'],
    ['pnpm lab doctor', 'check that everything the labs need is there'],
    ['pnpm lab submit --check', 'check whether these files would be accepted if you handed them in'],
    ['pnpm playground', 'a network in the browser that runs on your functions'],
    ['pnpm test', 'the visible tests of all labs'],
    ['pnpm typecheck', 'check the types'],
    ['pnpm lint', 'find likely mistakes, such as a forgotten await'],
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
