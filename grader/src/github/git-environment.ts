/**
 * The environment in which git may run on untrusted repositories: only our configuration, no hooks, no filters, no
 * helpers, no prompts.
 */

export interface GitSettings {
  /** An empty folder that serves as the user's home for git. */
  readonly home: string
  /** Sent only to `server`, in a header that is only in the environment of git. */
  readonly token: string | undefined
  readonly server: string
  readonly allowFile: boolean
  /** Of the caller: PATH, proxies and certificates are passed on, and nothing else. */
  readonly env: Readonly<Record<string, string | undefined>>
}

const PASSED_ON =
  /^(path|pathext|systemroot|comspec|temp|tmp|tmpdir|https_proxy|no_proxy|ssl_cert_file|ssl_cert_dir|git_ssl_cainfo)$/i

const CONFIGURATION: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.attributesFile': '/dev/null',
  'core.fsmonitor': 'false',
  'core.symlinks': 'false',
  'core.autocrlf': 'false',
  'core.protectNTFS': 'true',
  'core.protectHFS': 'true',
  'core.longPaths': 'true',
  // A large file is streamed, not held in memory.
  'core.bigFileThreshold': '1m',
  'credential.helper': '',
  'fetch.recurseSubmodules': 'false',
  // One growing pack, whose size can be watched, rather than many loose objects.
  'fetch.unpackLimit': '1',
  'gc.auto': '0',
  'http.followRedirects': 'false',
  'maintenance.auto': 'false',
  'transfer.fsckObjects': 'true',
  'transfer.bundleURI': 'false',
}

/** The whole environment of git. */
export function gitEnvironment({ home, token, server, allowFile, env }: GitSettings): Record<string, string> {
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] => PASSED_ON.test(entry[0]) && entry[1] !== undefined,
  )
  const configuration = Object.entries(CONFIGURATION)
  if (token) {
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
    configuration.push([`http.${server}/.extraHeader`, `Authorization: Basic ${basic}`])
  }
  return {
    ...Object.fromEntries(passed),
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: String(configuration.length),
    ...Object.fromEntries(
      configuration.flatMap(([key, value], i) => [
        [`GIT_CONFIG_KEY_${i}`, key],
        [`GIT_CONFIG_VALUE_${i}`, value],
      ]),
    ),
    GIT_ALLOW_PROTOCOL: allowFile ? 'https:file' : 'https',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_OPTIONAL_LOCKS: '0',
  }
}
