/** Writing a record while its run goes on, and sealing it afterwards. */
import { existsSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ProblemError, fileErrorAdvice, messageOf, type Problem } from '../problem/index.js';
import { redactForeign } from '../secrets/index.js';
import type { SampleColumns, SampleTables } from './columns.js';
import { makeRunFolder } from './folders.js';
import {
  AppendFile,
  fileError,
  fileProblem,
  jsonText,
  makeFolders,
  openSink,
  redactJson,
  removedProblem,
  replaceText,
  writeWholeNow,
  type OpenSink,
} from './files.js';
import { GROWING, type RowFile, type RowsOf } from './growing.js';
import { runFile, type RunFile } from './header.js';
import { FILES, type Manifest, type RunHeader, type RunStatus } from './layout.js';
import type { RunEvent } from './events.js';
import type { EffectRow, HealthRow } from './rows.js';
import { writeHistograms, writeManifest, writeSeriesAndEvents, writeVerifiedSamples, type Raw } from './seal.js';
import type { ShardFile } from './shard.js';
import { CappedLog, type ServiceLog } from './service-log.js';
import { slug, slugTable } from './slug.js';
import { judgeByLedger } from './ledger.js';
import { decodeSpool } from './spool.js';
import { joinSpans, type GivenSpans } from './span-joins.js';
import { locateAttempts, type LoggedCall } from './upstream-log.js';

const DEFAULT_LOG_CAP_BYTES = 1024 * 1024;

export interface RecordOptions {
  /** Where the run's own directory is made, e.g. `reports/runs`; made when it is not there. */
  readonly parentFolder: string;
  /** Name of the run's directory; `<utc>-<name>-<id>` unless given. */
  readonly folder?: string;
  readonly header: Omit<RunHeader, 'formatVersion'>;
  /** The scenario after every substitution but secrets, as YAML. */
  readonly resolvedScenario: string;
  readonly tables: SampleTables;
  /** Takes secrets out of a text of an event, a row or the envelope. Names that the scenario gives are not touched. */
  readonly redact: (text: string) => string;
  /** Called once, when something could not be written for the first time. */
  readonly onFailure?: (problem: Problem) => void;
  /** Most bytes kept of each service's output (default 1 MiB). */
  readonly logCapBytes?: number;
  /** Opens the files that grow during the run; for tests. */
  readonly openFile?: OpenSink;
}

/** A record that is being written, by one place only. Only methods that return a promise wait for the disk. */
export interface RecordWriter {
  /** The run's directory. */
  readonly dir: string;
  /** The first write that failed; null while none did. A record with one is never sealed as complete. */
  readonly failure: Problem | null;
  /** A chunk from a SpoolEncoder. */
  spool(chunk: Uint8Array): void;
  /** Of all chunks so far: some 16 an attempt. */
  readonly spooledBytes: number;
  event(event: RunEvent): void;
  health(row: HealthRow): void;
  /**
   * Without a call of this, even with no rows, the record knows nothing of `faultHits`, `tools`, `work`,
   * `upstreamCalls` and `toolLists`. Once
   * `effects` are given, calls due exactly once are judged by them.
   */
  rows<File extends RowFile>(file: File, rows: RowsOf<File>): void;
  /** The upstreams' logs of all their calls: where attempts were that no answer came back from. */
  upstreamLog(calls: readonly LoggedCall[]): void;
  /** What the tracers of the servers reported: attempts that they belong to get its times. */
  spans(given: GivenSpans): void;
  /** Where a service's output goes: `logs/<service>.log`. The same service gets the same log. */
  serviceLog(service: string): ServiceLog;
  /** Keeps a file that was written for a service, `files/<service>/<name>`, without the values of secrets. */
  serviceFile(service: string, name: string, text: string): void;
  /** Writes shard.json: this is the record of a shard. A failure is in `failure`. */
  shard(file: ShardFile): void;
  /** Writes or replaces envelope.json. Rejects never; a failure is in `failure`. */
  writeEnvelope(envelope: unknown): Promise<void>;
  /**
   * Ends the samples: reads the spool back and writes samples.parquet and histograms.hlog. Chunks, and rows of health
   * and of effects, that come later are lost; events are not. Returns every sample that was kept, even if writing
   * failed.
   */
  finishSamples(): Promise<SampleColumns>;
  /**
   * Finishes what is not finished, writes series.ndjson and the events in order, and the manifest last. `complete`
   * becomes `failed` when a write was lost. The spool is removed once samples.parquet has been read back whole. A
   * ProblemError (`output`) when samples, series, events or manifest can't be written: the record has no manifest then
   * and can be recovered.
   */
  seal(status: RunStatus): Promise<Manifest>;
  /** Closes the files without sealing: what is on disk can be recovered. */
  close(): Promise<void>;
  /** Closes the files and removes the directory: nothing worth keeping happened. Never rejects. */
  discard(): Promise<void>;
}

/**
 * Makes the run's directory `<utc>-<name>-<id>` with run.json and the scenario in it.
 * A ProblemError (`output`) when that can't be done.
 */
export function createRecord(options: RecordOptions): RecordWriter {
  const run = runFile(options.header, options.tables);
  const dir = makeRunFolder(options.parentFolder, run, options.folder);
  try {
    writeWholeNow(join(dir, FILES.scenario), options.resolvedScenario);
    writeFileSync(join(dir, FILES.spool), '');
    writeWholeNow(join(dir, FILES.run), jsonText(run));
  } catch (error) {
    throw fileError(dir, error);
  }
  return new Writer(dir, run, options);
}

/** When the last process of a service was ready: the log of one that ended went with it. */
function lastReadyNs(events: readonly RunEvent[]): number {
  return events.findLast((event) => event.type === 'service' && event.edge === 'ready')?.atNs ?? 0;
}

class Writer implements RecordWriter {
  readonly dir: string;
  readonly #run: RunFile;
  readonly #options: RecordOptions;
  readonly #files: Readonly<Record<(typeof GROWING)[number], AppendFile>>;
  readonly #logs = new Map<string, CappedLog>();
  readonly #events: RunEvent[] = [];
  readonly #healthRows: HealthRow[] = [];
  #firstFailure: Problem | null = null;
  /** What mends the cause of the first failure. */
  #mend = fileErrorAdvice(null).mend;
  #ledger: EffectRow[] | null = null;
  #calls: readonly LoggedCall[] | null = null;
  #spooledBytes = 0;
  #spans: GivenSpans | null = null;
  #columns: SampleColumns | null = null;
  /** samples.parquet has been read back, and the histograms are written. */
  #finished = false;
  #lastNs = 0;

  constructor(dir: string, run: RunFile, options: RecordOptions) {
    this.dir = dir;
    this.#run = run;
    this.#options = options;
    const files = GROWING.map((name) => [name, this.#appending(join(dir, FILES[name]))] as const);
    this.#files = Object.fromEntries(files) as Record<(typeof GROWING)[number], AppendFile>;
    // A file with no rows says "none"; a file that is not there would say nothing.
    for (const name of ['events', 'health', 'resources', 'machine', 'workers', 'effects', 'gateways'] as const)
      this.#files[name].append('');
  }

  get failure(): Problem | null {
    return this.#firstFailure;
  }

  get spooledBytes(): number {
    return this.#spooledBytes;
  }

  spool(chunk: Uint8Array): void {
    this.#spooledBytes += chunk.length;
    this.#files.spool.append(chunk);
  }

  event(event: RunEvent): void {
    this.#files.events.append(`${JSON.stringify(this.#heard(event))}\n`);
  }

  #heard(event: RunEvent): RunEvent {
    const redacted = redactJson(event, this.#options.redact) as RunEvent;
    this.#events.push(redacted);
    this.#lastNs = Math.max(this.#lastNs, redacted.atNs);
    return redacted;
  }

  health(row: HealthRow): void {
    this.#healthRows.push(row);
    this.#lastNs = Math.max(this.#lastNs, row.atNs);
    this.#files.health.append(`${JSON.stringify(row)}\n`);
  }

  rows<File extends RowFile>(file: File, rows: RowsOf<File>): void {
    if (file === 'effects') (this.#ledger ??= []).push(...(rows as RowsOf<'effects'>));
    const lines = rows.map((row) => `${JSON.stringify(redactJson(row, this.#options.redact))}\n`);
    this.#files[file].append(lines.join(''));
  }

  upstreamLog(calls: readonly LoggedCall[]): void {
    this.#calls = calls;
  }

  spans(given: GivenSpans): void {
    this.#spans = given;
    this.rows('spans', given.rows);
  }

  serviceLog(name: string): ServiceLog {
    const existing = this.#logs.get(name);
    if (existing !== undefined) return existing;
    const fileName = slugTable([...this.#logs.keys(), name]).get(name) ?? slug(name);
    const path = join(this.dir, FILES.logs, `${fileName}.log`);
    try {
      makeFolders(join(this.dir, FILES.logs));
    } catch (error) {
      this.#fail(path, error);
    }
    const log = new CappedLog(this.#appending(path), redactForeign, this.#options.logCapBytes ?? DEFAULT_LOG_CAP_BYTES);
    this.#logs.set(name, log);
    return log;
  }

  serviceFile(service: string, name: string, text: string): void {
    const folder = join(this.dir, FILES.serviceFiles, service);
    const path = join(folder, name);
    try {
      makeFolders(folder);
      writeWholeNow(path, redactForeign(text));
    } catch (error) {
      this.#fail(path, error);
    }
  }

  shard(file: ShardFile): void {
    const path = join(this.dir, FILES.shard);
    try {
      writeWholeNow(path, jsonText(file));
    } catch (error) {
      this.#fail(path, error);
    }
  }

  async writeEnvelope(envelope: unknown): Promise<void> {
    const path = join(this.dir, FILES.envelope);
    await this.#attempt(path, () => replaceText(path, jsonText(redactJson(envelope, this.#options.redact))));
  }

  async finishSamples(): Promise<SampleColumns> {
    if (this.#columns !== null) return this.#columns;
    await Promise.all([this.#files.spool.close(), this.#files.health.close()]);
    const path = join(this.dir, FILES.spool);
    const spool = await readFile(path).catch((error: unknown) => {
      this.#fail(path, error);
      return new Uint8Array();
    });
    const { columns, damagedTailBytes } = decodeSpool(spool, this.#run.tables);
    if (this.#ledger !== null) judgeByLedger(columns, this.#ledger);
    if (this.#calls !== null) locateAttempts(columns, this.#calls, lastReadyNs(this.#events));
    this.#columns = columns;
    // Of what is found while finishing nothing stays on disk before the seal: a recovery finds it out again.
    if (this.#spans !== null) this.#heard({ type: 'spans', atNs: this.#lastNs, ...joinSpans(columns, this.#spans) });
    if (damagedTailBytes > 0 && this.#firstFailure === null)
      this.#fail(path, new Error(`its last ${damagedTailBytes} bytes are damaged`));
    const raw = this.#raw(columns);
    this.#finished = await this.#attempt(join(this.dir, FILES.samples), async () => {
      await writeVerifiedSamples(this.dir, raw);
      await writeHistograms(this.dir, raw);
    });
    return columns;
  }

  async seal(status: RunStatus): Promise<Manifest> {
    const columns = await this.finishSamples();
    await this.close();
    if (!this.#finished) throw this.#unsealed();
    const raw = this.#raw(columns);
    if (!(await this.#attempt(join(this.dir, FILES.series), () => writeSeriesAndEvents(this.dir, raw))))
      throw this.#unsealed();
    try {
      if (this.#firstFailure === null) await rm(join(this.dir, FILES.spool), { force: true });
      const finalStatus = status === 'complete' && this.#firstFailure !== null ? 'failed' : status;
      return await writeManifest(this.dir, this.#run, finalStatus, columns.length);
    } catch (error) {
      throw fileError(join(this.dir, FILES.manifest), error);
    }
  }

  #raw(columns: SampleColumns): Raw {
    return { run: this.#run, columns, events: [...this.#events], health: this.#healthRows };
  }

  /** Nothing vouches for a record without its samples: with no manifest it can be recovered from the spool. */
  #unsealed(): ProblemError {
    const spool = join(this.dir, FILES.spool);
    if (!existsSync(spool)) return new ProblemError('output', removedProblem(existsSync(this.dir) ? spool : this.dir));
    const { code, what } = this.#firstFailure ?? fileProblem(this.dir, new Error('its samples are not there'));
    const remedy = `${this.#mend}, then recover the run from its spool: plimsoll report --recover ${this.dir}`;
    return new ProblemError('output', { code, what, remedy });
  }

  async close(): Promise<void> {
    await Promise.all([...Object.values(this.#files), ...this.#logs.values()].map((file) => file.close()));
  }

  async discard(): Promise<void> {
    await this.close();
    await this.#attempt(this.dir, () => rm(this.dir, { recursive: true, force: true }));
  }

  #appending(path: string): AppendFile {
    return new AppendFile(path, this.#options.openFile ?? openSink, (failed, error) => this.#fail(failed, error));
  }

  /** Whether it was written. */
  async #attempt(path: string, write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      this.#fail(path, error);
      return false;
    }
  }

  #fail(path: string, error: unknown): void {
    if (this.#firstFailure !== null) return;
    const problem =
      error instanceof ProblemError ? (error.problems[0] ?? fileProblem(path, error)) : fileProblem(path, error);
    this.#firstFailure = problem;
    if (!(error instanceof ProblemError)) this.#mend = fileErrorAdvice(error).mend;
    const warning: RunEvent = {
      type: 'warning',
      atNs: this.#lastNs,
      code: 'record-incomplete',
      what: `${basename(path)}: ${problem.what} (${messageOf(error)})`,
      remedy: problem.remedy,
    };
    if (this.#columns === null) this.event(warning);
    else this.#heard(warning);
    this.#options.onFailure?.(problem);
  }
}
