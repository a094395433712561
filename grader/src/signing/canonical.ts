/** What JSON can say; a member that is undefined is not there. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * The one text of a value, whatever its white space and order of keys were: the JSON Canonicalization Scheme, RFC 8785.
 * Its rules for numbers and strings are those of `JSON.stringify`, and its order of keys is that of `sort`.
 */
export function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonical).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .flatMap(key => {
      const part = value[key]
      return part === undefined ? [] : [`${JSON.stringify(key)}:${canonical(part)}`]
    })
  return `{${members.join(',')}}`
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value)
