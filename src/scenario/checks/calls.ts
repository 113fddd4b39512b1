/** Checks of `calls:` against each other and the stack. */
import { checkCall, labelOf, subjectKeyOf, type ServerFacts } from '../../catalog/index.js';
import { withDefaults } from '../../protocol/index.js';
import { targetService, type CheckContext } from './context.js';

export function checkCalls(context: CheckContext): void {
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
        'no request holds its time limit, so none can expire',
        'add "propagate-deadline: true" to protocol',
      );
    }
  }
  const server = serverFacts(context);
  const labels = new Map<string, number>();
  context.calls.forEach((call, index) => {
    if (call === null) return;
    const path = ['calls', index];
    const label = labelOf(call);
    const first = labels.get(label);
    if (first === undefined) labels.set(label, index);
    else {
      context.error(
        [...path, call.label === undefined ? subjectKeyOf(call) : 'label'],
        'value',
        'duplicate-name',
        `"${label}" is already the label of call ${first}`,
        'add a label to distinguish them, like "label: search (cold)"',
      );
    }
    checkCall(call, path, context.protocol.revision, server, context);
  });
}

function serverFacts(context: CheckContext): ServerFacts {
  if (context.target === null) return { kind: 'unknown', mockTools: null };
  const service = targetService(context);
  if (service === null) return { kind: 'outside', mockTools: null };
  if (!('mock' in service)) return { kind: 'service', mockTools: null };
  return service.mock === 'tools'
    ? { kind: 'mock', mockTools: mockTools(service.tools) }
    : { kind: 'outside', mockTools: null };
}

function mockTools(
  defined: Readonly<Record<string, { readonly effect?: boolean | undefined }>> | undefined,
): ServerFacts['mockTools'] {
  if (defined === undefined) return new Map(withDefaults().tools.map((tool) => [tool.name, { effect: tool.effect }]));
  return new Map(Object.entries(defined).map(([name, tool]) => [name, { effect: tool.effect ?? false }]));
}
