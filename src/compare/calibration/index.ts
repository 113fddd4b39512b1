/**
 * Calibration: what gates can see on this machine, from paired trials of the same target. Both arms are the same, so
 * that every difference is noise, and as likely in one direction as in the other.
 */
import { proportionInterval } from '../../analysis/index.js';
import { comparativeGateText, type ComparativeGate } from '../../catalog/index.js';
import { seededRandom, type Random } from '../../random/index.js';
import type { BaselineKey, CalibratedGate, CalibratedNumber, CalibrationFile } from '../../record/index.js';
import type { Comparison, Trial } from '../types.js';
import { changesOf } from '../effects.js';
import { decide, type Evidence } from '../rule.js';
import { onScale } from '../scale.js';
import { deviationInterval, minimumDetectableEffect, pairedMean } from '../statistics/index.js';

/** Comparisons that are drawn to count false alarms, and to find each detectable effect. */
const DRAWS = 2_000;
const POWER_DRAWS = 100;
const POWER = 0.8;
const BISECTIONS = 10;

export interface CalibrationOrder {
  readonly key: BaselineKey;
  readonly startedUtc: string;
  /** Pairs of the comparisons that it is to be said of. */
  readonly pairs: number;
  readonly seed: number;
}

/** One gate at one place, with the noise that was measured of it. */
interface Noise {
  readonly gate: Omit<CalibratedGate, 'spread' | 'detectable'>;
  readonly isDeciding: boolean;
  readonly evidence: Omit<Evidence, 'harms' | 'absoluteHarms'>;
  /** Row by row. */
  readonly harms: readonly number[];
  readonly absoluteHarms: readonly number[];
}

/**
 * What a comparison of a target with itself shows. Comparisons of `pairs` rows are drawn from the measured rows, with
 * replacement and with the arms exchanged by chance, since they are the same; gates of one row stay together, so that
 * what they have in common is kept. Gates whose numbers were bounds or missing are left out.
 */
export function calibrationOf(comparison: Comparison, order: CalibrationOrder): CalibrationFile {
  const { key, startedUtc, pairs, seed } = order;
  const noises = noisesOf(comparison);
  const random = seededRandom(seed, 'calibration');
  const deciding = noises.filter(({ isDeciding }) => isDeciding);
  const rows = comparison.order.rows.length;
  const alarms = countOf(DRAWS, () => regresses(deciding, drawn(rows, pairs, random)).length > 0);
  const { low, high } = proportionInterval(alarms, DRAWS);
  return {
    schema: 'plimsoll/calibration-v1',
    ...key,
    startedUtc,
    measuredPairs: rows,
    pairs,
    falseAlarms: { estimate: alarms / DRAWS, low, high },
    gates: noises.map((noise) => {
      const deviation = pairedMean(noise.harms)?.deviation ?? 0;
      return {
        ...noise.gate,
        spread: deviationInterval(deviation, noise.harms.length),
        detectable: detectableOf(noise, deciding, rows, pairs, random),
      };
    }),
  };
}

/**
 * Rows whose trials could be compared: valid, and ended as planned. A comparison decides nothing with any others, so
 * that they are no part of what it can see.
 */
export function usableRows(rows: readonly (readonly Trial[])[]): readonly (readonly Trial[])[] {
  const isUsable = ({ summary: { status, validity } }: Trial): boolean =>
    status === 'complete' && validity.verdict === 'valid';
  return rows.filter((row) => row.every(isUsable));
}

/** The detectable effects of a calibrated gate with another number of pairs: by its spread, and by both ends of it. */
export function detectableWith(
  { spread, margin }: Pick<CalibratedGate, 'spread' | 'margin'>,
  pairs: number,
): readonly [number, number, number] {
  const by = (deviation: number): number => minimumDetectableEffect(deviation, pairs, margin);
  return [by(spread.estimate), by(spread.low), by(spread.high)];
}

/** What a gate of a comparison could detect at one place. */
export interface DetectableEffect {
  readonly gate: ComparativeGate;
  readonly text: string;
  /** What was calibrated of it; null where that is nothing: then there is no effect either. */
  readonly calibrated: CalibratedGate | null;
  /** As a change of the metric; its interval is that of the spread. */
  readonly effect: CalibratedNumber | null;
  /** What was found by resampling, as a change of the metric: of the calibration's own limit and number of pairs. */
  readonly resampled: number | null;
}

/** By a calibration: what `pairs` pairs detect with a probability of 0.8, for each of these gates on its own limit. */
export function detectableEffects(
  calibration: CalibrationFile,
  gates: readonly ComparativeGate[],
  pairs: number,
): readonly DetectableEffect[] {
  return gates.flatMap((gate): readonly DetectableEffect[] => {
    const text = comparativeGateText(gate);
    const scale = onScale(gate);
    const own = calibration.gates.filter((each) => isAbout(each, gate));
    const found = uniqueBy(own, ({ where }) => where).filter((each, _, all) => !isRepeated(each, all));
    if (found.length === 0) return [{ gate, text, calibrated: null, effect: null, resampled: null }];
    return found.map((calibrated) => {
      const { spread, detectable } = calibrated;
      const [estimate, low, high] = detectableWith({ spread, margin: scale.margin }, pairs);
      const effect = { estimate: scale.change(estimate), low: scale.change(low), high: scale.change(high) };
      return { gate, text, calibrated, effect, resampled: detectable === null ? null : scale.change(detectable) };
    });
  });
}

function isAbout(calibrated: CalibratedGate, { metric, stat, tool, phase, fault, process }: ComparativeGate): boolean {
  const { where } = calibrated;
  if (calibrated.metric !== metric || calibrated.stat !== stat || calibrated.tool !== tool) return false;
  const place = tool === null ? where : where.slice(`${tool} in `.length);
  const name = process ?? fault ?? phase;
  return name === null || place === name || place.startsWith(`${name},`) || place.startsWith(`${name} `);
}

/** Where every call was ok, the numbers of ok calls are those of all calls. */
function isRepeated({ where, spread }: CalibratedGate, all: readonly CalibratedGate[]): boolean {
  const ofAll = where.replace(/\bok calls\b/, 'all calls');
  return ofAll !== where && all.some((each) => each.where === ofAll && each.spread.estimate === spread.estimate);
}

const uniqueBy = <T>(all: readonly T[], key: (each: T) => string): readonly T[] => [
  ...new Map(all.map((each) => [key(each), each])).values(),
];

function noisesOf({ gates, effects }: Comparison): readonly Noise[] {
  return gates.flatMap(({ gate, text, outcomes }) =>
    gate.versus === 'baseline'
      ? []
      : outcomes.flatMap(({ where }): Noise[] => {
          const effect = effects.find(
            (each) =>
              each.metric === gate.metric && each.stat === gate.stat && each.tool === gate.tool && each.where === where,
          );
          if (effect?.result.kind !== 'estimate' || effect.result.precision !== 'exact' || effect.pairs.length < 2)
            return [];
          const { sign, margin } = onScale(gate);
          const { changes, differences, scale } = changesOf(effect);
          // Shares of a mean have another spread than logarithms: no later comparison is of that kind.
          if (scale === 'shares') return [];
          const { metric, stat, tool, change, level, atLeast } = gate;
          return [
            {
              gate: { text, metric, stat, tool, where, change, margin },
              isDeciding: level === 'error',
              evidence: { precision: 'exact', margin, atLeast },
              harms: changes.map((each) => sign * each),
              absoluteHarms: differences.map((each) => sign * each),
            },
          ];
        }),
  );
}

/** A row that was drawn; -1 with the arms exchanged. */
interface Drawn {
  readonly row: number;
  readonly sign: 1 | -1;
}

const drawn = (rows: number, pairs: number, random: Random): readonly Drawn[] =>
  Array.from({ length: pairs }, () => ({ row: random.below(rows), sign: random.below(2) === 0 ? 1 : -1 }));

/** Which of the gates regress in a drawn comparison; `shifted` is worse by `harm` in each row. */
function regresses(
  noises: readonly Noise[],
  rows: readonly Drawn[],
  shifted: Noise | null = null,
  harm = 0,
): readonly Noise[] {
  const evidence = noises.map((noise): Evidence => {
    const added = noise === shifted ? harm : 0;
    const pick = (all: readonly number[]) => rows.map(({ row, sign }) => sign * (all[row] ?? 0));
    const harms = pick(noise.harms).map((each) => each + added);
    // Of a shift in ratios it is not known how large it is in the unit: large enough.
    const absoluteHarms =
      noise === shifted && noise.gate.change === 'ratio'
        ? harms.map((each) => each * Number.MAX_SAFE_INTEGER)
        : pick(noise.absoluteHarms).map((each) => each + added);
    return { ...noise.evidence, harms, absoluteHarms };
  });
  return decide(evidence).flatMap(({ verdict }, index) => {
    const noise = noises[index];
    return verdict === 'regress' && noise !== undefined ? [noise] : [];
  });
}

/** By bisection, on the same draws throughout; null where not even four times the calculated effect is found. */
function detectableOf(
  noise: Noise,
  deciding: readonly Noise[],
  rows: number,
  pairs: number,
  random: Random,
): number | null {
  const family = deciding.includes(noise) ? deciding : [noise];
  const draws = Array.from({ length: POWER_DRAWS }, () => drawn(rows, pairs, random));
  const isFound = (harm: number): boolean =>
    draws.filter((each) => regresses(family, each, noise, harm).includes(noise)).length >= POWER * POWER_DRAWS;
  const deviation = pairedMean(noise.harms)?.deviation ?? 0;
  let low = 0;
  let high = 4 * minimumDetectableEffect(deviation, pairs, noise.evidence.margin);
  if (high <= 0 || !isFound(high)) return null;
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (isFound(middle)) high = middle;
    else low = middle;
  }
  return high;
}

const countOf = (times: number, isSo: () => boolean): number => {
  let found = 0;
  for (let n = 0; n < times; n++) if (isSo()) found++;
  return found;
};
