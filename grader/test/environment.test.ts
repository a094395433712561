import { expect, test } from 'vitest'
import { DATABASE } from '../src/context.ts'
import { withoutSecrets } from '../src/environment.ts'
import { SEED_KEY } from '../src/pipeline/seed-key.ts'
import { SIGNING_KEY, WORKER_KEY } from '../src/signing/keys.ts'

const OURS = [SEED_KEY, SIGNING_KEY, WORKER_KEY, DATABASE]
const OTHERS = ['GITHUB_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'PGPASSWORD', 'PGPASSFILE', 'AWS_ACCESS_KEY_ID']
const AND_MORE = ['AWS_SECRET_ACCESS_KEY', 'SSH_AUTH_SOCK', 'npm_config__auth', 'OPENAI_APIKEY', 'Smtp_Credentials']
const KEPT = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'BACKPROP_CACHE', 'LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES', 'CI']

test('a process that handles answers is given no secret, and all the rest', () => {
  const env = Object.fromEntries([...OURS, ...OTHERS, ...AND_MORE, ...KEPT].map(name => [name, name]))
  expect(Object.keys(withoutSecrets(env))).toEqual(KEPT)
})
