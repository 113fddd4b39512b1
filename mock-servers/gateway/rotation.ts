/** Whose turn it is: the upstreams in rotation, and those that left it until they can be reached again. */
import { connect } from 'node:net';
import type { Random } from '../../src/random/index.js';
import { UpstreamLink } from './forward.js';
import type { GatewayMockOptions } from '../../src/protocol/index.js';

/** Pause between two polls of upstreams that left the rotation. */
const LOOK_AGAIN_MS = 200;

export class Rotation {
  readonly links: readonly UpstreamLink[];
  readonly #random: Random | null;
  readonly #ejects: boolean;
  readonly #out = new Set<UpstreamLink>();
  /** How often an upstream left the rotation. */
  ejections = 0;
  #turn = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `random`: draws whose turn it is, or null to go round. */
  constructor(options: Pick<GatewayMockOptions, 'upstreams' | 'eject'>, random: Random | null) {
    this.links = options.upstreams.map((upstream) => new UpstreamLink(upstream));
    this.#ejects = options.eject;
    this.#random = random;
  }

  /** The next upstream in turn; null when none is in rotation. */
  next(): UpstreamLink | null {
    const count = this.links.length;
    if (this.#random !== null) {
      const live = this.#out.size === 0 ? this.links : this.links.filter((link) => !this.#out.has(link));
      return live.length === 0 ? null : (live[this.#random.below(live.length)] ?? null);
    }
    for (let tried = 0; tried < count; tried++) {
      const link = this.links[this.#turn % count];
      this.#turn = (this.#turn + 1) % count;
      if (link !== undefined && !this.#out.has(link)) return link;
    }
    return null;
  }

  isOut(link: UpstreamLink): boolean {
    return this.#out.has(link);
  }

  /** An upstream could not be reached, or broke a connection. Returns whether it left the rotation for that. */
  unreachable(link: UpstreamLink): boolean {
    if (!this.#ejects) return false;
    if (!this.#out.has(link)) {
      this.#out.add(link);
      this.ejections++;
    }
    this.#lookAgain();
    return true;
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#out.clear();
    for (const link of this.links) link.close();
  }

  #lookAgain(): void {
    if (this.#timer !== null || this.#out.size === 0) return;
    this.#timer = setTimeout(() => {
      void Promise.all(
        [...this.#out].map(async (link) => (await accepts(link.upstream.url)) && this.#out.delete(link)),
      ).then(() => {
        this.#timer = null;
        this.#lookAgain();
      });
    }, LOOK_AGAIN_MS);
  }
}

function accepts(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) });
    const done = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket.setTimeout(1_000, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
