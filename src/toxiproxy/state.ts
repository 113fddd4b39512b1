/**
 * What an engine is doing right now, for the record.
 */
import type { Driver } from './driver.js';

export interface ToxicState {
  readonly name: string;
  readonly type: string;
  readonly stream: string;
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, number>>;
}

export interface ProxyState {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly ToxicState[];
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
export async function engineState(
  driver: Driver,
  engine: { readonly kind: 'embedded' | 'real'; readonly version: string },
): Promise<EngineState> {
  const listed = (await driver.json('/proxies')) as Readonly<Record<string, Omit<ProxyState, 'bufferBoundHits'>>>;
  // An embedded engine that somebody else started may not serve metrics.
  const metrics = engine.kind === 'embedded' ? await driver.text('/metrics').catch(() => null) : null;
  const proxies = Object.values(listed).map(({ name, listen, upstream, enabled, toxics }) => ({
    name,
    listen,
    upstream,
    enabled,
    toxics: toxics.map(({ name: toxic, type, stream, toxicity, attributes }) => ({
      name: toxic,
      type,
      stream,
      toxicity,
      attributes,
    })),
    bufferBoundHits: metrics === null ? null : boundHits(metrics, name),
  }));
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
