// JSON has no NaN, infinity or −0: JSON.stringify turns them into null and 0, so a loss that became NaN would come back as
// null. Here such a number is written as { "@number": "NaN" }.

const KEY = '@number'

/** Like `JSON.stringify`, but `fromJson` reads every number back unchanged; `undefined` becomes null. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'number' && (!Number.isFinite(part) || Object.is(part, -0))
      ? { [KEY]: Object.is(part, -0) ? '-0' : String(part) }
      : part,
  ) as string | undefined // the library's type ignores that undefined has no text
  return text ?? 'null'
}

/** Reads what `toJson` wrote. Throws `SyntaxError` if the text is not JSON. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) => (isSpecial(part) ? Number(part[KEY]) : part))
}

const isSpecial = (part: unknown): part is Record<typeof KEY, string> =>
  typeof part === 'object' && part !== null && KEY in part
