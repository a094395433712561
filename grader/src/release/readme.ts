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
  const commands = [
    [`pnpm lab ${number} --once`, 'the visible tests of one lab'],
    [`pnpm lab ${number} ${manifest.exercises[0].id} --once`, 'of one exercise'],
    [`pnpm lab play ${number}`, "the lab's main.ts with your functions"],
    ['pnpm test', 'the visible tests of all labs'],
    ['pnpm typecheck', 'do the types fit together?'],
    ['pnpm lint', 'what is very likely a mistake: a forgotten await, for one'],
  ]
  const width = Math.max(...commands.map(([command]) => command.length))
  return {
    pnpm: `npx -y ${packageManager}`,
    number,
    id: manifest.id,
    commands: commands.map(([command, what]) => `${command.padEnd(width)}  # ${what}`).join('\n'),
    labs: ['| lab | title | you complete |', '| --- | --- | --- |', ...rows].join('\n'),
  }
}
