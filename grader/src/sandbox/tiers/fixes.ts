import { existsSync, readFileSync } from 'node:fs'
import { python, which } from './host.ts'
import type { TierId } from './tiers.ts'

/** The properties of a machine that decide which tiers can work on it. */
export interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly bubblewrap: boolean
  readonly python: boolean
  /** Ubuntu 23.10 and later: programs may use user namespaces only if an AppArmor profile says so. */
  readonly appArmorRestricts: boolean
  /** A setting by which the kernel refuses user namespaces, as an argument of `sysctl -w` that allows them. */
  readonly namespaceSetting: string | null
  readonly container: boolean
  readonly wsl: 1 | 2 | null
}

export function lookAround(): Surroundings {
  const kernel = setting('kernel/osrelease')
  return {
    platform: process.platform,
    bubblewrap: which('bwrap') !== null,
    python: process.platform !== 'win32' && python('python3') !== null,
    appArmorRestricts: setting('kernel/apparmor_restrict_unprivileged_userns') === '1',
    namespaceSetting:
      setting('kernel/unprivileged_userns_clone') === '0'
        ? 'kernel.unprivileged_userns_clone=1'
        : setting('user/max_user_namespaces') === '0'
          ? 'user.max_user_namespaces=15000'
          : null,
    // Podman leaves its file out of a read-only container, but sets the variable.
    container:
      existsSync('/.dockerenv') ||
      existsSync('/run/.containerenv') ||
      ['container', 'KUBERNETES_SERVICE_HOST'].some(name => name in process.env),
    wsl: /microsoft/i.test(kernel) ? (/WSL2/i.test(kernel) ? 2 : 1) : null,
  }
}

function setting(name: string): string {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim()
  } catch {
    return ''
  }
}

/** How to make a tier work, line by line; commands are indented. */
export const fixFor = (tier: TierId, here: Surroundings): readonly string[] => FIXES[tier](here)

const LINUX_ONLY: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  win32: ['install the Windows Subsystem for Linux, and grade inside it:', '  wsl --install'],
  darwin: ['grade on Linux: a virtual machine (Lima, UTM, Multipass), or a container, where tier B works'],
}
const elsewhere = (here: Surroundings): readonly string[] | null =>
  here.platform === 'linux' ? null : (LINUX_ONLY[here.platform] ?? ['grade on Linux'])

const FIXES: Readonly<Record<TierId, (here: Surroundings) => readonly string[]>> = {
  A: here => elsewhere(here) ?? forNamespaces(here),
  B: here =>
    elsewhere(here) ?? [
      ...(here.python ? [] : ['install python3, which starts this tier']),
      'use Linux 5.13 or newer; this must list landlock among the security modules:',
      '  cat /sys/kernel/security/lsm',
    ],
  C: () => ['use Node 24 or newer'],
  D: () => ['Node itself does not start here: reinstall it'],
}

function forNamespaces(here: Surroundings): readonly string[] {
  if (here.wsl === 1)
    return ['WSL 1 has no namespaces; in Windows, move the distribution to WSL 2:', '  wsl --set-version <name> 2']
  if (!here.bubblewrap)
    return [
      'install bubblewrap:',
      '  sudo apt-get install bubblewrap   (Debian, Ubuntu)',
      '  sudo dnf install bubblewrap       (Fedora)',
      '  sudo pacman -S bubblewrap         (Arch)',
      ...(here.appArmorRestricts ? APP_ARMOR : []),
    ]
  if (here.appArmorRestricts) return APP_ARMOR
  if (here.namespaceSetting)
    return ['allow programs to use user namespaces:', `  sudo sysctl -w ${here.namespaceSetting}`]
  if (here.container) return IN_CONTAINER
  return ['bubblewrap starts, and fails with the message above: see its documentation']
}

const IN_CONTAINER = [
  'this is a container, which keeps bubblewrap from creating namespaces. Tier B is good enough for official grades.',
  'For tier A, start the container without these limits, which the sandbox replaces by stricter ones:',
  '  docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined …',
  '  podman run --security-opt seccomp=unconfined --security-opt unmask=ALL …',
  'or grade outside of containers',
]

const APP_ARMOR = [
  'this system allows user namespaces only with an AppArmor profile. Add one for bubblewrap, once:',
  "  printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap /usr/bin/bwrap flags=(unconfined) {\\n  userns,\\n}\\n' |",
  '    sudo tee /etc/apparmor.d/bwrap',
  '  sudo apparmor_parser -r /etc/apparmor.d/bwrap',
  'or, on a disposable machine such as a CI runner, allow every program:',
  '  sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
]
