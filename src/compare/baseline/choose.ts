/** Which of the stored baselines a run may be judged by. */
import { canonicalJson } from '../../protocol/index.js';
import type { BaselineChoice, BaselineFile, BaselineKey } from '../../record/index.js';

/** What a fingerprint is made of, as a person would say it. */
function sort(field: string): string {
  if (field === 'identity.scenarioDigest') return 'another version of the scenario';
  return field.startsWith('identity.') ? 'another version of plimsoll' : 'another machine';
}

/**
 * The baseline with the key of the run. Without one: what differs in the nearest one of the scenario, since numbers of
 * another machine, scenario or instrument say nothing about this run.
 */
export function baselineFor(
  files: readonly BaselineFile[],
  key: Pick<BaselineKey, 'name' | 'fingerprint' | 'environment'>,
): BaselineChoice {
  const own = files.find(({ fingerprint }) => fingerprint === key.fingerprint);
  if (own !== undefined) return { kind: 'found', file: own };
  const others = files
    .filter(({ name }) => name === key.name)
    .map((file) => differing(file, key))
    .sort((a, b) => a.length - b.length);
  const [nearest] = others;
  if (nearest === undefined)
    return {
      kind: 'none',
      why: `there is no baseline of the scenario "${key.name}"; make one with "plimsoll baseline add DIR"`,
    };
  const sorts = [...new Set(nearest.map(({ field }) => sort(field)))];
  const fields = nearest.map(({ field, baseline, run }) => `${field}: ${text(run)} here, ${text(baseline)} there`);
  return {
    kind: 'unlike',
    why:
      `the baseline is of ${sorts.join(' and ')} (${fields.join('; ')}); ` +
      'add runs of this one with "plimsoll baseline add DIR"',
  };
}

const LONGEST = 40;

function text(value: unknown): string {
  const whole = typeof value === 'string' ? value : canonicalJson(value ?? null);
  // The beginning of a digest distinguishes it.
  const short = /^[0-9a-f]{64}$/.test(whole) ? whole.slice(0, 12) : whole;
  return short.length > LONGEST ? `${short.slice(0, LONGEST)}…` : short;
}

function differing(
  file: BaselineFile,
  { environment }: Pick<BaselineKey, 'environment'>,
): readonly { readonly field: string; readonly baseline: unknown; readonly run: unknown }[] {
  const there = new Map(file.environment.map(({ field, value }) => [field, value]));
  const here = new Map(environment.map(({ field, value }) => [field, value]));
  return [...new Set([...here.keys(), ...there.keys()])]
    .map((field) => ({ field, baseline: there.get(field) ?? null, run: here.get(field) ?? null }))
    .filter(({ baseline, run }) => canonicalJson(baseline) !== canonicalJson(run));
}
