/** What the samples must agree with: attempts that were really sent, and their time in flight of all together. */
export class Flights {
  /** Attempts sent so far. */
  sent = 0;
  /** Attempts sent and not yet over. */
  open = 0;
  /** Time in flight of all attempts together until their number last changed. */
  #flownNs = 0;
  #untilNs = 0;

  /** One attempt more is in flight; one without a send (NaN) never is. */
  begin(sentNs: number): void {
    if (Number.isNaN(sentNs)) return;
    this.#fly(sentNs);
    this.open++;
    this.sent++;
  }

  /** An attempt that was sent at `sentNs` is over. */
  end(sentNs: number, atNs: number): void {
    if (Number.isNaN(sentNs)) return;
    this.#fly(atNs);
    this.open--;
  }

  /** Time in flight of all attempts together until `nowNs`. */
  flownBy(nowNs: number): number {
    return this.#flownNs + this.open * (nowNs - this.#untilNs);
  }

  #fly(atNs: number): void {
    this.#flownNs += this.open * (atNs - this.#untilNs);
    this.#untilNs = atNs;
  }
}
