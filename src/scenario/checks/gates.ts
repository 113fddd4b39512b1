/** Checks of `gates:` against metrics, phases, calls and faults. */
import {
  isOnChange,
  metricOf,
  readBound,
  reportBelow,
  statOf,
  traitsOf,
  unknownName,
  type CheckReport,
  type GateText,
  type Metric,
  type Need,
  type PhaseText,
} from '../../catalog/index.js';
import { checkChange } from '../comparative-gates.js';
import { faultIds } from '../fault-ids.js';
import { DEFAULT_SESSIONS } from '../defaults.js';
import { replicaNames, stdioServerName } from '../replicas.js';
import { suggestion, type Advice } from '../../problem/index.js';
import { nodeAt } from '../tree.js';
import type { CheckContext } from './context.js';

export function checkGates(context: CheckContext): void {
  const ids = faultIds(context.faults).filter((id) => id !== null);
  context.gates.forEach((gate, index) => {
    if (gate === null) return;
    const report = reportBelow(context, ['gates', index]);
    if (isOnChange(gate)) checkChange(gate, report);
    else checkBounds(gate, 'gate', report);
    checkScope(context, gate, ids, report);
  });
}

/** Metric, stat and bounds of a gate, or of a hypothesis, which has the same. */
export function checkBounds(
  gate: Pick<GateText, 'metric' | 'stat' | 'min' | 'max'>,
  noun: 'gate' | 'hypothesis',
  { error }: CheckReport,
): void {
  const { metric, stat, min, max } = gate;
  const chosen = statOf(metric, stat);
  if (chosen === null) {
    const stats = Object.keys(metricOf(metric).stats);
    if (stat === undefined)
      error({ key: [] }, 'missing-key', {
        what: `a ${noun} on ${metric} needs a stat`,
        remedy: `add stat: ${stats.join(' | ')}`,
      });
    else {
      const remedy = suggestion(stat, stats, `stats of ${metric}`);
      error(['stat'], 'bad-stat', { what: `${metric} has no ${stat}`, remedy });
    }
    return;
  }
  if (min === undefined && max === undefined)
    error({ key: [] }, 'missing-key', { what: `a ${noun} needs a bound`, remedy: 'add max: or min:' });
  const [low = null, high = null] = (['min', 'max'] as const).map((side) => {
    const bound = gate[side];
    if (bound === undefined) return null;
    const read = readBound(metric, chosen.unit, bound);
    if (read.ok) return read.value;
    error([side], read.code, read);
    return null;
  });
  if (low !== null && high !== null && low > high)
    error(['min'], 'contradiction', {
      what: 'the smallest value that passes is above the largest',
      remedy: 'swap them',
    });
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

function checkScope(context: CheckContext, gate: GateText, ids: readonly string[], report: CheckReport): void {
  const { per, needs } = metricOf(gate.metric);
  if (per === 'stretch') {
    badScope(report, 'metric', {
      what: `${gate.metric} is judged before and after faults only`,
      remedy: 'state it under "hypotheses", and gate "failed-hypotheses"',
    });
    return;
  }
  const perFault = per === 'fault' || per === 'phase or fault';
  const perPhase = per !== 'fault' && per !== 'run';
  const notAskedOf = (noun: string): string =>
    `${gate.metric} can't be asked of a ${noun}: it is known for ${KNOWN_FOR[per]}`;
  if (gate.phase !== undefined && !perPhase)
    badScope(report, 'phase', { what: notAskedOf('phase'), remedy: 'delete "phase"' });
  else if (gate.phase !== undefined && !context.phaseNames.includes(gate.phase))
    report.error(['phase'], 'unknown-phase', unknownName('phase', gate.phase, context.phaseNames));
  if (gate.fault !== undefined && !perFault)
    badScope(report, 'fault', {
      what: notAskedOf('fault'),
      remedy: 'delete "fault", and name the phase of the fault',
    });
  else if (gate.fault !== undefined && !ids.includes(gate.fault))
    report.error(['fault'], 'unknown-fault', unknownName('fault', gate.fault, ids));
  checkTool(context, gate, report);
  checkProcess(context, gate, report);
  for (const need of needs) checkNeed(context, need, gate, report);
}

/** Reports that a metric is not known for what a key of its gate names. */
function badScope({ error }: CheckReport, key: string, problem: Advice): void {
  error([key], 'bad-scope', problem);
}

interface CheckedNeed {
  readonly isMet: (context: CheckContext, gate: Pick<GateText, 'fault'>) => boolean;
  readonly code: string;
  /** After the name of the metric. */
  readonly what: string;
  readonly remedy: string;
}

/** What a scenario needs before a metric can be gated. What did not parse gets the benefit of the doubt. */
const NEEDS: Readonly<Record<Need, CheckedNeed>> = {
  faults: {
    isMet: ({ faults }, { fault }) => fault !== undefined || faults.length > 0,
    code: 'no-faults',
    what: 'is measured at faults, and this scenario has none',
    remedy: 'add a fault, or delete the gate',
  },
  effects: {
    isMet: ({ calls }) => calls.some((call) => call === null || call.effect === 'exactly-once'),
    code: 'no-effects',
    what: 'counts side effects, and no call has "effect: exactly-once"',
    remedy: 'add it to the calls that have a side effect, or delete the gate',
  },
  'contract-watch': {
    isMet: ({ watchesContract }) => watchesContract,
    code: 'no-contract-watch',
    what: 'counts changes of the tool list, and the tool list is not watched',
    remedy: 'add "contract: { every: 1s }" at the top',
  },
  hypotheses: {
    isMet: ({ hypotheses, phases }) =>
      hypotheses.length > 0 || phases.some((phase) => phase === null || phase.hypotheses.length > 0),
    code: 'no-hypotheses',
    what: 'counts hypotheses, and this scenario has none',
    remedy: 'add "hypotheses:" to the scenario or to a phase with a fault, or delete the gate',
  },
  soak: {
    isMet: ({ phases }) => phases.some((phase) => phase === null || isSoak(phase)),
    code: 'no-soak',
    what: 'is measured in soak phases, and this scenario has none',
    remedy: 'add a phase with "regime: soak", or delete the gate',
  },
  capacity: {
    isMet: ({ phases }) => phases.some((phase) => phase === null || traitsOf(phase.regime).searches),
    code: 'no-capacity',
    what: 'is found by a capacity search, and this scenario has none',
    remedy: 'add a phase with "regime: capacity", or delete the gate',
  },
  trace: {
    isMet: ({ protocol, tree }) => protocol.trace === true || nodeAt(tree, ['stack', 'spans']) !== null,
    code: 'not-traced',
    what: 'is known of traced calls, and these are not',
    remedy: 'add "trace: true" to protocol, or delete the gate',
  },
  'tool-lists': {
    isMet: ({ readsToolLists }) => readsToolLists,
    code: 'no-tool-lists',
    what: 'is about the tool list, which is not read',
    remedy: 'add "tool-lists: { sessions: 2 }" at the top',
  },
};

function checkNeed(context: CheckContext, need: Need, gate: Pick<GateText, 'metric' | 'fault'>, report: CheckReport) {
  const { isMet, code, what, remedy } = NEEDS[need];
  if (!isMet(context, gate)) report.error(['metric'], code, { what: `${gate.metric} ${what}`, remedy });
}

/** What is counted only where the tool list is watched. */
export function checkWatched(context: CheckContext, gate: Pick<GateText, 'metric'>, report: CheckReport): void {
  if (metricOf(gate.metric).needs.includes('contract-watch')) checkNeed(context, 'contract-watch', gate, report);
}

export function checkTool(
  { callLabels }: CheckContext,
  { metric, tool }: Pick<GateText, 'metric' | 'tool'>,
  report: CheckReport,
): void {
  if (tool === undefined) return;
  if (metricOf(metric).per !== 'calls')
    badScope(report, 'tool', { what: `${metric} is not known tool by tool`, remedy: 'delete "tool"' });
  else if (!callLabels.includes(tool)) report.error(['tool'], 'unknown-tool', unknownName('call', tool, callLabels));
}

const isSoak = (phase: PhaseText): boolean => traitsOf(phase.regime).judgesGrowth;

/** Growth is measured process by process while a soak phase runs. */
function checkProcess(context: CheckContext, { metric, process, phase: asked }: GateText, report: CheckReport): void {
  if (metricOf(metric).per !== 'process') {
    if (process !== undefined)
      badScope(report, 'process', { what: `${metric} is not known process by process`, remedy: 'delete "process"' });
    return;
  }
  const phases = context.phases.filter((phase) => phase !== null);
  const soaks = phases.filter(isSoak).map(({ name }) => name);
  if (asked !== undefined && soaks.length > 0 && phases.some((phase) => phase.name === asked && !isSoak(phase)))
    badScope(report, 'phase', {
      what: `${metric} can't be asked of "${asked}": it is no soak phase`,
      remedy: suggestion(asked, soaks, 'soak phases'),
    });
  const ours = Array.from(context.services, ([name, service]) => [name, ...replicaNames(name, service)]).flat();
  const { target, protocol } = context;
  const isStdio = typeof target === 'object' && target !== null && 'command' in target;
  const servers = isStdio
    ? Array.from({ length: protocol.sessions ?? DEFAULT_SESSIONS }, (_, n) => stdioServerName(n))
    : [];
  const watched = [...ours, ...servers, 'plimsoll', 'fault-engine'];
  if (process !== undefined && !watched.includes(process))
    report.error(['process'], 'unknown-process', {
      what: `no process "${process}" is watched`,
      remedy: suggestion(process, watched, 'processes'),
    });
}
