import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { z } from 'zod'
import { command, findExercise } from '../command.ts'
import { styleFor, type TerminalStyle, wrapped } from '../render/terminal-text.ts'

/** Added to the tree by an update after the deadline (`pnpm grade release --update --quiz`); absent before. */
const FILE = 'quiz.json'

const Answers = z.record(z.string(), z.strictObject({ answer: z.string(), why: z.string().optional() }))
type Answers = z.infer<typeof Answers>

export const quiz = command({
  name: 'quiz',
  summary: 'your answers to the quiz; after the deadline, the right ones too',
  syntax: parser => parser.argument('[lab]', 'a number (5) or an id (05-mnist-mlp)'),
  async run(words, _options, { root, cwd, stdout }) {
    const { lab } = await findExercise({ root, cwd }, words)
    const style = styleFor(stdout)
    const [questions, given, right] = await Promise.all([questionsOf(lab), givenIn(lab), answersOf(lab)])
    const lines = questions.flatMap(question =>
      questionLines(question, given.get(question.name), right?.[question.name], style),
    )
    const end = right
      ? `${questions.filter(({ name }) => isRight(given.get(name), right[name])).length} of ${questions.length} are right.`
      : 'You learn which answers are right after the deadline, with an update of the course from your teacher.'
    stdout.write(
      `${[style.paint('bold', `${lab.manifest.id}  Quiz`), '', ...lines, ...wrapped(end, style.columns)].join('\n')}\n`,
    )
    return 0
  },
})

const isRight = (mine: string | undefined, right: Answers[string] | undefined): boolean =>
  mine !== undefined && mine === right?.answer

interface Question {
  readonly name: string
  readonly text: string
  /** Letter → answer. */
  readonly choices: ReadonlyMap<string, string>
}

/** The questions as the README has them: `**name** · text`, and a list with letters. */
async function questionsOf({ dir }: Lab): Promise<Question[]> {
  const readme = await readFile(join(dir, 'README.md'), 'utf8')
  const section =
    readme
      .replaceAll('\r\n', '\n')
      .split(/^(?=#+ .*`quiz`)/m)[1]
      ?.split(/^(?=## (?!.*`quiz`))/m)[0] ?? ''
  const blocks = section.split(/^(?=\*\*`?\w+`?\*\*)/m).slice(1)
  return blocks.map(block => {
    const [, name, text] = /^\*\*`?(\w+)`?\*\*(?: ·)? ([^]*?)\n\n/.exec(block) ?? []
    const choices = Array.from(block.matchAll(/^- ([a-d])\) ([^]*?)(?=\n- |\n\n|$)/gm), ([, letter, choice]) => [letter, flat(choice)] as const) // prettier-ignore
    return { name: name ?? '', text: flat(text ?? ''), choices: new Map(choices) }
  })
}

const flat = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** The letters in the student's file, which is read and not run: it may not be TypeScript yet. */
async function givenIn({ dir }: Lab): Promise<Map<string, string>> {
  const source = await readFile(join(dir, 'src/quiz.ts'), 'utf8').catch(() => '')
  const code = source.replace(/\/\*[^]*?\*\/|\/\/.*/g, '')
  return new Map(
    Array.from(code.matchAll(/\b(\w+)\s*:\s*['"`]([a-d])['"`](?!\s*\|)/g), ([, name, letter]) => [name, letter]),
  )
}

async function answersOf({ dir }: Lab): Promise<Answers | undefined> {
  const text = await readFile(join(dir, FILE), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : Answers.parse(JSON.parse(text))
}

function questionLines(
  { name, text, choices }: Question,
  mine: string | undefined,
  right: Answers[string] | undefined,
  { columns, signs, paint }: TerminalStyle,
): string[] {
  const said = (letter: string) => `${letter}) ${choices.get(letter) ?? ''}`
  const [sign, style] = !right ? ([signs.open, 'dim'] as const) : isRight(mine, right) ? ([signs.good, 'green'] as const) : ([signs.bad, 'red'] as const) // prettier-ignore
  const yours = mine === undefined ? 'no answer yet' : said(mine)
  return [
    ...wrapped(paint('bold', `${name}: ${text}`), columns),
    ...wrapped(paint(style, `${sign} yours: ${yours}`), columns, 2),
    ...(right && !isRight(mine, right) ? wrapped(`right: ${said(right.answer)}`, columns, 4) : []),
    ...(right?.why ? wrapped(right.why, columns, 4) : []),
    '',
  ]
}
