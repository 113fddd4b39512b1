/** Scenarios made of a discovery: they read, say what was measured, and hold nothing from a server but data. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstLookText, initialText, type Discovery, type Measured } from '../../src/discover/index.js';
import { inFirstLook, isFirstLook, scenarioFromText, type Scenario } from '../../src/scenario/index.js';
import { discovery, slowTools } from './fixtures.js';

const HOSTILE = 'x\n  - { tool: remove }\u2028# ${secret.HOME} "\'\u0000\u202e::error::';

const MEASURED: Measured = {
  idleP50: { ns: 2.4e6, highNs: 2.5e6 },
  passedPerSecond: 400,
  failedPerSecond: 440,
  half: { stat: 'p99', ns: 9e6, highNs: 9.8e6, perSecond: 200 },
  halfCalls: { offered: 800, missed: 0 },
  from: 'the first look in run-1',
};

const look = (found: Discovery, mostPerSecond: number | null = null, elapsedNs = 0): string =>
  firstLookText({ discovery: found, mostPerSecond, folder: '/srv/app', elapsedNs });

const initial = (found: Discovery, measured: Measured | null = MEASURED): string =>
  initialText({ discovery: found, measured, mostPerSecond: null, folder: '/srv/app', schema: 'schema.json' });

/** Whole numbers that a double can't hold are read as such. */
function withDoubles(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return (value as readonly unknown[]).map(withDoubles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withDoubles(each)]));
}

const read = (text: string): Scenario => scenarioFromText(text, '/srv/app/server.yaml', { environment: {} }).scenario;

describe('the scenario of a first look', () => {
  it('measures idle latency, the load line in 25 s, half of it, and the way back from one second of more', () => {
    const { phases, calls, stack, defaultGates, description } = read(look(discovery()));
    expect(phases.map(({ name, regime }) => `${name}: ${regime}`)).toEqual([
      'floor: floor',
      'load line: capacity',
      'half load: steady',
      'overload: overload',
    ]);
    expect(phases[1]?.load).toMatchObject({ kind: 'search', budgetNs: 25e9 });
    expect(calls.map(({ label }) => label)).toEqual(['search']);
    expect(stack.target).toEqual({ kind: 'url', url: 'http://127.0.0.1:3000/mcp' });
    expect(defaultGates).toBe(false);
    expect(description).toBe('Under load: search. Left out: remove (annotated as destructive).');
  });

  it('is known as one when its run is analysed again, and what is made of it or by hand is not', () => {
    const made = look(discovery());
    expect(isFirstLook(read(made))).toBe(true);
    expect(isFirstLook(read(made.replace('name: "first look at', 'name: "look at')))).toBe(false);
    expect(isFirstLook(read(initial(discovery())))).toBe(false);
  });

  it('has hints without a key of the scenario, which no one wrote', () => {
    const codes = ['capacity-undecided', 'capacity-budget', 'schedule-lag', 'not-stationary', 'older-revision'];
    for (const code of codes) {
      const { remedy } = inFirstLook({ code, remedy: 'give it a longer "budget"' });
      expect(remedy, code).not.toMatch(/budget|"step"|"between"|lower the rate|warmup|protocol\./);
    }
    expect(inFirstLook({ code: 'generator-cpu', remedy: 'lower the rate' }).remedy).toContain('--max-rate');
    // What asks for nothing stays, and so does what names no key.
    const nothing = { code: 'schedule-lag', remedy: 'nothing: no number rests on it' };
    expect(inFirstLook(nothing)).toBe(nothing);
    const other = { code: 'contended-machine', remedy: 'end other work on the machine' };
    expect(inFirstLook(other)).toBe(other);
  });

  it('searches in longer probes where answers are slow, and says so in the scenario to begin with', () => {
    const lengths = (text: string): unknown =>
      read(text).phases.flatMap(({ load }) => (load.kind === 'search' ? [load.stepNs / 1e9, load.budgetNs / 1e9] : []));
    for (const [leastMs, first, begin] of [
      [2, [1, 25], [2, 50]],
      [150, [2, 32], [2, 50]],
      [400, [4, 24], [4, 50]],
      [2_900, [3, 12], [5, 50]],
    ] as const) {
      const found = slowTools(1, leastMs * 1e6);
      expect(lengths(look(found)), `${leastMs} ms`).toEqual(first);
      expect(lengths(initial(found, null)), `${leastMs} ms`).toEqual(begin);
    }
  });

  it('keeps every rate below the bound that is given', () => {
    const { phases, allowRemote } = read(look(discovery({ isRemote: true }), 30));
    const search = phases[1]?.load;
    expect(search?.kind === 'search' ? search.between.highPerSecond * 1.5 : NaN).toBe(30);
    expect(phases[0]).toMatchObject({ name: 'floor', load: { kind: 'callers', concurrency: 1, thinkNs: 33_333_334 } });
    expect(allowRemote).toBe(true);
  });

  it('starts a server over stdio in the folder it was typed in, its words as they are', () => {
    const target = { kind: 'stdio', command: ['node', 'a b.js', '$${HOME}'], workingFolder: '/srv' } as const;
    const scenario = read(look(discovery({ target })));
    expect(scenario.stack.target).toEqual({
      kind: 'stdio',
      command: ['node', 'a b.js', '$${HOME}'],
      environment: {},
      workingFolder: '/srv',
    });
    expect(scenario.protocol.sessions).toBe(1);
  });
});

describe('the scenario to begin with', () => {
  it('has a floor, a steady load, a fault on the link, the load line, and gates above what was measured', () => {
    const text = initial(discovery());
    const { phases, faults, gates, loadLinePerSecond, stack } = read(text);
    expect(phases.map(({ name }) => name)).toEqual(['floor', 'steady', 'slow network', 'load line']);
    expect(faults).toHaveLength(1);
    expect(loadLinePerSecond).toBe(400);
    expect(stack.links).toEqual([{ name: 'network', to: 'server' }]);
    expect(gates.map(({ metric, stat, max }) => `${metric} ${stat} <= ${max}`)).toEqual([
      'response-time p50 <= 10000000',
      'deadline-miss-ratio ratio <= 0.01',
      'response-time p99 <= 50000000',
      expect.stringMatching(/^time-to-recover \w+ <= 8000000000$/),
    ]);
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=schema.json');
    expect(text).toContain('# Looks a book up\n  - tool: "search"');
    expect(text).toContain('# remove: annotated as destructive');
    expect(text).toContain('# Measured: 2.4 ms (95 % interval up to 2.5 ms).');
  });

  it('without a measurement is cautious, and its gates need no numbers', () => {
    const { phases, gates, loadLinePerSecond } = read(initial(discovery(), null));
    expect(loadLinePerSecond).toBe(null);
    expect(phases.map(({ name }) => name)).toEqual(['floor', 'steady', 'load line']);
    // Of 60 calls at 5/s a limit of 1 % would be inconclusive.
    expect(gates.map(({ metric, max }) => [metric, max])).toEqual([['deadline-miss-ratio', 0.05]]);
  });

  it('without a load line offers a slow server half of what one caller at a time gets', () => {
    for (const [ms, perSecond] of [
      [2, 5],
      [300, 1.6],
      [2_500, 0.2],
    ] as const) {
      const { phases } = read(initial(slowTools(1, ms * 1e6), null));
      const load = phases[1]?.load;
      const rate = load?.kind === 'stages' ? load.stages[0]?.rate : null;
      expect(rate, `${ms} ms`).toEqual({ kind: 'absolute', perSecond });
    }
  });

  it('has no fault where no link can stand: over stdio, and in front of https', () => {
    const stdio = { kind: 'stdio', command: ['node', 'server.js'], workingFolder: '/srv/app' } as const;
    const https = { kind: 'http', url: 'https://127.0.0.1:3000/mcp', headers: {} } as const;
    for (const target of [stdio, https]) expect(read(initial(discovery({ target }))).faults).toEqual([]);
  });

  it('names secrets of headers and does not hold them', () => {
    const headers = { Authorization: 'Bearer ${secret.TOKEN}' };
    const target = { kind: 'http', url: 'http://127.0.0.1:3000/mcp', headers } as const;
    const text = initial(discovery({ target }));
    expect(
      scenarioFromText(text, 's.yaml', { environment: { TOKEN: 'long enough' } }).scenario.protocol.headers,
    ).toEqual(headers);
  });

  it('takes nothing from a server but data: names, texts and reasons end no line and no quotation', () => {
    const found = discovery({
      usable: [
        {
          tool: { name: 'search', description: HOSTILE, inputSchema: {} },
          arguments: { query: HOSTILE, pick: { unique: 'uuid' }, list: [{ integer: 1 }], yes: true, 'a: b': null },
          given: false,
          expect: { contains: HOSTILE.replaceAll('${', () => '$${') },
          because: 'two answers were the same',
          tookNs: 1e6,
          leastNs: 1e6,
        },
      ],
      leftOut: [{ tool: HOSTILE, reason: HOSTILE, called: true }],
      survey: { ...discovery().survey, serverInfo: { name: HOSTILE, version: HOSTILE } },
    });
    for (const text of [initial(found), look(found)]) {
      const { calls } = read(text);
      expect(calls).toHaveLength(1);
      const [call] = calls;
      expect(call).toMatchObject({ expect: { kind: 'contains', part: HOSTILE } });
      expect(call?.operation === 'tools/call' ? call.arguments : null).toEqual({
        query: { kind: 'constant', value: HOSTILE },
        pick: { kind: 'constant', value: { unique: 'uuid' } },
        list: { kind: 'constant', value: [{ integer: 1 }] },
        yes: { kind: 'constant', value: true },
        'a: b': { kind: 'constant', value: null },
      });
    }
  });

  it('gives back any arguments as they were', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue(), { noNullPrototype: true }), (values) => {
        // A scenario refuses these by rule, in quotes too.
        fc.pre(!/\$\{|"__proto__"/.test(JSON.stringify(values)));
        const [usable] = discovery().usable;
        if (usable === undefined) throw new Error('the discovery above has a tool');
        const made = { ...usable, arguments: values, given: true, expect: 'success' } as const;
        const [call] = read(look(discovery({ usable: [made] }))).calls;
        const back = Object.entries(call?.operation === 'tools/call' ? call.arguments : {});
        expect(back.every(([, { kind }]) => kind === 'constant')).toBe(true);
        expect(
          Object.fromEntries(
            back.map(([key, each]) => [key, each.kind === 'constant' ? withDoubles(each.value) : null]),
          ),
        ).toEqual(JSON.parse(JSON.stringify(values)));
      }),
      { numRuns: 30 },
    );
  });
});
