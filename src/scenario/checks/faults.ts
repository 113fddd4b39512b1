/** Checks of `faults:` against the places they affect, the phases they fall into, and each other. */
import { mockTools } from '../build-stack.js';
import {
  checkLinkFault,
  checkMockFault,
  isLinkFault,
  isMockFault,
  PROCESS_FAULTS,
  type FaultReport,
  type FaultText,
  type Path,
} from '../../catalog/index.js';
import { scenarioDuration } from '../../format/index.js';
import { suggestion } from '../../problem/index.js';
import type { CheckContext } from './context.js';
import { checkOverlaps } from './fault-overlaps.js';
import { lengthNs } from './phases.js';

export function checkFaults(context: CheckContext): void {
  const ids = new Map<string, number>();
  context.faults.forEach((fault, index) => {
    if (fault === null) return;
    const path = ['faults', index];
    if (fault.id !== undefined) {
      const first = ids.get(fault.id);
      if (first === undefined) ids.set(fault.id, index);
      else
        context.error(
          [...path, 'id'],
          'value',
          'duplicate-name',
          `"${fault.id}" is already the id of fault ${first}`,
          'give each fault its own id',
        );
    }
    checkPlace(context, path, fault);
    checkWhen(context, path, fault);
  });
  checkOverlaps(context);
}

/** Reports what is wrong with the fault at a path. */
function reportAt(context: CheckContext, path: Path): FaultReport {
  const at = (key: string | null): Path => (key === null ? path : [...path, key]);
  return {
    error: (key, ...problem) => context.error(at(key), ...problem),
    warn: (key, ...problem) => context.warn(at(key), ...problem),
  };
}

function checkPlace(context: CheckContext, path: Path, fault: FaultText): void {
  const { services, links, target } = context;
  const on = [...path, 'on'];
  if (isLinkFault(fault)) {
    checkLinkFault(fault, reportAt(context, path));
    if (links.has(fault.on)) return;
    const remedy = services.has(fault.on)
      ? `"${fault.on}" is a service: put a link in front of it (links: { upstream: { to: ${fault.on} } }) ` +
        'and name the link'
      : suggestion(fault.on, [...links.keys()], 'links');
    context.error(on, 'value', 'unknown-link', `there is no link "${fault.on}"`, remedy);
    return;
  }
  if (!services.has(fault.on)) {
    const behind = links.get(fault.on)?.to;
    const overStdio = services.size === 0 && typeof target === 'object' && target !== null && 'command' in target;
    const remedy = overStdio
      ? 'a target over stdio has a process for each session, which no fault can affect: make the command a ' +
        'service with a port, or leave the fault out'
      : behind === undefined
        ? suggestion(fault.on, [...services.keys()], 'services')
        : `"${fault.on}" is a link: ${fault.type} affects the service behind it, "${behind}"`;
    context.error(on, 'value', 'unknown-service', `there is no service "${fault.on}"`, remedy);
    return;
  }
  const service = services.get(fault.on) ?? null;
  if (service === null) return;
  const members = [...context.replicas].flatMap(([replica, name]) => (name === fault.on ? [replica] : []));
  if (members.length > 0) {
    context.error(
      on,
      'value',
      'many-replicas',
      `"${fault.on}" stands for its replicas`,
      `name one of them: ${members.join(', ')}`,
    );
  } else if ('url' in service) {
    context.error(
      on,
      'value',
      'service-not-ours',
      `"${fault.on}" is a URL: this run does not start it, so it can't make it fail`,
      'use a fault on a link in front of it, or make it a mock or a command',
    );
  } else if (isMockFault(fault)) {
    if ('mock' in service && service.mock === 'tools')
      checkMockFault(fault, reportAt(context, path), {
        tools: mockTools(service),
        watchesContract: context.watchesContract,
      });
    else
      context.error(
        on,
        'value',
        'no-mock',
        `"${fault.on}" is a ${'command' in service ? 'command' : 'gateway'}, and ${fault.type} happens ` +
          'only inside a tools mock',
        `use a fault of its process (${Object.keys(PROCESS_FAULTS).join(', ')}) or of a link in front of it`,
      );
  }
}

function checkWhen(context: CheckContext, path: Path, fault: FaultText): void {
  if (!context.phaseNames.includes(fault.phase)) {
    context.error(
      [...path, 'phase'],
      'value',
      'unknown-phase',
      `there is no phase "${fault.phase}"`,
      suggestion(fault.phase, context.phaseNames, 'phases'),
    );
    return;
  }
  const phase = context.phases.find((candidate) => candidate?.name === fault.phase);
  if (phase === undefined || phase === null) return;
  const length = lengthNs(phase);
  if (length === null) {
    if (phase.load === null) return;
    context.error(
      [...path, 'phase'],
      'value',
      'fault-in-capacity',
      "a fault can't fall into a capacity search: its length is not known beforehand",
      'use a steady phase',
    );
    return;
  }
  const end = fault.for === undefined ? fault.at : fault.at + fault.for;
  if (end > length || fault.at >= length) {
    const which = fault.at >= length ? ['at', 'begins'] : ['for', 'ends'];
    const edge = scenarioDuration(fault.at >= length ? fault.at : end);
    context.error(
      [...path, which[0] ?? 'at'],
      'value',
      'fault-outside-phase',
      `the fault ${which[1] ?? 'begins'} ${edge} into "${fault.phase}", ` + `which is ${scenarioDuration(length)} long`,
      'move it, shorten it, or make the phase longer',
    );
  } else if (fault.for !== undefined && length - end < context.holdNs) {
    context.warn(
      path,
      'key',
      'no-time-to-recover',
      `only ${scenarioDuration(length - end)} of "${fault.phase}" are left after the fault to see a recovery in`,
      'make the phase longer',
    );
  }
  if (fault.at < phase.warmupNs + 1e9) {
    context.warn(
      [...path, 'at'],
      'value',
      'no-baseline',
      'less than a second is measured before the fault: its recovery has no baseline',
      'let it begin later, or shorten the warm-up',
    );
  }
}
