/**
 * Gathers the experiment envelope over a run: what was true before, what the parts know of themselves, how the machine
 * behaved meanwhile.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoopbackReference, MachineJudge, SelfCapacity } from '../../calibration/index.js';
import {
  captureEnvelope,
  captureLastingFacts,
  type Envelope,
  type EnvelopeInput,
  type Fact,
  type LastingFacts,
  type NoiseReport,
} from '../../envelope/index.js';
import type { Generator } from '../../load/index.js';
import type { PreflightReport } from '../../mcp/index.js';
import { PACKAGE_ROOT } from '../../package/index.js';
import { messageOf } from '../../problem/index.js';
import { isLoopback, type Scenario } from '../../scenario/index.js';
import type { Scope } from '../../scopes/index.js';
import { redactForeign } from '../../secrets/index.js';
import type { RunningStack } from '../../stack/index.js';
import type { FaultEngine } from '../../toxiproxy/index.js';
import type { RunContext } from '../context.js';

export interface EnvelopeFacts {
  readonly stack: RunningStack;
  readonly engine: FaultEngine | null;
  readonly report: PreflightReport;
  readonly loopbackReference: LoopbackReference | null;
  readonly selfCapacity: SelfCapacity;
  readonly generator: Generator;
}

const FOLDERS = { packageFolder: PACKAGE_ROOT, workingFolder: process.cwd() };

/** Probes the machine before anything of ours runs on it. It is probed again, and written, when all has ended. */
export const envelope: Scope<RunContext, EnvelopeKeeper> = {
  name: 'the envelope',
  start: async ({ machine, identity, scenario, request, redact }) => {
    const argv = request.argv.map(redactForeign);
    const known = { ...identity, seed: scenario.seed, argv };
    const keeper = new EnvelopeKeeper(machine, known, scenario, redact, request.commit ?? null);
    await keeper.begin();
    return keeper;
  },
  collect: null,
  stop: null,
};

export class EnvelopeKeeper {
  readonly #identity: EnvelopeInput['identity'];
  readonly #scenario: Scenario;
  readonly #redact: (text: string) => string;
  readonly #machine: MachineJudge;
  #lasting: Promise<LastingFacts> | undefined;
  readonly #commit: string | null;
  #known: Pick<EnvelopeInput, 'generator' | 'target' | 'faults'> = { generator: null, target: null, faults: null };

  constructor(
    machine: MachineJudge,
    identity: EnvelopeInput['identity'],
    scenario: Scenario,
    redact: (text: string) => string,
    commit: string | null,
  ) {
    this.#commit = commit;
    this.#machine = machine;
    this.#identity = identity;
    this.#scenario = scenario;
    this.#redact = redact;
  }

  /**
   * Probes the machine before anything of ours runs on it. What does not change over a run is gathered from then on,
   * beside the start of the stack: git takes tenths of a second, and the files of the machine are read without a pause.
   */
  async begin(): Promise<void> {
    await this.#machine.begin();
    // Held to some CPUs, this process would read that it may use no others.
    const isPinned = this.#scenario.generator.cpus !== undefined;
    const turn = isPinned ? Promise.resolve() : nextTurn();
    this.#lasting = turn.then(() => captureLastingFacts({ identity: this.#identity, ...FOLDERS }));
  }

  /**
   * Takes what the parts report while they are up, and gives the envelope as far as it is known: a killed run keeps
   * that.
   */
  async learn({ stack, engine, report, loopbackReference, selfCapacity, generator }: EnvelopeFacts): Promise<Envelope> {
    const { target } = stack;
    const url = target.kind === 'http' ? new URL(target.url) : null;
    this.#known = {
      generator: {
        pacing: generator.pacing,
        loopbackReference,
        selfCapacityPerSecond: selfCapacity.perSecond,
        selfCapacityMeasuredUtc: selfCapacity.measuredUtc,
      },
      target: {
        transport: travelWords(this.#scenario.protocol),
        endpoint: redactForeign(target.kind === 'http' ? target.url : target.command.join(' ')),
        loopback: url === null || isLoopback(url.hostname),
        serverName: report.serverInfo?.name ?? null,
        serverVersion: report.serverInfo?.version ?? null,
        protocolVersion: report.protocolVersion,
        capabilities: report.capabilities,
        toolListDigest: report.toolListDigest,
        sessions: generator.sessions,
        commit: this.#commit,
      },
      faults:
        engine === null
          ? null
          : {
              engine: engine.kind,
              version: engine.version,
              state: await stateOf(engine),
              draws: { value: null, reason: 'the run did not get to its end' },
            },
    };
    return this.#capture(null);
  }

  /** Takes what the engine's seed decided over the run, before the engine ends. */
  async learnDraws(engine: FaultEngine): Promise<void> {
    if (this.#known.faults === null) return;
    this.#known = { ...this.#known, faults: { ...this.#known.faults, draws: await drawsOf(engine) } };
  }

  /** Probes the machine again, when everything of ours has ended. */
  async end(): Promise<Envelope> {
    return this.#capture(await this.#machine.end());
  }

  async #capture(noise: NoiseReport | null): Promise<Envelope> {
    const input = {
      identity: this.#identity,
      ...FOLDERS,
      noise,
      machineSource: this.#machine.source,
      ...this.#known,
      redact: this.#redact,
    };
    return captureEnvelope(input, undefined, await this.#lasting);
  }
}

async function stateOf(engine: FaultEngine): Promise<unknown> {
  try {
    return await engine.state();
  } catch (thrown) {
    return { unknown: messageOf(thrown) };
  }
}

async function drawsOf(engine: FaultEngine): Promise<Fact<unknown>> {
  try {
    const draws = await engine.draws();
    return draws === null
      ? { value: null, reason: 'the real server draws without a seed and does not report it' }
      : { value: draws };
  } catch (thrown) {
    return { value: null, reason: messageOf(thrown) };
  }
}

/** `streamable-http`, and which client it is where that is not our own. */
const travelWords = ({ transport, driver }: Scenario['protocol']): string =>
  driver === 'sdk' ? `${transport} by the official SDK` : transport;
