/** The verb `runs` after its flags are read: which runs and experiments are kept, and removing those that are not. */
import { existsSync } from 'node:fs';
import { bytes, count, counted } from '../format/index.js';
import { readQuantity } from '../catalog/index.js';
import { EXIT, ProblemError, type ExitCode } from '../problem/index.js';
import {
  BASELINES_FOLDER,
  listRecords,
  readBaselines,
  recordsToRemove,
  removeRecord,
  type KeptRecord,
  type PruneLimits,
} from '../record/index.js';
import { wholeOf } from './choices.js';
import { columns } from './columns.js';
import { printable } from './print.js';
import { printJson } from './verb.js';
import { writeErr, writeOut } from './streams.js';

export interface ListFlags {
  readonly baselines?: string;
  readonly json?: true;
}

export interface PruneFlags extends ListFlags {
  readonly olderThan?: string;
  readonly keep?: string;
  readonly maxSize?: string;
  readonly yes?: true;
}

/** Where runs and experiments go unless another folder is given. */
export const RECORD_FOLDERS = ['reports/runs', 'reports/experiments'] as const;

interface Listed extends KeptRecord {
  /** One of its runs is part of a stored baseline. */
  readonly isBaseline: boolean;
}

export async function listKept(folders: readonly string[], flags: ListFlags): Promise<ExitCode> {
  for (const folder of folders) requireThere(folder);
  const { records, others } = await found(folders, flags.baselines);
  if (flags.json) {
    printJson({ schema: 'plimsoll/runs-v1', records, others, bytes: sizeOf(records) });
    return EXIT.pass;
  }
  const rows = records.map(row);
  writeOut([...columns(rows), total(records), ...others.map(otherText), ''].join('\n'));
  return EXIT.pass;
}

/**
 * A folder that is named may be a mistyped word of the verb.
 * @throws ProblemError (`bad-input`) for one that is not there.
 */
function requireThere(folder: string): void {
  if (existsSync(folder)) return;
  throw new ProblemError('bad-input', {
    code: 'no-folder',
    what: `there is no folder "${folder}"`,
    remedy: 'name a folder of records, or type "plimsoll runs list" or "plimsoll runs prune"',
  });
}

/** Removes what the flags ask for; without `--yes` it says what it would remove. */
export async function pruneKept(folders: readonly string[], flags: PruneFlags): Promise<ExitCode> {
  const limits = limitsOf(flags);
  const { records } = await found(folders, flags.baselines);
  const chosen = recordsToRemove(records, limits, Date.now(), ({ isBaseline }) => isBaseline);
  const isDry = flags.yes !== true;
  const removed: Listed[] = [];
  for (const record of chosen) if (isDry || (await removeRecord(record))) removed.push(record);
  const freed = sizeOf(removed);
  if (flags.json) {
    printJson({ schema: 'plimsoll/runs-pruned-v1', dryRun: isDry, removed, bytes: freed });
    return EXIT.pass;
  }
  const done = `${counted(removed.length, 'record')}, ${bytes(freed)}`;
  const kept = records.length - removed.length;
  writeOut(
    [
      ...columns(removed.map(row)),
      isDry ? `would remove ${done}, and keep ${count(kept)}` : `removed ${done}, kept ${count(kept)}`,
      '',
    ].join('\n'),
  );
  if (isDry && removed.length > 0) writeErr('hint: add --yes to remove them\n');
  return EXIT.pass;
}

const sizeOf = (records: readonly { readonly bytes: number }[]): number =>
  records.reduce((sum, each) => sum + each.bytes, 0);

async function found(
  folders: readonly string[],
  baselines = BASELINES_FOLDER,
): Promise<{ readonly records: readonly Listed[]; readonly others: readonly string[] }> {
  const stored = await readBaselines(baselines);
  const ids = new Set(stored.flatMap(({ file }) => file.runs.map(({ runId }) => runId)));
  const records: Listed[] = [];
  const others: string[] = [];
  for (const folder of folders.length === 0 ? RECORD_FOLDERS : folders) {
    const list = await listRecords(folder);
    records.push(...list.records.map((each) => ({ ...each, isBaseline: each.runIds.some((id) => ids.has(id)) })));
    others.push(...list.others);
  }
  records.sort((a, b) => (a.startedUtc < b.startedUtc ? -1 : 1));
  return { records, others };
}

function limitsOf(flags: PruneFlags): PruneLimits {
  const { olderThan, keep, maxSize } = flags;
  if (olderThan === undefined && keep === undefined && maxSize === undefined)
    throw new ProblemError('bad-input', {
      code: 'no-limit',
      what: 'nothing says which runs are to be removed',
      remedy: 'give --older-than 30d, --keep 20 or --max-size 2GiB',
    });
  return {
    olderThanMs: olderThan === undefined ? null : ageMsOf('--older-than', olderThan),
    keep: keep === undefined ? null : wholeOf('--keep', keep, 1_000_000),
    maxBytes: maxSize === undefined ? null : sizeOfText(maxSize),
  };
}

const AGES_MS: Readonly<Record<string, number>> = { m: 60e3, h: 3_600e3, d: 86_400e3, w: 604_800e3 };

/** An age, in milliseconds. @throws ProblemError (`bad-input`) for anything else. */
export function ageMsOf(flag: string, text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(m|h|d|w)$/.exec(text) ?? [];
  const unitMs = AGES_MS[unit];
  if (number !== undefined && unitMs !== undefined) return Number(number) * unitMs;
  throw new ProblemError('bad-input', {
    code: 'bad-age',
    what: `${flag} "${text}" is no age`,
    remedy: `write a number and one of m, h, d, w, like ${flag} 30d`,
  });
}

function sizeOfText(text: string): number {
  const read = readQuantity('size', text, 'MiB');
  if (read.ok) return read.value;
  throw new ProblemError('bad-input', { code: read.code, what: `--max-size: ${read.what}`, remedy: read.remedy });
}

const row = ({ path, kind, name, startedUtc, status, bytes: size, isBaseline }: Listed): readonly string[] => [
  startedUtc.slice(0, 19),
  kind,
  status,
  bytes(size),
  isBaseline ? 'baseline' : '',
  printable(name),
  printable(path),
];

const total = (records: readonly Listed[]): string => `${counted(records.length, 'record')}, ${bytes(sizeOf(records))}`;

const otherText = (path: string): string => `not a record, never removed: ${printable(path)}`;
