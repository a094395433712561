import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { loadCifar10, loadMnist } from '@backprop/datasets/node'
import { build } from 'esbuild'
import { packSlice, type Slice } from './image-slices.ts'

/** The largest size of the folder. */
const MAX_MEGABYTES = 60
const IMAGES = { mnist: { train: 10_000, test: 2_000 }, cifar: { train: 1_280, test: 128 } }

/** The Vulkan loader of the system; chromium brings one too. */
const LOADERS = [
  '/usr/lib/x86_64-linux-gnu/libvulkan.so.1',
  '/usr/lib64/libvulkan.so.1',
  '/usr/lib/chromium/libvulkan.so.1',
]

const RUN = `#!/bin/sh
# Measures the GPU of this machine; see --help. Unpacks Node and Dawn beside itself the first time.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
for file in node dawn.node; do
  [ -f "$here/$file" ] || { gunzip -c "$here/$file.gz" > "$here/$file.$$"; mv "$here/$file.$$" "$here/$file"; }
done
chmod +x "$here/node"
LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib" exec "$here/node" "$here/kit.mjs" "$@"
`

export interface Kit {
  readonly files: readonly { readonly name: string; readonly bytes: number }[]
  readonly megabytes: number
}

/** Writes the kit into a new or empty folder. Throws an error that says what to do if something is missing. */
export async function buildKit(out: string): Promise<Kit> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`The kit can be made on 64-bit x86 Linux only, and this is ${process.platform} ${process.arch}.`)
  if (existsSync(out) && (await readdir(out)).length > 0)
    throw new Error(`The folder "${out}" is not empty. Name another one with --out.`)
  const loader = LOADERS.find(path => existsSync(path))
  if (!loader) throw new Error('No Vulkan loader was found to put into the kit. Debian: apt-get install libvulkan1')
  await mkdir(join(out, 'lib'), { recursive: true })
  await mkdir(join(out, 'data'))
  await copyFile(loader, join(out, 'lib/libvulkan.so.1'))
  await writeFile(join(out, 'node.gz'), gzipSync(await slimNode(), { level: 9 }))
  const dawn = join(dirname(createRequire(backend()).resolve('webgpu')), 'dist/linux-x64/dawn.node')
  await writeFile(join(out, 'dawn.node.gz'), gzipSync(await readFile(dawn), { level: 9 }))
  await bundleInto(join(out, 'kit.mjs'))
  await writeData(join(out, 'data'))
  await writeFile(join(out, 'run.sh'), RUN)
  await chmod(join(out, 'run.sh'), 0o755)
  return measured(out)
}

/** The package that depends on Dawn. */
const backend = () => import.meta.resolve('@backprop/backend-tfjs')

/** Node without its debug symbols, if `strip` is installed. */
async function slimNode(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'gpu kit '))
  try {
    const copy = join(folder, 'node')
    await copyFile(process.execPath, copy)
    try {
      execFileSync('strip', [copy], { stdio: 'ignore' })
    } catch {
      // Without `strip` the file is larger; `measured` checks the total.
    }
    return await readFile(copy)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Bundles the program into one file; Dawn lies beside it. */
async function bundleInto(file: string): Promise<void> {
  const require = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`
  await build({
    entryPoints: [join(import.meta.dirname, 'run-kit.ts')],
    outfile: file,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    logLevel: 'silent',
    banner: { js: require },
    plugins: [
      {
        name: 'dawn',
        setup(builder) {
          builder.onResolve({ filter: /^webgpu$/ }, () => ({ path: 'webgpu', namespace: 'dawn' }))
          builder.onLoad({ filter: /.*/, namespace: 'dawn' }, () => ({
            contents: `import { createRequire } from 'node:module'
              export const { create, globals } = createRequire(import.meta.url)('./dawn.node')`,
          }))
        },
      },
    ],
  })
}

async function writeData(folder: string): Promise<void> {
  const [mnist, cifar] = [await loadMnist(), await loadCifar10()]
  const cut = (set: { readonly images: Uint8Array; readonly labels: Uint8Array }, count: number) => {
    const each = set.images.length / set.labels.length
    return {
      images: Uint8Array.from(set.images.subarray(0, count * each)),
      labels: Uint8Array.from(set.labels.subarray(0, count)),
    }
  }
  const slice = (set: Slice, { train, test }: { train: number; test: number }): Slice => ({
    train: cut(set.train, train),
    test: cut(set.test, test),
  })
  const write = (name: string, part: Slice) =>
    writeFile(join(folder, `${name}.bin.gz`), gzipSync(packSlice(part), { level: 9 }))
  await write('mnist', slice(mnist, IMAGES.mnist))
  await write('cifar-10', slice(cifar, IMAGES.cifar))
}

async function measured(out: string): Promise<Kit> {
  const names = await readdir(out, { recursive: true })
  const all = await Promise.all(names.map(async name => ({ name, info: await stat(join(out, name)) })))
  const files = all.filter(({ info }) => info.isFile()).map(({ name, info }) => ({ name, bytes: info.size }))
  const megabytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6
  if (megabytes > MAX_MEGABYTES)
    throw new Error(
      `The kit has ${megabytes.toFixed(1)} MB, more than ${MAX_MEGABYTES}. Install strip (Debian: apt-get install binutils).`,
    )
  return { files, megabytes }
}
