/**
 * Who is measured beside us: one file a peer. Each is one process on the generator's core that loads `port` and gives
 * calls per second and CPU microseconds per call. Everyone may install each of them; one that is
 * missing is skipped by name.
 */
import autocannon from './autocannon.mjs';
import goSdk from './go-sdk.mjs';
import h2load from './h2load.mjs';
import hey from './hey.mjs';
import mcpStress from './mcp-stress.mjs';
import sdk from './sdk.mjs';
import vegeta from './vegeta.mjs';
import wrk from './wrk.mjs';

export const PEERS = [wrk, h2load, autocannon, hey, vegeta, mcpStress, goSdk, sdk];
export { wrk };
