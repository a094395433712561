import { safeLine } from '@backprop/safe-text'

/** Git's messages in English, and what they mean for the person who wrote the roster. */
const MEANINGS: readonly [RegExp, string][] = [
  [/redirect|returned error: 30\d/i, 'it has moved: write its new address into the roster'],
  [
    /authentication failed|could not read (username|password)|returned error: 40[13]/i,
    'it is private and the token has no access to it: set GITHUB_TOKEN to a token that may read its contents',
  ],
  [
    /repository .*not found|does not appear to be a git repository|does not exist|returned error: 404/i,
    'it does not exist, or the token has no access to it',
  ],
  [
    /could not resolve|failed to connect|couldn't connect|timed out|connection .*reset/i,
    'its server cannot be reached',
  ],
  [/transport '.*' not allowed/i, 'this kind of address cannot be fetched'],
  [/fsck error|\.gitmodules|unpack-objects|index-pack/i, 'git rejects its contents as malformed'],
]

/** Why git failed, in a sentence for the person who runs the class; `errors` is what it wrote. */
export function explain(errors: string): string {
  const meaning = MEANINGS.find(([words]) => words.test(errors))?.[1]
  const lines = errors.trim().split('\n')
  const telling = lines.find(line => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? ''
  const said = safeLine(telling, 200)
  return [meaning, said && `git says "${said}"`].filter(Boolean).join('; ') || 'git failed and did not say why'
}
