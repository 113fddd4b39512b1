/** Runs of one scenario over days, whose speeds and circumstances are known. */
import { captureEnvelope, type Envelope } from '../../src/envelope/index.js';
import type { RecordedRun } from '../../src/history/index.js';
import { asIs, rowsOf, slowerBy } from '../compare/trials.js';
import { input, machine, SERVER_FILES } from '../envelope/machines.js';

const [row] = rowsOf({ only: asIs }, 1);
const measured = row?.[0]?.summary;
if (measured === undefined) throw new Error('there is no trial');
const base = measured;
const envelope = await captureEnvelope(input(), machine(SERVER_FILES));

export interface Circumstances {
  /** How much slower than the first run; noise of up to 3 % is added. */
  readonly factor?: number;
  readonly commit?: string;
  readonly cpuModel?: string;
  readonly scenarioDigest?: string;
  readonly serverName?: string;
  readonly arm?: string;
  readonly name?: string;
  readonly folder?: string;
  readonly status?: RecordedRun['summary']['status'];
  readonly verdict?: RecordedRun['summary']['validity']['verdict'];
  readonly withoutEnvelope?: boolean;
}

/** The run of day `day`, from 0. */
export function runOf(day: number, more: Circumstances = {}): RecordedRun {
  const { factor = 1, status = 'complete', verdict = 'valid', name = 'nightly', arm = null } = more;
  const summary = slowerBy(factor * (1 + 0.005 * ((day * 5) % 7)))(base);
  return {
    folder: more.folder ?? `reports/runs/day-${day}`,
    arm,
    summary: {
      ...summary,
      ...{ name, status, runId: `run-${day}` },
      startedUtc: new Date(Date.UTC(2026, 9, 1 + day, 10)).toISOString(),
      validity: { ...summary.validity, verdict },
    },
    envelope: more.withoutEnvelope === true ? null : envelopeOf(more),
  };
}

function envelopeOf({ commit = 'a'.repeat(40), cpuModel, scenarioDigest, serverName }: Circumstances): Envelope {
  const { identity, host, target } = envelope;
  return {
    ...envelope,
    identity: {
      ...identity,
      gitCommit: { value: commit },
      ...(scenarioDigest === undefined ? {} : { scenarioDigest: { value: scenarioDigest } }),
    },
    host: { ...host, ...(cpuModel === undefined ? {} : { cpuModel: { value: cpuModel } }) },
    target: { ...target, ...(serverName === undefined ? {} : { serverName: { value: serverName } }) },
  };
}

/** A run a day. */
export const runsOf = (days: number, of: (day: number) => Circumstances = () => ({})): readonly RecordedRun[] =>
  Array.from({ length: days }, (_, day) => runOf(day, of(day)));

/** Ten days as before, then ten that are slower by 30 %, from another commit on. */
export const SLOWER_FROM_10 = runsOf(20, (day) => (day < 10 ? {} : { factor: 1.3, commit: 'b'.repeat(40) }));
