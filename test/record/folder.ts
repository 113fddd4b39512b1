/** A folder for one test file's runs, and records made in it. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  SpoolEncoder,
  createRecord,
  type AttemptSample,
  type RecordOptions,
  type RecordWriter,
} from '../../src/record/index.js';
import { TABLES } from './samples.js';

export function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'plimsoll-record-'));
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** A process number that no process has: Linux numbers end at 2^22. */
export const DEAD_PID = 2 ** 22 + 1;

export function newRecord(parentFolder: string, overrides: Partial<RecordOptions> = {}): RecordWriter {
  return createRecord({
    parentFolder,
    header: {
      runId: 'c0ffee123456',
      name: 'Quick start!',
      scenarioDigest: 'sha256:abc',
      plimsollVersion: '0.1.0',
      startedUtc: '2026-11-20T19:05:06.789Z',
      monotonicEpochNs: '1000',
      pid: DEAD_PID,
    },
    resolvedScenario: 'version: 1\nname: quickstart\n',
    tables: TABLES,
    redact: (text) => text,
    ...overrides,
  });
}

/** Hands the samples to the record in chunks of about `chunkBytes`. */
export function spoolInto(record: RecordWriter, samples: readonly AttemptSample[], chunkBytes = 1024): void {
  const encoder = new SpoolEncoder((chunk) => record.spool(chunk), chunkBytes);
  for (const sample of samples) encoder.append(sample);
  encoder.flush();
}

/** Every file below `folder` with its content as text. */
export async function allFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries) {
    if (entry.isFile())
      files.set(join(entry.parentPath, entry.name), await readFile(join(entry.parentPath, entry.name), 'latin1'));
  }
  return files;
}
