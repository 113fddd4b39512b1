/** What a plan asks of the machine. */
import type { Scenario } from '../scenario/index.js';
import { highestRate as highestRateOf } from './arrivals.js';
import type { Plan } from './types.js';

export interface Needs {
  /** Connections the generator may hold at once; child processes for stdio. */
  readonly connections: number;
  /** Open files of the busiest process: the generator, or the fault engine with two ends of each connection. */
  readonly openFiles: number;
  /** Local ports taken at once, by clients of the target and, behind a link, by the engine. 0 for stdio. */
  readonly ports: number;
  /** The highest rate planned, calls a second; null when every phase is a closed loop or waits for a load line. */
  readonly ratePerSecond: number | null;
}

/**
 * Up to here V8 need not have compiled the hot path before the first call: run by its interpreter, 5 s at 100/s show
 * the same schedule lag, and cost a tenth less CPU time.
 */
const MOST_CALM_PER_SECOND = 100;

/** Files a process of ours has open besides its connections: libraries, pipes, the record. */
const OWN_FILES = 64;
/** stdin, stdout and stderr of a child. */
const FILES_A_CHILD = 3;

/** The needs of a scenario, at its fullest: every slot in flight. */
export function needsOf(plan: Plan): Needs {
  const { scenario } = plan;
  const ratePerSecond = highestRate(plan);
  const { sessions } = scenario.protocol;
  if (scenario.protocol.transport === 'stdio') {
    return { connections: sessions, openFiles: sessions * FILES_A_CHILD + OWN_FILES, ports: 0, ratePerSecond };
  }
  const connections = mostInFlight(scenario);
  const ends = scenario.stack.links.length > 0 ? 2 : 1;
  return { connections, openFiles: connections * ends + OWN_FILES, ports: connections * ends, ratePerSecond };
}

/** A closed loop is bounded by its callers, an open one by the generator's and the sessions' bounds. */
function mostInFlight({ phases, protocol, generator }: Scenario): number {
  const bound = Math.min(generator.maxInFlight, protocol.sessions * protocol.inFlightPerSession);
  const callers = phases.map(({ load }) => (load.kind === 'callers' ? load.concurrency : bound));
  // A session keeps the connection it was opened on.
  return Math.max(protocol.sessions, Math.min(bound, Math.max(...callers)));
}

function highestRate({ phases }: Plan): number | null {
  const rates = phases.flatMap(({ phase, segment }) => {
    if (phase.load.kind === 'search') return [phase.load.between.highPerSecond];
    return segment?.loop === 'open' ? [highestRateOf(segment)] : [];
  });
  return rates.length === 0 ? null : Math.max(...rates);
}

/** Whether a plan is open loops of low rates alone: no call of it needs a generator that is compiled already. */
export function isCalm(plan: Plan): boolean {
  return (
    plan.phases.every(({ segment }) => segment?.loop === 'open') && (highestRate(plan) ?? 0) <= MOST_CALM_PER_SECOND
  );
}
