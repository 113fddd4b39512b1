/** Finding a gateway that is installed on this machine, and its version. */
import { execa } from 'execa';
import { access, constants, open, readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { installCommands, type GatewayAdapter, type GatewayName } from '../catalog/index.js';
import { ProblemError, messageOf } from '../problem/index.js';
import { isObject, parsedOrUndefined } from '../protocol/index.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface InstalledGateway {
  /** Absolute paths of the adapter's programs, by name. */
  readonly programs: ReadonlyMap<string, string>;
  readonly version: string;
}

const PROBE_MS = 30_000;
/** Of the first line of a script. */
const LONGEST_LINE_BYTES = 512;

/** Folder that gateways are installed to, one folder each: PLIMSOLL_GATEWAYS, or in the user's cache. */
export function gatewaysFolder(environment: Environment): string {
  const { PLIMSOLL_GATEWAYS: given = '', XDG_CACHE_HOME: cache = '' } = environment;
  if (given !== '') return given;
  return join(isAbsolute(cache) ? cache : join(homedir(), '.cache'), 'plimsoll-gateways');
}

/**
 * Finds the programs of a gateway: in its own folder of `gatewaysFolder`, else on PATH.
 * @throws ProblemError (`preflight`): `gateway-not-installed` with the commands that install it, or `gateway-version`.
 */
export async function findGateway(
  name: GatewayName,
  adapter: GatewayAdapter,
  environment: Environment,
): Promise<InstalledGateway> {
  const folder = join(gatewaysFolder(environment), name);
  const programs = new Map<string, string>();
  for (const program of adapter.programs) {
    const found = await programAt(program, folder, environment);
    if (found === null) throw notInstalled(name, adapter, folder, `its program ${program} is not on this machine`);
    programs.set(program, found);
  }
  const version = await versionOf(adapter, programs).catch((thrown: unknown) => {
    // Another program of that name: three of them are called mcp-proxy.
    throw notInstalled(name, adapter, folder, `${[...programs.values()].join(', ')}: ${messageOf(thrown)}`);
  });
  if (isOlder(version, adapter.oldest))
    throw new ProblemError('preflight', {
      code: 'gateway-version',
      what: `${adapter.title} ${version} is installed, and its adapter needs ${adapter.oldest} or later`,
      remedy: `install ${adapter.tried}, which it was made with: ${commandsText(adapter, folder)}`,
    });
  return { programs, version };
}

function notInstalled(name: string, adapter: GatewayAdapter, folder: string, reason: string): ProblemError {
  return new ProblemError('preflight', {
    code: 'gateway-not-installed',
    what: `gateway ${name} (${adapter.title}) is not installed: ${reason}`,
    remedy: `install it: ${commandsText(adapter, folder)}`,
  });
}

const commandsText = (adapter: GatewayAdapter, folder: string): string =>
  installCommands(adapter, folder)
    .map((words) => words.map((word) => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word}'`)).join(' '))
    .join(' && ');

async function programAt(program: string, folder: string, { PATH = '' }: Environment): Promise<string | null> {
  const own = [join(folder, 'node_modules', '.bin'), join(folder, 'bin')];
  for (const place of [...own, ...PATH.split(delimiter).filter(isAbsolute)]) {
    const path = join(place, program);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}

/** Rejects with what was found instead of a version. */
async function versionOf(adapter: GatewayAdapter, programs: ReadonlyMap<string, string>): Promise<string> {
  const { version, programs: names } = adapter;
  const first = programs.get(names[0]) ?? '';
  switch (version.by) {
    case 'output': {
      const printed = await output(first, version.parameters);
      const [, found] = version.pattern.exec(printed) ?? [];
      if (found !== undefined) return found;
      throw new Error(`it prints no version of ${adapter.title}, but "${printed.trim().slice(0, 100)}"`);
    }
    case 'npm':
      return npmVersion(programs.get(names.at(-1) ?? '') ?? first, version.package);
    case 'cargo':
      return cargoVersion(first, version.crate);
    case 'pypi': {
      const python = await interpreterOf(first);
      const code = 'import importlib.metadata as m, sys; print("version", m.version(sys.argv[1]))';
      const printed = await output(python, ['-c', code, version.distribution]);
      const [, found] = /^version (\S+)$/m.exec(printed) ?? [];
      if (found !== undefined) return found;
      throw new Error(`its Python has no distribution ${version.distribution}`);
    }
  }
}

async function output(program: string, parameters: readonly string[]): Promise<string> {
  const ended = await execa(program, parameters, {
    ...{ all: true, reject: false, timeout: PROBE_MS, stdin: 'ignore', maxBuffer: 1_000_000 },
  });
  return ended.all;
}

/** The version in the nearest `package.json` of that name above a program. */
async function npmVersion(program: string, name: string): Promise<string> {
  for (let folder = dirname(await realpath(program)); folder !== dirname(folder); folder = dirname(folder)) {
    const found = parsedOrUndefined(await readFile(join(folder, 'package.json'), 'utf8').catch(() => ''));
    if (isObject(found) && found['name'] === name && typeof found['version'] === 'string') return found['version'];
  }
  throw new Error(`it belongs to no package ${name}`);
}

/** By the list that `cargo install` keeps in the folder above its programs. */
async function cargoVersion(program: string, crate: string): Promise<string> {
  const list = await readFile(join(dirname(program), '..', '.crates.toml'), 'utf8').catch(() => '');
  for (const [, name, version] of list.matchAll(/^"(\S+) (\d\S*) \(/gm))
    if (name === crate && version !== undefined) return version;
  throw new Error(`cargo has not installed a crate ${crate} there`);
}

/** What runs a script, by its first line. */
async function interpreterOf(script: string): Promise<string> {
  const file = await open(script, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_LINE_BYTES), 0, LONGEST_LINE_BYTES, 0);
    const [, interpreter] = /^#!\s*(\/\S+)/.exec(buffer.toString('utf8', 0, bytesRead)) ?? [];
    if (interpreter !== undefined) return interpreter;
  } finally {
    await file.close();
  }
  throw new Error('it is no script of a Python environment');
}

/** By the numbers of both, one after the other; letters behind them do not count. */
function isOlder(version: string, than: string): boolean {
  const numbers = (text: string): readonly number[] => (/^\d+(?:\.\d+)*/.exec(text)?.[0] ?? '0').split('.').map(Number);
  const [own, other] = [numbers(version), numbers(than)];
  for (let at = 0; at < Math.max(own.length, other.length); at++) {
    const difference = (own[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
