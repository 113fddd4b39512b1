/**
 * Whether the machine let the generator and the target work: the generator's own CPU time, and what other processes
 * used or waited for. Others' work while a phase is measured makes the run doubtful: what it does to a schedule is
 * judged by the schedule, and what it does to the target is not seen. The rest are warnings.
 */
import { amount, counted, duration, percent } from '../../format/index.js';
import type { MachineRow } from '../../record/index.js';
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

/** Of a merged run, that of each shard. */
const isGenerator = (process: string): boolean => /^plimsoll( \(shard \d+\))?$/.test(process);

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
  const disturbed = evidence.phases.flatMap((phase) => disturbanceReasons(evidence, phase));
  if (evidence.machine.assumed) return [...disturbed, ASSUMED];
  return [
    ...disturbed,
    ...evidence.phases.flatMap((phase) => [...cpuReasons(evidence, phase), ...heldUpReasons(evidence, phase)]),
    ...stealReasons(evidence),
    ...pressureReasons(evidence),
    ...contentionReasons(evidence),
  ];
}

/**
 * CPU time of the generator as a share of its threads' cores while measured, of several the busiest one's; null where
 * too little was read.
 */
function generatorShare(evidence: Evidence, phase: AnalysedPhase) {
  const names = new Set(evidence.resources.map(({ process }) => process).filter(isGenerator));
  const shares = [...names].flatMap((name) => shareOfProcess(name, evidence, phase) ?? []);
  return shares.length === 0 ? null : shares.reduce((most, each) => (each.share > most.share ? each : most));
}

function shareOfProcess(name: string, { resources, plan }: Evidence, { frame }: AnalysedPhase) {
  const polls = resources.flatMap(({ process, atNs, cpuUserS, cpuSystemS }) =>
    process === name &&
    cpuUserS !== null &&
    cpuSystemS !== null &&
    atNs >= frame.measuredFromNs &&
    atNs <= frame.scheduledEndNs
      ? [{ atNs, cpuS: cpuUserS + cpuSystemS }]
      : [],
  );
  const [first, last] = [polls[0], polls.at(-1)];
  if (first === undefined || last === undefined) return null;
  const seconds = (last.atNs - first.atNs) / 1e9;
  const { workers } = plan.scenario.generator;
  return seconds < LEAST_CPU_S ? null : { seconds, workers, share: (last.cpuS - first.cpuS) / (seconds * workers) };
}

/**
 * A generator that spins takes a whole core whatever the load, so an open loop is judged only where it is known to
 * sleep between calls.
 */
function cpuReasons(evidence: Evidence, phase: AnalysedPhase): readonly ValidityReason[] {
  const { summary } = phase;
  if (summary.loop === 'open' && evidence.machine.pacing !== 'sleep') return [];
  const used = generatorShare(evidence, phase);
  if (used === null || used.share < BUSY_SHARE) return [];
  const { seconds, workers, share } = used;
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

/** A generator with so much room, on a machine with so much of a core to spare all along, had what it needed. */
const ROOM = { generatorShare: 0.6, idleCores: 0.25 } as const;

/**
 * Late, and not for want of CPU time: none of the run's processes kept the generator from a core, and neither did
 * others that the system reports. What did is below the system: a hypervisor that stops a core and counts it as idle.
 */
function heldUpReasons(evidence: Evidence, phase: AnalysedPhase): readonly ValidityReason[] {
  const { frame, summary } = phase;
  const isSpoilt = evidence.lateness.some(
    ({ phase: name, moved }) => name === summary.name && moved.some(({ headline }) => headline),
  );
  const used = generatorShare(evidence, phase);
  if (!isSpoilt || used === null || used.share >= ROOM.generatorShare) return [];
  const within = evidence.machineRows.filter(
    ({ fromNs, atNs }) => atNs > frame.measuredFromNs && fromNs < frame.scheduledEndNs,
  );
  const idleCores = Math.min(...within.map((row) => row.idleCores ?? 0));
  if (within.length === 0 || idleCores < ROOM.idleCores) return [];
  return [
    {
      code: 'held-up-machine',
      severity: 'doubtful',
      phase: summary.name,
      what:
        `the generator was late though it used ${percent(used.share)} of its CPU time and at least ` +
        `${amount(idleCores)} of ${counted(within[0]?.cores ?? 1, 'core')} were idle: the machine held it up`,
      remedy: 'run again; a hypervisor that stops a core for some milliseconds does so unseen by the system',
    },
  ];
}

/**
 * A stretch of about a second is disturbed when others were busy on so much of a core while there was none to spare:
 * some task waited for one in so much of the time, or (where the system does not report that) so few were idle.
 */
const DISTURBED = { waitingShare: 0.2, idleShare: 0.1 } as const;
/** Share of a core that others use from which they count as busy. */
export const OTHERS_ARE_BUSY_CORES = 0.25;
/** Share of what is measured of a phase from which its disturbed stretches count. */
const DISTURBED_SHARE = 0.05;

function isDisturbed({ cores, othersCores, idleCores, waitingShare }: MachineRow): boolean {
  if (cores === null || othersCores === null || othersCores < OTHERS_ARE_BUSY_CORES) return false;
  return waitingShare === null
    ? idleCores !== null && idleCores < DISTURBED.idleShare * cores
    : waitingShare >= DISTURBED.waitingShare;
}

function disturbanceReasons({ machineRows }: Evidence, { frame, summary }: AnalysedPhase): readonly ValidityReason[] {
  const { measuredFromNs, scheduledEndNs } = frame;
  const within = machineRows.flatMap((row) => {
    const ns = Math.min(row.atNs, scheduledEndNs) - Math.max(row.fromNs, measuredFromNs);
    return ns > 0 && isDisturbed(row) ? [{ ns, row }] : [];
  });
  const disturbedNs = within.reduce((sum, { ns }) => sum + ns, 0);
  const share = disturbedNs / Math.max(1, scheduledEndNs - measuredFromNs);
  const cores = within[0]?.row.cores ?? 0;
  if (within.length === 0 || share < DISTURBED_SHARE) return [];
  const othersCores = within.reduce((sum, { ns, row }) => sum + ns * (row.othersCores ?? 0), 0) / disturbedNs;
  return [
    {
      code: 'contended-machine',
      severity: 'doubtful',
      phase: summary.name,
      what:
        `other processes were busy on ${amount(othersCores)} of ${counted(cores, 'core')} for ` +
        `${duration(disturbedNs)} of what was measured (${percent(share)}, limit ${percent(DISTURBED_SHARE)}), ` +
        'while tasks waited for a core',
      remedy: 'end other work on the machine and run again, or use one that is not shared',
    },
  ];
}

const severityOf = (lostShare: number): ValidityReason['severity'] =>
  lostShare >= CONTENDED.doubtful ? 'doubtful' : 'warning';

function stealReasons({ machine: { stealShare } }: Evidence): readonly ValidityReason[] {
  if (stealShare === null || stealShare < CONTENDED.warning) return [];
  return [
    {
      code: 'cpu-steal',
      severity: severityOf(stealShare),
      phase: null,
      what:
        `the hypervisor gave ${percent(stealShare)} of this machine's CPU time to others during the ` +
        `run (warned from ${percent(CONTENDED.warning)}, doubtful from ${percent(CONTENDED.doubtful)})`,
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

/** The probes are taken before and after the load: they decide only where nothing is known of the time between. */
function contentionReasons({ spinLostShare, machineRows }: Evidence): readonly ValidityReason[] {
  if (spinLostShare === null || spinLostShare < CONTENDED.warning) return [];
  const isWatched = machineRows.some(({ othersCores }) => othersCores !== null);
  return [
    {
      code: 'contended-machine',
      severity: isWatched ? 'warning' : severityOf(spinLostShare),
      phase: null,
      what:
        `before or after the load, other processes used ${percent(spinLostShare)} of a core that was probed ` +
        `(warned from ${percent(CONTENDED.warning)})`,
      remedy: 'end other work on the machine, or use one that is not shared',
    },
  ];
}
