/** What `plimsoll URL` and `plimsoll init` have in common: asking the server, within bounds, and what was left out. */
import { readQuantity } from '../catalog/index.js';
import {
  commandLine,
  discover,
  httpTarget,
  leftOutRows,
  namedTool,
  stdioTarget,
  withNextCommand,
  type Discovery,
  type DiscoveryTarget,
  type Typed,
} from '../discover/index.js';
import { counted } from '../format/index.js';
import { ProblemError } from '../problem/index.js';
import { startReaper } from '../processes/index.js';
import { secretsNamedIn } from '../scenario/index.js';
import { keepSecrets } from '../secrets/index.js';
import { whyElsewhere } from '../stack/index.js';
import { seedOf } from './choices.js';
import type { TargetFlags } from './discovery-flags.js';
import { printable } from './print.js';
import { startProgress } from './progress.js';
import { listenForInterruption } from './signals.js';

export interface Discovered {
  readonly discovery: Discovery;
  /** Bound on every rate; null without one. */
  readonly mostPerSecond: number | null;
}

/**
 * @param words what stands for the target: a URL, or the words behind `--`.
 * @param own flags of the verb itself, with their values, for what is to be typed next.
 * @returns null when it was interrupted.
 * @throws ProblemError with what is wrong and the next command to type.
 */
export async function discovered(
  words: readonly string[],
  flags: TargetFlags,
  verb: Typed['verb'],
  own: readonly string[] = [],
): Promise<Discovered | null> {
  const target = targetOf(words, flags);
  const typed = typedBy(verb, flags, own);
  const { isRemote, mostPerSecond } = await boundsOf(target, flags, (given) => typedBy(verb, given, own));
  const texts = target.kind === 'http' ? [target.url, ...Object.values(target.headers)] : target.command;
  keepSecrets(secretsNamedIn([...texts, ...flags.tool], process.env));
  const progress = startProgress(() => null, flags.quiet === true);
  const interruption = listenForInterruption((text) => progress.note(text));
  const keeper = startReaper();
  interruption.onEmergency(() => keeper.stop());
  try {
    progress.step('asking the server what it has');
    const discovery = await discover({
      ...{ target, isRemote, typed, environment: process.env, keeper },
      tools: flags.tool.map(namedTool),
      seed: seedOf(flags.seed) ?? 1,
      interrupt: interruption.signal,
    });
    for (const { what, remedy } of discovery.warnings) progress.note(`warning ${what}\n  hint: ${remedy}`);
    return { discovery, mostPerSecond };
  } catch (thrown) {
    if (interruption.signal.aborted) return null;
    if (!(thrown instanceof ProblemError)) throw thrown;
    throw new ProblemError(
      thrown.kind,
      thrown.problems.map((problem) => withNextCommand(problem, target, typed)),
    );
  } finally {
    progress.end();
    await keeper.stop();
    interruption.dispose();
  }
}

/** The command as it was typed up to the target. @param own flags of the verb itself, with their values. */
export function typedBy(
  verb: Typed['verb'],
  { tool, allowRemote, maxRate, seed }: TargetFlags,
  own: readonly string[] = [],
): Typed {
  const bounds = [
    ...own,
    ...(allowRemote === true ? ['--allow-remote'] : []),
    ...(maxRate === undefined ? [] : ['--max-rate', maxRate]),
    ...(seed === undefined ? [] : ['--seed', seed]),
  ];
  return { verb, tools: tool, bounds };
}

function targetOf(words: readonly string[], { header }: TargetFlags): DiscoveryTarget {
  if (process.argv.includes('--')) return stdioTarget(words, process.cwd(), header);
  const [url, more] = words;
  if (url === undefined || more !== undefined)
    throw new ProblemError('bad-input', {
      code: 'no-target',
      what: url === undefined ? 'no server is named' : `"${more}" stands behind the address`,
      remedy: 'name one server: plimsoll http://127.0.0.1:3000/mcp, or plimsoll -- node server.js',
    });
  return httpTarget(url, header);
}

/** Whether load may go there, and how much. */
async function boundsOf(target: DiscoveryTarget, flags: TargetFlags, typedWith: (flags: TargetFlags) => Typed) {
  const { allowRemote, maxRate } = flags;
  const mostPerSecond = maxRate === undefined ? null : rateOf(maxRate);
  const { hostname } = target.kind === 'http' ? new URL(target.url) : { hostname: '' };
  const elsewhere = target.kind === 'http' ? await whyElsewhere(hostname, `the server ${hostname}`) : null;
  if (elsewhere !== null && (allowRemote !== true || mostPerSecond === null))
    throw new ProblemError('bad-input', {
      code: 'remote-target',
      what: elsewhere,
      remedy:
        'load-test only what is yours; when it is, allow it and bound the rate: ' +
        commandLine(typedWith({ ...flags, allowRemote: true, maxRate: maxRate ?? '20/s' }), target),
    });
  return { isRemote: elsewhere !== null, mostPerSecond };
}

function rateOf(text: string): number {
  const read = readQuantity('rate', text, '/s');
  if (read.ok && read.value >= 1) return read.value;
  const { code, what, remedy } = read.ok
    ? { code: 'too-low', what: `${text} leaves no room for a search`, remedy: 'give at least 1/s' }
    : read;
  throw new ProblemError('bad-input', { code, what: `--max-rate: ${what}`, remedy });
}

/** What was put under load, and each tool that was not, with its reason. */
export function coverageText({ usable, leftOut }: Discovery): string {
  const names = usable.map(({ tool }) => tool.name).join(', ');
  const rows = leftOutRows(leftOut).map((row) => printable(`  ${row.replace(/\s+/g, ' ')}`));
  const title = `left out: ${counted(leftOut.length, 'tool')}`;
  return [printable(`under load: ${names}`), ...(rows.length === 0 ? [] : [title, ...rows])].join('\n') + '\n';
}
