import { inflateSync } from 'node:zlib';
import { HistogramLogReader, listTags } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { NS_PER_MS, NS_PER_S } from '../../src/clock/index.js';
import {
  SAMPLE_FLAGS,
  outcomeCode,
  sumHistogramLogs,
  type AttemptSample,
  type SampleTables,
} from '../../src/record/index.js';
import { histogramLog } from '../../src/record/hlog.js';
import { columnsOf, okSample } from './samples.js';

const STARTED = '2026-11-20T19:00:00.250Z';
const NAMES: SampleTables = {
  phases: ['floor', 'steady, state'],
  calls: ['a', 'b'],
  operations: ['tools/call', 'tools/call'],
  tools: ['get weather', 'get-weather'],
};

function answered(second: number, responseMs: number, overrides: Partial<AttemptSample> = {}): AttemptSample {
  const doneNs = second * NS_PER_S + 500 * NS_PER_MS;
  return okSample({ intendedNs: doneNs - responseMs * NS_PER_MS, doneNs, ...overrides });
}

function read(text: string) {
  const reader = new HistogramLogReader(text);
  const intervals = [];
  for (let interval = reader.nextIntervalHistogram(); interval !== null; interval = reader.nextIntervalHistogram())
    intervals.push(interval);
  return intervals;
}

describe('histograms.hlog', () => {
  it('is read back by the HdrHistogram log reader with counts, times and values to three digits', async () => {
    const samples = Array.from({ length: 1000 }, (_, i) => answered(3, i + 1, { callId: i }));
    const [all, ok] = read(await histogramLog(columnsOf(samples, NAMES), STARTED));
    expect(ok?.tag).toBe('phase=floor;tool=get-weather;calls=ok');
    expect(all?.tag).toBe('phase=floor;tool=get-weather;calls=all');
    expect(ok?.totalCount).toBe(1000);
    expect(ok?.startTimeStampMsec).toBe(Date.parse(STARTED) + 3000);
    expect(ok?.endTimeStampMsec).toBe(Date.parse(STARTED) + 4000);
    for (const percentile of [50, 90, 99, 100]) {
      const expected = percentile * 10 * NS_PER_MS;
      expect(Math.abs((ok?.getValueAtPercentile(percentile) ?? 0) / expected - 1)).toBeLessThan(0.002);
    }
  });

  it('says in each header that no count is shifted and no value multiplied, as the encoding is defined', async () => {
    const samples = [answered(0, 10), answered(1, 20, { callId: 1 })];
    const one = await histogramLog(columnsOf(samples, NAMES), STARTED);
    for (const text of [one, await sumHistogramLogs([one, one])]) {
      const encoded = text.split('\n').flatMap((line) => /^Tag=.*,(\S+)$/.exec(line)?.[1] ?? []);
      expect(encoded).toHaveLength(4);
      for (const base64 of encoded) {
        const bytes = Buffer.from(base64, 'base64');
        expect(bytes.readUInt32BE(0).toString(16)).toBe('1c849314');
        expect(bytes.readInt32BE(4)).toBe(bytes.length - 8);
        const histogram = inflateSync(bytes.subarray(8));
        expect(histogram.readInt32BE(4)).toBe(histogram.length - 40);
        expect([histogram.readInt32BE(8), histogram.readInt32BE(12), histogram.readDoubleBE(32)]).toEqual([0, 3, 1]);
      }
    }
  });

  it('keeps successes and all calls apart, and seconds, phases and tools', async () => {
    const samples = [
      answered(0, 10),
      answered(0, 20, { callId: 1, outcome: outcomeCode('shed') }),
      answered(1, 30, { callId: 2, spec: 1 }),
      answered(2, 40, { callId: 3, phase: 1 }),
    ];
    const intervals = read(await histogramLog(columnsOf(samples, NAMES), STARTED)).map(
      ({ tag, totalCount }) => `${tag} ${totalCount}`,
    );
    expect(intervals).toEqual([
      'phase=floor;tool=get-weather;calls=all 2',
      'phase=floor;tool=get-weather;calls=ok 1',
      'phase=floor;tool=get-weather-2;calls=all 1',
      'phase=floor;tool=get-weather-2;calls=ok 1',
      'phase=steady-state;tool=get-weather;calls=all 1',
      'phase=steady-state;tool=get-weather;calls=ok 1',
    ]);
  });

  it('measures a retried call from its first intended start, and leaves warm-up out', async () => {
    const samples = [
      okSample({ intendedNs: 0, doneNs: 50 * NS_PER_MS, outcome: outcomeCode('transport'), flags: 0 }),
      okSample({ attempt: 1, intendedNs: 80 * NS_PER_MS, doneNs: 100 * NS_PER_MS, flags: SAMPLE_FLAGS.final }),
      answered(0, 400, { callId: 1, flags: SAMPLE_FLAGS.final | SAMPLE_FLAGS.warmup }),
    ];
    const intervals = read(await histogramLog(columnsOf(samples, NAMES), STARTED));
    expect(intervals.map((interval) => interval.totalCount)).toEqual([1, 1]);
    expect(Math.abs((intervals[0]?.maxValue ?? 0) / (100 * NS_PER_MS) - 1)).toBeLessThan(0.002);
  });

  it('puts neither blanks nor commas into tags, and explains the slugs in comments', async () => {
    const text = await histogramLog(columnsOf([answered(0, 1, { phase: 1, spec: 1 })], NAMES), STARTED);
    for (const tag of listTags(text)) expect(tag).toMatch(/^[a-z0-9=;-]+$/);
    expect(text).toContain('#[Slug phase=steady-state: "steady, state"]');
    expect(text).toContain('#[Slug tool=get-weather-2: "get-weather"]');
  });

  it('clamps what is above an hour and leaves out what is below zero, and says so', async () => {
    const text = await histogramLog(
      columnsOf([answered(7200, 7_200_000), answered(1, -5, { callId: 1 })], NAMES),
      STARTED,
    );
    const intervals = read(text);
    expect(intervals).toHaveLength(2);
    expect(Math.abs((intervals[0]?.maxValue ?? 0) / (3600 * NS_PER_S) - 1)).toBeLessThan(0.002);
    expect(text).toContain('2 values above one hour are recorded as one hour');
    expect(text).toContain('2 values below zero or unknown are left out');
  });

  it('prints the largest value of an interval in milliseconds', async () => {
    const line =
      (await histogramLog(columnsOf([answered(0, 12)], NAMES), STARTED))
        .split('\n')
        .find((text) => text.startsWith('Tag=')) ?? '';
    expect(Math.abs(Number(line.split(',')[3]) - 12)).toBeLessThan(0.02);
  });

  it('sums those of shards to one text, however many are taken at once', async () => {
    const logs = await Promise.all(
      [1, 2, 3].map((k) => {
        const samples = Array.from({ length: 50 }, (_, i) => answered(i % 4, (i + 1) * k, { callId: i }));
        return histogramLog(columnsOf(samples, NAMES), STARTED);
      }),
    );
    const [first = '', second = '', third = ''] = logs;
    const all = await sumHistogramLogs(logs);
    expect(await sumHistogramLogs([await sumHistogramLogs([first, second]), third])).toBe(all);
    expect(read(all).map(({ totalCount }) => totalCount)).toEqual([39, 39, 39, 39, 36, 36, 36, 36]);
  });
});
