/** Which of the stored baselines a run may be judged by, and which calibration says what a comparison can see. */
import { canonicalJson } from '../../protocol/index.js';
import type { BaselineChoice, BaselineFile, BaselineKey, CalibrationFile } from '../../record/index.js';

/** What a fingerprint is made of, as a person would say it. */
function sort(field: string): string {
  if (field === 'identity.scenarioDigest') return 'another version of the scenario';
  return field.startsWith('identity.') ? 'another version of plimsoll' : 'another machine';
}

/** What is stored of the key of a run; without that, what differs in the nearest of its scenario, as a text. */
type Stored<File> =
  | { readonly kind: 'found'; readonly file: File }
  | { readonly kind: 'unlike'; readonly differences: string }
  | { readonly kind: 'none' };

function storedOf<File extends BaselineKey>(files: readonly File[], key: BaselineKey): Stored<File> {
  const own = files.find(({ fingerprint }) => fingerprint === key.fingerprint);
  if (own !== undefined) return { kind: 'found', file: own };
  const others = files
    .filter(({ name }) => name === key.name)
    .map((file) => differing(file, key))
    .sort((a, b) => a.length - b.length);
  const [nearest] = others;
  if (nearest === undefined) return { kind: 'none' };
  const sorts = [...new Set(nearest.map(({ field }) => sort(field)))];
  const fields = nearest.map(({ field, baseline, run }) => `${field}: ${text(run)} here, ${text(baseline)} there`);
  return { kind: 'unlike', differences: `${sorts.join(' and ')} (${fields.join('; ')})` };
}

/**
 * The baseline with the key of the run. Without one: what differs in the nearest one of the scenario, since numbers of
 * another machine, scenario or instrument say nothing about this run.
 */
export function baselineFor(files: readonly BaselineFile[], key: BaselineKey): BaselineChoice {
  const stored = storedOf(files, key);
  switch (stored.kind) {
    case 'found':
      return stored;
    case 'unlike': {
      const why = `the baseline is of ${stored.differences}; add runs of this one with "plimsoll baseline add DIR"`;
      return { kind: 'unlike', why };
    }
    case 'none': {
      const why = `there is no baseline of the scenario "${key.name}"; make one with "plimsoll baseline add DIR"`;
      return { kind: 'none', why };
    }
  }
}

/** The calibration of this scenario on this machine, or why none of the stored ones says anything about it. */
export type CalibrationChoice =
  | { readonly kind: 'found'; readonly file: CalibrationFile }
  | { readonly kind: 'none' | 'unlike'; readonly why: string };

export function calibrationFor(files: readonly CalibrationFile[], key: BaselineKey): CalibrationChoice {
  const stored = storedOf(files, key);
  switch (stored.kind) {
    case 'found':
      return stored;
    case 'unlike':
      return {
        kind: 'unlike',
        why: `the stored calibration is of ${stored.differences}; the spread here is not known`,
      };
    case 'none':
      return { kind: 'none', why: `the spread of "${key.name}" on this machine is not known` };
  }
}

const LONGEST = 40;

function text(value: unknown): string {
  const whole = typeof value === 'string' ? value : canonicalJson(value ?? null);
  // The beginning of a digest distinguishes it.
  const short = /^[0-9a-f]{64}$/.test(whole) ? whole.slice(0, 12) : whole;
  return short.length > LONGEST ? `${short.slice(0, LONGEST)}…` : short;
}

function differing(
  file: Pick<BaselineKey, 'environment'>,
  { environment }: Pick<BaselineKey, 'environment'>,
): readonly { readonly field: string; readonly baseline: unknown; readonly run: unknown }[] {
  const there = new Map(file.environment.map(({ field, value }) => [field, value]));
  const here = new Map(environment.map(({ field, value }) => [field, value]));
  return [...new Set([...here.keys(), ...there.keys()])]
    .map((field) => ({ field, baseline: there.get(field) ?? null, run: here.get(field) ?? null }))
    .filter(({ baseline, run }) => canonicalJson(baseline) !== canonicalJson(run));
}
