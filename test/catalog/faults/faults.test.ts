import { describe, expect, it } from 'vitest';
import { FAULT_TYPES, faultOf, faultRequests, FaultText, type Fault } from '../../../src/catalog/index.js';
import { MOCK_FAULT_KINDS } from '../../../src/protocol/index.js';

const SEED = 7;
const fault = (text: object): Fault =>
  faultOf(FaultText.parse({ phase: 'one', at: '5s', for: '5s', on: 'backend', ...text }), 'f', SEED);

describe('every fault', () => {
  it('has a description of its own in the schema, and the title of its type', () => {
    const schema = JSON.parse(JSON.stringify(FaultText.toJSONSchema({ io: 'input' }))) as {
      readonly anyOf: readonly { readonly title?: string; readonly description?: string }[];
    };
    expect(schema.anyOf.map(({ title }) => title)).toEqual(FAULT_TYPES);
    const descriptions = schema.anyOf.map(({ description }) => description ?? '');
    expect(new Set(descriptions).size).toBe(FAULT_TYPES.length);
    for (const description of descriptions) expect(description).toMatch(/^\S.{10,}\.$/s);
  });

  it('of a mock is one that the mock knows, and the reverse', () => {
    const ofMocks = FAULT_TYPES.filter((type) => MOCK_FAULT_KINDS.includes(type));
    expect([...ofMocks].sort()).toEqual([...MOCK_FAULT_KINDS].sort());
  });
});

describe('the words of a fault', () => {
  it.each<[object, string]>([
    [{ type: 'latency', latency: '300ms', jitter: '50ms' }, 'latency 300ms +-50ms on backend (downstream)'],
    [
      { type: 'bandwidth', rate: '100KB/s', direction: 'upstream', toxicity: '25%' },
      'bandwidth 100KB/s on backend (upstream, 25% of connections)',
    ],
    [{ type: 'slow-close', delay: '1s' }, 'slow-close 1s on backend (downstream)'],
    [{ type: 'timeout', timeout: '0s' }, 'timeout without end on backend (downstream)'],
    [{ type: 'reset' }, 'reset on backend (downstream)'],
    [{ type: 'slicer', 'average-size': '64B' }, 'slicer 64B +-0B, 0s apart on backend (downstream)'],
    [{ type: 'limit-data', bytes: '4KiB' }, 'limit-data 4KiB on backend (downstream)'],
    [{ type: 'down' }, 'down on backend'],
    [{ type: 'freeze' }, 'freeze backend'],
    [{ type: 'error', 'after-effect': true, tool: 'book' }, 'error after the effect in backend (book)'],
    [{ type: 'shed', every: 2 }, 'shed 503 in backend (one call in 2)'],
    [{ type: 'stall', every: 1, lasting: '200ms' }, 'stall 200ms each in backend (every call)'],
    [{ type: 'stale', calls: [3, 8] }, 'stale in backend (calls 3, 8)'],
    [{ type: 'stale', calls: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, 'stale in backend (calls 1, 2, 3, 4, 5, 6, 7, 8, ... (9))'],
    [
      { type: 'duplicate-effect', executions: 3, probability: '5%' },
      'duplicate-effect x3 in backend (5% of calls, seed 7)',
    ],
    [{ type: 'memory-leak', 'per-call': '16KiB' }, 'memory-leak 16KiB a call in backend'],
  ])('%j', (text, words) => {
    expect(fault(text).words).toBe(words);
  });
});

describe('the requests of a fault', () => {
  it('to a link are those of Toxiproxy', () => {
    expect(faultRequests(fault({ type: 'limit-data', bytes: '4KiB', direction: 'upstream' }))).toEqual({
      on:
        'POST /proxies/backend/toxics {"name":"f","type":"limit_data","stream":"upstream",' +
        '"toxicity":1,"attributes":{"bytes":4096}}',
      off: 'DELETE /proxies/backend/toxics/f',
    });
    expect(faultRequests(fault({ type: 'down' }))).toEqual({
      on: 'POST /proxies/backend {"enabled":false}',
      off: 'POST /proxies/backend {"enabled":true}',
    });
  });

  it('to a mock are those of its control API', () => {
    expect(faultRequests(fault({ type: 'stale', tool: 'search', probability: '5%' }))).toEqual({
      on:
        'POST /plimsoll/faults {"kind":"stale","tool":"search",' +
        '"which":{"kind":"probability","probability":0.05,"seed":7}}',
      off: 'DELETE /plimsoll/faults/ID',
    });
  });

  it('to a process are its signals, in order', () => {
    expect(faultRequests(fault({ type: 'slow-start' }))).toEqual({
      on:
        'SIGTERM to its process group, SIGKILL after 2s; started again on the same port, ' +
        'until it is ready; SIGSTOP to its process group',
      off: 'SIGCONT',
    });
    expect(faultRequests(fault({ type: 'gone', for: undefined }))).toEqual({
      on: 'SIGKILL to its process group',
      off: null,
    });
  });
});
