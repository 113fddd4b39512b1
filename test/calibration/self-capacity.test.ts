import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Needs } from '../../src/plan/index.js';
import { whatIsKnown } from '../../src/calibration/self-capacity/decide.js';
import { keepSelfLoad, selfCapacityOf } from '../../src/calibration/self-capacity/index.js';
import { keep, keptPath, readKept, type KeptCapacity } from '../../src/calibration/self-capacity/cache.js';

const DAY_MS = 24 * 3_600_000;
const setup = { plimsollVersion: '0.1.0', pacing: 'auto', workers: 1 } as const;
const kept = (heldPerSecond: number | null, notHeldPerSecond: number | null): KeptCapacity => ({
  heldPerSecond,
  notHeldPerSecond,
  measuredUtc: new Date().toISOString(),
  disturbed: false,
});
const emptyCache = () => ({ XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), 'plimsoll-cache-')) });
const needs = (ratePerSecond: number | null): Needs => ({ connections: 1, openFiles: 1, ports: 1, ratePerSecond });

describe('what is known of a machine', () => {
  it('is enough up to the highest rate that it held, and for closed loops', () => {
    const measured = kept(2_000, 5_000);
    expect(whatIsKnown(measured, 2_000)).toMatchObject({ kind: 'enough', kept: { heldPerSecond: 2_000 } });
    expect(whatIsKnown(measured, null)).toMatchObject({ kind: 'enough', kept: { heldPerSecond: 2_000 } });
  });

  it('is too little above that, when a higher rate was tried and not held', () => {
    expect(whatIsKnown(kept(2_000, 5_000), 2_001).kind).toBe('too-little');
    expect(whatIsKnown(kept(null, 500), 500).kind).toBe('too-little');
  });

  it('is nothing below a lowest rate that was tried and not held', () => {
    expect(whatIsKnown(kept(null, 500), 50)).toEqual({
      kind: 'unknown',
      reason: 'this machine held none of the rates that were tried, from 500/s',
    });
  });

  it('has to be tried where the ladder ended too low, but only from 1000 calls/s on', () => {
    expect(whatIsKnown(kept(20_000, null), 30_000)).toEqual({ kind: 'try', ratePerSecond: 30_000 });
    expect(whatIsKnown(null, 1_000)).toEqual({ kind: 'try', ratePerSecond: 1_000 });
    expect(whatIsKnown(null, 999)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('plimsoll doctor') as string,
    });
    expect(whatIsKnown(null, null).kind).toBe('unknown');
  });
});

describe('a kept measurement', () => {
  it('is read back for a week, by the same setup alone', async () => {
    const environment = emptyCache();
    const path = await keptPath(setup, environment);
    expect(await readKept(path, Date.now())).toBeNull();
    const measured = kept(5_000, 10_000);
    expect(await keep(path, measured)).toBeNull();
    const measuredMs = Date.parse(measured.measuredUtc);
    expect(await readKept(path, measuredMs + 7 * DAY_MS - 1)).toEqual(measured);
    expect(await readKept(path, measuredMs + 7 * DAY_MS)).toBeNull();
    expect(await readKept(path, measuredMs - 1)).toBeNull();
    for (const other of [
      { ...setup, plimsollVersion: '0.2.0' },
      { ...setup, pacing: 'spin' as const },
      { ...setup, workers: 4 },
    ])
      expect(await keptPath(other, environment)).not.toBe(path);
    expect(readdirSync(join(environment.XDG_CACHE_HOME, 'plimsoll'))).toHaveLength(1);
  });

  it('of a disturbed machine is read back for an hour', async () => {
    const path = await keptPath(setup, emptyCache());
    const measured = { ...kept(null, 500), disturbed: true };
    await keep(path, measured);
    const measuredMs = Date.parse(measured.measuredUtc);
    expect(await readKept(path, measuredMs + DAY_MS / 24 - 1)).toEqual(measured);
    expect(await readKept(path, measuredMs + DAY_MS / 24)).toBeNull();
  });

  it('of a disturbed machine takes the place of no measurement of the quiet one', async () => {
    const path = await keptPath(setup, emptyCache());
    const quiet = kept(20_000, null);
    const busy = { ...kept(500, 1_000), disturbed: true };
    expect(await keep(path, busy)).toBeNull();
    expect(await keep(path, quiet)).toBeNull();
    expect(await keep(path, busy)).toMatch(/^what the quiet machine held .* ago stays$/);
    expect(await readKept(path, Date.now())).toEqual(quiet);
  });

  it('counts as none when the file is not one of ours', async () => {
    const environment = emptyCache();
    const path = await keptPath(setup, environment);
    await keep(path, kept(5_000, null));
    for (const text of [
      '',
      '{',
      '{"schema":"plimsoll/self-capacity-v1","heldPerSecond":-1,"notHeldPerSecond":null,' +
        '"measuredUtc":"2026-01-01T00:00:00Z"}',
    ]) {
      writeFileSync(path, text);
      expect(await readKept(path, Date.now())).toBeNull();
    }
  });

  it('that can not be kept is no error, but a reason', async () => {
    const file = join(emptyCache().XDG_CACHE_HOME, 'file');
    writeFileSync(file, '');
    expect(await keep(await keptPath(setup, { XDG_CACHE_HOME: file }), kept(5_000, null))).toMatch(/ENOTDIR|EEXIST/);
  });
});

describe('before a run', () => {
  const ask = (environment: Readonly<Record<string, string>>, ratePerSecond: number | null, tried: string[] = []) =>
    selfCapacityOf({
      needs: needs(ratePerSecond),
      ...setup,
      environment,
      abort: new AbortController().signal,
      disturbed: false,
      onTry: () => tried.push('tried'),
    });

  it('what the doctor measured answers, and nothing is tried', async () => {
    const environment = emptyCache();
    const step = { calls: 1, ok: 1, lagP99Ns: 1, startDelayP99Ns: 1 };
    const selfLoad = {
      steps: [
        { ...step, ratePerSecond: 2_000 },
        { ...step, ratePerSecond: 5_000 },
      ],
      capacityPerSecond: 2_000,
      stoppedBy: 'late',
      pacing: 'sleep',
    } as const;
    expect(await keepSelfLoad(selfLoad, { ...setup, environment, disturbed: false })).toBeNull();
    const tried: string[] = [];
    expect(await ask(environment, 1_500, tried)).toMatchObject({ perSecond: { value: 2_000 }, warning: null });
    const over = await ask(environment, 4_000, tried);
    expect(over.perSecond).toEqual({ value: 2_000 });
    expect(over.warning?.what).toMatch(
      /^the scenario asks for up to 4,000\/s, and this machine holds 2,000\/s and not 5,000\/s, as measured .* ago/,
    );
    expect(over.warning?.remedy).toContain('plimsoll doctor');
    expect(tried).toEqual([]);
  });

  it('a rate that no machine can hold is tried, warned of, and not kept', async () => {
    const environment = emptyCache();
    const tried: string[] = [];
    const { perSecond, warning } = await ask(environment, 900_000, tried);
    expect(tried).toEqual(['tried']);
    expect(perSecond).toEqual({ value: null, reason: expect.stringContaining('900,000/s') as string });
    expect(warning?.what).toBe(
      'the scenario asks for up to 900,000/s, and tried just before, this machine did not hold ' +
        '900,000/s, with a schedule lag p99 under 1 ms: calls may leave late',
    );
    expect(await readKept(await keptPath(setup, environment), Date.now())).toBeNull();
  }, 60_000);

  it('nothing is tried for a rate that every machine can hold: it is reported as not measured', async () => {
    const { perSecond, measuredUtc, warning } = await ask(emptyCache(), 280);
    expect(perSecond).toMatchObject({
      value: null,
      reason: expect.stringContaining('not measured on this machine') as string,
    });
    expect(measuredUtc.value).toBeNull();
    expect(warning).toBeNull();
  });
});
