/** Writing a record while its run goes on, and sealing it afterwards. */
import { writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ProblemError, messageOf, type Problem } from '../problem/index.js';
import type { SampleColumns, SampleTables } from './columns.js';
import { makeFolders, makeRunFolder } from './folders.js';
import {
  AppendFile,
  fileError,
  fileProblem,
  jsonText,
  openSink,
  redactJson,
  replaceText,
  type OpenSink,
} from './files.js';
import { runFile, type RunFile } from './header.js';
import { FILES, type Manifest, type RunHeader, type RunStatus } from './layout.js';
import type {
  EffectRow,
  FaultHitRow,
  GatewayRow,
  HealthRow,
  MachineRow,
  ResourceRow,
  RunEvent,
  ToolRow,
  WorkRow,
} from './rows.js';
import { writeDerivedRows, writeEvents, writeManifest, writeVerifiedSamples } from './seal.js';
import { CappedLog, type ServiceLog } from './service-log.js';
import { slug, slugTable } from './slug.js';
import { judgeByLedger } from './ledger.js';
import { decodeSpool } from './spool.js';

const DEFAULT_LOG_CAP_BYTES = 1024 * 1024;

export interface RecordOptions {
  /** Where the run's own directory is made, e.g. `reports/runs`; made when it is not there. */
  readonly parentFolder: string;
  readonly header: Omit<RunHeader, 'formatVersion'>;
  /** The scenario after every substitution but secrets, as YAML. */
  readonly resolvedScenario: string;
  readonly tables: SampleTables;
  /** Takes secrets out of a text. Everything textual that comes from outside passes it. */
  readonly redact: (text: string) => string;
  /** Called once, when something could not be written for the first time. */
  readonly onFailure?: (problem: Problem) => void;
  /** Most bytes kept of each service's output (default 1 MiB). */
  readonly logCapBytes?: number;
  /** Opens the files that grow during the run; for tests. */
  readonly openFile?: OpenSink;
}

/**
 * A record that is being written. Only one place writes it; no method but those that return a promise waits for the
 * disk.
 */
export interface RecordWriter {
  /** The run's directory. */
  readonly dir: string;
  /** The first write that failed; null while none did. A record with one is never sealed as complete. */
  readonly failure: Problem | null;
  /** A chunk from a SpoolEncoder. */
  spool(chunk: Uint8Array): void;
  event(event: RunEvent): void;
  health(row: HealthRow): void;
  resource(row: ResourceRow): void;
  machine(row: MachineRow): void;
  /** Executions in a ledger. Once it is called, even with no rows, calls due exactly once are judged by them. */
  effects(rows: readonly EffectRow[]): void;
  gateways(rows: readonly GatewayRow[]): void;
  /**
   * Without a call of this, even with no rows, the record does not know which calls were hit. The same holds for
   * `tools` and `work`.
   */
  faultHits(rows: readonly FaultHitRow[]): void;
  tools(rows: readonly ToolRow[]): void;
  work(rows: readonly WorkRow[]): void;
  /** Where a service's output goes: `logs/<service>.log`. The same service gets the same log. */
  serviceLog(service: string): ServiceLog;
  /** Writes or replaces envelope.json. Rejects never; a failure is in `failure`. */
  writeEnvelope(envelope: unknown): Promise<void>;
  /**
   * Ends the samples: reads the spool back and writes samples.parquet, histograms.hlog, series.ndjson and the events in
   * order. Chunks and rows that come later are lost. Returns every sample that was kept, even if writing failed.
   */
  finishSamples(): Promise<SampleColumns>;
  /**
   * Finishes what is not finished and writes the manifest, last. `complete` becomes `failed` when a write was lost. The
   * spool is removed once samples.parquet has been read back whole. A ProblemError (`invalid`) when the manifest can't
   * be written.
   */
  seal(status: RunStatus): Promise<Manifest>;
  /** Closes the files without sealing: what is on disk can be recovered. */
  close(): Promise<void>;
  /** Closes the files and removes the directory: nothing worth keeping happened. Never rejects. */
  discard(): Promise<void>;
}

/**
 * Makes the run's directory `<utc>-<name>-<id>` with run.json and the scenario in it.
 * A ProblemError (`preflight`) when that can't be done.
 */
export function createRecord(options: RecordOptions): RecordWriter {
  const { redact } = options;
  const clean = <T>(value: T): T => redactJson(value, redact) as T;
  const run = runFile(clean(options.header), clean(options.tables));
  const dir = makeRunFolder(options.parentFolder, run);
  try {
    writeFileSync(join(dir, FILES.run), jsonText(run));
    writeFileSync(join(dir, FILES.scenario), redact(options.resolvedScenario));
    writeFileSync(join(dir, FILES.spool), '');
  } catch (error) {
    throw fileError('preflight', dir, error);
  }
  return new Writer(dir, run, options);
}

class Writer implements RecordWriter {
  readonly dir: string;
  readonly #run: RunFile;
  readonly #options: RecordOptions;
  readonly #openFile: OpenSink;
  readonly #spoolFile: AppendFile;
  readonly #eventsFile: AppendFile;
  readonly #healthFile: AppendFile;
  readonly #resourcesFile: AppendFile;
  readonly #machineFile: AppendFile;
  readonly #effectsFile: AppendFile;
  readonly #gatewaysFile: AppendFile;
  readonly #faultHitsFile: AppendFile;
  readonly #toolsFile: AppendFile;
  readonly #workFile: AppendFile;
  readonly #logs = new Map<string, CappedLog>();
  readonly #events: RunEvent[] = [];
  readonly #healthRows: HealthRow[] = [];
  #firstFailure: Problem | null = null;
  #ledger: EffectRow[] | null = null;
  #columns: SampleColumns | null = null;
  #samplesVerified = false;
  #eventsWritten = 0;
  #lastNs = 0;

  constructor(dir: string, run: RunFile, options: RecordOptions) {
    this.dir = dir;
    this.#run = run;
    this.#options = options;
    this.#openFile = options.openFile ?? openSink;
    this.#spoolFile = this.#growing(FILES.spool);
    this.#eventsFile = this.#growing(FILES.events);
    this.#healthFile = this.#growing(FILES.health);
    this.#resourcesFile = this.#growing(FILES.resources);
    this.#machineFile = this.#growing(FILES.machine);
    this.#effectsFile = this.#growing(FILES.effects);
    this.#gatewaysFile = this.#growing(FILES.gateways);
    this.#faultHitsFile = this.#growing(FILES.faultHits);
    this.#toolsFile = this.#growing(FILES.tools);
    this.#workFile = this.#growing(FILES.work);
    // A file with no rows says "none"; a file that is not there would say nothing.
    for (const file of [
      this.#eventsFile,
      this.#healthFile,
      this.#resourcesFile,
      this.#machineFile,
      this.#effectsFile,
      this.#gatewaysFile,
    ])
      file.append('');
  }

  get failure(): Problem | null {
    return this.#firstFailure;
  }

  spool(chunk: Uint8Array): void {
    this.#spoolFile.append(chunk);
  }

  event(event: RunEvent): void {
    const redacted = redactJson(event, this.#options.redact) as RunEvent;
    this.#events.push(redacted);
    this.#lastNs = Math.max(this.#lastNs, redacted.atNs);
    if (this.#columns === null) this.#eventsFile.append(`${JSON.stringify(redacted)}\n`);
  }

  health(row: HealthRow): void {
    this.#healthRows.push(row);
    this.#lastNs = Math.max(this.#lastNs, row.atNs);
    this.#healthFile.append(`${JSON.stringify(row)}\n`);
  }

  resource(row: ResourceRow): void {
    this.#resourcesFile.append(this.#line(row));
  }

  machine(row: MachineRow): void {
    this.#machineFile.append(this.#line(row));
  }

  effects(rows: readonly EffectRow[]): void {
    (this.#ledger ??= []).push(...rows);
    this.#effectsFile.append(rows.map((row) => this.#line(row)).join(''));
  }

  gateways(rows: readonly GatewayRow[]): void {
    this.#gatewaysFile.append(rows.map((row) => this.#line(row)).join(''));
  }

  faultHits(rows: readonly FaultHitRow[]): void {
    this.#faultHitsFile.append(rows.map((row) => this.#line(row)).join(''));
  }

  tools(rows: readonly ToolRow[]): void {
    this.#toolsFile.append(rows.map((row) => this.#line(row)).join(''));
  }

  work(rows: readonly WorkRow[]): void {
    this.#workFile.append(rows.map((row) => this.#line(row)).join(''));
  }

  serviceLog(service: string): ServiceLog {
    const name = this.#options.redact(service);
    const existing = this.#logs.get(name);
    if (existing !== undefined) return existing;
    const fileName = slugTable([...this.#logs.keys(), name]).get(name) ?? slug(name);
    const path = join(this.dir, FILES.logs, `${fileName}.log`);
    try {
      makeFolders(join(this.dir, FILES.logs));
    } catch (error) {
      this.#fail(path, error);
    }
    const file = new AppendFile(path, this.#openFile, (failed, error) => this.#fail(failed, error));
    const log = new CappedLog(file, this.#options.redact, this.#options.logCapBytes ?? DEFAULT_LOG_CAP_BYTES);
    this.#logs.set(name, log);
    return log;
  }

  async writeEnvelope(envelope: unknown): Promise<void> {
    const path = join(this.dir, FILES.envelope);
    await this.#attempt(path, () => replaceText(path, jsonText(redactJson(envelope, this.#options.redact))));
  }

  async finishSamples(): Promise<SampleColumns> {
    if (this.#columns !== null) return this.#columns;
    await Promise.all([this.#spoolFile.close(), this.#healthFile.close(), this.#eventsFile.close()]);
    const path = join(this.dir, FILES.spool);
    const spool = await readFile(path).catch((error: unknown) => {
      this.#fail(path, error);
      return new Uint8Array();
    });
    const { columns, damagedTailBytes } = decodeSpool(spool, this.#run.tables);
    if (this.#ledger !== null) judgeByLedger(columns, this.#ledger);
    this.#columns = columns;
    if (damagedTailBytes > 0 && this.#firstFailure === null)
      this.#fail(path, new Error(`its last ${damagedTailBytes} bytes are damaged`));
    const raw = { run: this.#run, columns, events: this.#events, health: this.#healthRows };
    await this.#attempt(join(this.dir, FILES.samples), async () => {
      await writeVerifiedSamples(this.dir, raw);
      this.#samplesVerified = true;
    });
    this.#eventsWritten = this.#events.length;
    await this.#attempt(join(this.dir, FILES.events), () => writeDerivedRows(this.dir, raw));
    return columns;
  }

  async seal(status: RunStatus): Promise<Manifest> {
    const columns = await this.finishSamples();
    await this.close();
    if (this.#events.length > this.#eventsWritten) {
      await this.#attempt(join(this.dir, FILES.events), () => writeEvents(this.dir, this.#events));
    }
    try {
      if (this.#samplesVerified && this.#firstFailure === null) await rm(join(this.dir, FILES.spool), { force: true });
      const finalStatus = status === 'complete' && this.#firstFailure !== null ? 'failed' : status;
      return await writeManifest(this.dir, this.#run, finalStatus, columns.length);
    } catch (error) {
      throw fileError('invalid', join(this.dir, FILES.manifest), error);
    }
  }

  async close(): Promise<void> {
    const files = [
      this.#spoolFile,
      this.#eventsFile,
      this.#healthFile,
      this.#resourcesFile,
      this.#machineFile,
      this.#effectsFile,
      this.#gatewaysFile,
      this.#faultHitsFile,
      this.#toolsFile,
      this.#workFile,
    ];
    await Promise.all([...files, ...this.#logs.values()].map((file) => file.close()));
  }

  async discard(): Promise<void> {
    await this.close();
    await this.#attempt(this.dir, () => rm(this.dir, { recursive: true, force: true }));
  }

  #growing(name: string): AppendFile {
    return new AppendFile(join(this.dir, name), this.#openFile, (path, error) => this.#fail(path, error));
  }

  #line(row: unknown): string {
    return `${JSON.stringify(redactJson(row, this.#options.redact))}\n`;
  }

  async #attempt(path: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#fail(path, error);
    }
  }

  #fail(path: string, error: unknown): void {
    if (this.#firstFailure !== null) return;
    const problem =
      error instanceof ProblemError ? (error.problems[0] ?? fileProblem(path, error)) : fileProblem(path, error);
    this.#firstFailure = problem;
    this.event({
      type: 'warning',
      atNs: this.#lastNs,
      code: 'record-incomplete',
      what: `${basename(path)}: ${problem.what} (${messageOf(error)})`,
      remedy: problem.remedy,
    });
    this.#options.onFailure?.(problem);
  }
}
