import { htmlText } from '@backprop/safe-text'

/** HTML whose every inserted value is escaped unless it is markup already. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Markup | readonly Markup[]

/** A template tag: html`<p>${anything}</p>`. The template's lines lose their indentation; lines of the parts keep it. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const own = strings.map(string => string.replace(/\n +/g, '\n'))
  return new Markup(own.reduce((text, string, i) => text + render(parts[i - 1]) + string))
}

function render(part: Part): string {
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(markup => markup.text).join('')
  return htmlText(String(part))
}

/** A self-contained page. `body` is its `<body>` element; `head` goes behind the title. */
export function renderDocument(title: string, style: string, body: Markup, head: Markup = html``): string {
  const titled = html`<title>${title}</title>${head}`
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${titled}
        <style>
          ${new Markup(style)}
        </style>
      </head>
      ${body}
    </html>`
  return `${page.text}\n`
}

/** A term and its description, for a `<dl>`. */
export const fact = (term: string, description: string | Markup): Markup =>
  html`<dt>${term}</dt>
    <dd>${description}</dd>`
