import { CONTROL_PATHS } from '../protocol/index.js';
import { ProblemError, type Problem } from '../problem/index.js';
import type { Reaper } from '../processes/index.js';
import { reachedBy, type CallTarget, type Scenario } from '../scenario/index.js';
import type { FaultEngine, FaultLink } from '../toxiproxy/index.js';
import { ClientTokens } from './client-tokens.js';
import { leftBehind } from './left-behind.js';
import { fillLateText, fillLateTexts, fillProcess, type Address, type LateValues } from './late-text.js';
import type { WatchedProcess } from './resources.js';
import { PrivateFolder } from './private-folder.js';
import { startService, type RunningService, type ServerCounters } from './services.js';
import type { ProcessControl, Surroundings } from './supervisor.js';
import type { MetricPage } from './server-metrics.js';
import { requireAllowed } from './this-machine.js';

export interface StackSetup extends Surroundings {
  readonly scenario: Scenario;
  /** Needed when the scenario has links. */
  readonly engine: FaultEngine | null;
  /** Where spans are received; null where they are not. */
  readonly spansUrl: string | null;
  /** Where secrets are read from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly abort: AbortSignal;
  readonly keeper: Reaper;
  /** Called with each file that was written for a service. */
  readonly wrote: (service: string, file: string, text: string) => void;
  /** Called when the stack is stopped, for each process or port that outlived it. */
  readonly left: (problem: Problem) => void;
}

/** What its services report is reported of all of them together. */
export interface RunningStack extends ServerCounters {
  readonly target: CallTarget;
  readonly links: ReadonlyMap<string, FaultLink>;
  /** Address of the MCP endpoint of each mock, which can be made to fail. */
  readonly mocks: ReadonlyMap<string, string>;
  /** What can be done to the process of each service of ours. */
  readonly controls: ReadonlyMap<string, ProcessControl>;
  readonly services: readonly RunningService[];
  /** Processes to watch: ours, and those of others that the scenario names. */
  processes(): readonly WatchedProcess[];
  /** Pages with metrics of the servers themselves. */
  readonly metricPages: readonly MetricPage[];
  /** Stops services in reverse order. Idempotent; never throws. */
  stop(): Promise<void>;
}

/**
 * Brings services up in the order they are written, each with the links in front of it, then finds the target's
 * address.
 * @throws ProblemError (`preflight`); whatever was up is stopped first.
 */
export async function startStack(setup: StackSetup): Promise<RunningStack> {
  const { scenario } = setup;
  const services: RunningService[] = [];
  const byName = new Map<string, RunningService>();
  const comesBack = servicesThatEnd(scenario);
  const folder = new PrivateFolder(setup.keeper);
  const tokens = new ClientTokens();
  let stopped = false;
  const stop = async (): Promise<void> => {
    for (const service of [...services].reverse()) await service.stop();
    await folder.remove();
    if (stopped) return;
    stopped = true;
    const ours = services.filter(({ child }) => child !== null);
    for (const problem of await leftBehind(ours, setup.keeper)) setup.left(problem);
  };
  try {
    const links = new Map<string, FaultLink>();
    const linkAddresses = new Map<string, Address>();
    for (const service of scenario.stack.services) {
      const running = await startService(service, {
        ...setup,
        services: byName,
        links: linkAddresses,
        folder,
        tokens,
        traced: scenario.protocol.trace !== null,
        comesBack: comesBack.has(service.name),
      });
      services.push(running);
      // A link in front of it would carry the load there.
      if (running.kind === 'url') await requireAllowed(running.url, scenario);
      byName.set(running.name, running);
      // At once: a gateway further down may stand in front of the link.
      for (const { name } of scenario.stack.links.filter(({ to }) => to === running.name)) {
        if (setup.engine === null) throw new Error('a stack with links needs a fault engine');
        const link = await setup.engine.createLink(name, { upstream: upstreamOf(running) });
        links.set(name, link);
        linkAddresses.set(name, { url: throughLink(link, running), port: link.listen.port });
      }
    }
    return {
      target: await addressOf(setup, byName, links, linkAddresses),
      links,
      mocks: new Map(services.filter(({ kind }) => kind === 'mock').map(({ name, url }) => [name, url])),
      controls: new Map(services.flatMap(({ name, control }) => (control === null ? [] : [[name, control] as const]))),
      services,
      processes: () =>
        services.flatMap(({ name, kind, url, child, watched }) =>
          child === null || child.hasExited()
            ? (watched ?? [])
            : [{ name, pid: child.pid, stateUrl: kind === 'mock' ? new URL(CONTROL_PATHS.state, url).href : null }],
        ),
      metricPages: services.flatMap(({ metrics }) => metrics ?? []),
      effects: (epochNs) => ofAll(services, (service) => service.effects(epochNs)),
      faultHits: (epochNs) => ofAll(services, (service) => service.faultHits(epochNs)),
      work: (when) => ofAll(services, (service) => service.work(when)),
      calls: async (epochNs) => {
        const logs = await Promise.all(services.map((service) => service.calls(epochNs)));
        return logs.includes(null) ? null : logs.flatMap((log) => log ?? []);
      },
      gateways: (epochNs) => ofAll(services, (service) => service.gateways(epochNs)),
      received: () => ofAll(services, (service) => service.received()),
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function ofAll<Row>(
  services: readonly RunningService[],
  rows: (service: RunningService) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  return (await Promise.all(services.map(rows))).flat();
}

/** Services whose process a fault or a search ends. */
function servicesThatEnd({ faults, phases }: Scenario): ReadonlySet<string> {
  const byFaults = faults.filter(({ place, type }) => place === 'process' && type !== 'freeze').map(({ on }) => on);
  const bySearches = phases.flatMap(({ load }) =>
    load.kind === 'search' && load.loss !== null ? load.loss.services : [],
  );
  return new Set([...byFaults, ...bySearches]);
}

type HeaderFields = Readonly<Record<string, string>>;

/** Of fields of one name, in whatever case, the last. */
function inOne(...parts: readonly HeaderFields[]): HeaderFields {
  const fields = new Map<string, readonly [string, string]>();
  for (const [name, value] of parts.flatMap((part) => Object.entries(part)))
    fields.set(name.toLowerCase(), [name, value]);
  return Object.fromEntries(fields.values());
}

async function addressOf(
  setup: StackSetup,
  services: ReadonlyMap<string, RunningService>,
  links: ReadonlyMap<string, FaultLink>,
  linkAddresses: ReadonlyMap<string, Address>,
): Promise<CallTarget> {
  const { target, links: planned } = setup.scenario.stack;
  const { environment, spansUrl } = setup;
  const values: LateValues = { port: null, files: null, services, links: linkAddresses, spansUrl, environment };
  const written = fillLateTexts(setup.scenario.protocol.headers, values);
  const http = async (url: string, fixed: HeaderFields = {}, token: HeaderFields = {}): Promise<CallTarget> => ({
    kind: 'http',
    url: await requireAllowed(url, setup.scenario),
    headers: inOne(fixed, written, token),
    ...(setup.scenario.protocol.transport === 'http-sse' ? { transport: 'http-sse' as const } : {}),
  });
  // It was made for this run: no other would do. A front hands on what it is shown to a replica.
  const bearer = ({ name }: RunningService): HeaderFields => {
    const service = reachedBy(setup.scenario.stack, name);
    const shown = service?.kind === 'gateway' && service.front ? (service.to[0] ?? name) : name;
    const { token } = required(services, shown);
    return token === null ? {} : { authorization: `Bearer ${token}` };
  };
  switch (target.kind) {
    case 'service': {
      const service = required(services, target.service);
      return http(service.url, {}, bearer(service));
    }
    case 'link': {
      const link = required(links, target.link);
      const to = planned.find(({ name }) => name === target.link)?.to ?? '';
      const service = required(services, to);
      // A link is a cable: the service sees the name that it has without it.
      return http(throughLink(link, service), { host: new URL(service.url).host }, bearer(service));
    }
    case 'url':
      return http(fillLateText(target.url, values));
    case 'stdio':
      return { kind: 'stdio', ...fillProcess(target, values), workingFolder: target.workingFolder };
  }
}

/** The MCP endpoint of a service as it is reached through a link. */
function throughLink({ listen }: FaultLink, service: RunningService): string {
  const { pathname, search } = new URL(service.url);
  return `http://${listen.host}:${listen.port}${pathname}${search}`;
}

function upstreamOf(service: RunningService): { host: string; port: number } {
  const url = new URL(service.url);
  if (url.protocol === 'https:')
    throw new ProblemError('preflight', {
      code: 'link-to-https',
      what:
        `a link can't stand in front of "${service.name}": its address is https, ` +
        "and its certificate would not fit the link's address",
      remedy: 'put the link in front of a plain http service, or take the link out',
    });
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: service.port ?? 80 };
}

function required<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) throw new Error(`"${name}" passed the scenario's checks but is not in the stack`);
  return found;
}
