/** Checks of `calls:` against each other and the stack. */
import { suggestion } from '../../problem/index.js';
import { withDefaults } from '../../protocol/index.js';
import { targetService, type CheckContext } from './context.js';

export function checkCalls(context: CheckContext): void {
  const service = targetService(context);
  const mock = service !== null && 'mock' in service && service.mock === 'tools' ? mockTools(service.tools) : null;
  for (const [name, other] of context.services) {
    if (
      other !== null &&
      'mock' in other &&
      other.mock === 'tools' &&
      other.drops === 'expired' &&
      context.protocol['propagate-deadline'] !== true
    ) {
      context.warn(
        ['stack', 'services', name, 'drops'],
        'value',
        'no-time-limit',
        'no call tells its time limit, so none can expire',
        'add "propagate-deadline: true" to protocol',
      );
    }
  }
  const labels = new Map<string, number>();
  context.calls.forEach((call, index) => {
    if (call === null) return;
    const path = ['calls', index];
    const label = call.label ?? call.tool;
    const first = labels.get(label);
    if (first === undefined) labels.set(label, index);
    else {
      const at = call.label === undefined ? 'tool' : 'label';
      context.error(
        [...path, at],
        'value',
        'duplicate-name',
        `"${label}" is already the label of call ${first}`,
        'add a label to tell them apart, like "label: search (cold)"',
      );
    }
    if (call.timeout !== undefined && call.deadline !== undefined && call.timeout > call.deadline) {
      context.error(
        [...path, 'timeout'],
        'value',
        'contradiction',
        'the timeout of an attempt is longer than the deadline of the call',
        'make it shorter, or delete it: the deadline ends attempts too',
      );
    }
    if (typeof call.retry === 'object') {
      const { backoff, 'max-backoff': most } = call.retry;
      if (backoff !== undefined && most !== undefined && backoff > most)
        context.error(
          [...path, 'retry', 'max-backoff'],
          'value',
          'contradiction',
          'the longest backoff is shorter than the first',
          'swap them',
        );
    }
    const tool = mock?.get(call.tool);
    if (mock !== null && tool === undefined) {
      context.error(
        [...path, 'tool'],
        'value',
        'unknown-tool',
        `the mock has no tool "${call.tool}"`,
        suggestion(call.tool, [...mock.keys()], 'tools'),
      );
    }
    if (call.effect === 'exactly-once') {
      if (tool?.effect === false)
        context.error(
          [...path, 'effect'],
          'value',
          'no-effect',
          `the tool "${call.tool}" has no side effect to count`,
          'delete this line, or give the tool "effect: true"',
        );
      if (mock === null && context.target !== null) {
        context.warn(
          [...path, 'effect'],
          'value',
          'no-ledger',
          'only a mock service of this scenario has a ledger: effects will not be counted',
          'delete this line',
        );
      }
    }
    if (call.expect === 'derived' && service !== null && !('mock' in service)) {
      context.warn(
        [...path, 'expect'],
        'value',
        'derived-elsewhere',
        'only mock servers derive their answers: the preflight will fail unless the service is one',
        'use { text: ... }, { contains: ... } or success',
      );
    }
  });
}

function mockTools(
  defined: Readonly<Record<string, { readonly effect?: boolean | undefined }>> | undefined,
): ReadonlyMap<string, { readonly effect: boolean }> {
  if (defined === undefined) return new Map(withDefaults().tools.map((tool) => [tool.name, { effect: tool.effect }]));
  return new Map(Object.entries(defined).map(([name, tool]) => [name, { effect: tool.effect ?? false }]));
}
