/**
 * Installs gateways that scenarios can start, each into its own folder of the user's cache: those named, or all.
 * What its adapter says is what is done. The last line counts; one that can't be installed fails and is named.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GATEWAYS, gatewayAdapter, installCommands } from '../../dist/src/catalog/index.js';
import { findGateway, gatewaysFolder } from '../../dist/src/stack/index.js';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !GATEWAYS.includes(name));
if (unknown.length > 0) {
  console.error(`error there is no adapter for ${unknown.join(', ')}\nhint: one of ${GATEWAYS.join(', ')}`);
  process.exit(2);
}
const root = gatewaysFolder(process.env);
mkdirSync(root, { recursive: true });
let failed = 0;
for (const name of asked.length > 0 ? asked : GATEWAYS) {
  const adapter = gatewayAdapter(name);
  const found = () => findGateway(name, adapter, process.env).catch(() => null);
  if ((await found()) === null)
    for (const [program, ...parameters] of installCommands(adapter, join(root, name))) {
      console.log(`${name}: ${[program, ...parameters].join(' ')}`);
      const { status } = spawnSync(program, parameters, { stdio: ['ignore', 'ignore', 'inherit'] });
      if (status !== 0) break;
    }
  const installed = await found();
  console.log(`${name}: ${installed === null ? 'not installed' : installed.version}`);
  if (installed === null) failed++;
}
process.exitCode = failed > 0 ? 1 : 0;
