/** Times that a real server reports of itself: durations in a Server-Timing field, and in `_meta` of its results. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { durationsInField, durationsInMeta, stampByDurations } from '../../src/mcp/oracle/reported-durations.js';
import { answer, json, mcpServer, rpc } from './mcp-server.js';
import { drive, emptySlot, httpTarget } from './support.js';

describe('a Server-Timing field', () => {
  it.each([
    ['queue;dur=1.5, service;dur=12', 1.5, 12],
    ['service;dur=12', 0, 12],
    ['total;dur=20, queue;dur=5', 5, 15],
    ['total;dur=20', 0, 20],
    ['cache;desc="a, service;dur=99", service;desc="x;dur=1";dur=3', 0, 3],
    ['service; dur = 3 ,queue; dur=1e1', 10, 3],
    ['service;dur=3, service;dur=4', 0, 3],
  ])('%s', (field, queueMs, serviceMs) => {
    expect(durationsInField(field)).toEqual({ queueNs: queueMs * 1e6, serviceNs: serviceMs * 1e6 });
  });

  it.each([
    '',
    'cache;desc="hit"',
    'queue;dur=4',
    'service',
    'service;dur=x',
    'service;dur=-1',
    'service;dur=1e999',
    'total;dur=1, queue;dur=2',
    `service;dur=1${' '.repeat(2_000)}`,
  ])('without a duration that can be used: %s', (field) => {
    expect(durationsInField(field)).toBe(null);
  });
});

describe('durations in _meta', () => {
  it('are milliseconds, as numbers', () => {
    const meta = (value: unknown) => ({ 'plimsoll/durations': value });
    expect(durationsInMeta(meta({ 'queue-ms': 1, 'service-ms': 2 }))).toEqual({ queueNs: 1e6, serviceNs: 2e6 });
    expect(durationsInMeta(meta({ 'service-ms': 2 }))).toEqual({ queueNs: 0, serviceNs: 2e6 });
    for (const wrong of [{ 'service-ms': '2' }, { 'queue-ms': 1 }, { 'service-ms': -1 }, [], null, 7])
      expect(durationsInMeta(meta(wrong))).toBe(null);
  });
});

describe('durations of a call', () => {
  const times = { sentNs: 1_000, doneNs: 11_000 };

  it('lie in the middle between sending and the answer', () => {
    const slot = Object.assign(emptySlot(), times);
    stampByDurations(slot, { queueNs: 2_000, serviceNs: 4_000 });
    expect([slot.receivedNs, slot.startedNs, slot.finishedNs]).toEqual([3_000, 5_000, 9_000]);
  });

  it('are not used when they exceed it', () => {
    const slot = Object.assign(emptySlot(), times);
    stampByDurations(slot, { queueNs: 8_000, serviceNs: 4_000 });
    expect(slot.receivedNs).toBeNaN();
  });
});

describe.each(['a Server-Timing field', '_meta'] as const)('a server that reports its times in %s', (where) => {
  it('has queue and service measured as its own log has them, call by call', async () => {
    const log: { readonly queueMs: number; readonly serviceMs: number }[] = [];
    let busy: Promise<unknown> = Promise.resolve();
    const server = await mcpServer({
      call: async ({ message: { id }, response }) => {
        const received = performance.now();
        const before = busy;
        const work = before
          .then(() => performance.now())
          .then(async (started) => {
            await sleep(4);
            return { started, finished: performance.now() };
          });
        busy = work;
        const { started, finished } = await work;
        const own = { queueMs: started - received, serviceMs: finished - started };
        log.push(own);
        const text = answer(id);
        if (where === '_meta') {
          const result = {
            ...(JSON.parse(text) as { result: object }).result,
            _meta: {
              'plimsoll/durations': {
                'queue-ms': own.queueMs,
                'service-ms': own.serviceMs,
              },
            },
          };
          json(response, rpc(id, { result }));
        } else {
          response.setHeader('Server-Timing', `queue;dur=${own.queueMs}, service;dur=${own.serviceMs}`);
          json(response, text);
        }
      },
    });
    const driver = await drive(httpTarget(server.url));
    // Eight at once before one worker: each waits for those before it.
    const slots = await Promise.all(Array.from({ length: 8 }, () => driver.call()));
    await driver.set.close(1e9);
    const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);
    const queues = sorted(slots.map(({ startedNs, receivedNs }) => startedNs - receivedNs));
    const services = sorted(slots.map(({ finishedNs, startedNs }) => finishedNs - startedNs));
    expect(queues).toHaveLength(8);
    // Doubles of milliseconds, written and read.
    sorted(log.map(({ queueMs }) => queueMs * 1e6)).forEach((ns, at) => expect(queues[at]).toBeCloseTo(ns, -2));
    sorted(log.map(({ serviceMs }) => serviceMs * 1e6)).forEach((ns, at) => expect(services[at]).toBeCloseTo(ns, -2));
    expect(queues.at(-1)).toBeGreaterThan(20e6);
    for (const slot of slots) expect(slot.receivedNs - slot.sentNs).toBeCloseTo(slot.doneNs - slot.finishedNs, -1);
  });
});
