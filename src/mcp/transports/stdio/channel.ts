/** One session over stdio: a child process, one JSON message a line, answers matched to calls by id. */
import { eraOf, withMembers, type Revision } from '../../../catalog/index.js';
import type { NowNs } from '../../../clock/index.js';
import { ProblemError } from '../../../problem/index.js';
import type { ProcessKeeper } from '../../../processes/index.js';
import { SAMPLE_FLAGS, type ErrorClass, type RunEvent } from '../../../record/index.js';
import { answersId, clearAnswer, settle, type FailureExamples, type Oracle } from '../../oracle/index.js';
import type { AttemptSlot, Channel } from '../../channel.js';
import type { RequestWriter } from '../../fast-path/index.js';
import { isObject, parsedOrUndefined } from '../../../protocol/index.js';
import { MAX_ANSWER_BYTES } from '../../limits.js';
import { FailFast } from '../../fail-fast.js';
import {
  DISCOVER,
  INITIALIZED_JSON,
  InputRounds,
  discoverJson,
  diedEarly,
  excerpt,
  initializeJson,
  openingProblem,
  readDiscover,
  readInitialize,
  serverRequestIn,
  type OpeningFailure,
  type RequestAnswers,
} from '../../eras/index.js';
import { within } from '../../within.js';
import { LineReader } from './lines.js';
import { OtherLines } from './other-lines.js';
import { ServerProcess, type StdioTarget } from './server-process.js';

const OPENING_MS = 30_000;
/** From the end of its output to the end of the child, in most cases: longer, and it goes on without an output. */
const ENDING_MS = 200;

export interface StdioChannelSetup {
  readonly session: number;
  readonly target: StdioTarget;
  /** Name of the server in events. */
  readonly server: string;
  /** Takes what the server writes besides messages. */
  readonly output: (text: string) => void;
  readonly revision: Revision;
  readonly writer: RequestWriter;
  readonly requests: RequestAnswers;
  readonly oracle: Oracle;
  readonly examples: FailureExamples;
  readonly nowNs: NowNs;
  readonly completed: (slot: AttemptSlot) => void;
  readonly event: (event: RunEvent) => void;
  readonly keeper: ProcessKeeper | undefined;
}

/**
 * When the child ends, every attempt in flight fails as `process-exited`, and so does every later one: a run that
 * quietly started a new child would hide the loss. A child that we end for a line over our limit is charged with none
 * of them. When the pipe to the child is full, attempts wait in order until it drains; one that is abandoned before is
 * never written.
 */
export class StdioChannel implements Channel {
  readonly session: number;

  readonly #setup: StdioChannelSetup;
  readonly #process: ServerProcess;
  readonly #failFast: FailFast;
  readonly #pending = new Map<number, AttemptSlot>();
  /** Attempts that wait for the pipe. Removed ones leave null. */
  #unwritten: (AttemptSlot | null)[] = [];
  #pipeFull = false;
  #state: 'opening' | 'open' | 'gone' | 'closing' = 'opening';
  #opening: { readonly id: number; readonly resolve: (text: string | null) => void } | null = null;
  #nextId = 1;
  /** When the chunk that is being read arrived. */
  #readNs = Number.NaN;
  readonly #otherLines = new OtherLines();
  readonly #stateless: boolean;
  /** Null in the era of sessions, which asks otherwise. */
  readonly #rounds: InputRounds | null;

  constructor(setup: StdioChannelSetup) {
    this.session = setup.session;
    this.#stateless = eraOf(setup.revision) === 'stateless';
    this.#setup = setup;
    this.#rounds = this.#stateless ? new InputRounds(setup.requests) : null;
    this.#failFast = new FailFast('process-exited', setup.nowNs, setup.completed);
    this.#process = new ServerProcess(setup.target, setup.keeper, setup.output);
    this.#serverEvent('spawned');
    const lines = new LineReader((text, bytes) => this.#onLine(text, bytes), MAX_ANSWER_BYTES);
    this.#process.stdout.on('data', (chunk: Buffer) => {
      this.#readNs = setup.nowNs();
      if (!lines.push(chunk)) this.#onGone('answer-too-large', 'a line longer than 16 MiB');
    });
    this.#process.stdout.on('end', () => void this.#onOutputEnd());
    this.#process.stdin.on('drain', () => this.#onDrain());
    void this.#process.ended.then((ending) => {
      this.#onExited();
      this.#onGone('process-exited', ending);
    });
  }

  /** @throws ProblemError `preflight` when the child can't be started or opens no session in time; it is then gone. */
  async open(): Promise<void> {
    const { target, revision, requests } = this.#setup;
    const shown = `"${target.command.join(' ')}"`;
    const id = this.#nextId++;
    // Null: it is certain that there will be no message that can be read.
    const text = new Promise<string | null>((resolve) => {
      this.#opening = { id, resolve };
      const first = this.#stateless ? discoverJson(id, revision) : initializeJson(id, revision, requests.capabilities);
      this.#process.stdin.write(first + '\n');
    });
    const ended = this.#process.ended.then((ending) => ({ ending }));
    const answer = await within(OPENING_MS, Promise.race([text, ended]));
    this.#opening = null;
    const readAnswer = (given: string) => (this.#stateless ? readDiscover(given, revision) : readInitialize(given));
    const read = typeof answer === 'string' ? readAnswer(answer) : null;
    if (read?.kind === 'ok') {
      if (!this.#stateless) this.#process.stdin.write(INITIALIZED_JSON + '\n');
      this.#state = 'open';
      this.#serverEvent('ready');
      this.#setup.event({ type: 'session', atNs: this.#setup.nowNs(), session: this.session, edge: 'opened' });
      return;
    }
    const { stderrTail } = this.#process;
    await this.close(1_000);
    const { first, framing } = this.#otherLines;
    const output = { stderrTail, otherLine: first };
    if (answer !== null && typeof answer !== 'string')
      throw new ProblemError('preflight', diedEarly(shown, answer.ending, output));
    const silent: OpeningFailure =
      first === null
        ? { kind: 'silent', withinMs: OPENING_MS, output, ...(this.#stateless ? { asked: DISCOVER } : {}) }
        : { kind: 'not-messages', first, framing };
    const failure = read?.failure ?? silent;
    throw new ProblemError('preflight', openingProblem(shown, failure));
  }

  start(slot: AttemptSlot): void {
    const { nowNs } = this.#setup;
    clearAnswer(slot);
    slot.session = this.session;
    slot.connection = -1;
    slot.rpcId = this.#nextId++;
    slot.bytesOut = 0;
    slot.flags |= SAMPLE_FLAGS.reusedConnection;
    slot.sentNs = nowNs();
    if (this.#state !== 'open') this.#failFast.refuse(slot);
    else if (this.#pipeFull) this.#unwritten.push(slot);
    else this.#write(slot);
  }

  abandon(slot: AttemptSlot, cancel: boolean): void {
    if (this.#failFast.withdraw(slot)) return;
    this.#rounds?.withdraw(slot);
    if (this.#pending.get(slot.rpcId) === slot) {
      this.#pending.delete(slot.rpcId);
      if (cancel) this.#cancel(slot.rpcId, slot.spec);
    } else {
      const at = this.#unwritten.indexOf(slot);
      if (at !== -1) this.#unwritten[at] = null;
    }
  }

  /** Ends the child's input, then the child, within `withinMs`. */
  async close(withinMs: number): Promise<void> {
    const wasOpen = this.#state === 'open';
    if (this.#state !== 'gone') this.#serverEvent('stopping');
    this.#state = 'closing';
    this.#pending.clear();
    this.#unwritten = [];
    await this.#process.stop(withinMs);
    if (wasOpen)
      this.#setup.event({ type: 'session', atNs: this.#setup.nowNs(), session: this.session, edge: 'closed' });
  }

  /** Kills the child at once: for a process that is itself about to end. */
  kill(): void {
    if (!this.#process.hasEnded) this.#process.signal('SIGKILL');
  }

  #write(slot: AttemptSlot): void {
    const text = this.#setup.writer.write(slot.rpcId, slot.spec, slot.argumentsJson, slot.callId) + '\n';
    slot.bytesOut = Buffer.byteLength(text);
    this.#pending.set(slot.rpcId, slot);
    if (!this.#process.stdin.write(text)) this.#pipeFull = true;
  }

  /** The call once more, with what its answer demanded. */
  #writeRound(slot: AttemptSlot, members: string): void {
    slot.rpcId = this.#nextId++;
    const request = this.#setup.writer.write(slot.rpcId, slot.spec, slot.argumentsJson, slot.callId);
    const text = withMembers(request, members) + '\n';
    slot.bytesOut = Buffer.byteLength(text);
    this.#pending.set(slot.rpcId, slot);
    if (!this.#process.stdin.write(text)) this.#pipeFull = true;
  }

  /** Not while the pipe is full: a server that reads nothing gets no more notifications. */
  #cancel(rpcId: number, spec: number): void {
    const note = this.#setup.writer.cancelled(rpcId, spec);
    if (note === null || this.#pipeFull || this.#state !== 'open') return;
    if (!this.#process.stdin.write(note + '\n')) this.#pipeFull = true;
  }

  #onDrain(): void {
    this.#pipeFull = false;
    let written = 0;
    while (written < this.#unwritten.length && !this.#pipeFull) {
      const slot = this.#unwritten[written++] ?? null;
      if (slot !== null) this.#write(slot);
    }
    this.#unwritten.splice(0, written);
  }

  #serverEvent(edge: 'spawned' | 'ready' | 'stopping'): void {
    const { event, nowNs, server } = this.#setup;
    const { pid } = this.#process;
    if (pid !== null) event({ type: 'service', atNs: nowNs(), service: server, edge, pid });
  }

  #onExited(): void {
    const { event, nowNs, server } = this.#setup;
    const { pid, end } = this.#process;
    if (pid === null || end === null) return;
    const unexpected = this.#state === 'open';
    event({ type: 'service', atNs: nowNs(), service: server, edge: 'exited', pid, ...end, unexpected });
  }

  #onLine(text: string, bytes: number): void {
    if (text === '') return;
    const message = parsedOrUndefined(text);
    if (!isObject(message)) {
      this.#setup.output(`${text}\n`);
      const isFirst = this.#otherLines.first === null;
      this.#otherLines.add(text);
      if (this.#opening !== null && this.#otherLines.isHopeless) this.#opening.resolve(null);
      else if (isFirst) this.#warnOfStdout(text);
      return;
    }
    const request = serverRequestIn(message);
    if (request !== null) {
      // Without sessions a server asks by its results, and takes no answers.
      if (!this.#stateless && this.#process.stdin.writable)
        this.#process.stdin.write(this.#setup.requests.answerJson(request) + '\n');
      return;
    }
    const id = message['id'];
    if (this.#opening !== null && answersId(id, this.#opening.id)) {
      this.#opening.resolve(text);
      return;
    }
    const rpcId = Number(id);
    const slot = this.#pending.get(rpcId);
    // Not there: a notification, or the late answer to an abandoned attempt.
    if (slot === undefined || !answersId(id, rpcId)) return;
    this.#pending.delete(rpcId);
    slot.firstByteNs = this.#readNs;
    slot.doneNs = this.#readNs;
    slot.bytesIn = bytes;
    this.#setup.oracle.judgeMessage(slot, message);
    const members = this.#rounds?.next(slot, message) ?? null;
    if (members !== null) return this.#writeRound(slot, members);
    this.#setup.examples.add(slot, message);
    this.#rounds?.complete(slot);
    this.#setup.completed(slot);
  }

  /** A child that ends closes its output first; one that goes on without it will never answer again. */
  async #onOutputEnd(): Promise<void> {
    if ((await within(ENDING_MS, this.#process.ended)) === null)
      this.#onGone('closed-early', 'closed its stdout and went on');
  }

  #warnOfStdout(line: string): void {
    this.#setup.event({
      type: 'warning',
      atNs: this.#setup.nowNs(),
      code: 'stdout-not-json',
      what:
        `the server of session ${this.session} writes lines to stdout that are no JSON messages; ` +
        `the first of them: ${excerpt(line)}`,
      remedy: 'let the server log to stderr: stdout belongs to the protocol (MCP, Transports, stdio)',
    });
  }

  #onGone(errorClass: ErrorClass, detail: string): void {
    if (this.#state === 'gone' || this.#state === 'closing' || this.#state === 'opening') return;
    this.#state = 'gone';
    this.#failFast.lostBy(errorClass);
    const now = this.#setup.nowNs();
    this.#setup.event({ type: 'session', atNs: now, session: this.session, edge: 'lost', detail });
    this.#process.signal('SIGKILL');
    // One by one out of where they wait: completing one may abandon another.
    for (const slot of this.#pending.values()) {
      this.#pending.delete(slot.rpcId);
      this.#fail(slot, errorClass, now);
    }
    for (let slot = this.#unwritten.shift(); slot !== undefined; slot = this.#unwritten.shift()) {
      if (slot !== null) this.#fail(slot, errorClass, now);
    }
  }

  #fail(slot: AttemptSlot, errorClass: ErrorClass, atNs: number): void {
    slot.doneNs = atNs;
    settle(slot, errorClass);
    this.#rounds?.complete(slot);
    this.#setup.completed(slot);
  }
}
