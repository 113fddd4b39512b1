/** Command-line flags, in the real server's form: one dash or two, the value after `=` or as the next word. */
import { readFileSync } from 'node:fs';
import { messageOf, ProblemError } from '../../problem/index.js';
import { ApiError } from './api-error.js';
import { proxyRequests } from './api.js';
import { firstValue } from './body.js';
import { DEFAULT_MAX_HELD_BYTES, type EmbeddedServerOptions } from './server.js';

export interface EmbeddedFlags {
  readonly server: EmbeddedServerOptions;
  /** End when standard input ends: the process that started this one has ended, in whatever way. */
  readonly parentStdin: boolean;
  readonly version: boolean;
  readonly help: boolean;
}

export const FLAGS_HELP = `Serves the Toxiproxy API and its proxies until it is asked to end.

  -host ADDRESS            where the API listens (default localhost)
  -port N                  the API's port, 0 for a free one (default 8474)
  -config FILE             JSON array of proxies to begin with, as for POST /populate
  -seed N                  decides toxicity, jitter and cuts, the same for the same seed (default: random, printed)
  -proxy-metrics           serve GET /metrics
  -runtime-metrics         the same
  -max-held-bytes N        bytes the toxics of one direction of one connection may hold
                           (default ${DEFAULT_MAX_HELD_BYTES})
  -parent-stdin            end when standard input ends
  -version                 print the version and end
`;

const SWITCHES = ['proxy-metrics', 'runtime-metrics', 'parent-stdin', 'version', 'help'] as const;
const VALUES = ['host', 'port', 'config', 'seed', 'max-held-bytes'] as const;

/** @throws ProblemError (`bad-input`) with everything that is wrong. */
export function parseFlags(argv: readonly string[]): EmbeddedFlags {
  const problems: string[] = [];
  const on = new Set<string>();
  const values = new Map<string, string>();
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    const [, name, inline] = /^--?([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) {
      problems.push(`"${word}" is not a flag`);
    } else if ((SWITCHES as readonly string[]).includes(name)) {
      if (inline === undefined || inline === 'true') on.add(name);
      else if (inline !== 'false') problems.push(`-${name} is on or off, not "${inline}"`);
    } else if ((VALUES as readonly string[]).includes(name)) {
      const value = inline ?? argv[++i];
      if (value === undefined) problems.push(`-${name} needs a value`);
      else values.set(name, value);
    } else {
      problems.push(`there is no flag -${name}`);
    }
  }
  const whole = (name: (typeof VALUES)[number], least: number, most: number): number | undefined => {
    const text = values.get(name);
    if (text === undefined) return undefined;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    problems.push(`-${name} must be a whole number from ${least} to ${most}, not "${text}"`);
    return undefined;
  };
  const config = values.get('config');
  const server = {
    metrics: on.has('proxy-metrics') || on.has('runtime-metrics'),
    host: values.get('host'),
    port: whole('port', 0, 65535),
    seed: whole('seed', 0, Number.MAX_SAFE_INTEGER),
    maxHeldBytes: whole('max-held-bytes', 1, Number.MAX_SAFE_INTEGER),
    proxies: config === undefined ? undefined : readConfig(config, problems),
  };
  const remedy = '-help lists the flags';
  if (problems.length > 0)
    throw new ProblemError(
      'bad-input',
      problems.map((what) => ({ code: 'bad-flag', what, remedy })),
    );
  return {
    server,
    parentStdin: on.has('parent-stdin'),
    version: on.has('version'),
    help: on.has('help'),
  };
}

function readConfig(file: string, problems: string[]): ReturnType<typeof proxyRequests> {
  try {
    return proxyRequests(firstValue(readFileSync(file, 'utf8')));
  } catch (error) {
    const message = messageOf(error);
    problems.push(`${file}: ${error instanceof ApiError ? message.replace('bad request body: ', '') : message}`);
    return [];
  }
}
