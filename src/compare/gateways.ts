/** The gateways of an arm: what is known of each beforehand, and what its trials found. */
import { gatewayFindings, type GatewayFinding, type Summary } from '../analysis/index.js';
import { gatewayAdapter } from '../catalog/index.js';
import { hasGateway, type Stack } from '../scenario/index.js';
import type { ArmFinding, ArmGateway, Trial } from './types.js';

/**
 * The gateways of others in a stack, as their adapters describe them.
 * @param versions of what was started, by service.
 */
export function gatewaysOf({ services }: Stack, versions: ReadonlyMap<string, string>): readonly ArmGateway[] {
  return services.flatMap((service): readonly ArmGateway[] => {
    if (service.kind !== 'adapted') return [];
    const { title, tuning, lacks, licenceNote, tried } = gatewayAdapter(service.gateway);
    const version = versions.get(service.name) ?? null;
    return [{ service: service.name, title, version, tried, tuning, lacks, licenceNote }];
  });
}

/** What a trial found of the gateway in its stack; nothing where there is none. */
export const trialFindings = (stack: Stack, { gateway }: Pick<Summary, 'gateway'>): readonly GatewayFinding[] =>
  hasGateway(stack) ? gatewayFindings(gateway) : [];

/** What was found in trials of one arm, and in how many. */
export function findingsOf(trials: readonly Trial[]): readonly ArmFinding[] {
  const found = new Map<string, ArmFinding>();
  for (const { id, tone, what } of trials.flatMap(({ findings }) => findings)) {
    const known = found.get(id);
    found.set(id, known === undefined ? { id, tone, what, trials: 1 } : { ...known, trials: known.trials + 1 });
  }
  return [...found.values()];
}
