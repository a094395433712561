import { z } from 'zod'

/** `similar.json`: which submissions are similar. `similar.csv` and `similar.html` say the same for people. */

const author = z.strictObject({
  name: z.string().meta({ description: 'Name of the folder: that of the student or the team.' }),
  earlier: z.string().nullable().meta({ description: 'The folder of an earlier year; null for this class.' }),
})

const place = z
  .strictObject({
    file: z.string(),
    start: z.int().min(0),
    end: z.int().min(0),
    firstLine: z.int().min(1),
    lastLine: z.int().min(1),
  })
  .meta({ description: 'Characters from start to before end, and lines from 1, of the file that was handed in.' })

const fragment = z.strictObject({
  left: place,
  right: place,
  tokens: z.int().min(1),
  others: z.int().min(0).meta({ description: 'How many other submissions have all of it too.' }),
})

const pair = z.strictObject({
  left: author,
  right: author,
  similarity: z.number().min(0).max(1),
  longest: z.int().min(0).meta({ description: 'Tokens of the longest fragment.' }),
  sharedTokens: z.int().min(0),
  fragments: z.array(fragment).meta({ description: 'The longest first.' }),
})

export const SimilarReport = z
  .strictObject({
    schema: z.literal('backprop/similar/v1'),
    class: z.string().meta({ description: 'Name of the folder of submissions.' }),
    lab: z.strictObject({ id: z.string(), title: z.string() }),
    writtenAt: z.iso.datetime(),
    threshold: z.number().min(0).max(1),
    compared: z.int().min(0).meta({ description: 'Different submissions, those of earlier years included.' }),
    pairsCompared: z.int().min(0),
    usual: z
      .strictObject({ median: z.number(), top1Percent: z.number(), topOneInThousand: z.number() })
      .meta({ description: 'The similarity that half, 1 % and 0.1 % of all pairs reach.' }),
    identical: z.array(z.strictObject({ files: z.array(z.string()), authors: z.array(author).min(2) })).meta({
      description:
        'Files that are the same, character by character. Of submissions that have all files in common, only the first is in `pairs`.',
    }),
    pairs: z.array(pair).meta({ description: 'With at least the threshold, the most similar first.' }),
    pairsLeftOut: z.int().min(0).meta({ description: 'Pairs that reach the threshold, too many to list.' }),
    groups: z.array(z.array(author).min(3)).meta({ description: 'Submissions that are linked by pairs.' }),
    leftOut: z.array(author.extend({ why: z.string() })).meta({ description: 'Submissions that were not compared.' }),
  })
  .meta({ title: 'Backprop Labs: similar submissions' })

export type SimilarReport = z.infer<typeof SimilarReport>
export type SimilarPair = SimilarReport['pairs'][number]
export type PlaceInFile = z.infer<typeof place>

/** The JSON Schema of `similar.json` (draft 2020-12). */
export const similarJsonSchema = (): object => z.toJSONSchema(SimilarReport)
