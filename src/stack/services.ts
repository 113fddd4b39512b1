/** Services: from what the scenario says to something with an address that can be stopped. */
import {
  CONTROL_PATHS,
  matches,
  parsedOrUndefined,
  readObject,
  readyLine,
  truthLine,
  type ObjectOf,
} from '../protocol/index.js';
import { entryPath } from '../package/index.js';
import type { EffectRow, GatewayRow, LoggedCall, FaultHitRow, WorkRow } from '../record/index.js';
import { textsIn, type Scenario, type Service } from '../scenario/index.js';
import { commandOf } from './adapted.js';
import { doSteps } from './after-ready.js';
import type { ClientTokens } from './client-tokens.js';
import { KeptRows, WorkCounter } from './server-counters.js';
import type { Child } from './child.js';
import { gatewayRows } from './gateway-times.js';
import { fillLateText, fillLateTexts, fillProcess, fillStep, type Address, type LateValues } from './late-text.js';
import { metricPage, type MetricPage } from './server-metrics.js';
import { askedLedger, keptLedger, loggedCalls } from './ledger.js';
import { freePort, portToReturnTo, requireFreePort } from './ports.js';
import type { PrivateFolder } from './private-folder.js';
import { cpusOf } from './pinning.js';
import { untilLine, untilReady } from './ready.js';
import type { WatchedProcess } from './resources.js';
import { watchedElsewhere } from './watched.js';
import { Supervisor, type ProcessControl, type Surroundings } from './supervisor.js';

/** What a service reports of its work, over all its incarnations; nothing where it keeps no counters. Run time. */
export interface ServerCounters {
  /** Executions in its ledger. */
  effects(monotonicEpochNs: bigint): Promise<readonly EffectRow[]>;
  /** Calls affected by its faults. */
  faultHits(monotonicEpochNs: bigint): Promise<readonly FaultHitRow[]>;
  /** Its work by now, and the last counters of processes that ended since the last time. */
  work(when: Exclude<WorkRow['when'], 'leaving'>): Promise<readonly WorkRow[]>;
  /** Its log of the calls that its present process received; null when it can't be had whole. */
  calls(monotonicEpochNs: bigint): Promise<readonly LoggedCall[] | null>;
  /** Its own times, of a gateway. */
  gateways(monotonicEpochNs: bigint): Promise<readonly GatewayRow[]>;
  /** The calls that a mock received, in order, where the run's requests are traced. */
  received(): Promise<readonly ReceivedCall[]>;
}

export interface RunningService extends Address, ServerCounters {
  readonly name: string;
  readonly kind: Service['kind'];
  /** Its present process, or the last one; null for a service somebody else runs. */
  readonly child: Child | null;
  /** What can be done to its process; null for a service somebody else runs. */
  readonly control: ProcessControl | null;
  /** What calls to it send as a bearer token; null where it needs none. */
  readonly token: string | null;
  /** What is polled of a service somebody else runs, where the scenario says what. */
  readonly watched?: WatchedProcess;
  /** Where metrics of its own are read, where the scenario names some. */
  readonly metrics?: MetricPage;
  /** Ends it; resolves when it is gone. Idempotent. */
  stop(): Promise<void>;
}

export interface ServiceSetup extends Surroundings {
  readonly scenario: Scenario;
  readonly services: ReadonlyMap<string, Address>;
  /** Links in front of services that are up. */
  readonly links: ReadonlyMap<string, Address>;
  /** Where spans are received; null where they are not. */
  readonly spansUrl: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly abort: AbortSignal;
  readonly folder: PrivateFolder;
  /** That gateways of others want of their clients. */
  readonly tokens: ClientTokens;
  /** Called with each file of a service, as it was written. */
  readonly wrote: (service: string, file: string, text: string) => void;
  /** Whether requests carry a trace context: then every call that a mock received is of interest. */
  readonly traced: boolean;
  /** Whether its process will be ended on purpose and come back: its port and its ledger must outlive it. */
  readonly comesBack: boolean;
}

const none = (): Promise<readonly never[]> => Promise.resolve([]);
const NO_COUNTERS: ServerCounters = {
  ...{ effects: none, faultHits: none, work: none, calls: none },
  ...{ gateways: none, received: none },
};

/** A call as the mock that received it reports it. */
export interface ReceivedCall extends ObjectOf<typeof truthLine> {
  readonly service: string;
}

/** @throws ProblemError (`preflight`) with what kept the service from getting ready; nothing is left behind then. */
export async function startService(service: Service, setup: ServiceSetup): Promise<RunningService> {
  switch (service.kind) {
    case 'url': {
      const values = lateValues(setup, null);
      const url = fillLateText(service.url, values);
      const { resources } = service;
      const watched =
        resources === undefined ? {} : { watched: await watchedElsewhere(service.name, resources, values) };
      const none = {
        ...NO_COUNTERS,
        ...watched,
        ...(service.metrics === undefined ? {} : { metrics: metricPage(service.name, service.metrics, values) }),
        child: null,
        control: null,
        token: null,
        stop: () => Promise.resolve(),
      };
      return { name: service.name, kind: 'url', url, port: Number(new URL(url).port) || null, ...none };
    }
    case 'mock':
      return startOwn(service, setup, 'toolsMock', service.options);
    case 'gateway':
      return startGateway(service, setup);
    case 'command':
      return startCommand(service, setup);
    case 'adapted':
      return startAdapted(service, setup);
  }
}

function addressIn(setup: ServiceSetup, name: string, gateway: string): Address {
  const address = setup.services.get(name) ?? setup.links.get(name);
  if (address === undefined)
    throw new Error(`"${name}" passed the scenario's checks but is not up before gateway "${gateway}"`);
  return address;
}

function startGateway(service: Extract<Service, { kind: 'gateway' }>, setup: ServiceSetup): Promise<RunningService> {
  const upstreams = service.to.map((name) => ({ name, url: addressIn(setup, name, service.name).url }));
  return startOwn(service, setup, 'gatewayMock', { ...service.options, name: service.name, upstreams });
}

/** Starts one of our own servers, on a free port that it keeps for all its incarnations. */
async function startOwn(
  service: Extract<Service, { kind: 'mock' | 'gateway' }>,
  setup: ServiceSetup,
  entry: 'toolsMock' | 'gatewayMock',
  settings: object,
): Promise<RunningService> {
  const ledger = setup.comesBack && service.kind === 'mock' ? await keptLedger() : null;
  const commandOn = (port: number): [string, ...string[]] => {
    const options = JSON.stringify({ ...settings, host: '127.0.0.1', port });
    const flags = ['--parent-stdin', ...(ledger === null ? [] : ['--ledger-fd', '3'])];
    return [process.execPath, entryPath(entry), options, ...flags];
  };
  let listensOn = setup.comesBack ? await portToReturnTo() : 0;
  const at = (path: string): string => `http://127.0.0.1:${listensOn}${path}`;
  const of = { service: service.name, nowNs: setup.nowNs, event: setup.event };
  const work = service.kind === 'mock' ? new WorkCounter(of) : null;
  const windows = service.kind === 'gateway' ? new KeptRows(of, 'its own times') : null;
  const truth = service.kind === 'mock' && setup.traced ? new KeptRows(of, 'the calls that it received') : null;
  const leaving = async (incarnation: number): Promise<void> => {
    await work?.leaving(at(CONTROL_PATHS.state), incarnation);
    await windows?.leaving(at(CONTROL_PATHS.windows));
    await truth?.leaving(at(CONTROL_PATHS.truth));
  };
  try {
    const process_ = await Supervisor.begin(
      {
        ...setup,
        service: service.name,
        cpus: cpusOf(service, setup.scenario),
        command: commandOn(listensOn),
        environment: {},
        workingFolder: process.cwd(),
        inherit: ledger === null ? [] : [ledger.fd],
        leaving,
      },
      async (child) => {
        const wait = {
          ...{ service: service.name, child, host: '127.0.0.1', port: null },
          ...{ withinNs: service.readyWithinNs, abort: setup.abort },
        };
        const ready = await untilLine(wait, 'print its ready line', (line) => {
          const printed = parsedOrUndefined(line);
          return matches(readyLine, printed) && printed.ready ? printed : undefined;
        });
        listensOn = ready.port;
      },
    );
    process_.laterWith(commandOn(listensOn));
    const url = at(service.options.path);
    const ledgerRows = service.kind === 'mock' ? (ledger ?? askedLedger(url)) : NO_COUNTERS;
    const counters: ServerCounters = {
      effects: (epochNs) => ledgerRows.effects(epochNs),
      faultHits: (epochNs) => ledgerRows.faultHits(epochNs),
      work: async (when) => (await work?.take(at(CONTROL_PATHS.state), process_.incarnation, when)) ?? [],
      calls: async (epochNs) => (service.kind === 'mock' ? loggedCalls(url, epochNs) : []),
      gateways: async (epochNs) =>
        windows === null ? [] : gatewayRows(service.name, await windows.text(at(CONTROL_PATHS.windows)), epochNs),
      received: async () =>
        truth === null ? [] : receivedCalls(service.name, await truth.text(at(CONTROL_PATHS.truth))),
    };
    return running(service, { url, port: listensOn }, process_, counters, async () => ledger?.close());
  } catch (thrown) {
    await ledger?.close();
    throw thrown;
  }
}

/** Starts a gateway of others; its port is its own for all its incarnations. */
async function startAdapted(
  service: Extract<Service, { kind: 'adapted' }>,
  setup: ServiceSetup,
): Promise<RunningService> {
  const { name, gateway } = service;
  const { stack, protocol } = setup.scenario;
  const made = await commandOf(service, {
    ...{ stack, revision: protocol.revision, environment: setup.environment },
    addressOf: (to) => addressIn(setup, to, name),
    port: setup.comesBack ? await portToReturnTo() : await freePort(),
    folder: await setup.folder.folderOf(name),
    tokens: setup.tokens,
  });
  setup.event({ type: 'gateway', atNs: setup.nowNs(), service: name, gateway, version: made.version });
  return startCommand(made.service, setup, made.token);
}

async function startCommand(
  service: Extract<Service, { kind: 'command' }>,
  setup: ServiceSetup,
  token: string | null = null,
): Promise<RunningService> {
  if (service.port !== null) await requireFreePort(service.port, service.name);
  const port = service.port ?? (setup.comesBack ? await portToReturnTo() : await freePort());
  const { name, host, workingFolder, ready, readyWithinNs: withinNs } = service;
  const values = lateValues(setup, port, await filesOf(service, setup, port));
  const start = fillProcess(service, values);
  const steps = service.afterReady.map((step) => fillStep(step, values));
  const around = { service: name, workingFolder, keeper: setup.keeper, abort: setup.abort };
  const log = (text: string): void => setup.log(name, text);
  const process_ = await Supervisor.begin(
    { ...setup, service: name, cpus: cpusOf(service, setup.scenario), ...start, workingFolder, inherit: [] },
    async (child) => {
      await untilReady(ready, { service: name, child, host, port, withinNs, abort: setup.abort });
      await doSteps(steps, { ...around, log });
    },
  );
  const address = { url: `http://${host}:${port}${service.path}`, port };
  const { metrics } = service;
  return running(service, address, process_, {
    ...{ ...NO_COUNTERS, token },
    ...(metrics === undefined ? {} : { metrics: metricPage(name, metrics, values) }),
  });
}

/** Writes the files of a service. Gives their folder; null for a service that names none. */
async function filesOf(
  service: Extract<Service, { kind: 'command' }>,
  setup: ServiceSetup,
  port: number,
): Promise<string | null> {
  if (Object.keys(service.files).length === 0 && !textsIn(service).some((text) => text.includes('${files}')))
    return null;
  const folder = await setup.folder.folderOf(service.name);
  const files = fillLateTexts(service.files, lateValues(setup, port, folder));
  for (const [file, text] of Object.entries(files)) setup.wrote(service.name, file, text);
  return setup.folder.write(service.name, files);
}

/** @param text NDJSON of truth lines. */
function receivedCalls(service: string, text: string): readonly ReceivedCall[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ service, ...readObject(truthLine, CONTROL_PATHS.truth, JSON.parse(line)) }));
}

function running(
  service: Service,
  address: Address,
  process_: Supervisor,
  known: ServerCounters & Partial<Pick<RunningService, 'token' | 'metrics'>>,
  closed?: () => Promise<void>,
): RunningService {
  return {
    name: service.name,
    kind: service.kind,
    ...address,
    get child() {
      return process_.child;
    },
    control: process_,
    token: null,
    ...known,
    stop: async () => {
      await process_.stop();
      await closed?.();
    },
  };
}

function lateValues(setup: ServiceSetup, port: number | null, files: string | null = null): LateValues {
  const { services, links, spansUrl, environment } = setup;
  return { port, files, services, links, spansUrl, environment };
}
