/** Finishing what a killed run left, and sealing it once it reads back. */
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../problem/index.js';
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import { emptyColumns, type SampleColumns } from './columns.js';
import { fileError, replaceText, textIfThere } from './files.js';
import { isAlive, type RunFile } from './header.js';
import { HOLDER_FILE, holdFolder } from './hold.js';
import { FILES, type Manifest } from './layout.js';
import { judgeByLedger } from './ledger.js';
import { readSamples } from './parquet/index.js';
import {
  damageWarning,
  lastNs,
  problem,
  readFiles,
  readHeader,
  readRecord,
  stillRunning,
  withSystemErrors,
  type Damage,
  type RunRecord,
} from './reader.js';
import { ndjson, readRows } from './row-files.js';
import { isWholeRow, type RowLimits } from './row-shapes.js';
import type { RunEvent } from './events.js';
import type { RecordRows } from './rows.js';
import {
  inOrder,
  readManifest,
  writeHistograms,
  writeManifest,
  writeSeriesAndEvents,
  writeVerifiedSamples,
} from './seal.js';
import { decodeSpool } from './spool.js';

/** Later than the last sample by more than this no row of a run is. */
const LONGEST_END_NS = 3_600e9;
/** What is left of a file that could not be read whole is kept under its name with this. */
const DAMAGED = '.damaged';

/** Files of which a part is misleading: counts are made of all of their rows. */
const ALL_OR_NOTHING: ReadonlySet<keyof RecordRows> = new Set([FILES.effects, FILES.faultHits, FILES.tools]);

/**
 * Finishes and seals, as `recovered`, what a killed run left, and reads it. A record that is sealed already is read as
 * it is. What is damaged costs itself: the rows of other files, and the samples, are kept. Rejects with a ProblemError:
 * `bad-input` when the folder is no run or its run is still going on, `output` when the disk does not take the record;
 * what was there can be recovered later then.
 */
export async function recoverRecord(dir: string): Promise<RunRecord> {
  const run = await withSystemErrors(dir, () => readHeader(dir));
  const sealed = await sealedRecord(dir);
  if (sealed !== null) return sealed;
  if (isAlive(run)) throw stillRunning(dir, run);
  const hold = holdFolder(dir);
  if (hold.kind === 'refused') {
    const what = `the run in ${dir} is being recovered by process ${hold.holder.pid} of ${hold.holder.host}`;
    throw problem('run-held', what, `wait for it to end; if it has ended, delete ${join(dir, HOLDER_FILE)}`);
  }
  try {
    // Another process may have ended meanwhile.
    return (await sealedRecord(dir)) ?? (await recovered(dir, run));
  } finally {
    hold.release();
  }
}

async function recovered(dir: string, run: RunFile): Promise<RunRecord> {
  try {
    await recover(dir, run);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw fileError(dir, error);
  }
  return readRecord(dir);
}

/** The record as it was sealed; null when it was not, or without samples that can be read while its spool is there. */
async function sealedRecord(dir: string): Promise<RunRecord | null> {
  let manifest: Manifest | null;
  try {
    manifest = await withSystemErrors(dir, () => readManifest(dir));
  } catch (error) {
    if (error instanceof ProblemError && error.problems.some(({ code }) => code === 'manifest-unreadable')) return null;
    throw error;
  }
  if (manifest === null) return null;
  const spool = await readFile(join(dir, FILES.spool)).catch(() => null);
  const samples = spool === null ? null : await readSamples(join(dir, FILES.samples)).catch(() => 'unreadable');
  return samples === 'unreadable' ? null : readRecord(dir);
}

async function recover(dir: string, run: RunFile): Promise<void> {
  const { columns, damagedTailBytes } = await keptSamples(dir, run);
  const limits = { phases: run.tables.phases.length, latestNs: latestDoneNs(columns) + LONGEST_END_NS };
  const damages: Damage[] = [];
  const mended = <Name extends keyof RecordRows>(name: Name): Promise<readonly RecordRows[Name][]> =>
    mend(dir, name, limits, damages);
  const kept = await mended(FILES.events);
  const health = await mended(FILES.health);
  const executed = await mended(FILES.effects);
  for (const name of [FILES.resources, FILES.machine, FILES.workers, FILES.gateways] as const) await mended(name);
  for (const name of [FILES.faultHits, FILES.tools, FILES.work] as const) await mended(name);
  for (const name of [FILES.upstreamCalls, FILES.toolLists, FILES.spans, FILES.serverMetrics] as const)
    await mended(name);
  await mendEnvelope(dir, damages);
  if (executed.length > 0) judgeByLedger(columns, executed);
  const events: RunEvent[] = [...kept, ...damages.map((damage) => damageWarning(damage, lastNs(kept)))];
  if (damagedTailBytes > 0)
    events.push({
      type: 'warning',
      atNs: lastNs(kept),
      code: 'record-incomplete',
      what: `the last ${damagedTailBytes} bytes of the spool were cut off or damaged: the samples in them are lost`,
      remedy: 'take the numbers of the last second of this run as a lower bound',
    });
  const raw = { run, columns, events: inOrder(events), health };
  await writeVerifiedSamples(dir, raw);
  await writeHistograms(dir, raw);
  await writeSeriesAndEvents(dir, raw);
  // Sealed is what can be read, so that nothing is lost by sealing.
  await readFiles(dir, run);
  await rm(join(dir, FILES.spool), { force: true });
  await writeManifest(dir, run, 'recovered', columns.length);
}

function latestDoneNs({ doneNs }: SampleColumns): number {
  let latest = 0;
  for (const done of doneNs) if (done > latest) latest = done;
  return latest;
}

/** The rows of a file that can be worked with. Where there are others, they are put aside. */
async function mend<Name extends keyof RecordRows>(
  dir: string,
  name: Name,
  limits: RowLimits,
  damages: Damage[],
): Promise<readonly RecordRows[Name][]> {
  const read = await readRows(dir, name, (row) => isWholeRow(name, row, limits));
  if (read === null) return [];
  if (read.damaged === 0) return read.rows;
  damages.push({ file: name, lines: read.damaged });
  await rename(join(dir, name), join(dir, `${name}${DAMAGED}`));
  if (ALL_OR_NOTHING.has(name)) return [];
  await replaceText(join(dir, name), ndjson(read.rows));
  return read.rows;
}

async function mendEnvelope(dir: string, damages: Damage[]): Promise<void> {
  const path = join(dir, FILES.envelope);
  const text = await textIfThere(path).catch(() => '');
  if (text === null) return;
  const envelope = parsedOrUndefined(text);
  if (isObject(envelope) && typeof envelope['schema'] === 'string') return;
  damages.push({ file: FILES.envelope, lines: null });
  await rename(path, `${path}${DAMAGED}`);
}

/** Samples from the spool; from samples.parquet when the run was killed between removing the one and sealing. */
async function keptSamples(
  dir: string,
  run: RunFile,
): Promise<{ readonly columns: SampleColumns; readonly damagedTailBytes: number }> {
  const spool = await readFile(join(dir, FILES.spool)).catch(() => null);
  const decoded = spool === null ? null : decodeSpool(spool, run.tables);
  if (decoded !== null && decoded.damagedTailBytes === 0 && decoded.columns.length > 0) return decoded;
  const written = await readSamples(join(dir, FILES.samples)).catch(() => null);
  if (written !== null && written.length >= (decoded?.columns.length ?? 0))
    return { columns: written, damagedTailBytes: 0 };
  return decoded ?? { columns: emptyColumns(0, run.tables), damagedTailBytes: 0 };
}
