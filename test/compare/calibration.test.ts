/** What trials of the same target say of a machine. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  calibrationFor,
  calibrationOf,
  compareTrials,
  detectableEffects,
  detectableWith,
  minimumDetectableEffect,
  usableRows,
} from '../../src/compare/index.js';
import { comparativeGatesFromTexts } from '../../src/scenario/index.js';
import { asIs, rowsOf } from './trials.js';

const key = { name: 'compared', fingerprint: 'f'.repeat(64), environment: [{ field: 'host.cpuModel', value: 'x' }] };
const order = { key, startedUtc: '2026-11-20T10:00:00.000Z', pairs: 10, seed: 1 };
const GATES = [
  '{ metric: response-time, stat: p50, max-increase: 10% }',
  '{ metric: response-time, stat: p50, tool: search, max-increase: 1%, level: warn }',
];

const same = compareTrials({
  arms: ['first', 'second'],
  rows: rowsOf({ first: asIs, second: asIs }, 20),
  plannedRows: 20,
  leftOut: [],
  gates: comparativeGatesFromTexts(GATES, 'gates'),
  environment: [],
});

describe('a calibration', () => {
  const calibration = calibrationOf(same, order);
  const p50 = calibration.gates.find(({ stat, where }) => stat === 'p50' && where === 'steady, ok calls');
  const tight = calibration.gates.find(({ tool, where }) => tool === 'search' && where.includes('ok calls'));

  it('gives the spread of pairs with its interval: trials that vary by 1 % each differ by 1.4 %', () => {
    expect(calibration.measuredPairs).toBe(20);
    expect(p50?.spread.low).toBeLessThan(0.01 * Math.SQRT2);
    expect(p50?.spread.high).toBeGreaterThan(0.01 * Math.SQRT2);
    expect(p50?.spread.estimate).toBeCloseTo(0.0141, 2);
  });

  it('raises no false alarm at a limit far beyond the spread', () => {
    expect(calibration.falseAlarms.estimate).toBeLessThan(0.005);
    expect(calibration.falseAlarms.high).toBeLessThan(0.01);
  });

  it('finds by resampling about the effect that is calculated, for each limit', () => {
    const calculated = minimumDetectableEffect(p50?.spread.estimate ?? NaN, 10, Math.log1p(0.1));
    expect((p50?.detectable ?? NaN) / calculated).toBeGreaterThan(0.9);
    expect((p50?.detectable ?? NaN) / calculated).toBeLessThan(1.1);
    expect(tight?.detectable).toBeLessThan(p50?.detectable ?? NaN);
    const [middle, low, high] = p50 === undefined ? [NaN, NaN, NaN] : detectableWith(p50, 10);
    expect(middle).toBe(calculated);
    expect(low).toBeLessThan(middle);
    expect(high).toBeGreaterThan(middle);
  });

  it('says of other limits and other numbers of pairs what they detect, and what was not calibrated', () => {
    const asked = comparativeGatesFromTexts(
      [
        '{ metric: response-time, stat: p50, phase: steady, max-increase: 20% }',
        '{ metric: response-time, stat: p50, phase: stead, max-increase: 20% }',
        '{ metric: goodput, stat: rate, max-decrease: 20% }',
      ],
      '--gate',
    );
    const found = detectableEffects(calibration, asked, 40);
    const ofMedian = found.filter(({ gate }) => gate.phase === 'steady');
    // Every call was ok.
    expect(ofMedian.map(({ calibrated }) => calibrated?.where)).toEqual(['steady, all calls']);
    const [median] = ofMedian;
    const spread = p50?.spread.estimate ?? NaN;
    expect(median?.effect?.estimate).toBeCloseTo(Math.expm1(minimumDetectableEffect(spread, 40, Math.log1p(0.2))), 10);
    expect(median?.effect?.low).toBeLessThan(median?.effect?.estimate ?? NaN);
    const others = found.filter(({ gate }) => gate.phase !== 'steady');
    expect(others.map(({ calibrated, effect }) => [calibrated, effect])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('is that of the scenario on this machine, or none with the reason', () => {
    expect(calibrationFor([calibration], key)).toEqual({ kind: 'found', file: calibration });
    const other = { ...key, fingerprint: '0'.repeat(64), environment: [{ field: 'host.cpuModel', value: 'y' }] };
    const unlike = calibrationFor([calibration], other);
    expect(unlike.kind === 'unlike' && unlike.why).toMatch(/of another machine \(host\.cpuModel: y here, x there\)/);
    expect(calibrationFor([calibration], { ...other, name: 'another' }).kind).toBe('none');
  });

  it('is made of rows whose trials are valid and complete, all of them', () => {
    const rows = rowsOf({ first: asIs, second: asIs }, 4);
    const spoilt = rows.map((row, index) =>
      row.map((trial, at) =>
        at > 0 || index === 0 || index === 3
          ? trial
          : {
              ...trial,
              summary:
                index === 1
                  ? { ...trial.summary, status: 'interrupted' as const }
                  : { ...trial.summary, validity: { ...trial.summary.validity, verdict: 'doubtful' as const } },
            },
      ),
    );
    expect(usableRows(spoilt)).toEqual([spoilt[0], spoilt[3]]);
  });

  it('is the same when made again, and fits its schema', () => {
    expect(calibrationOf(same, order)).toEqual(calibration);
    const schema = JSON.parse(
      readFileSync(new URL('../../schema/calibration-v1.json', import.meta.url), 'utf8'),
    ) as object;
    const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(schema);
    expect(validate(JSON.parse(JSON.stringify(calibration))), JSON.stringify(validate.errors)).toBe(true);
  });

  it('counts the false alarms of a limit that asks too little', () => {
    // Any estimate above 0 reaches it, so that only the test at 2.5 % stands against an alarm, and the rank test.
    const strict = compareTrials({
      arms: ['first', 'second'],
      rows: rowsOf({ first: asIs, second: asIs }, 20),
      plannedRows: 20,
      leftOut: [],
      gates: comparativeGatesFromTexts(
        ['{ metric: response-time, stat: p50, phase: steady, max-increase: 0% }'],
        'gates',
      ),
      environment: [],
    });
    const { falseAlarms } = calibrationOf(strict, order);
    expect(falseAlarms.estimate).toBeGreaterThan(0.002);
    expect(falseAlarms.estimate).toBeLessThan(0.05);
    expect(falseAlarms.low).toBeLessThan(falseAlarms.estimate);
  });
});
