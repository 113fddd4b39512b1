/** Whether the shards that meet are of one run. */
import type { RunEpoch } from '../clock/index.js';
import { counted, duration } from '../format/index.js';
import type { ProblemError } from '../problem/index.js';
import type { Board } from './board.js';
import { OWN_RENDEZVOUS, fieldsOf, problem } from './notes.js';
import type { Place } from './place.js';

/** What a shard says of itself when it joins. */
export interface Joining extends Place {
  /** Of this process alone: it knows its own note by it. */
  readonly id: string;
  readonly index: number;
  readonly of: number;
  readonly scenarioDigest: string;
  readonly plimsollVersion: string;
}

/** What shard 0 says when all have joined. */
export interface Accepted {
  readonly epoch: RunEpoch;
  readonly members: readonly Place[];
}

const SHOWN_MISSING = 10;

/** Which of the fields of notes hold what. */
const PLACE = { number: ['pid'], string: ['host', 'machine', 'network', 'numbers'] } as const;
const JOINING = { number: ['index', 'of'], string: ['id', 'scenarioDigest', 'plimsollVersion'] } as const;
const EPOCH = { number: [], string: ['utc', 'monotonicNs'] } as const;

type Fields = Readonly<Record<'number' | 'string', readonly string[]>>;

const holds = (found: unknown, { number, string }: Fields): boolean =>
  typeof found === 'object' &&
  found !== null &&
  [...number.map((name) => [name, 'number']), ...string.map((name) => [name, 'string'])].every(
    ([name = '', type]) => typeof (found as Readonly<Record<string, unknown>>)[name] === type,
  );

/** What the note of a shard says of it; null where it is none that this version writes. */
function joiningOf(text: string): Joining | null {
  const found = fieldsOf(text);
  return holds(found, PLACE) && holds(found, JOINING) ? (found as unknown as Joining) : null;
}

/** The note of shard 0 to `of` shards; null where it is none that this version writes. */
export function acceptedOf(text: string, of: number): Accepted | null {
  const { epoch, members } = fieldsOf(text) ?? {};
  if (!holds(epoch, EPOCH) || !Array.isArray(members) || members.length !== of) return null;
  const accepted = { epoch, members } as unknown as Accepted;
  const isWhole = members.every((member) => holds(member, PLACE)) && /^\d{1,20}$/.test(accepted.epoch.monotonicNs);
  return isWhole ? accepted : null;
}

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

/** @throws ProblemError (`bad-input`) for a shard that is not of the same run as shard 0. */
export function acceptedJoining(own: Joining, index: number, text: string): Joining {
  const other = joiningOf(text);
  const wrong = other === null || other.index !== index ? unread(index) : differenceOf(own, other);
  if (other === null || wrong !== null) throw wrong ?? unread(index);
  return other;
}

const wrong = (what: string, remedy: string): ProblemError => problem('bad-input', 'shards-differ', what, remedy);

const unread = (index: number): ProblemError =>
  wrong(
    `what shard ${index} says of itself can't be read`,
    `install the same version of plimsoll for every shard, and ${OWN_RENDEZVOUS}`,
  );

/** Why a shard is not of the same run as shard 0; null when it is. */
function differenceOf(own: Joining, other: Joining): ProblemError | null {
  if (other.plimsollVersion !== own.plimsollVersion)
    return wrong(
      `shard ${other.index} is of version ${other.plimsollVersion}, and shard 0 of ${own.plimsollVersion}`,
      'install the same version of plimsoll for every shard',
    );
  if (other.of !== own.of)
    return wrong(
      `shard ${other.index} says that there are ${counted(other.of, 'shard')}, and shard 0 that there are ${own.of}`,
      'give all shards the same number of shards',
    );
  if (other.scenarioDigest !== own.scenarioDigest)
    return wrong(
      `shard ${other.index} has another scenario than shard 0 (digest ${other.scenarioDigest.slice(0, 12)} against ` +
        `${own.scenarioDigest.slice(0, 12)})`,
      'give every shard the same file, and the same --profile, --arm, --set, --seed and --workers',
    );
  return null;
}
