/** Checks of `gates:` against metrics, phases, calls and faults. */
import {
  metricOf,
  readBound,
  statOf,
  traitsOf,
  type GateMetric,
  type GateText,
  type Metric,
  type Need,
  type Path,
} from '../../catalog/index.js';
import { faultIds } from '../fault-ids.js';
import { replicaNames } from '../replicas.js';
import { suggestion } from '../../problem/index.js';
import type { CheckContext } from './context.js';

export function checkGates(context: CheckContext): void {
  const ids = faultIds(context.faults).filter((id) => id !== null);
  context.gates.forEach((gate, index) => {
    if (gate === null) return;
    const path = ['gates', index];
    checkBounds(context, path, gate, 'gate');
    checkScope(context, path, gate, ids);
  });
}

/** Metric, stat and bounds of a gate, or of a hypothesis, which has the same. */
export function checkBounds(
  context: CheckContext,
  path: Path,
  gate: Pick<GateText, 'metric' | 'stat' | 'min' | 'max'>,
  noun: 'gate' | 'hypothesis',
): void {
  const { metric, stat, min, max } = gate;
  const chosen = statOf(metric, stat);
  if (chosen === null) {
    const stats = Object.keys(metricOf(metric).stats);
    if (stat === undefined)
      context.error(
        path,
        'key',
        'missing-key',
        `a ${noun} on ${metric} needs a stat`,
        `add stat: ${stats.join(' | ')}`,
      );
    else
      context.error(
        [...path, 'stat'],
        'value',
        'bad-stat',
        `${metric} has no ${stat}`,
        suggestion(stat, stats, `stats of ${metric}`),
      );
    return;
  }
  if (min === undefined && max === undefined)
    context.error(path, 'key', 'missing-key', `a ${noun} needs a bound`, 'add max: or min:');
  const values = (['min', 'max'] as const).map((side) => {
    const bound = gate[side];
    if (bound === undefined) return null;
    const read = readBound(metric, chosen.unit, bound);
    if (read.ok) return read.value;
    context.error([...path, side], 'value', read.code, read.what, read.remedy);
    return null;
  });
  const [low, high] = values;
  if (low !== null && low !== undefined && high !== null && high !== undefined && low > high) {
    context.error(
      [...path, 'min'],
      'value',
      'contradiction',
      'the smallest value that passes is above the largest',
      'swap them',
    );
  }
}

/** What a metric is known for, as an error names it. */
const KNOWN_FOR = {
  calls: 'each phase',
  phase: 'each phase',
  'judged phase': 'each phase',
  fault: 'each fault',
  'phase or fault': 'each phase or fault',
  run: 'the run as a whole',
  process: 'each soak phase',
  stretch: 'the time before and after faults',
} as const satisfies Record<Metric['per'], string>;

function checkScope(context: CheckContext, path: Path, gate: GateText, ids: readonly string[]): void {
  const { per, needs } = metricOf(gate.metric);
  const known = `it is known for ${KNOWN_FOR[per]}`;
  if (per === 'stretch') {
    context.error(
      [...path, 'metric'],
      'value',
      'bad-scope',
      `${gate.metric} is judged before and after faults only`,
      'state it under "hypotheses", and gate "failed-hypotheses"',
    );
    return;
  }
  const perFault = per === 'fault' || per === 'phase or fault';
  const perPhase = per !== 'fault' && per !== 'run';
  if (gate.phase !== undefined) {
    if (!perPhase)
      context.error(
        [...path, 'phase'],
        'value',
        'bad-scope',
        `${gate.metric} can't be asked of a phase: ${known}`,
        'delete "phase"',
      );
    else if (!context.phaseNames.includes(gate.phase))
      context.error(
        [...path, 'phase'],
        'value',
        'unknown-phase',
        `there is no phase "${gate.phase}"`,
        suggestion(gate.phase, context.phaseNames, 'phases'),
      );
  }
  if (gate.fault !== undefined) {
    if (!perFault)
      context.error(
        [...path, 'fault'],
        'value',
        'bad-scope',
        `${gate.metric} can't be asked of a fault: ${known}`,
        'delete "fault", and name the phase of the fault',
      );
    else if (!ids.includes(gate.fault))
      context.error(
        [...path, 'fault'],
        'value',
        'unknown-fault',
        `there is no fault "${gate.fault}"`,
        suggestion(gate.fault, ids, 'faults'),
      );
  }
  checkTool(context, path, gate);
  checkProcess(context, path, gate);
  for (const need of needs) NEEDS[need](context, [...path, 'metric'], gate);
}

type CheckNeed = (context: CheckContext, path: Path, gate: Pick<GateText, 'metric' | 'fault'>) => void;

const NEEDS = {
  faults: (context, path, { metric, fault }) => {
    if (fault !== undefined || context.faults.length > 0) return;
    const what = `${metric} is measured at faults, and this scenario has none`;
    context.error(path, 'value', 'no-faults', what, 'add a fault, or delete the gate');
  },
  effects: (context, path, { metric }) => {
    if (context.calls.some((call) => call === null || call.effect === 'exactly-once')) return;
    context.error(
      path,
      'value',
      'no-effects',
      `${metric} counts side effects, and no call has "effect: exactly-once"`,
      'add it to the calls that have a side effect, or delete the gate',
    );
  },
  'contract-watch': (context, path, { metric }) => {
    if (context.watchesContract) return;
    const what = `${metric} counts changes of the tool list, and the tool list is not watched`;
    context.error(path, 'value', 'no-contract-watch', what, 'add "contract: { every: 1s }" at the top');
  },
  hypotheses: (context, path, { metric }) => {
    const none = (phase: CheckContext['phases'][number]): boolean => phase !== null && phase.hypotheses.length === 0;
    if (context.hypotheses.length > 0 || !context.phases.every(none)) return;
    context.error(
      path,
      'value',
      'no-hypotheses',
      `${metric} counts hypotheses, and this scenario has none`,
      'add "hypotheses:" to the scenario or to a phase with a fault, or delete the gate',
    );
  },
  soak: (context, path, { metric }) => {
    const mayBeSoak = (phase: CheckContext['phases'][number]): boolean =>
      phase === null || traitsOf(phase.regime).judgesGrowth;
    if (context.phases.some(mayBeSoak)) return;
    const what = `${metric} is measured in soak phases, and this scenario has none`;
    context.error(path, 'value', 'no-soak', what, 'add a phase with "regime: soak", or delete the gate');
  },
} as const satisfies Record<Need, CheckNeed>;

/** What is counted only where the tool list is watched. */
export function checkWatched(context: CheckContext, path: Path, metric: GateMetric): void {
  if (metricOf(metric).needs.includes('contract-watch'))
    NEEDS['contract-watch'](context, [...path, 'metric'], { metric });
}

export function checkTool(context: CheckContext, path: Path, gate: Pick<GateText, 'metric' | 'tool'>): void {
  if (gate.tool !== undefined) {
    if (metricOf(gate.metric).per !== 'calls')
      context.error(
        [...path, 'tool'],
        'value',
        'bad-scope',
        `${gate.metric} is not known tool by tool`,
        'delete "tool"',
      );
    else if (!context.callLabels.includes(gate.tool))
      context.error(
        [...path, 'tool'],
        'value',
        'unknown-tool',
        `there is no call "${gate.tool}"`,
        suggestion(gate.tool, context.callLabels, 'calls'),
      );
  }
}

/** Growth is measured process by process while a soak phase runs. */
function checkProcess(context: CheckContext, path: Path, gate: GateText): void {
  if (metricOf(gate.metric).per !== 'process') {
    if (gate.process !== undefined)
      context.error(
        [...path, 'process'],
        'value',
        'bad-scope',
        `${gate.metric} is not known process by process`,
        'delete "process"',
      );
    return;
  }
  const soaks = context.phases.filter((phase) => phase !== null && traitsOf(phase.regime).judgesGrowth);
  if (
    soaks.length > 0 &&
    gate.phase !== undefined &&
    context.phases.some((phase) => phase !== null && phase.name === gate.phase && !traitsOf(phase.regime).judgesGrowth)
  ) {
    context.error(
      [...path, 'phase'],
      'value',
      'bad-scope',
      `${gate.metric} can't be asked of "${gate.phase}": it is no soak phase`,
      suggestion(
        gate.phase,
        soaks.flatMap((phase) => (phase === null ? [] : [phase.name])),
        'soak phases',
      ),
    );
  }
  const watched = [
    ...Array.from(context.services, ([name, service]) => [name, ...replicaNames(name, service)]).flat(),
    'plimsoll',
    'fault-engine',
  ];
  if (gate.process !== undefined && !watched.includes(gate.process)) {
    context.error(
      [...path, 'process'],
      'value',
      'unknown-process',
      `no process "${gate.process}" is watched`,
      suggestion(gate.process, watched, 'processes'),
    );
  }
}
