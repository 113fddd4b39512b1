/** What other runs left on an engine that is not ours. */
import type { Driver } from './driver.js';
import { ownerOf } from './owned-name.js';

/** Proxies of other runs, by the names the engine has for them. */
export interface LeftOvers {
  /** Left by runs that are no more; taken away, toxics and ports too. */
  readonly removed: readonly string[];
  /** Of a run that goes on beside this one, or of one on another machine. Left alone. */
  readonly others: readonly string[];
}

/** Takes away what dead runs left. @throws FaultProxyError when the engine does not answer. */
export async function clearLeftOvers(driver: Driver): Promise<LeftOvers> {
  const listed = await driver.json('/proxies');
  const names = typeof listed === 'object' && listed !== null ? Object.keys(listed) : [];
  const removed = names.filter((name) => ownerOf(name) === 'dead');
  for (const name of removed) await driver.removeProxy(await driver.proxy(name));
  return { removed, others: names.filter((name) => ownerOf(name) === 'other') };
}
