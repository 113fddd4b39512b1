/** Whether the record is whole: every call has an end, every stamp is possible, the run came to its end. */
import { counted, percent } from '../../format/index.js';
import type { SampleColumns, WorkerRow } from '../../record/index.js';
import { earlyEndOf } from '../environment/index.js';
import type { Evidence } from './evidence.js';
import type { ValidityReason } from './types.js';

/** Above this share of attempts with impossible stamps the clock is not to be trusted at all. */
const CLOCK_SHARE = 0.01;

/** Reasons found in the record itself. */
export function recordReasons(evidence: Evidence): readonly ValidityReason[] {
  return [...endReasons(evidence), ...accountReasons(evidence), ...clockReasons(evidence)];
}

function endReasons({ status, manifest, attempts, events }: Evidence): readonly ValidityReason[] {
  const reasons: ValidityReason[] = [];
  const early = status === 'aborted' ? earlyEndOf(events) : null;
  if (early !== null) {
    const isOurs = early.rule === 'schedule-lag';
    reasons.push({
      // What others on the machine do to the generator is known by this name.
      code: isOurs ? 'schedule-lag' : 'aborted',
      severity: isOurs ? 'invalid' : 'doubtful',
      phase: null,
      what: `the run was ended early by abort-on ${early.rule}: ${early.what}`,
      remedy: isOurs
        ? 'lower the rate, give the generator a core of its own, or end other work on the machine'
        : 'see what the calls failed with; the numbers are of the part before the end',
    });
  }
  if (status === 'interrupted') {
    reasons.push({
      code: 'interrupted',
      severity: 'invalid',
      phase: null,
      what: 'the run was interrupted before its plan was through',
      remedy: 'run it again; the partial numbers are for looking only',
    });
  }
  if (status === 'failed' || status === 'recovered') {
    const what =
      status === 'failed'
        ? 'the run failed before its plan was through'
        : 'the run was killed; what is here was recovered from its spool';
    reasons.push({
      code: 'record-incomplete',
      severity: 'invalid',
      phase: null,
      what,
      remedy: 'run it again; the partial numbers are for looking only',
    });
  }
  if (manifest !== null && manifest.samples !== attempts) {
    reasons.push({
      code: 'record-incomplete',
      severity: 'invalid',
      phase: null,
      what: `the manifest counts ${counted(manifest.samples, 'attempt')}, the samples hold ${attempts}`,
      remedy: 'the run directory was changed or copied in part: take it from its source again',
    });
  }
  return reasons;
}

function accountReasons({
  calls,
  attempts,
  phases,
  status,
  plan,
  samples,
  workerRows,
}: Evidence): readonly ValidityReason[] {
  const reasons: ValidityReason[] = [];
  if (calls.unaccounted > 0) {
    reasons.push({
      code: 'samples-unaccounted',
      severity: 'invalid',
      phase: null,
      what:
        `${counted(calls.unaccounted, 'logical call')} of ${calls.length + calls.unaccounted} have no ` +
        'end in the record',
      remedy:
        status === 'complete'
          ? 'this is a fault of the harness: please report it with the run directory'
          : 'a run that breaks off loses the calls in flight; run it again',
    });
  }
  const wrong = [
    ...(calls.doubled > 0 ? [`${counted(calls.doubled, 'attempt')} recorded more than once`] : []),
    ...(calls.lost > 0 ? [`${counted(calls.lost, 'attempt')} of calls that went on not recorded`] : []),
    ...(status === 'complete' ? sentDifferences(samples, workerRows) : []),
  ];
  if (wrong.length > 0) {
    reasons.push({
      code: 'samples-unaccounted',
      severity: 'invalid',
      phase: null,
      what: `the samples are not those that were made: ${wrong.join('; ')}`,
      remedy: 'this is a fault of the harness: please report it with the run directory',
    });
  }
  // A run without phases only opens sessions.
  if (attempts === 0 && plan.phases.length > 0) {
    reasons.push({
      code: 'no-samples',
      severity: 'invalid',
      phase: null,
      what: 'the record holds no samples',
      remedy: 'look at the events and the service logs for why nothing was sent',
    });
    return reasons;
  }
  for (const planned of plan.phases) {
    const phase = phases.find((candidate) => candidate.frame.planned.index === planned.index);
    if (planned.segment === null || (phase !== undefined && phase.frame.measured.length > 0)) continue;
    // A run that broke off has said so; phases it never reached need no reason of their own.
    if (phase === undefined && status !== 'complete') continue;
    reasons.push({
      code: 'no-samples',
      severity: 'invalid',
      phase: planned.name,
      what: `phase "${planned.name}" has no call outside its warm-up`,
      remedy: 'lengthen the phase, shorten its warm-up, or raise its rate',
    });
  }
  return reasons;
}

/** Where the samples that a worker left are not as many as it sent. */
function sentDifferences(samples: SampleColumns, rows: readonly WorkerRow[]): readonly string[] {
  const last = new Map(rows.map((row) => [row.worker, row]));
  const recorded = new Array<number>(last.size).fill(0);
  for (let row = 0; row < samples.length; row++) {
    const worker = (samples.session[row] ?? -1) % last.size;
    if (!Number.isNaN(samples.sentNs[row] ?? NaN) && worker >= 0) recorded[worker] = (recorded[worker] ?? 0) + 1;
  }
  return [...last.values()].flatMap(({ worker, sent, open }) =>
    recorded[worker] === sent - open
      ? []
      : [`worker ${worker} ended ${counted(sent - open, 'attempt')}, and ${recorded[worker] ?? 0} are recorded`],
  );
}

function clockReasons({ calls, phases }: Evidence): readonly ValidityReason[] {
  const reasons: ValidityReason[] = [];
  for (const { frame, summary } of phases) {
    const split = summary.stageSplit;
    let backwards = 0;
    for (const i of frame.measured) if (!((calls.doneNs[i] ?? NaN) >= (calls.intendedNs[i] ?? NaN))) backwards++;
    const problems = (split?.clockProblems ?? 0) + backwards;
    if (problems === 0) continue;
    const share = problems / Math.max(1, (split === null ? 0 : split.n + split.clockProblems) + backwards);
    reasons.push({
      code: 'clock-problem',
      severity: share > CLOCK_SHARE ? 'invalid' : 'warning',
      phase: summary.name,
      what:
        `${counted(problems, 'attempt')} (${percent(share)}) have a stamp earlier than the one before ` +
        `it (limit ${percent(CLOCK_SHARE)})`,
      remedy:
        'the upstream must stamp with CLOCK_MONOTONIC of this same host; remote upstreams should not report stamps',
    });
  }
  return reasons;
}
