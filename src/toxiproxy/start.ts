/** Getting an engine: starting one or finding one, and proving that it is what answers. */
import { randomBytes } from 'node:crypto';
import type { Proxy } from 'toxiproxy-node-client';
import type { MonotonicNs } from '../clock/index.js';
import { DrivenEngine } from './driven-engine.js';
import { Driver, notToxiproxy } from './driver.js';
import type { EngineChange, FaultEngine, FaultEngineOptions } from './engine.js';
import { FaultProxyError } from './failure.js';
import { launchEmbedded, launchReal, type EngineProcess } from './launch.js';
import { clearLeftOvers } from './left-overs.js';

/**
 * Starts or finds an engine and proves that it is what answers. From one that is not ours it takes away what runs that
 * were killed left there.
 * @throws FaultProxyError (`preflight`): `fault-engine-not-found`, `fault-engine-unusable`, `fault-proxy-gone`; or
 * `fault-proxy-wedged`. No process is left.
 */
export async function startFaultEngine(options: FaultEngineOptions): Promise<FaultEngine> {
  const { choice, seed, keeper = null } = options;
  const onLog = (line: string): void => options.onLog?.(line);
  const onStandstill = (fromNs: MonotonicNs, untilNs: MonotonicNs): void =>
    options.onChange?.({ kind: 'stood-still', fromNs, untilNs });
  const launch = async (port: number | null): Promise<EngineProcess> =>
    (choice.kind === 'real-on-path' ? launchReal : launchEmbedded)({ seed, onLog, onStandstill, keeper, port });
  const child = choice.kind === 'url' ? null : await launch(null);
  const url = choice.kind === 'url' ? choice.url : (child?.url ?? '');
  try {
    let hear: (what: string, askedNs: MonotonicNs) => void = () => undefined;
    const driver = new Driver(url, (what, askedNs) => hear(what, askedNs), options.callLimitMs);
    const version = await driver.version();
    if (choice.kind === 'url') await proveToxiproxy(driver);
    const leftOvers = choice.kind === 'url' ? await clearLeftOvers(driver) : { removed: [], others: [] };
    const onChange = (change: EngineChange): void => options.onChange?.(change);
    const engine = new DrivenEngine({ driver, child, launch, version, leftOvers, onChange });
    hear = (what, askedNs) => engine.unanswered(what, askedNs);
    return engine;
  } catch (error) {
    await child?.stop();
    throw error;
  }
}

/** Only a Toxiproxy lists a proxy of the name it was just given. */
async function proveToxiproxy(driver: Driver): Promise<void> {
  const name = `plimsoll-proof-${randomBytes(8).toString('hex')}`;
  let proxy: Proxy;
  try {
    proxy = await driver.createProxy(name, '127.0.0.1:0', '127.0.0.1:1', false);
  } catch (error) {
    throw error instanceof FaultProxyError && error.failure === 'fault-proxy-refused'
      ? notToxiproxy(driver.url, error.message)
      : error;
  }
  try {
    const listed = await driver.json('/proxies');
    if (proxy.name !== name || typeof listed !== 'object' || listed === null || !(name in listed)) {
      throw notToxiproxy(driver.url, 'it does not list the proxy it was given');
    }
  } finally {
    await driver.removeProxy(proxy).catch(() => undefined);
  }
}
