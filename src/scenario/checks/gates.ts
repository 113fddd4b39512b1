/** Checks of `gates:` against metrics, phases, calls and faults. */
import { type Path, GATE_RULES, readBound, statOf, type GateText, traitsOf } from '../../catalog/index.js';
import { faultIds } from '../fault-ids.js';
import type { GateMetric } from '../types.js';
import { replicaNames } from '../replicas.js';
import { suggestion } from '../../problem/index.js';
import type { CheckContext } from './context.js';

/** Side effects are counted by these. */
const OF_EFFECTS: readonly GateMetric[] = ['duplicates', 'lost', 'orphans'];

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
    const stats = Object.keys(GATE_RULES[metric].stats);
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

function checkScope(context: CheckContext, path: Path, gate: GateText, ids: readonly string[]): void {
  const rule = GATE_RULES[gate.metric];
  if (rule.per === 'stretch') {
    context.error(
      [...path, 'metric'],
      'value',
      'bad-scope',
      `${gate.metric} is judged before and after faults only`,
      'state it under "hypotheses", and gate "broken-hypotheses"',
    );
    return;
  }
  const perPhase = rule.per === 'phase' || rule.per === 'phase or fault' || rule.per === 'soak';
  const perFault = rule.per === 'fault' || rule.per === 'phase or fault';
  const known =
    rule.per === 'run'
      ? 'it is known for the run as a whole'
      : `it is known for each ${rule.per === 'soak' ? 'soak phase' : rule.per}`;
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
  } else if (rule.per === 'fault' && context.faults.length === 0) {
    context.error(
      [...path, 'metric'],
      'value',
      'no-faults',
      `${gate.metric} is measured at faults, and this scenario has none`,
      'add a fault, or delete the gate',
    );
  }
  checkTool(context, path, gate);
  checkWatched(context, path, gate.metric);
  if (
    gate.metric === 'broken-hypotheses' &&
    context.hypotheses.length === 0 &&
    context.phases.every((phase) => phase !== null && phase.hypotheses.length === 0)
  ) {
    context.error(
      [...path, 'metric'],
      'value',
      'no-hypotheses',
      `${gate.metric} counts hypotheses, and this scenario states none`,
      'add "hypotheses:" to the scenario or to a phase with a fault, or delete the gate',
    );
  }
  checkProcess(context, path, gate);
  if (
    OF_EFFECTS.includes(gate.metric) &&
    context.calls.every((call) => call === null || call.effect !== 'exactly-once') &&
    !context.calls.includes(null)
  ) {
    context.error(
      [...path, 'metric'],
      'value',
      'no-effects',
      `${gate.metric} counts side effects, and no call says "effect: exactly-once"`,
      'say so at the calls that have one, or delete the gate',
    );
  }
}

/** What is counted only where somebody watches the tool list. */
export function checkWatched(context: CheckContext, path: Path, metric: GateMetric): void {
  if (metric === 'contract-drift' && !context.watchesContract) {
    context.error(
      [...path, 'metric'],
      'value',
      'no-contract-watch',
      `${metric} counts changes of the tool list, and nobody watches it`,
      'add "contract: { every: 1s }" at the top',
    );
  }
}

export function checkTool(context: CheckContext, path: Path, gate: Pick<GateText, 'metric' | 'tool'>): void {
  const rule = GATE_RULES[gate.metric];
  if (gate.tool !== undefined) {
    if (!rule.perTool)
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
  if (GATE_RULES[gate.metric].per !== 'soak') {
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
  if (soaks.length === 0 && !context.phases.includes(null)) {
    context.error(
      [...path, 'metric'],
      'value',
      'no-soak',
      `${gate.metric} is measured in soak phases, and this scenario has none`,
      'add a phase with "regime: soak", or delete the gate',
    );
  } else if (
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
