/** Which gateways of an arm are installed on this machine, before an experiment that takes hours begins. */
import { gatewayAdapter } from '../catalog/index.js';
import { ProblemError } from '../problem/index.js';
import type { Stack } from '../scenario/index.js';
import { findGateway } from '../stack/index.js';

/** By service: the version that is installed, or why there is none that can be run and how to install it. */
export async function installedGateways(
  { services }: Stack,
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const service of services)
    if (service.kind === 'adapted')
      found.set(
        service.name,
        await findGateway(service.gateway, gatewayAdapter(service.gateway), environment).then(
          ({ version }) => [`installed: ${version}`],
          (thrown: unknown) => {
            if (!(thrown instanceof ProblemError)) throw thrown;
            return thrown.problems.flatMap(({ what, remedy }) => [`can't be run here: ${what}`, `  hint: ${remedy}`]);
          },
        ),
      );
  return found;
}
