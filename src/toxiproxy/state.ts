/** What an engine is doing right now, for the record. */
import type { Driver } from './driver.js';
import type { ProxyBody, ToxicBody } from './embedded/index.js';

export interface ProxyState extends ProxyBody {
  /**
   * How often toxics held as much as they may, so that the bound shaped the traffic as well. Null for the real server,
   * which does not report it.
   */
  readonly bufferBoundHits: number | null;
}

export interface EngineState {
  readonly kind: 'embedded' | 'real';
  readonly version: string;
  readonly proxies: readonly ProxyState[];
}

/** @throws FaultProxyError when the engine does not answer. */
export async function engineState(driver: Driver, engine: Pick<EngineState, 'kind' | 'version'>): Promise<EngineState> {
  const listed = (await driver.json('/proxies')) as Readonly<Record<string, ProxyBody>>;
  // An embedded engine that somebody else started may not serve metrics.
  const metrics = engine.kind === 'embedded' ? await driver.text('/metrics').catch(() => null) : null;
  // Member by member: real servers list more.
  const toxicState = ({ name, type, stream, toxicity, attributes }: ToxicBody): ToxicBody => ({
    name,
    type,
    stream,
    toxicity,
    attributes,
  });
  const proxies = Object.values(listed).map(({ name, listen, upstream, enabled, toxics }) => {
    const bufferBoundHits = metrics === null ? null : boundHits(metrics, name);
    return { name, listen, upstream, enabled, toxics: toxics.map(toxicState), bufferBoundHits };
  });
  return { kind: engine.kind, version: engine.version, proxies };
}

function boundHits(metrics: string, proxy: string): number {
  let sum = 0;
  for (const line of metrics.split('\n')) {
    if (line.startsWith('toxiproxy_proxy_buffer_bound_hits_total{') && line.includes(`,proxy="${proxy}",`))
      sum += Number(line.slice(line.lastIndexOf(' ')));
  }
  return sum;
}
