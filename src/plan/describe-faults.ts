/** Faults in words: what goes wrong where, and what is asked of whom to bring it about and to end it. */
import { scenarioShare, scenarioDuration } from '../format/index.js';
import type { Fault } from '../scenario/index.js';
import { toxiproxyCalls } from './toxiproxy-calls.js';

/** What goes wrong, and where. */
export function faultWords(fault: Fault): string {
  switch (fault.place) {
    case 'link':
      return linkWords(fault);
    case 'mock':
      return mockWords(fault);
    case 'process':
      return `${fault.type} ${fault.on}`;
  }
}

/** What is asked for each edge of a fault; `off` is null where it is never lifted. */
export function faultRequests(fault: Fault): { readonly on: string; readonly off: string | null } {
  switch (fault.place) {
    case 'link':
      return toxiproxyCalls(fault.id, fault.on, fault.fault);
    case 'mock':
      return { on: `POST /plimsoll/faults ${JSON.stringify(fault.fault)}`, off: 'DELETE /plimsoll/faults/ID' };
    case 'process':
      return processRequests(fault);
  }
}

function processRequests({ fault: { type }, forNs }: Extract<Fault, { place: 'process' }>): {
  readonly on: string;
  readonly off: string | null;
} {
  const again = 'started again on the same port, until it is ready';
  switch (type) {
    case 'freeze':
      return { on: 'SIGSTOP to its process group', off: 'SIGCONT' };
    case 'restart':
      return { on: 'SIGTERM to its process group, SIGKILL after 2s', off: again };
    case 'slow-start':
      return {
        on: 'SIGTERM to its process group, SIGKILL after 2s; started again at once, and SIGSTOP when it is ready',
        off: 'SIGCONT',
      };
    case 'kill':
    case 'gone':
      return { on: 'SIGKILL to its process group', off: forNs === null ? null : again };
  }
}

function linkWords({ fault, on }: Extract<Fault, { place: 'link' }>): string {
  if (fault.type === 'down') return `${on} down`;
  const traffic = `${fault.direction}${fault.toxicity === 1 ? '' : `, ${scenarioShare(fault.toxicity)} of connections`}`;
  return `${fault.type}${attributeWords(fault)} on ${on} (${traffic})`;
}

function attributeWords(fault: Exclude<Extract<Fault, { place: 'link' }>['fault'], { type: 'down' }>): string {
  switch (fault.type) {
    case 'latency':
      return ` ${fault.latencyMs}ms${fault.jitterMs === 0 ? '' : ` +-${fault.jitterMs}ms`}`;
    case 'bandwidth':
      return ` ${fault.rateKBps}KB/s`;
    case 'slow-close':
      return ` ${fault.delayMs}ms`;
    case 'timeout':
      return fault.timeoutMs === 0 ? ' without end' : ` ${fault.timeoutMs}ms`;
    case 'reset':
      return fault.afterMs === 0 ? '' : ` after ${fault.afterMs}ms`;
    case 'slicer':
      return ` ${fault.averageSizeBytes}B +-${fault.sizeVariationBytes}B, ${fault.delayUs}us apart`;
    case 'limit-data':
      return ` ${fault.bytes}B`;
  }
}

function mockWords({ fault, on }: Extract<Fault, { place: 'mock' }>): string {
  const affected = [fault.tool === undefined ? '' : fault.tool, whichWords(fault.which)]
    .filter((part) => part !== '')
    .join(', ');
  return `${fault.kind}${optionWords(fault)} in ${on}${affected === '' ? '' : ` (${affected})`}`;
}

function optionWords(fault: Extract<Fault, { place: 'mock' }>['fault']): string {
  switch (fault.kind) {
    case 'error':
    case 'is-error':
      return fault.afterEffect === true ? ' after the effect' : '';
    case 'rpc-error':
      return `${fault.code === undefined ? '' : ` ${fault.code}`}${fault.afterEffect === true ? ' after the effect' : ''}`;
    case 'shed':
      return ` ${fault.status}`;
    case 'stall':
      return fault.forNs === undefined ? '' : ` ${scenarioDuration(fault.forNs)} each`;
    case 'slow-first-byte':
      return ` ${scenarioDuration(fault.delayNs)}`;
    case 'malformed-sse':
      return fault.form === undefined ? '' : ` ${fault.form}`;
    case 'sse-cut':
      return fault.end === undefined ? '' : ` ${fault.end}`;
    case 'schema-drift':
      return fault.field === undefined ? '' : ` of ${fault.field}`;
    case 'duplicate-effect':
      return fault.executions === undefined ? '' : ` x${fault.executions}`;
    case 'memory-leak':
      return ` ${fault.bytesPerCall}B a call`;
    case 'wrong-result':
    case 'misdelivered':
    case 'stale':
    case 'truncated-json':
    case 'session-loss':
    case 'lost-effect':
    case 'session-leak':
      return '';
  }
}

/** Numbers listed in words at most. */
const MOST_LISTED = 8;

function whichWords(which: Extract<Fault, { place: 'mock' }>['fault']['which']): string {
  switch (which?.kind) {
    case undefined:
      return '';
    case 'every':
      return which.n === 1 ? 'every call' : `every ${which.n}th call`;
    case 'listed': {
      const shown = which.numbers.slice(0, MOST_LISTED).map((number) => number + 1);
      return `calls ${shown.join(', ')}${which.numbers.length > MOST_LISTED ? `, ... (${which.numbers.length})` : ''}`;
    }
    case 'probability':
      return `${scenarioShare(which.probability)} of calls, seed ${which.seed}`;
  }
}
