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
  /** Whether the server is told of attempts that are given up. */
  readonly cancels: boolean;
  readonly weight: number;
  /** A limit of each attempt is written down. */
  readonly limited: boolean;
  /** Null: never tried again. `budget`: the share of the calls that may be, if there is one. */
  readonly retry: { readonly attempts: number; readonly on: readonly string[]; readonly budget: number | null } | null;
}

/** A bound, in nanoseconds, calls a second, or as a plain number. */
export interface HypothesisFacts {
  readonly metric: string;
  readonly stat: string;
  readonly tool: string | null;
  readonly min: number;
  readonly max: number;
}

/** Where a capacity phase looks, and how closely. */
export interface SearchFacts {
  readonly lowPerSecond: number;
  readonly highPerSecond: number;
  readonly stepNs: number;
  readonly arrivals: 'constant' | 'poisson';
  readonly resolution: number;
  readonly confirmations: number;
  /** The service that is gone meanwhile, and the rate the stack is run at; null where nothing is said. */
  readonly without: string | null;
  readonly operatingPerSecond: number | null;
}

export interface PhaseFacts {
  readonly name: string;
  readonly regime: 'floor' | 'steady' | 'soak' | 'overload' | 'stages' | 'spike' | 'replay' | 'capacity';
  readonly loop: 'open' | 'closed';
  readonly concurrency: number | null;
  /** Null in a closed loop, in a replay and in a search, which has those of its probes. */
  readonly arrivals: 'constant' | 'poisson' | null;
  readonly warmupNs: number;
  /** Stated for this phase alone. */
  readonly hypotheses: readonly HypothesisFacts[];
  /** When the calls of a replay were to come, in ns from the start of the phase; null for everything else. */
  readonly recordedNs: readonly number[] | null;
  /** Of a capacity phase; null for everything else. */
  readonly search: SearchFacts | null;
}

export interface FaultFacts {
  readonly id: string | null;
  readonly type: string;
  readonly on: string;
  readonly phase: string;
  readonly forNs: number | null;
  /** The one tool whose calls it looks at. */
  readonly tool: string | null;
  /** Everything that is written of it but its name, its phase and when it comes on. */
  readonly settings: string;
}

export interface ScenarioFacts {
  readonly seed: number;
  readonly loadLinePerSecond: number | null;
  readonly calls: readonly CallFacts[];
  /** The smallest deadline that is written down. */
  readonly tightestDeadlineNs: number | null;
  readonly phases: readonly PhaseFacts[];
  /** Stated for every phase with a fault. */
  readonly hypotheses: readonly HypothesisFacts[];
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
  /** The services at the end of that way, and whether a gateway of ours stands on it. */
  readonly upstreams: readonly string[];
  readonly gatewayOnTheWay: boolean;
  /** Services that are mocks. */
  readonly mocks: readonly string[];
  /** What every call passes: the target, and the service right behind it where it is a link. */
  readonly onlyWay: readonly string[];
  /** What calls go to, and then through: null for a target outside the stack. */
  readonly way: readonly string[] | null;
  /** Something on that way has a queue with an end. */
  readonly boundedQueue: boolean;
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

/** A side without a bound is infinitely far away. */
function hypothesisFacts(value: unknown): HypothesisFacts {
  const hypothesis = table(value);
  const bound = (side: unknown, otherwise: number): number =>
    side === undefined ? otherwise : typeof side === 'number' ? side : quantity(side);
  const tool = hypothesis['tool'];
  return {
    metric: said(hypothesis['metric']),
    // The metrics without a statistic of several have one only.
    stat: said(
      hypothesis['stat'] ??
        (/^(error-classes|contract-drift)$/.test(said(hypothesis['metric']))
          ? 'count'
          : hypothesis['metric'] === 'throughput'
            ? 'rate'
            : 'ratio'),
    ),
    tool: tool === undefined ? null : said(tool),
    min: bound(hypothesis['min'], -Infinity),
    max: bound(hypothesis['max'], Infinity),
  };
}

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

function searchFacts(phase: Table): SearchFacts {
  const [low, high] = list(phase['between']).map(quantity);
  if (low === undefined || high === undefined) throw new Error('a search without an interval');
  return {
    lowPerSecond: low,
    highPerSecond: high,
    stepNs: quantity(phase['step']),
    arrivals: phase['arrivals'] === 'poisson' ? 'poisson' : 'constant',
    resolution: or(phase['resolution'], 0.05),
    confirmations: phase['confirmations'] === undefined ? 2 : Number(phase['confirmations']),
    without: phase['without'] === undefined ? null : said(phase['without']),
    operatingPerSecond: phase['operating'] === undefined ? null : quantity(phase['operating']),
  };
}

function phaseFacts(value: unknown): PhaseFacts {
  const phase = table(value);
  const regime = phase['regime'];
  const known = (['floor', 'steady', 'soak', 'overload', 'stages', 'spike', 'replay', 'capacity'] as const).find(
    (word) => word === regime,
  );
  if (known === undefined) throw new Error(`a phase with regime ${String(regime)} is not recomputed`);
  const loop =
    known === 'floor' || ((known === 'steady' || known === 'soak') && phase['rate'] === undefined) ? 'closed' : 'open';
  const concurrency = loop === 'open' ? null : regime === 'floor' ? 1 : Number(phase['concurrency']);
  const arrivals =
    loop === 'closed' || known === 'replay' || known === 'capacity'
      ? null
      : phase['arrivals'] === 'poisson'
        ? 'poisson'
        : 'constant';
  return {
    name: said(phase['name']),
    regime: known,
    loop,
    concurrency,
    arrivals,
    warmupNs: warmupNs(phase),
    hypotheses: list(phase['hypotheses']).map(hypothesisFacts),
    recordedNs: known === 'replay' ? recordedNs(phase) : null,
    search: known === 'capacity' ? searchFacts(phase) : null,
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

function onlyWay(stack: Table): readonly string[] {
  const target = said(stack['target']);
  const to = table(table(stack['links'])[target])['to'];
  return to === undefined ? [target] : [target, said(to)];
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
  const budget =
    retry['budget'] === undefined
      ? null
      : quantity(typeof retry['budget'] === 'object' ? table(retry['budget'])['share'] : retry['budget']);
  return {
    attempts: Number(retry['attempts']),
    on: retry['on'] === undefined ? ['transport', 'shed'] : list(retry['on']).map(said),
    budget,
  };
}

/** The facts of a parsed scenario. */
export function scenarioFacts(document: unknown): ScenarioFacts {
  const scenario = table(document);
  const recovery = table(scenario['recovery']);
  const onTheWay = servicesOnTheWay(table(scenario['stack']));
  const upstreams = onTheWay.filter(([, service]) => service['mock'] !== 'gateway');
  const deadlinesNs = list(scenario['calls']).flatMap((call) =>
    table(call)['deadline'] === undefined ? [] : [quantity(table(call)['deadline'])],
  );
  return {
    seed: scenario['seed'] === undefined ? 1 : Number(scenario['seed']),
    loadLinePerSecond: scenario['load-line'] === undefined ? null : quantity(scenario['load-line']),
    calls: list(scenario['calls']).map((value) => {
      const call = table(value);
      return {
        label: said(call['label'] ?? call['tool']),
        tool: said(call['tool']),
        deadlineNs: or(call['deadline'], 30 * S),
        exactlyOnce: call['effect'] === 'exactly-once',
        cancels: call['cancel'] !== false,
        weight: call['weight'] === undefined ? 1 : Number(call['weight']),
        limited: call['timeout'] !== undefined,
        retry: retryFacts(call['retry']),
      };
    }),
    tightestDeadlineNs: deadlinesNs.length === 0 ? null : Math.min(...deadlinesNs),
    phases: list(scenario['phases']).map(phaseFacts),
    faults: list(scenario['faults']).map((value) => {
      const fault = table(value);
      return {
        id: fault['id'] === undefined ? null : said(fault['id']),
        type: said(fault['type']),
        on: said(fault['on']),
        phase: said(fault['phase']),
        forNs: fault['for'] === undefined ? null : quantity(fault['for']),
        tool: fault['tool'] === undefined ? null : said(fault['tool']),
        settings: JSON.stringify(
          Object.entries(fault)
            .filter(([key]) => !['id', 'phase', 'at'].includes(key))
            .sort(),
        ),
      };
    }),
    hypotheses: list(scenario['hypotheses']).map(hypothesisFacts),
    recovery: {
      latencyFactor: or(recovery['latency-factor'], 1.5),
      goodputShare: or(recovery['goodput-share'], 0.9),
      holdNs: or(recovery['hold'], 3 * S),
      windowNs: or(recovery['window'], 0.5 * S),
    },
    keepsLedger: upstreams.length > 0 && upstreams.every(([, service]) => service['mock'] !== undefined),
    upstreams: upstreams.map(([name]) => name),
    gatewayOnTheWay: upstreams.length < onTheWay.length,
    mocks: Object.entries(table(table(scenario['stack'])['services']))
      .flatMap(([name, service]) => membersOf(name, table(service)))
      .flatMap(([name, service]) => (service['mock'] === undefined ? [] : [name])),
    onlyWay: onlyWay(table(scenario['stack'])),
    way: wayOf(table(scenario['stack'])),
    boundedQueue: (wayOf(table(scenario['stack'])) ?? []).some(
      (name) => table(table(table(scenario['stack'])['services'])[name])['queue'] !== undefined,
    ),
  };
}
