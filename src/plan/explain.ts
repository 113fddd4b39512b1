/** The text of a plan, which `run --explain` prints. No colour. */
import {
  comparativeGateText,
  gateText,
  hypothesisText,
  traitsOf,
  type Rate,
  type Search,
  faultRequests,
} from '../catalog/index.js';
import { callWords, protocolWords, rateWords, serviceWords, targetWords } from './describe.js';
import { counted, scenarioDuration, scenarioRate } from '../format/index.js';
import { needsOf } from './needs.js';
import { resolveRate } from './plan.js';
import { requestRows } from './requests.js';
import { table } from './table.js';
import type { Plan, PlannedPhase } from './types.js';

/** The resolved timeline, without a line break at the end. Secrets appear by name only. */
export function explain(plan: Plan): string {
  const { scenario } = plan;
  const { contract, comparativeGates: changes } = scenario;
  return [
    ...headline(plan),
    ...section('stack', [
      ...scenario.stack.services.map((service) => [service.name, serviceWords(service)]),
      ...scenario.stack.links.map((link) => [link.name, `link (Toxiproxy proxy, a free port) to ${link.to}`]),
      ['target', targetWords(scenario.stack.target)],
      ['protocol', protocolWords(scenario.protocol)],
      ...(contract === null ? [] : [['contract', contractWords(contract.everyNs)]]),
    ]),
    ...section('calls', callRows(plan)),
    ...section('first request of each call', requestRows(scenario)),
    ...section('phases', phaseRows(plan)),
    ...section('faults', faultRows(plan)),
    ...section(
      'hypotheses',
      scenario.hypotheses.map((hypothesis) => [
        hypothesisText(hypothesis),
        `before and after the faults of ${hypothesis.phase ?? 'every phase'}`,
      ]),
    ),
    ...section('needs', needRows(plan)),
    ...section('gates', ofOneColumn(scenario.gates.map(gateText))),
    ...section(
      'gates on a change (judged by "plimsoll compare", not in a single run)',
      ofOneColumn(changes.filter(({ versus }) => versus === 'reference').map(comparativeGateText)),
    ),
    ...section(
      'gates versus the stored baseline',
      ofOneColumn(changes.filter(({ versus }) => versus === 'baseline').map(comparativeGateText)),
    ),
    ...section('notes', ofOneColumn(notes(plan))),
  ].join('\n');
}

const contractWords = (everyNs: number): string =>
  `a session of its own asks for tools/list every ${scenarioDuration(everyNs)}`;

const ofOneColumn = (lines: readonly string[]): readonly (readonly string[])[] => lines.map((line) => [line]);

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', title, ...table(rows)];
}

function headline({ scenario, scheduledNs, loadLinePerSecond }: Plan): string[] {
  const searches = scenario.phases.filter(({ load }) => load.kind === 'search').length;
  const and = searches === 0 ? '' : ` and ${counted(searches, 'capacity search', 'capacity searches')}`;
  const length = `${scenarioDuration(scheduledNs)} of schedule${and}`;
  const line = loadLinePerSecond === null ? 'load line not known' : `load line ${scenarioRate(loadLinePerSecond)}`;
  const description = scenario.description?.trim().split('\n') ?? [];
  return [
    `${scenario.name}: ${counted(scenario.phases.length, 'phase')}, ${length}, seed ${scenario.seed}, ${line}`,
    ...description.map((text) => `  ${text.trim()}`.trimEnd()),
  ];
}

function callRows({ scenario }: Plan): readonly (readonly string[])[] {
  const total = scenario.calls.reduce((sum, { weight }) => sum + weight, 0);
  return scenario.calls.map((call) => callWords(call, total));
}

/** Start of each phase from the start of the first, drains left out; null behind a capacity search. */
function offsets(plan: Plan): readonly (number | null)[] {
  let at: number | null = 0;
  return plan.phases.map((phase) => {
    const start = at;
    at = phase.phase.load.kind === 'search' || at === null ? null : at + phase.forNs;
    return start;
  });
}

function phaseRows(plan: Plan): readonly (readonly string[])[] {
  const starts = offsets(plan);
  const rows = plan.phases.flatMap((phase, index) => {
    const start = starts[index] ?? null;
    const main = [
      clock(start),
      phase.phase.load.kind === 'search' ? 'search' : scenarioDuration(phase.forNs),
      phase.name,
      phase.regime,
      loadWords(phase, plan),
      callsWords(phase),
      warmupWords(phase),
    ];
    return [main, ...stageRows(phase, start, plan)];
  });
  return [['at', 'for', 'phase', 'regime', 'load', 'calls', 'measured'], ...rows];
}

function clock(ns: number | null): string {
  return ns === null ? '-' : scenarioDuration(ns);
}

function loadWords({ regime, phase: { load }, segment }: PlannedPhase, plan: Plan): string {
  switch (load.kind) {
    case 'callers': {
      const callers = `closed loop, ${counted(load.concurrency, 'caller')}`;
      return load.thinkNs === 0 ? callers : `${callers}, think time ${scenarioDuration(load.thinkNs)}`;
    }
    case 'stages': {
      const [{ rate }] = load.stages;
      const rates = traitsOf(regime).holdsOneLevel
        ? rateWords(rate, resolvedRate(rate, segment, 0, plan))
        : counted(load.stages.length, 'stage');
      return `open loop, ${load.arrivals}, ${rates}`;
    }
    case 'recording': {
      const { offsetsNs, speed, forNs } = load;
      const recorded = `${counted(offsetsNs.length, 'recorded arrival')}${speed === 1 ? '' : ` at ${speed}x`}`;
      return `open loop, ${recorded}, ${scenarioRate((offsetsNs.length * 1e9) / forNs)} on average`;
    }
    case 'search': {
      const { lowPerSecond, highPerSecond } = load.between;
      const between = `between ${scenarioRate(lowPerSecond)} and ${scenarioRate(highPerSecond)}`;
      const probes = `probes of ${scenarioDuration(load.stepNs)}`;
      return `open loop, ${load.arrivals}, ${between}, ${probes}${lossWords(load.loss)}`;
    }
  }
}

function lossWords(loss: Search['loss']): string {
  if (loss === null) return '';
  const { services, operatingPerSecond } = loss;
  const operated = operatingPerSecond === null ? '' : ` (operated at ${scenarioRate(operatingPerSecond)})`;
  return `, without ${services.join(', ')}${operated}`;
}

/** The rate at one end of a stage, calls a second; null while it is not known. */
function resolvedRate(
  rate: Rate,
  segment: PlannedPhase['segment'],
  index: number,
  plan: Plan,
  end: 'start' | 'end' = 'start',
): number | null {
  if (segment?.loop === 'open') {
    const resolved = segment.stages[index];
    return (end === 'start' ? resolved?.ratePerSecond : resolved?.rampToPerSecond) ?? null;
  }
  // After a capacity search the load line of the plan may not be the one that will count.
  return rate.kind === 'relative' ? null : resolveRate(rate, plan.loadLinePerSecond);
}

function stageRows(planned: PlannedPhase, start: number | null, plan: Plan): readonly (readonly string[])[] {
  const { load } = planned.phase;
  if (load.kind !== 'stages' || traitsOf(planned.regime).holdsOneLevel) return [];
  let at = start;
  return load.stages.map(({ label, rate, rampTo, forNs }, index) => {
    const from = rateWords(rate, resolvedRate(rate, planned.segment, index, plan));
    const rates =
      rampTo === undefined
        ? from
        : `${from} to ${rateWords(rampTo, resolvedRate(rampTo, planned.segment, index, plan, 'end'))}`;
    const row = [clock(at), scenarioDuration(forNs), `  ${label}`, '', rates, '', ''];
    at = at === null ? null : at + forNs;
    return row;
  });
}

function callsWords({ plannedCalls, segment }: PlannedPhase): string {
  if (plannedCalls === null) return segment === null ? 'not known yet' : 'as answers come';
  return segment?.loop === 'open' && segment.arrivals === 'poisson' ? `about ${plannedCalls}` : String(plannedCalls);
}

function warmupWords({ phase, warmupNs }: PlannedPhase): string {
  if (phase.load.kind === 'search') return 'each probe';
  return warmupNs === 0 ? 'all of it' : `from ${scenarioDuration(warmupNs)}`;
}

function faultRows(plan: Plan): readonly (readonly string[])[] {
  const starts = offsets(plan);
  return plan.faults.flatMap((fault) => {
    const start = starts[fault.phaseIndex] ?? null;
    const when = (ns: number) => {
      const inPhase = `${fault.phase} + ${scenarioDuration(ns)}`;
      return start === null ? inPhase : `${scenarioDuration(start + ns)} (${inPhase})`;
    };
    const { on, off } = faultRequests(fault);
    const { forNs } = fault;
    const lasts = forNs === null ? 'to the end of the run' : `for ${scenarioDuration(forNs)}`;
    return [
      [fault.id, 'on', when(fault.atNs), `${fault.words}, ${lasts}`],
      ['', '', '', on],
      ...(forNs === null || off === null ? [] : [['', 'off', when(fault.atNs + forNs), off]]),
    ];
  });
}

/** What the machine must give; `plimsoll doctor` holds it against what there is. */
function needRows(plan: Plan): readonly (readonly string[])[] {
  const { connections, openFiles, ports, ratePerSecond } = needsOf(plan);
  const unknownRate = 'as answers come, or a multiple of a load line not known yet';
  return [
    [plan.scenario.protocol.transport === 'stdio' ? 'processes' : 'connections', `up to ${connections}`],
    ['open files', `${openFiles} in one process`],
    ...(ports === 0 ? [] : [['local ports', String(ports)]]),
    ['rate', ratePerSecond === null ? unknownRate : `up to ${scenarioRate(ratePerSecond)} on time`],
  ];
}

function notes(plan: Plan): readonly string[] {
  const unresolved = plan.phases
    .filter(({ segment, phase }) => segment === null && phase.load.kind !== 'search')
    .map(({ name }) => name);
  return [
    'JSON-RPC ids and "plimsoll/call" count as with one session and one load worker, without retries',
    'each phase ends when its last call is answered or past its deadline: that drain, the sessions and the ' +
      'preflight come on top of the schedule',
    ...(unresolved.length === 0
      ? []
      : [`the rates of ${unresolved.join(', ')} are known when the capacity search has found the load line`]),
    ...(plan.scenario.allowRemote ? ['allow-remote: load may leave this machine'] : []),
  ];
}
