/** What a thread and its alarm share: 16 bytes. */

/** `cells[ASKED]`: how often a moment was asked for. `cells[RUNG]`: how often the alarm rang. */
export const ASKED = 0;
export const RUNG = 1;

export interface AlarmMemory {
  readonly cells: Int32Array<SharedArrayBuffer>;
  /** The moment that was asked for last, in ns of the mock's clock. Written before ASKED is counted up. */
  readonly moment: Float64Array<SharedArrayBuffer>;
}

export const ALARM_BYTES = 16;

export function alarmMemory(buffer: SharedArrayBuffer): AlarmMemory {
  return { cells: new Int32Array(buffer, 0, 2), moment: new Float64Array(buffer, 8, 1) };
}

/** What the alarm's thread is given. */
export interface AlarmSetup {
  readonly memory: SharedArrayBuffer;
  /** Epoch of the clock that moments are given on: absolute monotonic nanoseconds, decimal. */
  readonly epochNs: string;
}
