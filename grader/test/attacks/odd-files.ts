import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Attack } from './attack.ts'

const FILE = 'src/neuron.ts'

/** Where one of the lab's files is there, another that is not counts as not begun. */
const empty = (folder: string) => [FILE, 'src/quiz.ts'].forEach(file => rmSync(join(folder, file), { force: true }))

/** Files that are none, that are two, that are elsewhere, and texts that are no code: C-06, C-07, D-04, G-06. */
export const ODD_FILES: readonly Attack[] = [
  {
    id: 'second-candidate',
    idea: 'C-07',
    title: 'copies of the file as .js, .mts and index.ts, which another tool may find first',
    code: '',
    files: {
      'src/neuron.js': "require('fs').writeFileSync('@@MARKS@@/js', 'x')",
      'src/neuron.mts': 'export const score = () => []',
      'src/neuron/index.ts': 'export const score = () => []',
      'neuron.ts': 'export const score = () => []',
    },
  },
  {
    id: 'missing-file',
    idea: 'C-07',
    title: 'the file under another name',
    code: '',
    files: { 'src/nеuron.ts': '// the first e is Cyrillic' },
    arrange: empty,
    refused: 'src/neuron.ts is missing; found src/nеuron.ts.',
  },
  {
    id: 'case-clash',
    idea: 'C-06',
    title: 'a second file whose name differs in case, and one with an invisible character',
    code: '',
    files: { 'src/Neuron.ts': '', 'src/neu\u200bron.ts': '' },
    needs: 'linux',
    refused: 'differ only in case, or look the same',
  },
  {
    id: 'link-to-solution',
    idea: 'C-06',
    title: 'the file is a symbolic link to the solution',
    code: '',
    arrange(folder, arena) {
      rmSync(join(folder, FILE))
      symlinkSync(arena.arm('@@SOLUTION@@/src/neuron.ts'), join(folder, FILE))
    },
    refused: 'is a symbolic link',
  },
  {
    id: 'linked-folder',
    idea: 'C-06',
    title: 'the folder is a symbolic link to that of the solution',
    code: '',
    arrange(folder, arena) {
      rmSync(join(folder, 'src'), { recursive: true })
      symlinkSync(arena.arm('@@SOLUTION@@/src'), join(folder, 'src'), 'junction')
    },
    refused: 'src is a symbolic link',
  },
  {
    id: 'linked-labs',
    idea: 'C-06',
    title: 'a whole repository whose labs folder is a link to the solutions',
    code: '',
    arrange(folder, arena) {
      mkdirSync(join(folder, 'elsewhere'))
      symlinkSync(arena.arm('@@SOLUTION@@'), join(folder, 'elsewhere/01-neuron'), 'junction')
      symlinkSync(join(folder, 'elsewhere'), join(folder, 'labs'), 'junction')
    },
    refused: 'labs is a symbolic link',
  },
  {
    id: 'hard-link',
    idea: 'C-06',
    title: 'the file is a hard link to a hidden test, which could be quoted',
    code: '',
    arrange(folder, arena) {
      rmSync(join(folder, FILE))
      linkSync(arena.arm('@@HIDDEN@@/score-and-predict.test.ts'), join(folder, FILE))
    },
    refused: 'this lab may not import',
  },
  {
    id: 'named-pipe',
    idea: 'C-06',
    title: 'the file is a named pipe, which makes a reader wait',
    code: '',
    needs: 'linux',
    arrange(folder) {
      rmSync(join(folder, FILE))
      execFileSync('mkfifo', [join(folder, FILE)])
    },
    refused: 'is not a regular file',
  },
  {
    id: 'sparse-source',
    idea: 'C-06',
    title: 'the file is a sparse terabyte',
    code: '',
    needs: 'linux',
    arrange: folder => truncateSync(join(folder, FILE), 2 ** 40),
    refused: 'at most 262144 are taken',
  },
  {
    id: 'thousands-of-files',
    idea: 'C-06',
    title: 'thousands of files next to it',
    code: '',
    arrange(folder) {
      for (let i = 0; i < 2500; i++) writeFileSync(join(folder, `src/${i}.ts`), '')
    },
    refused: 'holds more than 2000 files',
  },
  {
    id: 'submodule',
    idea: 'C-06',
    title: 'the folder is a submodule that was not fetched',
    code: '',
    files: { '.gitmodules': '[submodule "src"]\n\tpath = src\n\turl = ../solutions\n' },
    arrange(folder) {
      empty(folder)
      writeFileSync(join(folder, 'src/.git'), 'gitdir: ../.git/modules/src\n')
    },
    refused: 'src/neuron.ts is missing.',
  },
  {
    id: 'lfs-pointer',
    idea: 'C-06',
    title: 'the file is a Git LFS pointer',
    code: 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n',
    whole: true,
    refused: 'is a pointer of Git LFS',
  },
  {
    id: 'odd-names',
    idea: 'C-06',
    title: 'names with newlines, workflow commands, characters that reorder text, and ../',
    code: '',
    needs: 'linux',
    files: {
      'src/a\n::error::INJECTED.ts': '',
      'src/\u202egpj.ts': '',
      'src/-rf.ts': '',
      'src/..%2f..%2fetc.ts': '',
      'src/$(touch @@NAME@@).ts': '',
    },
  },
  {
    id: 'huge-source',
    idea: 'D-04',
    title: 'a source file of 3 MB',
    code: `export const big = [${'1,'.repeat(1_500_000)}]`,
    refused: 'at most 262144 are taken',
  },
  {
    id: 'hostile-message',
    idea: 'G-06',
    title: 'an import whose name is markup, a formula, a workflow command and an escape',
    code: 'import \'=HYPERLINK("http://x")<img src=x onerror=alert(1)>\\n::error::INJECTED\\u001b[31m\\u202e\'',
    refused: 'this lab may not import',
  },
]
