/** What is stored of a run as part of a baseline. */
import type { Summary } from '../../analysis/index.js';
import { blockingFields, fingerprint, type ComparableFacts, type Envelope } from '../../envelope/index.js';
import type { BaselineFile, BaselineKey, BaselineNumber, BaselineRun } from '../../record/index.js';
import { LEAST_BEYOND_IN_TRIAL, numbersOf, read, subjectKey } from '../effects.js';

/** A run with the circumstances in which it was made. */
export interface StorableRun {
  readonly summary: Summary;
  readonly envelope: Envelope;
}

/** What a run belongs to: scenario, machine and instrument. */
export const keyOf = ({
  summary,
  envelope,
}: {
  readonly envelope: ComparableFacts;
  readonly summary: Pick<Summary, 'name'>;
}): BaselineKey => ({
  name: summary.name,
  fingerprint: fingerprint(envelope),
  environment: blockingFields(envelope),
});

/** A baseline without runs. */
export const emptyBaseline = (key: BaselineKey): BaselineFile => ({
  schema: 'plimsoll/baseline-v1',
  ...key,
  runs: [],
  numbers: [],
});

/** The baseline with one run more, in its place by time. The run has the key of the baseline, and is not in it yet. */
export function withRun(file: BaselineFile, { summary, envelope }: StorableRun): BaselineFile {
  const { identity, host, runtime } = envelope;
  const run: BaselineRun = {
    runId: summary.runId,
    startedUtc: summary.startedUtc,
    seed: identity.seed.value,
    bootId: host.bootId.value,
    gitCommit: identity.gitCommit.value,
    node: runtime.node.value,
  };
  const after = file.runs.findIndex(({ startedUtc }) => startedUtc > run.startedUtc);
  const at = after < 0 ? file.runs.length : after;
  const own = new Map(
    numbersOf(summary).map(({ reading, ...subject }) => [subjectKey(subject), { subject, value: storable(reading) }]),
  );
  const earlier = new Set(file.numbers.map(subjectKeyOf));
  const before = file.numbers.map((number) => ({
    ...number,
    values: number.values.toSpliced(at, 0, own.get(subjectKeyOf(number))?.value ?? null),
  }));
  const further = [...own]
    .filter(([key, { value }]) => !earlier.has(key) && value !== null)
    .map(([, { subject, value }]): BaselineNumber => {
      const values = new Array<number | null>(file.runs.length + 1).fill(null);
      values[at] = value;
      return { ...subject, values };
    });
  return { ...file, runs: file.runs.toSpliced(at, 0, run), numbers: [...before, ...further] };
}

/** The baseline with those runs alone that `isKept` names, by their index. */
export function keepingRuns(file: BaselineFile, isKept: (run: BaselineRun, index: number) => boolean): BaselineFile {
  const kept = file.runs.map(isKept);
  const numbers = file.numbers
    .map((number) => ({ ...number, values: number.values.filter((_, index) => kept[index]) }))
    .filter(({ values }) => values.some((value) => value !== null));
  return { ...file, runs: file.runs.filter((_, index) => kept[index]), numbers };
}

const subjectKeyOf = ({ metric, stat, tool, where }: BaselineNumber): string =>
  JSON.stringify([metric, stat, tool, where]);

const DIGITS = 6;

function storable(reading: Parameters<typeof read>[0]): number | null {
  const { value, isLowerBound, samplesBeyond } = read(reading);
  const isFew = samplesBeyond !== null && samplesBeyond < LEAST_BEYOND_IN_TRIAL;
  return value === null || isLowerBound || isFew || !Number.isFinite(value) ? null : Number(value.toPrecision(DIGITS));
}
