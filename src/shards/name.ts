/** Which shard of how many a process is: as its flags say, or as Kubernetes and Slurm number their processes. */
import { ProblemError } from '../problem/index.js';
import { MOST_SHARDS } from '../record/index.js';

/** One of `of` shards. */
export interface ShardName {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

export interface ShardFlags {
  /** `i/n`. */
  readonly shard?: string;
  /** A folder, or an address of shard 0. */
  readonly rendezvous?: string;
  readonly group?: string;
}

/** What is known of a shard before it meets the others. */
export interface NamedShard extends ShardName {
  readonly rendezvous: string;
  readonly group: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The shard that flags and environment name; null where neither `--shard` nor `--rendezvous` is given. Without
 * `--shard` the index is that of a Kubernetes Indexed Job (`JOB_COMPLETION_INDEX`, of `PLIMSOLL_SHARDS`) or of a Slurm
 * task (`SLURM_PROCID` of `SLURM_NTASKS`).
 * @throws ProblemError (`bad-input`).
 */
export function shardOf({ shard, rendezvous, group }: ShardFlags, environment: Environment): NamedShard | null {
  if (shard === undefined && rendezvous === undefined) {
    if (group !== undefined) throw bad('--group belongs to --shard', 'add --shard i/n and --rendezvous');
    return null;
  }
  const name = shard === undefined ? shardOfEnvironment(environment) : parsed(shard);
  if (rendezvous === undefined)
    throw bad(
      '--shard needs a place where the shards meet',
      'add --rendezvous FOLDER or --rendezvous http://HOST:PORT',
    );
  const ofJob = environment['SLURM_JOB_ID'] === undefined ? undefined : `slurm-${environment['SLURM_JOB_ID']}`;
  const called = group ?? ofJob;
  if (called === undefined)
    throw bad('--shard needs a name for the run that all of its shards give', 'add --group ID, new for each run');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(called))
    throw bad(`--group ${called} is no name`, 'use letters, digits, ".", "_" and "-", 63 of them at most');
  return { ...name, rendezvous, group: called };
}

function shardOfEnvironment(environment: Environment): ShardName {
  const found = (index: string, of: string): ShardName | null => {
    const [i, n] = [environment[index], environment[of]];
    return i === undefined || n === undefined ? null : parsed(`${i}/${n}`, `${index} and ${of}`);
  };
  const name = found('JOB_COMPLETION_INDEX', 'PLIMSOLL_SHARDS') ?? found('SLURM_PROCID', 'SLURM_NTASKS');
  if (name !== null) return name;
  throw bad(
    'nothing says which shard this is',
    'give --shard i/n; else JOB_COMPLETION_INDEX and PLIMSOLL_SHARDS, or SLURM_PROCID and SLURM_NTASKS, say it',
  );
}

function parsed(text: string, from = '--shard'): ShardName {
  const [, first = '', second = ''] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const [index, of] = [Number(first), Number(second)];
  if (first === '' || of < 1 || index >= of)
    throw bad(`${from}: ${text} is not a shard`, 'write i/n with i from 0 to n - 1, such as 0/3');
  if (of > MOST_SHARDS) throw bad(`${from}: ${of} shards are too many`, `use ${MOST_SHARDS} shards at most`);
  return { index, of };
}

const bad = (what: string, remedy: string): ProblemError =>
  new ProblemError('bad-input', { code: 'shard', what, remedy });
