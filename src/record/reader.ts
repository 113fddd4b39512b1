/** Reading a record back: a sealed one, or what a killed run left. */
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, messageOf } from '../problem/index.js';
import { emptyColumns, type SampleColumns } from './columns.js';
import { digestFile, fileError, textIfThere } from './files.js';
import { isAlive, parseRunFile, type RunFile } from './header.js';
import { FILES, type Manifest, type RunHeader, type RunStatus } from './layout.js';
import { judgeByLedger } from './ledger.js';
import { readSamples } from './parquet/index.js';
import type { RunEvent } from './events.js';
import type { RecordRows } from './rows.js';
import { inOrder, readManifest, writeDerivedRows, writeManifest, writeVerifiedSamples } from './seal.js';
import { decodeSpool } from './spool.js';

/** The rows of one line-by-line file. */
type Rows<Name extends keyof RecordRows> = readonly RecordRows[Name][];

/** Everything a run left, read into memory. */
export interface RunRecord {
  readonly dir: string;
  readonly header: RunHeader;
  readonly manifest: Manifest | null;
  readonly status: RunStatus;
  /** The resolved scenario, YAML. */
  readonly scenarioText: string;
  /** envelope.json as parsed; null when the run ended before there was one. */
  readonly envelope: unknown;
  readonly samples: SampleColumns;
  /** In order of `atNs`. */
  readonly events: Rows<'events.ndjson'>;
  readonly series: Rows<'series.ndjson'>;
  readonly health: Rows<'health.ndjson'>;
  readonly resources: Rows<'resources.ndjson'>;
  readonly machine: Rows<'machine.ndjson'>;
  readonly workers: Rows<'workers.ndjson'>;
  readonly effects: Rows<'effects.ndjson'>;
  readonly gateways: Rows<'gateways.ndjson'>;
  /** Null: not known, as the run broke off before these were written. */
  readonly faultHits: Rows<'fault-hits.ndjson'> | null;
  readonly tools: Rows<'tools.ndjson'> | null;
  readonly work: Rows<'work.ndjson'> | null;
}

/**
 * Reads a sealed record. Rejects with a ProblemError (`bad-input`) when the folder is no run, has no manifest, or holds
 * a file that is not the one its manifest vouches for (derived files, which can be made again, are not checked).
 */
export async function readRecord(dir: string): Promise<RunRecord> {
  const run = await readHeader(dir);
  const manifest = await readManifest(dir);
  if (manifest === null) {
    throw isAlive(run) ? stillRunning(dir, run) : cutOff(dir);
  }
  await verify(dir, manifest);
  const [samples, scenarioText, envelopeText] = await Promise.all([
    readSamples(join(dir, FILES.samples)).catch((error: unknown) => {
      const what = `${join(dir, FILES.samples)} can't be read: ${messageOf(error)}.`;
      throw problem('samples-unreadable', what, 'Recover the samples from the spool if it is there, or run again.');
    }),
    textIfThere(join(dir, FILES.scenario)),
    textIfThere(join(dir, FILES.envelope)),
  ]);
  return {
    dir,
    header: run,
    manifest,
    status: manifest.status,
    scenarioText: scenarioText ?? '',
    envelope: envelopeText === null ? null : (JSON.parse(envelopeText) as unknown),
    samples,
    events: await rowsOf(dir, FILES.events),
    series: await rowsOf(dir, FILES.series),
    health: await rowsOf(dir, FILES.health),
    resources: await rowsOf(dir, FILES.resources),
    machine: await rowsOf(dir, FILES.machine),
    workers: await rowsOf(dir, FILES.workers),
    effects: await rowsOf(dir, FILES.effects),
    gateways: await rowsOf(dir, FILES.gateways),
    faultHits: await rowsIfThere(dir, FILES.faultHits),
    tools: await rowsIfThere(dir, FILES.tools),
    work: await rowsIfThere(dir, FILES.work),
  };
}

/**
 * Finishes and seals, as `recovered`, what a killed run left, and reads it. A record that is sealed already is read as
 * it is. Rejects with a ProblemError (`bad-input`) when the folder is no run or its run is still going on.
 */
export async function recoverRecord(dir: string): Promise<RunRecord> {
  const run = await readHeader(dir);
  if ((await readManifest(dir)) === null) {
    if (isAlive(run)) throw stillRunning(dir, run);
    try {
      await recover(dir, run);
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      throw fileError(dir, error);
    }
  }
  return readRecord(dir);
}

async function recover(dir: string, run: RunFile): Promise<void> {
  const events: RunEvent[] = [...(await rowsOf(dir, FILES.events, 'torn'))];
  const health = await rowsOf(dir, FILES.health, 'torn');
  const { columns, damagedTailBytes } = await keptSamples(dir, run);
  const executed = await rowsOf(dir, FILES.effects, 'torn');
  if (executed.length > 0) judgeByLedger(columns, executed);
  if (damagedTailBytes > 0)
    events.push({
      type: 'warning',
      atNs: events.reduce((last, event) => Math.max(last, event.atNs), 0),
      code: 'record-incomplete',
      what: `The last ${damagedTailBytes} bytes of the spool were cut off or damaged: the samples in them are lost.`,
      remedy: 'Take the numbers of the last second of this run as a lower bound.',
    });
  const raw = { run, columns, events: inOrder(events), health };
  await writeVerifiedSamples(dir, raw);
  await writeDerivedRows(dir, raw);
  await rm(join(dir, FILES.spool), { force: true });
  await writeManifest(dir, run, 'recovered', columns.length);
}

/** Samples from the spool; from samples.parquet when the run was killed between removing the one and sealing. */
async function keptSamples(
  dir: string,
  run: RunFile,
): Promise<{ readonly columns: SampleColumns; readonly damagedTailBytes: number }> {
  const spool = await readFile(join(dir, FILES.spool)).catch(() => null);
  if (spool !== null) return decodeSpool(spool, run.tables);
  const samples = await readSamples(join(dir, FILES.samples)).catch(() => null);
  return { columns: samples ?? emptyColumns(0, run.tables), damagedTailBytes: 0 };
}

async function readHeader(dir: string): Promise<RunFile> {
  const folder = await stat(dir).catch(() => null);
  if (folder === null) throw problem('no-such-run', `There is no folder ${dir}.`, GIVE_FOLDER);
  if (!folder.isDirectory())
    throw problem('not-a-run', `${dir} is a file, not the folder of a run.`, 'Give the folder that holds it.');
  const path = join(dir, FILES.run);
  const text = await textIfThere(path);
  if (text === null)
    throw problem('not-a-run', `${dir} is not the folder of a run: it has no ${FILES.run}.`, GIVE_FOLDER);
  return parseRunFile(path, text);
}

async function verify(dir: string, manifest: Manifest): Promise<void> {
  for (const file of manifest.files) {
    if (file.derived === true) continue;
    const path = join(dir, file.path);
    const inside = !file.path.split('/').includes('..') && !file.path.startsWith('/');
    const actual = inside ? await digestFile(path).catch(() => null) : null;
    const remedy = 'Restore the file from a copy of the run, or run again.';
    if (actual === null) throw problem('record-file-missing', `${path} is in the manifest and can't be read.`, remedy);
    const changed = `${path} was changed after the run: its digest is not the one in ${FILES.manifest}.`;
    if (actual.sha256 !== file.sha256) throw problem('record-file-changed', changed, remedy);
  }
}

/** Rows of an NDJSON file; null when there is no such file. */
async function rowsIfThere<Name extends keyof RecordRows>(dir: string, name: Name): Promise<Rows<Name> | null> {
  return (await textIfThere(join(dir, name))) === null ? null : rowsOf(dir, name);
}

/** Rows of an NDJSON file, if there is one. `torn`: a last line without an end was being written, and is left out. */
async function rowsOf<Name extends keyof RecordRows>(
  dir: string,
  name: Name,
  ending: 'whole' | 'torn' = 'whole',
): Promise<Rows<Name>> {
  const path = join(dir, name);
  const lines = ((await textIfThere(path)) ?? '').split('\n');
  const last = lines.pop() ?? '';
  if (last !== '' && ending === 'whole') lines.push(last);
  return lines
    .filter((line) => line !== '')
    .map((line, index) => {
      try {
        return JSON.parse(line) as RecordRows[Name];
      } catch {
        throw new ProblemError('bad-input', {
          code: 'record-row-unreadable',
          what: `${path} has a line that is not JSON.`,
          where: { file: path, line: index + 1, column: 1 },
          remedy: 'Restore the file from a copy of the run.',
        });
      }
    });
}

function cutOff(dir: string): ProblemError {
  const what = `${dir} has no ${FILES.manifest}: its run was cut off before it ended.`;
  return problem('run-incomplete', what, `Recover what it left with: plimsoll report --recover ${dir}`);
}

function stillRunning(dir: string, run: RunFile): ProblemError {
  const what = `The run in ${dir} is still going on (process ${run.pid}).`;
  return problem('run-alive', what, 'Wait for it to end, or stop it with Ctrl-C.');
}

const problem = (code: string, what: string, remedy: string): ProblemError =>
  new ProblemError('bad-input', { code, what, remedy });

const GIVE_FOLDER = 'Give the folder of a run, as printed at its end.';

/** What a comparison reads of a sealed run, without its samples. */
export interface SealedTexts {
  readonly header: RunHeader;
  /** The text of each file that was asked for; null where the run has none. */
  readonly texts: readonly (string | null)[];
}

/**
 * Some files of a sealed run as text. Rejects with a ProblemError (`bad-input`) when the folder is no sealed run, or a
 * file is not the one its manifest vouches for, derived files included.
 */
export async function readSealedTexts(dir: string, names: readonly string[]): Promise<SealedTexts> {
  const run = await readHeader(dir);
  const manifest = await readManifest(dir);
  if (manifest === null) throw isAlive(run) ? stillRunning(dir, run) : cutOff(dir);
  const wanted = manifest.files.filter(({ path }) => names.includes(path));
  await verify(dir, { ...manifest, files: wanted.filter(({ derived }) => derived !== true) });
  for (const file of wanted) {
    const actual = await digestFile(join(dir, file.path)).catch(() => null);
    if (actual?.sha256 === file.sha256) continue;
    const what = `${join(dir, file.path)} is missing, or not as the run's manifest has it.`;
    throw problem('derived-file-changed', what, `Make it again with: plimsoll report ${dir}`);
  }
  const texts = names.map((name) =>
    wanted.some(({ path }) => path === name) ? textIfThere(join(dir, name)) : Promise.resolve(null),
  );
  return { header: run, texts: await Promise.all(texts) };
}
