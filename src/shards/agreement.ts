/** Whether the shards that meet are of one run. */
import { counted, duration } from '../format/index.js';
import type { ProblemError } from '../problem/index.js';
import type { Board } from './board.js';
import { problem } from './notes.js';
import type { Place } from './place.js';

/** What a shard says of itself when it joins. */
export interface Joining extends Place {
  readonly index: number;
  readonly of: number;
  readonly scenarioDigest: string;
  readonly plimsollVersion: string;
}

const SHOWN_MISSING = 10;

/** Names the shards that did not join. */
export async function missingShards(board: Board, of: number, withinMs: number): Promise<ProblemError> {
  const missing: number[] = [];
  for (let index = 0; index < of; index++) if ((await board.get(`join-${index}`)) === null) missing.push(index);
  const names = missing.slice(0, SHOWN_MISSING).join(', ') + (missing.length > SHOWN_MISSING ? ', ...' : '');
  return problem(
    'preflight',
    'shard-missing',
    `${missing.length === 1 ? 'shard' : 'shards'} ${names} of ${of} did not join within ${duration(withinMs * 1e6)}`,
    'start every shard with the same --rendezvous and --group; a folder must be the same one on every machine',
  );
}

/** Why a shard is not of the same run as shard 0; null when it is. */
export function differenceOf(own: Joining, other: Joining): ProblemError | null {
  const wrong = (what: string, remedy: string): ProblemError => problem('bad-input', 'shards-differ', what, remedy);
  if (other.of !== own.of)
    return wrong(
      `shard ${other.index} says that there are ${counted(other.of, 'shard')}, and shard 0 that there are ${own.of}`,
      'give all shards the same number of shards',
    );
  if (other.plimsollVersion !== own.plimsollVersion)
    return wrong(
      `shard ${other.index} is of version ${other.plimsollVersion}, and shard 0 of ${own.plimsollVersion}`,
      'install the same version of plimsoll for every shard',
    );
  if (other.scenarioDigest !== own.scenarioDigest)
    return wrong(
      `shard ${other.index} has another scenario than shard 0 (digest ${other.scenarioDigest.slice(0, 12)} against ` +
        `${own.scenarioDigest.slice(0, 12)})`,
      'give every shard the same file, and the same --profile, --arm, --set, --seed and --workers',
    );
  return null;
}
