import { inScore, type Attack } from './attack.ts'

const WAIT = 'return new Promise(done => setTimeout(() => done([NaN]), 150))'

/** Attacks on what lies outside the process: secrets, files, other processes, the network. */
export const HOST: readonly Attack[] = [
  {
    id: 'read-secrets',
    title: 'reads hidden suite and solution',
    code: "for (const file of SECRETS) safe(() => tell(builtin('node:fs').readFileSync(file, 'utf8')))",
  },
  {
    id: 'walk-the-disk',
    title: 'walks the file system for secrets',
    code: `const fs = builtin('node:fs'); let seen = 0
const walk = (folder, depth) => { if (depth > 5 || seen > 4000) return
  for (const entry of safe(() => fs.readdirSync(folder, { withFileTypes: true })) ?? []) {
    const path = folder + '/' + entry.name
    if (/node_modules|^\\/(proc|sys|dev)|attacks/.test(path)) continue
    seen++
    if (entry.isDirectory()) walk(path, depth + 1)
    else if (/[.](ts|json)$|passwd$/.test(path)) safe(() => tell(fs.readFileSync(path, 'utf8')))
  } }
for (const folder of ['.', '..', '@@HIDDEN@@', '@@SOLUTION@@', '/etc', '/box']) walk(folder, 0)`,
  },
  {
    id: 'import-secrets',
    title: 'imports the solution by its path',
    code: 'for (const file of SECRETS) await import(file).then(m => { for (const f of Object.values(m)) tell(f) }).catch(() => {})',
  },
  {
    id: 'require-secrets',
    title: 'requires hidden files',
    code: "const require = safe(() => builtin('node:module').createRequire('/')); for (const file of SECRETS) safe(() => { for (const f of Object.values(require(file))) tell(f) })",
  },
  {
    id: 'environment',
    title: 'reads the environment, its own and its parents’',
    code: "tell(JSON.stringify(process.env)); for (const pid of ['self', process.ppid, 1]) safe(() => tell(builtin('node:fs').readFileSync('/proc/' + pid + '/environ', 'latin1')))",
  },
  {
    id: 'parent-memory',
    title: 'scans the memory of its parent',
    code: `const fs = builtin('node:fs')
safe(() => { const fd = fs.openSync('/proc/' + process.ppid + '/mem', 'r'), bytes = Buffer.alloc(1 << 20)
  for (const line of fs.readFileSync('/proc/' + process.ppid + '/maps', 'utf8').split('\\n')) {
    const range = /^([0-9a-f]+)-[0-9a-f]+ rw/.exec(line)
    if (range && safe(() => fs.readSync(fd, bytes, 0, bytes.length, parseInt(range[1], 16)))) { console.log('PWNED'); break }
  } })`,
  },
  {
    id: 'stack-traces',
    title: 'finds file names in stack traces, and reads them',
    code: inScore(`Error.prepareStackTrace = (_, sites) => sites.map(site => site.getFileName())
for (const file of new Error().stack) safe(() => tell(builtin('node:fs').readFileSync(String(file).replace('file://', ''), 'utf8')))
return [NaN]`),
  },
  {
    id: 'inspector',
    title: 'opens an inspector on itself',
    code: "safe(() => { const { Session } = builtin('node:inspector'); const s = new Session(); s.connect(); s.post('Runtime.evaluate', { expression: '1' }, error => { if (!error) globalThis.inspected = true }) })",
  },
  {
    id: 'internal-bindings',
    title: 'process.binding and internal modules',
    code: "safe(() => { const fs = process.binding('fs'); for (const file of SECRETS) tell(fs.readFileUtf8?.(file, 0)) })",
  },
  {
    id: 'worker',
    title: 'a worker thread without the permission flags',
    code: `safe(() => new (builtin('node:worker_threads').Worker)('for (const f of ' + JSON.stringify(SECRETS) + ') try { if (/softplus|submissionTest|SOLUTION/.test(require("fs").readFileSync(f, "utf8"))) console.log("PWNED") } catch {}', { eval: true, execArgv: [] }).on('error', () => {}))\n${inScore(WAIT)}`,
  },
  {
    id: 'write-marker',
    title: 'writes a file outside',
    code: "for (const f of ['@@MARKS@@/written', '/tmp/../@@MARKS@@/written2']) safe(() => builtin('node:fs').writeFileSync(f, 'x'))",
  },
  {
    id: 'sqlite',
    title: 'creates a file through node:sqlite',
    code: "safe(() => { const db = new (builtin('node:sqlite').DatabaseSync)('@@MARKS@@/sqlite'); db.exec('create table a(b)'); db.close() })",
  },
  {
    id: 'tamper-sealed',
    title: 'rewrites the runner and the sealed packages',
    code: "for (const f of ['../sealed/runner.mjs', '/box/sealed/runner.mjs', import.meta.url.replace('file://', '')]) safe(() => { builtin('node:fs').appendFileSync(f, '//'); console.log('PWNED') })",
  },
  {
    id: 'tcp',
    title: 'a TCP connection',
    code: `safe(() => builtin('node:net').connect(@@PORT@@, '127.0.0.1').on('error', () => {}).end('hello'))\n${inScore(WAIT)}`,
  },
  { id: 'fetch', title: 'fetch()', code: `fetch('http://127.0.0.1:@@PORT@@/').catch(() => {})\n${inScore(WAIT)}` },
  {
    id: 'udp',
    title: 'a UDP datagram',
    code: `safe(() => { const s = builtin('node:dgram').createSocket('udp4').on('error', () => {}); s.send('hello', @@PORT@@, '127.0.0.1', () => {}) })\n${inScore(WAIT)}`,
  },
  {
    id: 'unix-socket',
    title: 'a unix socket of the host',
    code: `safe(() => builtin('node:net').connect('@@MARKS@@/socket').on('error', () => {}).end('hello'))\n${inScore(WAIT)}`,
  },
  {
    id: 'shell',
    title: 'a shell that writes a file',
    code: "safe(() => builtin('node:child_process').execSync('echo x > @@MARKS@@/shell', { stdio: 'ignore' }))",
  },
  {
    id: 'detached',
    title: 'a detached process that outlives the grading',
    code: "safe(() => builtin('node:child_process').spawn(process.execPath, ['-e', \"setTimeout(() => require('fs').writeFileSync('@@MARKS@@/detached', 'x'), 1500)\"], { detached: true, stdio: 'ignore' }).on('error', () => {}).unref())",
    settleMs: 2500,
  },
  {
    id: 'execve',
    title: 'replaces its own program to shed Node’s restrictions',
    code: "safe(() => process.execve?.('/bin/sh', ['sh', '-c', 'echo x > @@MARKS@@/execve'], {})); safe(() => process.execve?.(process.execPath, ['node', '-e', \"require('fs').writeFileSync('@@MARKS@@/execve', 'x')\"], {}))",
  },
  {
    id: 'dlopen',
    title: 'loads a native library',
    code: "safe(() => process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libm.so.6')); safe(() => builtin('node:fs').writeFileSync('@@MARKS@@/dlopen', 'x'))",
  },
  {
    id: 'set-ids',
    title: 'changes its user, its folder and its limits',
    code: "safe(() => process.setuid(0)); safe(() => process.chdir('@@MARKS@@')); safe(() => builtin('node:fs').writeFileSync('chdir', 'x'))",
  },
  {
    id: 'signals',
    title: 'ignores every signal',
    code:
      "for (const s of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGXCPU']) safe(() => process.on(s, () => {}))\n" +
      inScore('for (;;);'),
    seenAs: ['timeout'],
  },
  {
    id: 'state-across-tests',
    title: 'keeps hidden inputs of one test for the next',
    code: `const fs = builtin('node:fs'), FILES = ['/tmp/state', 'state', '../state']
if (FILES.some(f => safe(() => fs.readFileSync(f).length > 0))) console.log('PWNED')
${inScore("for (const f of FILES) safe(() => fs.writeFileSync(f, 'x')); return [NaN]")}`,
  },
]
