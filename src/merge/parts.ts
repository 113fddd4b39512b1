/** Which records make a run together. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ProblemError } from '../problem/index.js';
import { FILES, openPart, partText, shardFileOf, type SealedPart, type ShardFile } from '../record/index.js';
import { driftOf } from '../shards/index.js';

/** The record of one shard. */
export interface ShardPart extends SealedPart {
  readonly shard: ShardFile;
  readonly driftPpm: number | null;
  /** By which the times of each phase are moved to be those of shard 0. */
  readonly shiftsNs: ReadonlyMap<number, number>;
  /** How far its times may be off then. */
  readonly uncertaintyNs: number;
}

/**
 * The shortest window over which calls of one moment are put together (stages of a breakdown); a tenth of it is as far
 * as the times of two shards may be apart.
 */
const SHORTEST_WINDOW_NS = 200e6;
const MOST_APART_NS = SHORTEST_WINDOW_NS / 10;

const problem = (kind: 'bad-input' | 'invalid', code: string, what: string, remedy: string): ProblemError =>
  new ProblemError(kind, { code, what, remedy });

/** The folders of records: each folder itself, or those in it. */
export function recordFolders(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) => {
    if (existsSync(join(folder, FILES.run))) return [folder];
    const inside = namesIn(folder)
      .map((name) => join(folder, name))
      .filter((path) => existsSync(join(path, FILES.shard)) || existsSync(join(path, FILES.run)));
    return inside.length === 0 ? [folder] : inside;
  });
}

/** None where it is no folder: reading it as a record says what is wrong. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * The records of all shards of one run, in order of their index.
 * @throws ProblemError: `bad-input` for records that are not shards of one run, `invalid` for a run that is not whole
 *   or whose clocks are not known well enough.
 */
export async function shardParts(folders: readonly string[]): Promise<readonly [ShardPart, ...ShardPart[]]> {
  const parts: ShardPart[] = [];
  for (const dir of recordFolders(folders)) {
    const part = await openPart(dir).catch((thrown: unknown) => {
      throw isCutOff(thrown) ? cutOff(dir) : thrown;
    });
    const text = await partText(part, FILES.shard);
    const shard = shardFileOf(text);
    if (shard === null)
      throw problem(
        'bad-input',
        'not-a-shard',
        text === null
          ? `${dir} is the record of a whole run, and no shard`
          : `${join(dir, FILES.shard)} is not what a shard of a run writes`,
        'give the folders that "plimsoll run --shard" has written, or the folder that holds them',
      );
    parts.push({ ...part, shard, ...clockOf(shard) });
  }
  parts.sort((a, b) => a.shard.index - b.shard.index);
  const [first, ...rest] = parts;
  if (first === undefined)
    throw problem('bad-input', 'no-shards', 'there is no record to merge', 'give the folders of the shards');
  requireOneRun(first, rest);
  requireWhole(first.shard.of, parts);
  requireOneStart(first, rest);
  requireClocks(parts);
  return [first, ...rest];
}

const isCutOff = (thrown: unknown): boolean =>
  thrown instanceof ProblemError && thrown.problems.some(({ code }) => code === 'run-incomplete');

/** A shard that was killed has left no file that says which it was: its folder does. */
function cutOff(dir: string): ProblemError {
  const [, index] = /^shard-(\d+)$/.exec(basename(dir)) ?? [];
  const which = index === undefined ? 'a shard' : `shard ${index}`;
  return problem(
    'invalid',
    'shard-cut-off',
    `the run is invalid: ${which} was cut off before it ended: ${dir} has no ${FILES.manifest}`,
    'see what ended it, and run again: without one of its shards a run is another load',
  );
}

/** Times of a shard against those of shard 0, as far as its readings say. */
function clockOf({ clock, starts }: ShardFile): Pick<ShardPart, 'driftPpm' | 'shiftsNs' | 'uncertaintyNs'> {
  const { driftPpm, misfitNs } = driftOf(clock);
  // Within a phase the times are moved as one. The clock was read before its start, and again behind its end.
  const offNs = starts.flatMap(({ plannedNs, startNs }, k) =>
    [clock[k + 1], clock[k + 2]].flatMap((reading) =>
      reading === undefined ? [] : [Math.abs(reading.offsetNs - (plannedNs - startNs)) + reading.uncertaintyNs],
    ),
  );
  return {
    // The offset of a clock that gains on that of shard 0 shrinks.
    driftPpm: isDrift(clock, driftPpm) ? -driftPpm : null,
    shiftsNs: new Map(starts.map(({ phase, plannedNs, startNs }) => [phase, plannedNs - startNs])),
    uncertaintyNs: Math.round(Math.max(0, misfitNs, ...offNs)),
  };
}

/** Whether a drift is more than the readings leave open. */
function isDrift(clock: ShardFile['clock'], driftPpm: number): boolean {
  const [first, last] = [clock[0], clock.at(-1)];
  if (first === undefined || last === undefined) return false;
  const gainedNs = Math.abs((driftPpm / 1e6) * (last.atNs - first.atNs));
  return gainedNs > first.uncertaintyNs + last.uncertaintyNs;
}

function requireOneRun(first: ShardPart, rest: readonly ShardPart[]): void {
  for (const part of rest) {
    const differs = (['group', 'of'] as const).find((name) => part.shard[name] !== first.shard[name]);
    const same =
      part.run.scenarioDigest === first.run.scenarioDigest && part.run.plimsollVersion === first.run.plimsollVersion;
    if (differs === undefined && same) continue;
    const why =
      differs === undefined
        ? 'another scenario or version of plimsoll'
        : differs === 'group'
          ? `another group ("${part.shard.group}" and "${first.shard.group}")`
          : `another number of shards (${part.shard.of} and ${first.shard.of})`;
    throw problem(
      'bad-input',
      'shards-differ',
      `${part.dir} and ${first.dir} are not of one run: ${why}`,
      'merge the shards of one run only',
    );
  }
}

const ONE_GROUP_A_RUN = 'give the records of one run; a run that is made again needs a --group of its own';

/** A run made again under the name of its group: its phases began at other moments of the clock of shard 0. */
function requireOneStart(first: ShardPart, rest: readonly ShardPart[]): void {
  const startsOf = ({ shard }: ShardPart): string =>
    shard.starts.map(({ phase, plannedNs }) => `${phase} at ${plannedNs}`).join();
  const other = rest.find((part) => startsOf(part) !== startsOf(first));
  if (other === undefined) return;
  throw problem(
    'bad-input',
    'shards-differ',
    `${other.dir} and ${first.dir} are not of one run: they did not begin their phases together`,
    ONE_GROUP_A_RUN,
  );
}

function requireWhole(of: number, parts: readonly ShardPart[]): void {
  for (const [k, { shard, dir }] of parts.entries()) {
    const next = parts[k + 1];
    if (next?.shard.index !== shard.index) continue;
    throw problem(
      'bad-input',
      'shard-twice',
      next.dir === dir ? `${dir} is given twice` : `${dir} and ${next.dir} are both shard ${shard.index}`,
      next.dir === dir ? 'give each shard once' : ONE_GROUP_A_RUN,
    );
  }
  const there = new Set(parts.map(({ shard }) => shard.index));
  const missing = Array.from({ length: of }, (_, index) => index).filter((index) => !there.has(index));
  if (missing.length > 0)
    throw problem(
      'invalid',
      'shard-missing',
      `the run is invalid: ${missing.length === 1 ? 'shard' : 'shards'} ${missing.slice(0, 10).join(', ')} of ${of} ` +
        `${missing.length === 1 ? 'is' : 'are'} missing`,
      'give the records of all shards; where one was lost, run again',
    );
  const broken = parts.find(({ manifest }) => manifest.status !== 'complete');
  if (broken !== undefined)
    throw problem(
      'invalid',
      'shard-incomplete',
      `the run is invalid: shard ${broken.shard.index} of ${of} did not come to its end (${broken.manifest.status})`,
      `see the events and warnings in ${broken.dir}, and run again`,
    );
}

function requireClocks(parts: readonly ShardPart[]): void {
  // Before the run, at the start of each phase, and after.
  const unread = parts.find(({ shard }) => shard.index > 0 && shard.clock.length !== shard.starts.length + 2);
  if (unread !== undefined)
    throw problem(
      'invalid',
      'shard-clock',
      `the run is invalid: the clock of shard ${unread.shard.index} was read ${unread.shard.clock.length} times, and ` +
        `${unread.shard.starts.length + 2} readings bound its times`,
      'run again',
    );
  const worst = parts.reduce((most, each) => (each.uncertaintyNs > most.uncertaintyNs ? each : most));
  if (worst.uncertaintyNs <= MOST_APART_NS) return;
  throw problem(
    'invalid',
    'shard-clock',
    `the run is invalid: times of shard ${worst.shard.index} may be off by ${(worst.uncertaintyNs / 1e6).toFixed(1)} ` +
      `ms, and ${MOST_APART_NS / 1e6} ms are allowed (a tenth of the shortest window)`,
    'use a rendezvous that answers sooner (HTTP), synchronise the clocks of the machines, or shorten the phases',
  );
}
