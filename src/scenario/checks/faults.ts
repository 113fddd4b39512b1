/** Checks of `faults:` against links, phases and each other. */
import { defaultWarmupNs } from '../defaults.js';
import type { FaultText } from '../grammar/faults.js';
import type { Path } from '../source-tree.js';
import { suggestion } from '../suggest.js';
import { formatDuration } from '../units.js';
import type { CheckContext } from './context.js';
import { lengthNs } from './phases.js';

export function checkFaults(context: CheckContext): void {
  const links = [...context.links.keys()];
  const ids = new Map<string, number>();
  context.faults.forEach((fault, index) => {
    if (fault === null) return;
    const path = ['faults', index];
    if (fault.id !== undefined) {
      const first = ids.get(fault.id);
      if (first === undefined) ids.set(fault.id, index);
      else context.error([...path, 'id'], 'value', 'duplicate-name', `"${fault.id}" is already the id of fault ${first}`, 'give each fault its own id');
    }
    if (!context.links.has(fault.on)) {
      const remedy = context.services.has(fault.on)
        ? `"${fault.on}" is a service: put a link in front of it (links: { upstream: { to: ${fault.on} } }) and name the link`
        : suggestion(fault.on, links, 'links');
      context.error([...path, 'on'], 'value', 'unknown-link', `there is no link "${fault.on}"`, remedy);
    }
    checkWhen(context, path, fault);
    checkAttributes(context, path, fault);
  });
  checkOverlaps(context);
}

function checkWhen(context: CheckContext, path: Path, fault: FaultText): void {
  if (!context.phaseNames.includes(fault.phase)) {
    context.error([...path, 'phase'], 'value', 'unknown-phase', `there is no phase "${fault.phase}"`, suggestion(fault.phase, context.phaseNames, 'phases'));
    return;
  }
  const phase = context.phases.find((candidate) => candidate?.name === fault.phase);
  if (phase === undefined || phase === null) return;
  const length = lengthNs(phase);
  if (length === null) {
    if (phase.regime !== 'capacity') return;
    context.error([...path, 'phase'], 'value', 'fault-in-capacity', 'a fault can\'t fall into a capacity search: its length is not known beforehand', 'use a steady phase');
    return;
  }
  const end = fault.at + fault.for;
  if (end > length) {
    const which = fault.at >= length ? ['at', 'begins'] : ['for', 'ends'];
    context.error(
      [...path, which[0] ?? 'at'],
      'value',
      'fault-outside-phase',
      `the fault ${which[1] ?? 'begins'} ${formatDuration(fault.at >= length ? fault.at : end)} into "${fault.phase}", which is ${formatDuration(length)} long`,
      'move it, shorten it, or make the phase longer',
    );
  } else if (length - end < context.holdNs) {
    context.warn(path, 'key', 'no-time-to-recover', `only ${formatDuration(length - end)} of "${fault.phase}" are left after the fault to see a recovery in`, 'make the phase longer');
  }
  if (phase.regime !== 'capacity' && fault.at < (phase.warmup ?? defaultWarmupNs(phase.regime, length)) + 1e9) {
    context.warn([...path, 'at'], 'value', 'no-baseline', 'less than a second is measured before the fault: its recovery has no baseline', 'let it begin later, or shorten the warm-up');
  }
}

const MS = 1e6;

function checkAttributes(context: CheckContext, path: Path, fault: FaultText): void {
  const wholeMs = (key: string, ns: number | undefined) => {
    if (ns !== undefined && ns % MS !== 0) context.error([...path, key], 'value', 'bad-quantity', 'a link counts in whole milliseconds', `round it to ${Math.max(1, Math.round(ns / MS))}ms`);
  };
  switch (fault.type) {
    case 'latency':
      wholeMs('latency', fault.latency);
      wholeMs('jitter', fault.jitter);
      if ((fault.jitter ?? 0) > fault.latency) context.error([...path, 'jitter'], 'value', 'contradiction', 'the jitter is larger than the latency: some delays would be negative', 'lower the jitter');
      return;
    case 'slow-close':
      wholeMs('delay', fault.delay);
      return;
    case 'timeout':
      wholeMs('timeout', fault.timeout);
      return;
    case 'reset':
      wholeMs('after', fault.after);
      return;
    case 'bandwidth':
      if (fault.rate % 1000 !== 0) context.error([...path, 'rate'], 'value', 'bad-quantity', 'a link counts bandwidth in whole KB/s (1000 bytes)', `round it to ${Math.max(1, Math.round(fault.rate / 1000))}KB/s`);
      return;
    case 'slicer':
      if ((fault.delay ?? 0) % 1000 !== 0) context.error([...path, 'delay'], 'value', 'bad-quantity', 'a slicer counts in whole microseconds', 'round it');
      if (fault['average-size'] === 0) context.error([...path, 'average-size'], 'value', 'out-of-range', 'pieces of no bytes can\'t be cut', 'write at least 1B');
      else if ((fault['size-variation'] ?? 0) >= fault['average-size']) context.error([...path, 'size-variation'], 'value', 'contradiction', 'the variation is not below the average size', 'lower it');
      return;
    case 'limit-data':
    case 'down':
      return;
  }
}

/**
 * Two faults of one type and direction at the same time on one link contradict each other: which value holds? Different
 * types add up, and `down` may cover any of them: the link keeps its toxics while it is down, which is how an outage within a
 * slow period looks.
 */
function checkOverlaps(context: CheckContext): void {
  const direction = (fault: FaultText) => (fault.type === 'down' ? '' : (fault.direction ?? 'downstream'));
  context.faults.forEach((fault, index) => {
    if (fault === null) return;
    const other = context.faults.findIndex(
      (before, position) =>
        position < index &&
        before !== null &&
        before.type === fault.type &&
        before.phase === fault.phase &&
        before.on === fault.on &&
        direction(before) === direction(fault) &&
        before.at < fault.at + fault.for &&
        fault.at < before.at + before.for,
    );
    if (other >= 0) {
      context.error(['faults', index, 'at'], 'value', 'fault-overlap', `this ${fault.type} overlaps fault ${other}, of the same type on the same link`, 'move one of them, or use one fault for the whole time');
    }
  });
}
