import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findLabs } from '../../src/course.ts'
import { GitServer } from '../git-server.ts'
import { GitHubApi } from '../github-api.ts'
import { POSTGRES, TestServer } from '../queue/server.ts'
import { copyCourse } from './course-copy.ts'
import { openPlatform } from './platform.ts'
import { Terminal } from './terminal.ts'
import { University } from './university.ts'

/** Where the guide is followed: an instructor's machine, and stand-ins for GitHub and pnpm. */
export interface Campus {
  /** The instructor's home; all that is made lies in it. */
  readonly home: string
  /** The root of the course, with lab 01 alone for time's sake. */
  readonly course: string
  /** Opened in the root of the course. */
  readonly terminal: Terminal
  readonly university: University
  readonly api: GitHubApi
  /** What the guide's command is here, where the university's database has another address. */
  readonly here: (command: string) => string
  close(): Promise<void>
}

const FETCH_TOKEN = 'reads'

export async function openCampus(): Promise<Campus> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'Kurs für alle ')))
  const [course, github] = [join(home, 'course'), join(home, 'github')]
  const api = await GitHubApi.start()
  const server = await GitServer.start({ root: github, token: FETCH_TOKEN })
  for (const name of ['fetch-token', 'push-token']) writeFileSync(join(home, name), FETCH_TOKEN)
  writeFileSync(join(home, 'app-token'), api.token)

  const env = {
    PATH: [programs(home), dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: home,
    NO_COLOR: '1',
    GITHUB_API_URL: api.url,
    GITHUB_SERVER_URL: server.url,
    GIT_SSL_CAINFO: server.certificate,
    ...gitSettings({ [`url.${github}/.insteadOf`]: 'https://github.com/' }),
  }
  const [{ manifest }] = await findLabs('01')
  copyCourse(course, manifest.id)
  const [lab] = await findLabs('01', course)
  const university = new University(github, env)
  university.add('labs')
  await university.enrol(join(home, '.students'), lab, course)
  university.foundCourse(course, lab)
  await openPlatform(home, lab)
  const database = POSTGRES === null ? null : await openDatabase()
  return {
    ...{ home, course, api, university },
    terminal: new Terminal(course, env),
    here: command => command.replaceAll('db.our-university.example', `127.0.0.1:${database?.port}`),
    async close() {
      if (database) await workersEnded(database)
      await Promise.all([api.stop(), server.stop(), database?.stop()])
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** The university's database server, with an empty database for the grader. */
async function openDatabase(): Promise<TestServer> {
  const server = await TestServer.start()
  await server.sql('CREATE ROLE teacher LOGIN CREATEROLE')
  await server.sql('CREATE DATABASE grader OWNER teacher')
  return server
}

/** Workers that were started in the background end by themselves when there is nothing to do. */
async function workersEnded(server: TestServer): Promise<void> {
  const connected = () => server.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'grader_worker'")
  for (let seconds = 0; seconds < 120 && (await connected()).length > 0; seconds++) await sleep(1000)
}

/** A folder with a `pnpm` that knows one thing: to run a script of the package.json of the folder it is called in. */
function programs(home: string): string {
  const folder = join(home, '.programs')
  const script = `JSON.parse(require('fs').readFileSync('package.json')).scripts[process.argv[1]]`
  const lines = ['#!/bin/sh', `script=$(node -p "${script}" "$1")`, 'shift', 'eval "exec $script \\"\\$@\\""', '']
  mkdirSync(folder)
  writeFileSync(join(folder, 'pnpm'), lines.join('\n'), { mode: 0o755 })
  writeFileSync(join(folder, 'docker'), `#!/usr/bin/env node\n${DOCKER}`, { mode: 0o755 })
  return folder
}

/**
 * A `docker` that builds nothing and confines nothing: `run` starts `pnpm grade` here, with the paths of its volumes, and the
 * variables that it is given. container.full.test.ts has the real thing.
 */
const DOCKER = `
const { spawnSync } = require('node:child_process')
const [command, ...args] = process.argv.slice(2)
if (command === 'build') process.exit(require('node:fs').existsSync(args.at(-1) + '/Dockerfile') ? 0 : 1)
const image = args.indexOf('backprop-grader')
const given = option => args.slice(0, image).flatMap((arg, i) => (arg === option ? [args[i + 1]] : []))
const volumes = given('--volume').map(volume => volume.split(':'))
const outside = path => volumes.reduce((at, [host, inside]) => (at.startsWith(inside) ? host + at.slice(inside.length) : at), path)
const variables = given('--env').map(each => each.split('=')).map(([name, value]) => [name, outside(value)])
const env = { ...process.env, ...Object.fromEntries(variables) }
process.exit(spawnSync('pnpm', ['grade', ...args.slice(image + 1).map(outside)], { stdio: 'inherit', env }).status)
`

/** Nothing of this machine's own configuration, and an identity. */
function gitSettings(settings: Readonly<Record<string, string>>): Record<string, string> {
  const all = Object.entries({ ...settings, 'user.name': 'Instructor', 'user.email': 'instructor@example.org' })
  const numbered = all.flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ])
  const count = String(all.length)
  return {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: count,
    ...(Object.fromEntries(numbered) as Record<string, string>),
  }
}
