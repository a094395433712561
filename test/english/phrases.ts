/** Phrases that our texts avoid, each with what to write instead: the style rules of CONTRIBUTING.md, made checkable. */
export interface Phrase {
  readonly name: string
  /** A space stands for any white space, so that a phrase is found across a line break, too. */
  readonly pattern: string
  readonly instead: string
  /** A text in which the pattern must be found, and one in which it must not. */
  readonly planted: string
  readonly fine: string
  /** Whether upper and lower case differ. */
  readonly exactCase?: true
}

export const PHRASES: readonly Phrase[] = [
  {
    name: 'is wanted',
    pattern: '(?:is|are|was|were|be) wanted',
    instead: '"expected X, got Y" or "must be"',
    planted: 'A list is wanted here.',
    fine: 'the wanted poster, or what you wanted',
  },
  { name: 'shall', pattern: 'shall', instead: '"must", "will", or an imperative', planted: 'It shall stop.', fine: 'shallow' }, // prettier-ignore
  {
    name: 'nobody',
    pattern: 'nobody',
    instead: '"nothing", "no one", or say what does happen',
    planted: 'Nobody waits.',
    fine: 'the rule nobody-reads-answers',
  },
  { name: 'whoever', pattern: 'whoever', instead: '"if you", "anyone who"', planted: 'Whoever asks.', fine: 'however' },
  {
    name: '"Who" without a noun',
    pattern: '(?<=[.!?:\\0]\\s*|\\n\\s*\\n\\s*|^\\s*)Who(?=\\s)(?![^.!?]*\\?)',
    exactCase: true,
    instead: '"A student who", "If you"',
    planted: 'It waits. Who never wakes up never takes one.',
    fine: 'Who is next? A student who waits.',
  },
  {
    name: 'is none',
    pattern: '(?<!there |There )(?:is|are|was|were) none(?! of)',
    instead: '"is not a …", "is not one"',
    planted: 'A string that is none, or too long.',
    fine: 'If there is none, none of them is.',
  },
  {
    name: 'of ours',
    pattern: 'of ours',
    instead: '"our", or nothing',
    planted: 'a test of ours',
    fine: 'of our tests',
  },
  {
    name: 'a … of its own',
    pattern: 'an? (?:\\w+ ){1,2}of (?:its|their|his|her|our|your|my) own',
    instead: '"its own …", "a separate …"',
    planted: 'It runs in a process of its own.',
    fine: 'It runs in its own process, ahead of its own time.',
  },
  {
    name: 'is told',
    pattern: '(?:is|are|am|was|were|be|been|being) told(?! apart)',
    instead: '"gets", "receives", "knows", or say who tells it',
    planted: 'It does what it is told.',
    fine: 'They can be told apart.',
  },
  {
    name: '"for" meaning "because"',
    pattern: '(?<=[,;:]\\s+)for (?:he|she|they|there|we|it|nothing|no one)(?!\\s+to )',
    instead: '"because", "since", or a new sentence',
    planted: 'Left out, for they are files.',
    fine: 'a place for it, for it to grow',
  },
  {
    name: 'that is all',
    pattern: "(?:that|which) is all(?=[.,:;)])|that's all",
    instead: 'nothing, or "nothing else"',
    planted: 'It adds, and that is all.',
    fine: 'that is all zeros',
  },
  {
    name: 'let it',
    pattern: 'lets? it',
    instead: '"allow it to", "leave it"',
    planted: 'Let it run.',
    fine: 'outlet it',
  },
  {
    name: 'does no longer',
    pattern: '(?:do|does|did) no longer',
    instead: '"no longer does"',
    planted: 'It does no longer answer.',
    fine: 'It no longer does.',
  },
  {
    name: 'Have you a …?',
    pattern: '(?:Have|Has) (?:you|he|she|it|they) (?:an?|no|any) \\w+[^.!]*\\?',
    exactCase: true,
    instead: '"Do you have", "Does it have"',
    planted: 'Have you a class?',
    fine: 'Have you any idea. Have you read it?',
  },
  {
    name: 'in words',
    pattern: '(?<!other |plain )in words(?=[.,;:])',
    instead: '"spelled out", "in other words", or nothing',
    planted: 'In words: no cycles.',
    fine: 'in other words, in words of a suite',
  },
  {
    name: 'in the end',
    pattern: 'in the end(?! of)',
    instead: '"finally", "at the end"',
    planted: 'In the end it stops.',
    fine: 'at the end',
  },
  {
    name: 'a "there-" or "where-" word',
    pattern: '(?:thereby|therein|thereof|therewith|whereof|whereby|wherein|hereby|herewith|hitherto)',
    instead: '"so", "which", "of which", "with it"',
    planted: 'Thereby it grows.',
    fine: 'therefore, whereas',
  },
  {
    name: 'the same holds',
    pattern: 'the same holds',
    instead: '"so does …", "also", "the same is true of"',
    planted: 'The same holds for b.',
    fine: 'the same hold',
  },
  {
    name: 'as it is',
    pattern: 'as (?:it is|they are)(?=[.,;:)]|$)',
    instead: '"unchanged"',
    planted: 'It returns the list as it is.',
    fine: 'as it is written, and as it isn’t',
  },
  {
    name: 'is no …',
    pattern: '(?<!there |There )(?:is|are|was|were) no (?:number|string|list|array|object|folder|file|path|tensor|function|promise|class|student|test|lab|error|JSON)s?(?=[.,;:)]|$)', // prettier-ignore
    instead: '"is not a …"',
    planted: 'They are no folders.',
    fine: 'If there is no folder, they are not folders.',
  },
  {
    name: 'stands in',
    pattern: '(?<!who |he |she )stands? (?:in|there|here|below|above|beside|under)(?! for)',
    instead: '"is in", "is at"',
    planted: 'The mark stands in the README.',
    fine: 'It stands for x, and stands-in.',
  },
  { name: 'mend', pattern: 'mend(?:s|ed|ing)?', instead: '"fix"', planted: 'Mend it.', fine: 'amend, recommended' },
  { name: 'seldom', pattern: 'seldom', instead: '"rarely"', planted: 'It seldom fails.', fine: 'rarely' },
  { name: 'lest', pattern: 'lest', instead: '"so that … does not"', planted: 'lest it grow', fine: 'the latest' },
]
