/**
 * The few facts of a scenario that definitions need, read from its text: quantities with units, and what counts when
 * nothing is said.
 */

type Table = Readonly<Record<string, unknown>>;

export interface CallFacts {
  readonly label: string;
  readonly tool: string;
  readonly deadlineNs: number;
  readonly exactlyOnce: boolean;
  /** Null: never tried again. */
  readonly retry: { readonly attempts: number; readonly on: readonly string[] } | null;
}

export interface PhaseFacts {
  readonly name: string;
  readonly regime: 'floor' | 'steady' | 'soak' | 'overload' | 'stages' | 'spike' | 'replay';
  readonly loop: 'open' | 'closed';
  readonly concurrency: number | null;
  readonly warmupNs: number;
  /** When the calls of a replay were to come, in ns from the start of the phase; null for everything else. */
  readonly recordedNs: readonly number[] | null;
}

export interface FaultFacts {
  readonly id: string | null;
  readonly type: string;
  readonly on: string;
  readonly phase: string;
  /** The one tool whose calls it affects; null: all. */
  readonly tool: string | null;
}

export interface ScenarioFacts {
  readonly loadLinePerSecond: number | null;
  readonly calls: readonly CallFacts[];
  readonly phases: readonly PhaseFacts[];
  readonly faults: readonly FaultFacts[];
  readonly recovery: {
    readonly latencyFactor: number;
    readonly goodputShare: number;
    readonly holdNs: number;
    readonly windowNs: number;
  };
  /**
   * Whatever is behind the target, through links and gateways, is a mock: an upstream that keeps a ledger of what it
   * executed.
   */
  readonly keepsLedger: boolean;
  /** What calls go to, and then through: null for a target outside the stack. */
  readonly way: readonly string[] | null;
  /** Something on that way has a queue with an end. */
  readonly boundedQueue: boolean;
  readonly transport: 'streamable-http' | 'http-sse' | 'stdio';
  readonly driver: 'wire' | 'sdk';
}

const S = 1e9;
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: S,
  m: 60 * S,
  h: 3600 * S,
  '/s': 1,
  'k/s': 1e3,
  '/m': 1 / 60,
  '/h': 1 / 3600,
  '%': 0.01,
  x: 1,
};

function quantity(text: unknown): number {
  const [, digits, unit] = /^([\d.]+)(.*)$/.exec(String(text)) ?? [];
  const factor = UNITS[unit ?? ''];
  if (digits === undefined || factor === undefined) throw new Error(`${String(text)} is no quantity`);
  // Only durations of whole nanoseconds can be written.
  const value = Number(digits) * factor;
  return /^(ns|us|ms|s|m|h)$/.test(unit ?? '') ? Math.round(value) : value;
}

const table = (value: unknown): Table => (typeof value === 'object' && value !== null ? (value as Table) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);
const or = (value: unknown, otherwise: number): number => (value === undefined ? otherwise : quantity(value));
/** A text, in the places where the grammar allows nothing else. */
const said = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Warm-up when a phase states none: a fifth of it, at most 1 s in a floor, 2 s in a steady phase and a minute in a
 * soak; none in any other.
 */
function warmupNs(phase: Table): number {
  if (phase['warmup'] !== undefined) return quantity(phase['warmup']);
  if (phase['regime'] !== 'floor' && phase['regime'] !== 'steady' && phase['regime'] !== 'soak') return 0;
  return Math.min(
    phase['regime'] === 'floor' ? 1 * S : phase['regime'] === 'soak' ? 60 * S : 2 * S,
    Math.round(quantity(phase['for']) / 5),
  );
}

/** The lines of a resolved recording are whole nanoseconds under a header; faster replays bring them closer. */
function recordedNs(phase: Table): readonly number[] {
  const [header, ...lines] = said(phase['recorded']).trim().split('\n');
  if (header !== 'offset_ns') throw new Error(`a resolved recording in ${String(header)}`);
  const speed = phase['speed'] === undefined ? 1 : quantity(phase['speed']);
  return lines
    .map((line) => Math.floor(Number(line) / speed))
    .filter((ns) => phase['for'] === undefined || ns < quantity(phase['for']));
}

function phaseFacts(value: unknown): PhaseFacts {
  const phase = table(value);
  const regime = phase['regime'];
  const known = (['floor', 'steady', 'soak', 'overload', 'stages', 'spike', 'replay'] as const).find(
    (word) => word === regime,
  );
  if (known === undefined) throw new Error(`a phase with regime ${String(regime)} is not recomputed`);
  const loop =
    known === 'floor' || ((known === 'steady' || known === 'soak') && phase['rate'] === undefined) ? 'closed' : 'open';
  const concurrency = loop === 'open' ? null : regime === 'floor' ? 1 : Number(phase['concurrency']);
  return {
    name: said(phase['name']),
    regime: known,
    loop,
    concurrency,
    warmupNs: warmupNs(phase),
    recordedNs: known === 'replay' ? recordedNs(phase) : null,
  };
}

/** A service, or the gateway that stands for its replicas and those. */
function membersOf(name: string, service: Table): readonly (readonly [string, Table])[] {
  const { replicas } = service;
  if (replicas === undefined) return [[name, service]];
  return [
    [name, { mock: 'gateway' }],
    ...Array.from({ length: Number(replicas) }, (_, k) => [`${name}-${k + 1}`, service] as const),
  ];
}

/** The services that calls go through and to, each once. */
function servicesOnTheWay(stack: Table): readonly (readonly [string, Table])[] {
  const services = table(stack['services']);
  return [...new Set(wayOf(stack) ?? [])].flatMap((name) =>
    services[name] === undefined ? [] : membersOf(name, table(services[name])),
  );
}

/** Through links and gateways to what is behind. */
function wayOf(stack: Table): readonly string[] | null {
  if (typeof stack['target'] !== 'string') return null;
  const way = [stack['target']];
  for (const name of way) {
    const link = table(table(stack['links'])[name])['to'];
    const gateway = table(table(stack['services'])[name])['to'];
    way.push(...[link, ...list(gateway)].filter((next) => typeof next === 'string'));
  }
  return way;
}

function retryFacts(text: unknown): CallFacts['retry'] {
  if (text === undefined || text === 'never') return null;
  const retry = table(text);
  return {
    attempts: Number(retry['attempts']),
    on: retry['on'] === undefined ? ['transport', 'shed'] : list(retry['on']).map(said),
  };
}

const askedTransport = ({ transport }: Table): 'streamable-http' | 'http-sse' =>
  transport === 'http-sse' ? 'http-sse' : 'streamable-http';

/** The facts of a parsed scenario. */
export function scenarioFacts(document: unknown): ScenarioFacts {
  const scenario = table(document);
  const recovery = table(scenario['recovery']);
  const protocol = table(scenario['protocol']);
  const onTheWay = servicesOnTheWay(table(scenario['stack']));
  const upstreams = onTheWay.filter(([, service]) => service['mock'] !== 'gateway');
  return {
    loadLinePerSecond: scenario['load-line'] === undefined ? null : quantity(scenario['load-line']),
    calls: list(scenario['calls']).map((value) => {
      const call = table(value);
      return {
        label: said(call['label'] ?? call['tool']),
        tool: said(call['tool']),
        deadlineNs: or(call['deadline'], 30 * S),
        exactlyOnce: call['effect'] === 'exactly-once',
        retry: retryFacts(call['retry']),
      };
    }),
    phases: list(scenario['phases']).map(phaseFacts),
    faults: list(scenario['faults']).map((value) => {
      const fault = table(value);
      return {
        id: fault['id'] === undefined ? null : said(fault['id']),
        type: said(fault['type']),
        on: said(fault['on']),
        phase: said(fault['phase']),
        tool: fault['tool'] === undefined ? null : said(fault['tool']),
      };
    }),
    recovery: {
      latencyFactor: or(recovery['latency-factor'], 1.5),
      goodputShare: or(recovery['goodput-share'], 0.9),
      holdNs: or(recovery['hold'], 3 * S),
      windowNs: or(recovery['window'], 0.5 * S),
    },
    transport: 'command' in table(table(scenario['stack'])['target']) ? 'stdio' : askedTransport(protocol),
    driver: protocol['driver'] === 'sdk' ? 'sdk' : 'wire',
    keepsLedger: upstreams.length > 0 && upstreams.every(([, service]) => service['mock'] !== undefined),
    way: wayOf(table(scenario['stack'])),
    boundedQueue: (wayOf(table(scenario['stack'])) ?? []).some(
      (name) => table(table(table(scenario['stack'])['services'])[name])['queue'] !== undefined,
    ),
  };
}
