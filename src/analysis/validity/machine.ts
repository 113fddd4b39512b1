/**
 * Whether the machine let the generator and the target work: the generator's own CPU time, and what other processes
 * used or waited for. All of these are warnings. What they do to a schedule is judged by the schedule.
 */
import { duration, percent } from '../../format/index.js';
import type { AnalysedPhase } from '../phases/index.js';
import { CONTENDED, type Evidence } from './evidence.js';
import type { ValidityReason } from './types.js';

/** Share of its threads' cores from which a generator has no room left: what it measures is then in part itself. */
const BUSY_SHARE = 0.9;
/** CPU time is read once a second, in ticks of 10 ms: fewer seconds say little. */
const LEAST_CPU_S = 2;
/** Shares of time in which some task waited for the resource (Linux pressure stall information, "some", over 10 s). */
const PRESSURE_SHARE = { cpu: 0.1, memory: 0.05, io: 0.2 } as const;
const PRESSURE_WORDS = { cpu: 'for a core', memory: 'for memory', io: 'for a disk' } as const;

const GENERATOR_PROCESS = 'plimsoll';

/** In place of every reason that lies with the machine. */
const ASSUMED: ValidityReason = {
  code: 'machine-assumed',
  severity: 'warning',
  phase: null,
  what: 'the machine was not judged: a test assumed it quiet and fast enough',
  remedy: 'run again without PLIMSOLL_ASSUME_MACHINE before you use a number of this run',
};

/** Reasons that lie with the machine. */
export function machineReasons(evidence: Evidence): readonly ValidityReason[] {
  if (evidence.machine.assumed) return [ASSUMED];
  return [
    ...evidence.phases.flatMap((phase) => cpuReasons(evidence, phase)),
    ...stealReasons(evidence),
    ...pressureReasons(evidence),
    ...contentionReasons(evidence),
  ];
}

/**
 * A generator that spins takes a whole core whatever the load, so an open loop is judged only where it is known to
 * sleep between calls.
 */
function cpuReasons(
  { resources, plan, machine: { pacing } }: Evidence,
  { frame, summary }: AnalysedPhase,
): readonly ValidityReason[] {
  if (summary.loop === 'open' && pacing !== 'sleep') return [];
  const polls = resources.flatMap(({ process, atNs, cpuUserS, cpuSystemS }) =>
    process === GENERATOR_PROCESS &&
    cpuUserS !== null &&
    cpuSystemS !== null &&
    atNs >= frame.measuredFromNs &&
    atNs <= frame.scheduledEndNs
      ? [{ atNs, cpuS: cpuUserS + cpuSystemS }]
      : [],
  );
  const [first, last] = [polls[0], polls.at(-1)];
  if (first === undefined || last === undefined) return [];
  const seconds = (last.atNs - first.atNs) / 1e9;
  const { workers } = plan.scenario.generator;
  const share = (last.cpuS - first.cpuS) / (seconds * workers);
  if (seconds < LEAST_CPU_S || share < BUSY_SHARE) return [];
  return [
    {
      code: 'generator-cpu',
      severity: 'warning',
      phase: summary.name,
      what:
        `the generator used ${percent(share)} of ${workers === 1 ? 'a core' : `${workers} cores`} over ` +
        `${duration(seconds * 1e9)} (warned from ${percent(BUSY_SHARE)}): throughput and times may be ` +
        `its own limit and not the target's`,
      remedy:
        summary.loop === 'closed'
          ? 'fewer callers, more workers (generator.workers), or smaller answers'
          : 'lower the rate, or give it more workers (generator.workers)',
    },
  ];
}

const undecided = (lostShare: number): string =>
  lostShare >= CONTENDED.inconclusive ? '; gates are inconclusive' : '';

function stealReasons({ machine: { stealShare } }: Evidence): readonly ValidityReason[] {
  if (stealShare === null || stealShare < CONTENDED.warning) return [];
  return [
    {
      code: 'cpu-steal',
      severity: 'warning',
      phase: null,
      what:
        `the hypervisor gave ${percent(stealShare)} of this machine's CPU time to others during the ` +
        `run (warned from ${percent(CONTENDED.warning)}, no gates from ` +
        `${percent(CONTENDED.inconclusive)})${undecided(stealShare)}`,
      remedy: 'use a machine whose cores are not shared; on this one, compare only runs that alternate',
    },
  ];
}

function pressureReasons({ machine: { pressure } }: Evidence): readonly ValidityReason[] {
  return (['cpu', 'memory', 'io'] as const).flatMap((resource): readonly ValidityReason[] => {
    const share = pressure[resource];
    if (share === null || share < PRESSURE_SHARE[resource]) return [];
    return [
      {
        code: 'machine-pressure',
        severity: 'warning',
        phase: null,
        what:
          `tasks waited ${PRESSURE_WORDS[resource]} in ${percent(share)} of the ten seconds before the ` +
          `run (warned from ${percent(PRESSURE_SHARE[resource])})`,
        remedy: 'end other work on the machine and run again: it was busy before the first call',
      },
    ];
  });
}

function contentionReasons({ spinLostShare }: Evidence): readonly ValidityReason[] {
  if (spinLostShare === null || spinLostShare < CONTENDED.warning) return [];
  return [
    {
      code: 'contended-machine',
      severity: 'warning',
      phase: null,
      what:
        `CPU used by other processes: ${percent(spinLostShare)} of a core while it was probed (warned from ` +
        `${percent(CONTENDED.warning)}, no gates from ${percent(CONTENDED.inconclusive)})${undecided(spinLostShare)}`,
      remedy: 'end other work on the machine, or use one that is not shared',
    },
  ];
}
