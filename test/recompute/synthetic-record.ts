/**
 * The record of a run that was never made, and the summary in it: opened, filled by a simulation, sealed and analysed.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjectOf } from '../../src/catalog/index.js';
import { analyse, type Summary } from '../../src/analysis/index.js';
import { planOf, type Plan } from '../../src/plan/index.js';
import { createRecord, readRecord, type RecordWriter, type SampleTables } from '../../src/record/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';

export interface SyntheticRun {
  readonly dir: string;
  readonly summary: Summary;
}

/** A record in a folder of its own, for the scenario in a text. */
export function openRecord(
  text: string,
  runId: string,
): { readonly plan: Plan; readonly record: RecordWriter; readonly tables: SampleTables } {
  const { scenario, resolvedText, digest } = scenarioFromText(text, 'synthetic.yaml');
  const tables = {
    phases: scenario.phases.map(({ name }) => name),
    calls: scenario.calls.map(({ label }) => label),
    operations: scenario.calls.map(() => 'tools/call'),
    tools: scenario.calls.map(subjectOf),
    deadlinesNs: scenario.calls.map(({ deadlineNs }) => deadlineNs),
    exactlyOnce: scenario.calls.map(({ effect }) => effect === 'exactly-once'),
  };
  const record = createRecord({
    parentFolder: mkdtempSync(join(tmpdir(), 'plimsoll-recompute-')),
    header: {
      runId,
      name: scenario.name,
      scenarioDigest: digest,
      plimsollVersion: '0.0.0',
      startedUtc: '2026-01-01T00:00:00.000Z',
      monotonicEpochNs: '0',
      pid: process.pid,
    },
    resolvedScenario: resolvedText,
    tables,
    redact: (clean) => clean,
  });
  return { plan: planOf(scenario), record, tables };
}

/** Seals a record as complete and writes its summary.json. */
export async function sealRecord(record: RecordWriter, plan: Plan): Promise<SyntheticRun> {
  await record.finishSamples();
  await record.seal('complete');
  const { summary } = analyse({ record: await readRecord(record.dir), plan });
  writeFileSync(join(record.dir, 'summary.json'), JSON.stringify(summary, null, 2));
  return { dir: record.dir, summary };
}
