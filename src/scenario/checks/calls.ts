/** Checks of `calls:` against each other and the stack. */
import {
  checkCall,
  eachRepeated,
  labelOf,
  reportBelow,
  subjectKeyOf,
  unknownName,
  type ServerFacts,
} from '../../catalog/index.js';
import { mockPrompts, mockResources, mockTools } from '../build-stack.js';
import { targetService, type CheckContext } from './context.js';

export function checkCalls(context: CheckContext): void {
  for (const [name, other] of context.services) {
    if (other === null || !('drops' in other) || other.drops !== 'expired') continue;
    if (context.protocol['propagate-deadline'] === true) continue;
    context.warn(['stack', 'services', name, 'drops'], 'no-time-limit', {
      what: 'no request holds its time limit, so none can expire',
      remedy: 'add "propagate-deadline: true" to protocol',
    });
  }
  const server = serverFacts(context);
  const labelKey = (call: CheckContext['calls'][number] | undefined): string =>
    call === null || call === undefined || call.label !== undefined ? 'label' : subjectKeyOf(call);
  eachRepeated(
    context.calls.map((call) => (call === null ? null : labelOf(call))),
    (label, index, first) =>
      context.error(['calls', index, labelKey(context.calls[index])], 'duplicate-name', {
        what: `"${label}" is already the label of call ${first}`,
        remedy: 'add a label to distinguish them, like "label: search (cold)"',
      }),
  );
  context.calls.forEach((call, index) => {
    if (call !== null && 'upstream' in call && call.upstream !== undefined && !context.services.has(call.upstream))
      context.error(
        ['calls', index, 'upstream'],
        'unknown-service',
        unknownName('service', call.upstream, context.services.keys()),
      );
    const { revision } = context.protocol;
    // Where it is detected, the preflight checks.
    const asked = revision === 'auto' ? undefined : revision;
    if (call !== null) checkCall(call, asked, server, reportBelow(context, ['calls', index]));
  });
}

const UNKNOWN_OFFERS = { mockTools: null, mockResources: null, mockPrompts: null } as const;

function serverFacts(context: CheckContext): ServerFacts {
  if (context.target === null) return { kind: 'unknown', ...UNKNOWN_OFFERS };
  const service = targetService(context);
  if (service === null) return { kind: 'outside', ...UNKNOWN_OFFERS };
  if (!('mock' in service)) return { kind: 'service', ...UNKNOWN_OFFERS };
  if (service.mock !== 'tools') return { kind: 'outside', ...UNKNOWN_OFFERS };
  return {
    kind: 'mock',
    mockTools: new Map(mockTools(service).map((tool) => [tool.name, tool])),
    mockResources: mockResources(service).map(({ uri }) => uri),
    mockPrompts: new Map(mockPrompts(service).map((prompt) => [prompt.name, prompt.arguments])),
  };
}
