/** Checks of `faults:` against the places they affect, the phases they fall into, and each other. */
import { mockTools } from '../build-stack.js';
import {
  checkLinkFault,
  checkMockFault,
  isLinkFault,
  isMockFault,
  PROCESS_FAULTS,
  eachRepeated,
  reportBelow,
  unknownName,
  type CheckReport,
  type FaultText,
} from '../../catalog/index.js';
import { scenarioDuration } from '../../format/index.js';
import type { CheckContext } from './context.js';
import { checkOverlaps } from './fault-overlaps.js';
import { lengthNs } from './phases.js';

export function checkFaults(context: CheckContext): void {
  eachRepeated(
    context.faults.map((fault) => fault?.id ?? null),
    (id, index, first) =>
      context.error(['faults', index, 'id'], 'duplicate-name', {
        what: `"${id}" is already the id of fault ${first}`,
        remedy: 'give each fault its own id',
      }),
  );
  context.faults.forEach((fault, index) => {
    if (fault === null) return;
    const report = reportBelow(context, ['faults', index]);
    checkPlace(context, fault, report);
    checkWhen(context, fault, report);
  });
  checkOverlaps(context);
}

function checkPlace(context: CheckContext, fault: FaultText, report: CheckReport): void {
  const { services, links, target } = context;
  const at = `"${fault.on}"`;
  if (isLinkFault(fault)) {
    checkLinkFault(fault, report);
    if (links.has(fault.on)) return;
    const unknown = unknownName('link', fault.on, links.keys());
    const front = `links: { upstream: { to: ${fault.on} } }`;
    const instead = `${at} is a service: put a link in front of it (${front}) and name the link`;
    report.error(['on'], 'unknown-link', services.has(fault.on) ? { ...unknown, remedy: instead } : unknown);
    return;
  }
  if (!services.has(fault.on)) {
    const unknown = unknownName('service', fault.on, services.keys());
    const behind = links.get(fault.on)?.to;
    const overStdio = services.size === 0 && typeof target === 'object' && target !== null && 'command' in target;
    const remedy = overStdio
      ? 'a target over stdio has a process for each session, which no fault can affect: make the command a ' +
        'service with a port, or leave the fault out'
      : behind === undefined
        ? unknown.remedy
        : `${at} is a link: ${fault.type} affects the service behind it, "${behind}"`;
    report.error(['on'], 'unknown-service', { ...unknown, remedy });
    return;
  }
  const service = services.get(fault.on) ?? null;
  if (service === null) return;
  const members = [...context.replicas].flatMap(([replica, name]) => (name === fault.on ? [replica] : []));
  if (members.length > 0)
    report.error(['on'], 'many-replicas', {
      what: `${at} stands for its replicas`,
      remedy: `name one of them: ${members.join(', ')}`,
    });
  else if ('url' in service)
    report.error(['on'], 'service-not-ours', {
      what: `${at} is a URL: this run does not start it, so it can't make it fail`,
      remedy: 'use a fault on a link in front of it, or make it a mock or a command',
    });
  else if (isMockFault(fault)) {
    if ('mock' in service && service.mock === 'tools')
      checkMockFault(fault, report, { tools: mockTools(service), watchesContract: context.watchesContract });
    else {
      const kind = 'command' in service ? 'command' : 'gateway';
      report.error(['on'], 'no-mock', {
        what: `${at} is a ${kind}, and ${fault.type} happens only inside a tools mock`,
        remedy: `use a fault of its process (${Object.keys(PROCESS_FAULTS).join(', ')}) or of a link in front of it`,
      });
    }
  }
}

function checkWhen(context: CheckContext, fault: FaultText, report: CheckReport): void {
  if (!context.phaseNames.includes(fault.phase)) {
    report.error(['phase'], 'unknown-phase', unknownName('phase', fault.phase, context.phaseNames));
    return;
  }
  const phase = context.phases.find((candidate) => candidate?.name === fault.phase);
  if (phase === undefined || phase === null) return;
  const length = lengthNs(phase);
  if (length === null) {
    if (phase.load === null) return;
    report.error(['phase'], 'fault-in-capacity', {
      what: "a fault can't fall into a capacity search: its length is not known beforehand",
      remedy: 'use a steady phase',
    });
    return;
  }
  const end = fault.at + (fault.for ?? 0);
  if (end > length || fault.at >= length) {
    const [key, edge, ns] = fault.at >= length ? ['at', 'begins', fault.at] : ['for', 'ends', end];
    report.error([key], 'fault-outside-phase', {
      what:
        `the fault ${edge} ${scenarioDuration(ns)} into "${fault.phase}", ` +
        `which is ${scenarioDuration(length)} long`,
      remedy: 'move it, shorten it, or make the phase longer',
    });
  } else if (fault.for !== undefined && length - end < context.holdNs)
    report.warn({ key: [] }, 'no-time-to-recover', {
      what: `only ${scenarioDuration(length - end)} of "${fault.phase}" are left after the fault to see a recovery in`,
      remedy: 'make the phase longer',
    });
  if (fault.at < phase.warmupNs + 1e9)
    report.warn(['at'], 'no-baseline', {
      what: 'less than a second is measured before the fault: its recovery has no baseline',
      remedy: 'let it begin later, or shorten the warm-up',
    });
}
