import { describe, expect, it } from 'vitest';
import { gatewaysOnTheWay, servicesBehind, type Service } from '../../src/scenario/index.js';
import { changed, line, problemsOf, read } from './helpers.js';

const BACKEND = 'backend: { mock: tools, workers: 4, service-time: { constant: 8ms } }';
const withServices = (...services: readonly string[]): string =>
  changed(`    ${BACKEND}`, services.map((service) => `    ${service}`).join('\n'));
const stackOf = (text: string) => read(text).scenario.stack;
const named = (services: readonly Service[], name: string): Service | undefined =>
  services.find((service) => service.name === name);

describe('a gateway in a scenario', () => {
  const GATEWAY =
    'gate: { mock: gateway, to: [a, b], workers: 2, service-time: { constant: 2ms }, queue: 64, balance: ' +
    'random, sessions: upstream, eject: false }';
  const two = withServices('a: { mock: tools }', 'b: { mock: tools }', GATEWAY).replace(
    'upstream: { to: backend }',
    'upstream: { to: gate }',
  );

  it('is read with every option', () => {
    expect(named(stackOf(two).services, 'gate')).toEqual({
      kind: 'gateway',
      name: 'gate',
      to: ['a', 'b'],
      front: false,
      readyWithinNs: 30e9,
      options: {
        path: '/mcp',
        seed: read(two).scenario.seed,
        balance: 'random',
        sessions: 'upstream',
        eject: false,
        federation: null,
        workers: 2,
        serviceTime: { kind: 'constant', ns: 2e6 },
        queueCapacity: 64,
      },
    });
  });

  it('shows which services do the work behind a link, and which gateways are on the way', () => {
    const stack = stackOf(two);
    expect(servicesBehind(stack, 'upstream').map(({ name }) => name)).toEqual(['a', 'b']);
    expect(gatewaysOnTheWay(stack, 'upstream').map(({ name }) => name)).toEqual(['gate']);
  });

  it('may stand in front of a link', () => {
    const text = withServices('a: { mock: tools }', 'gate: { mock: gateway, to: [inner] }').replace(
      'upstream: { to: backend }',
      'upstream: { to: gate }\n    inner: { to: a }',
    );
    expect(servicesBehind(stackOf(text), 'upstream').map(({ name }) => name)).toEqual(['a']);
    expect(read(text).warnings.map(({ code }) => code)).not.toContain('unused-link');
  });

  it.each([
    [
      'an upstream that is not there',
      'gate: { mock: gateway, to: [backend, bckend] }',
      'good.yaml:7:42 stack.services.gate.to.1: there is no service or link "bckend"',
    ],
    [
      'an upstream written below',
      'gate: { mock: gateway, to: [late] }\n    late: { mock: tools }',
      'good.yaml:7:33 stack.services.gate.to.0: service "late" is not up yet when this gateway starts',
    ],
    [
      'itself as upstream',
      'gate: { mock: gateway, to: [gate] }',
      'good.yaml:7:33 stack.services.gate.to.0: service "gate" is not up yet when this gateway starts',
    ],
    [
      'an upstream named twice',
      'gate: { mock: gateway, to: [backend, backend] }',
      'good.yaml:7:42 stack.services.gate.to.1: "backend" is there twice',
    ],
    [
      'sticky sessions that the upstream keeps',
      'gate: { mock: gateway, to: [backend], sessions: upstream }',
      'good.yaml:7:43 stack.services.gate.sessions: with sticky balance only the upstream that ' +
        'opened a session knows it, so "sessions" has no effect',
    ],
    [
      'an unknown balance',
      'gate: { mock: gateway, to: [backend], balance: rnd }',
      'good.yaml:7:52 stack.services.gate.balance: unknown balance "rnd"',
    ],
    [
      'all replicas of what has none',
      'gate: { mock: gateway, to: ["backend-*"] }',
      'good.yaml:7:33 stack.services.gate.to.0: "backend-*" stands for the replicas of "backend", which has none',
    ],
    [
      'all replicas of what is not there',
      'gate: { mock: gateway, to: ["bckend-*"] }',
      'good.yaml:7:33 stack.services.gate.to.0: there is no service or link "bckend-*"',
    ],
    ['no upstream', 'gate: { mock: gateway, to: [] }', 'good.yaml:7:28 stack.services.gate.to: this list is empty'],
    [
      'a kind of mock that is none',
      'gate: { mock: proxy, to: [backend] }',
      'good.yaml:7:19 stack.services.gate.mock: unknown mock "proxy"',
    ],
    [
      'https behind it',
      'far: { url: "https://127.0.0.1/mcp" }\n    gate: { mock: gateway, to: [far] }',
      'good.yaml:8:33 stack.services.gate.to.0: this gateway speaks plain http, and "far" is https',
    ],
  ])('is refused with %s', (_what, gateway, first) => {
    const [problem] = problemsOf(() => read(withServices(BACKEND, gateway)));
    expect(problem === undefined ? null : line(problem)).toBe(first);
  });
});

describe('replicas', () => {
  const four = withServices('backend: { mock: tools, replicas: 4, service-time: { exponential: { mean: 25ms } } }');

  it('are each an upstream of its own by the name of their service with "-*"', () => {
    const text = withServices(
      'other: { mock: tools }',
      'backend: { mock: tools, replicas: 3 }',
      'gate: { mock: gateway, to: [other, "backend-*"] }',
    ).replace('upstream: { to: backend }', 'upstream: { to: gate }');
    const names = ['other', 'backend-1', 'backend-2', 'backend-3'];
    expect(named(stackOf(text).services, 'gate')).toMatchObject({ to: names });
    expect(servicesBehind(stackOf(text), 'upstream').map(({ name }) => name)).toEqual(names);
    expect(read(read(text).resolvedText).digest).toBe(read(text).digest);
    const set = { set: ['stack.services.backend.replicas=1'] };
    expect(named(read(text, set).scenario.stack.services, 'gate')).toMatchObject({ to: ['other', 'backend-1'] });
    expect(
      problemsOf(() => read(text, { set: ['stack.services.backend.replicas=65'] }))
        .map(line)
        .join(),
    ).toContain('stack.services.backend.replicas');
  });

  it('are services of their own behind a front that bears the name', () => {
    const { services } = stackOf(four);
    expect(services.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'backend-1 mock',
      'backend-2 mock',
      'backend-3 mock',
      'backend-4 mock',
      'backend gateway',
    ]);
    expect(named(services, 'backend')).toMatchObject({
      to: ['backend-1', 'backend-2', 'backend-3', 'backend-4'],
      front: true,
      options: { balance: 'round-robin', serviceTime: { kind: 'constant', ns: 0 } },
    });
  });

  it('draw their service times from seeds of their own', () => {
    const seeds = stackOf(four).services.flatMap((service) => (service.kind === 'mock' ? [service.options.seed] : []));
    expect(new Set(seeds).size).toBe(4);
  });

  it('may be of a command, each on a port of its own', () => {
    const { services } = stackOf(
      withServices('backend: { command: [node, server.js, "${port}"], replicas: 2 }').replace('expect: derived, ', ''),
    );
    expect(services.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'backend-1 command',
      'backend-2 command',
      'backend gateway',
    ]);
  });

  it('know the tools of their mock, so that a wrong one is noticed', () => {
    const [problem] = problemsOf(() => read(four.replace('tool: search', 'tool: serch')));
    expect(problem?.what).toBe('calls.0.tool: the mock has no tool "serch"');
  });

  it.each([
    [
      'a service',
      withServices('backend-2: { mock: tools }', 'backend: { mock: tools, replicas: 2 }'),
      'stack.services.backend.replicas: "backend-2" would be the name of a replica, and is the name of a service',
    ],
    [
      'a link',
      four
        .replace('upstream: {', 'backend-3: {')
        .replace('target: upstream', 'target: backend-3')
        .replace('on: upstream', 'on: backend-3'),
      'stack.services.backend.replicas: "backend-3" would be the name of a replica, and is the name of a link',
    ],
  ])('are refused when one would have the name of %s', (_what, text, first) => {
    expect(problemsOf(() => read(text)).map(({ what }) => what)).toContain(first);
  });

  it('are refused on one fixed port', () => {
    const [problem] = problemsOf(() =>
      read(
        withServices('backend: { command: [node, server.js], port: 3000, replicas: 2 }').replace(
          'expect: derived, ',
          '',
        ),
      ),
    );
    expect(problem?.what).toBe("stack.services.backend.port: replicas can't share one port");
  });
});
