/** What a scenario says to look at a gateway: traced calls, tool lists, sizes of answers, and the switches of ours. */
import { describe, expect, it } from 'vitest';
import { traceIdsOf } from '../../src/catalog/index.js';
import { federationOf } from '../../src/protocol/index.js';
import { explain, planOf } from '../../src/plan/index.js';
import { argumentsOf, changed, GOOD, line, problemsOf, read } from './helpers.js';

const BACKEND = 'backend: { mock: tools, workers: 4, service-time: { constant: 8ms } }';
const backend = (more: string): string => changed(BACKEND, `backend: { mock: tools${more} }`);
const optionsOf = (text: string) => {
  const [service] = read(text).scenario.stack.services;
  return service?.kind === 'mock' ? service.options : undefined;
};

describe('traced calls', () => {
  const TRACED = changed('protocol: {', 'protocol: { trace: true,');

  it('have contexts that come from the seed, and are off by default', () => {
    const { scenario } = read(TRACED);
    expect(scenario.protocol.trace).toEqual(traceIdsOf(scenario.seed));
    expect(read(GOOD).scenario.protocol.trace).toBeNull();
  });

  it('are shown as they will be sent', () => {
    const text = explain(planOf(read(TRACED).scenario));
    expect(text).toMatch(/^.*traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01$/m);
    expect(text).toContain('"traceparent":"00-');
  });

  it('may name themselves in an argument', () => {
    const text = changed('{ query: { pick: [hull, draught] } }', '{ query: { unique: call } }');
    expect(argumentsOf(read(text).scenario)).toEqual({ query: { kind: 'unique', form: 'call' } });
  });
});

describe('tool lists', () => {
  it('are read in two sessions, or as many as asked for, and not at all by default', () => {
    expect(read(`${GOOD}tool-lists: {}\n`).scenario.toolLists).toEqual({ sessions: 2 });
    expect(read(`${GOOD}tool-lists: { sessions: 5 }\n`).scenario.toolLists).toEqual({ sessions: 5 });
    expect(read(GOOD).scenario.toolLists).toBeNull();
  });
});

describe('the size of answers', () => {
  it.each([
    ['100KiB', { kind: 'constant', bytes: 102_400 }],
    ['{ pick: [1KiB, 5MiB] }', { kind: 'pick', bytes: [1_024, 5_242_880] }],
    [
      '{ lognormal: { median: 1KiB, p99: 1MiB } }',
      { kind: 'lognormal', medianBytes: 1_024, p99Bytes: 1_048_576, mostBytes: 5_242_880 },
    ],
  ])('%s is read', (written, size) => {
    expect(optionsOf(backend(`, answer-size: ${written}`))?.answerSize).toEqual(size);
  });

  it('may be of one tool', () => {
    const tools = optionsOf(backend(', tools: { search: { answer-size: 1KiB }, book: { effect: true } }'))?.tools;
    expect(tools?.map(({ answerSize }) => answerSize)).toEqual([{ kind: 'constant', bytes: 1_024 }, undefined]);
  });

  it.each([
    ['6MiB', 'answer-size'],
    ['{ lognormal: { median: 1MiB, p99: 1KiB } }', 'the 99th percentile is below the median'],
    ['{ picks: [1KiB] }', 'answer-size'],
  ])('%s is refused', (written, what) => {
    const problems = problemsOf(() => read(backend(`, answer-size: ${written}`)));
    expect(problems.map(line).join('\n')).toContain(what);
    const ofTool = problemsOf(() =>
      read(backend(`, tools: { search: { answer-size: ${written} }, book: { effect: true } }`)),
    );
    expect(ofTool.map(line).join('\n')).toContain(what);
  });
});

describe('a federating gateway', () => {
  const gate = (federate: string, more = ''): string =>
    changed(
      `    ${BACKEND}`,
      `    ${BACKEND}\n    gate: { mock: gateway, to: [backend], federate: ${federate}${more} }`,
    );
  const federation = (text: string) => {
    const service = read(text).scenario.stack.services.find(({ name }) => name === 'gate');
    return service?.kind === 'gateway' ? service.options.federation : undefined;
  };

  it('has every switch', () => {
    const text = gate(
      '{ tool-names: bare, upstream-sessions: per-call, upstream-era: stateless, list-before-call: true, ' +
        'keep-meta: false, pass-token: true, change-schemas: true, shuffle-tools: true, retries: 2, ' +
        'breaker: { failures: 5, open: 2s }, cache: 10s }',
    );
    expect(federation(text)).toEqual({
      ...{ toolNames: 'bare', upstreamSessions: 'per-call', listBeforeCall: true, keepMeta: false, passToken: true },
      upstreamEra: 'stateless',
      ...{ changeSchemas: true, shuffleTools: true, retries: 2, breaker: { failures: 5, openNs: 2e9 }, cacheNs: 10e9 },
    });
  });

  it('does nothing wrong by itself', () => {
    expect(federation(gate('{}'))).toEqual(federationOf({}));
  });

  it('chooses the upstream by the tool, and by nothing else', () => {
    const problems = problemsOf(() => read(gate('{}', ', balance: random')));
    expect(problems.map(line).join('\n')).toContain('"balance" has no effect');
  });
});

describe('the upstream of a call', () => {
  const TOOL = '{ tool: search,';

  it('is a service of the stack', () => {
    const [call] = read(changed(TOOL, `${TOOL} upstream: backend,`)).scenario.calls;
    expect(call).toMatchObject({ tool: 'search', upstream: 'backend' });
    const problems = problemsOf(() => read(changed(TOOL, `${TOOL} upstream: bakend,`)));
    expect(problems.map(line).join('\n')).toContain('there is no service "bakend"');
  });
});

describe('metrics of a gateway', () => {
  it('are refused where what they need is not asked for', () => {
    const gates = 'gates:\n  - { metric: misroutes, max: 0 }\n  - { metric: changed-tools, max: 0 }\n';
    const text = GOOD.replace(/^gates:\n(?: {2}.*\n)*/m, '') + gates;
    const problems = problemsOf(() => read(text))
      .map(line)
      .join('\n');
    expect(problems).toContain('misroutes is known of traced calls, and these are not');
    expect(problems).toContain('changed-tools is about the tool list, which is not read');
  });
});
