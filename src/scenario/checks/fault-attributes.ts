/** Checks of what a fault says about itself: quantities its place can't take, contradictions, tools it can't strike. */
import type { Path } from '../../catalog/index.js';
import { faultObjections } from '../../protocol/index.js';
import { mockFault } from '../build-faults.js';
import { mockTools } from '../build-stack.js';
import type { LinkFaultText, MockFaultText } from '../grammar/faults.js';
import type { ToolsMockText } from '../grammar/stack.js';
import { suggestion } from '../../problem/index.js';
import type { CheckContext } from './context.js';

const MS = 1e6;

export function checkLinkFault(context: CheckContext, path: Path, fault: LinkFaultText): void {
  const wholeMs = (key: string, ns: number | undefined) => {
    if (ns !== undefined && ns % MS !== 0)
      context.error(
        [...path, key],
        'value',
        'bad-quantity',
        'a link counts in whole milliseconds',
        `round it to ${Math.max(1, Math.round(ns / MS))}ms`,
      );
  };
  switch (fault.type) {
    case 'latency':
      wholeMs('latency', fault.latency);
      wholeMs('jitter', fault.jitter);
      if ((fault.jitter ?? 0) > fault.latency)
        context.error(
          [...path, 'jitter'],
          'value',
          'contradiction',
          'the jitter is larger than the latency: some delays would be negative',
          'lower the jitter',
        );
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
      if (fault.rate % 1000 !== 0)
        context.error(
          [...path, 'rate'],
          'value',
          'bad-quantity',
          'a link counts bandwidth in whole KB/s (1000 bytes)',
          `round it to ${Math.max(1, Math.round(fault.rate / 1000))}KB/s`,
        );
      return;
    case 'slicer':
      if ((fault.delay ?? 0) % 1000 !== 0)
        context.error([...path, 'delay'], 'value', 'bad-quantity', 'a slicer counts in whole microseconds', 'round it');
      if (fault['average-size'] === 0)
        context.error(
          [...path, 'average-size'],
          'value',
          'out-of-range',
          "pieces of no bytes can't be cut",
          'write at least 1B',
        );
      else if ((fault['size-variation'] ?? 0) >= fault['average-size'])
        context.error(
          [...path, 'size-variation'],
          'value',
          'contradiction',
          'the variation is not below the average size',
          'lower it',
        );
      return;
    case 'limit-data':
    case 'down':
      return;
  }
}

const CHOOSING = ['every', 'calls', 'probability'] as const;

/** `service` is the mock it strikes. */
export function checkMockFault(context: CheckContext, path: Path, fault: MockFaultText, service: ToolsMockText): void {
  const chosen = CHOOSING.filter((key) => fault[key] !== undefined);
  const second = chosen[1];
  if (second !== undefined) {
    context.error(
      [...path, second],
      'key',
      'contradiction',
      `a fault can't have ${chosen.join(' and ')} at once`,
      'keep one of them',
    );
    return;
  }
  const choosesCalls = chosen.length > 0;
  const tools = mockTools(service);
  const names = tools.map(({ name }) => name);
  if (fault.tool !== undefined && !names.includes(fault.tool)) {
    context.error(
      [...path, 'tool'],
      'value',
      'unknown-tool',
      `"${fault.on}" has no tool "${fault.tool}"`,
      suggestion(fault.tool, names, 'tools'),
    );
    return;
  }
  const alone = !choosesCalls;
  if (fault.type === 'shed' && (fault['retry-after'] ?? 0) % 1e9 !== 0) {
    context.error(
      [...path, 'retry-after'],
      'value',
      'bad-quantity',
      'Retry-After counts whole seconds',
      `write ${Math.ceil((fault['retry-after'] ?? 0) / 1e9)}s`,
    );
    return;
  }
  if (fault.type === 'stall' && choosesCalls && fault.lasting === undefined) {
    context.error(
      path,
      'key',
      'missing-key',
      `a stall with ${chosen[0] ?? ''} must say how long each one is`,
      'add "lasting: 200ms"',
    );
    return;
  }
  if (fault.type === 'stall' && alone && fault.lasting !== undefined) {
    context.error(
      [...path, 'lasting'],
      'key',
      'contradiction',
      'without every, calls or probability the whole mock stands still for as long as "for" says',
      'delete "lasting"',
    );
    return;
  }
  const ofNoTool =
    fault.type === 'session-leak' || (alone && (fault.type === 'stall' || fault.type === 'session-loss'));
  if (ofNoTool && fault.tool !== undefined) {
    const why =
      fault.type === 'session-leak'
        ? 'a session belongs to no tool'
        : 'without every, calls or probability it strikes the whole mock, whatever the tool';
    context.error([...path, 'tool'], 'key', 'contradiction', why, 'delete "tool"');
    return;
  }
  for (const objection of faultObjections(mockFault(fault, 0), tools)) {
    context.error(
      [...path, 'type'],
      'value',
      'nothing-to-strike',
      objection,
      'name a tool that it can strike, or give the mock one',
    );
  }
  if (fault.type === 'schema-drift' && !context.watchesContract) {
    context.warn(
      [...path, 'type'],
      'value',
      'nobody-looks',
      'the tool list changes, and nobody asks for it while the run goes on',
      'add "contract: { every: 1s }" at the top',
    );
  }
}
