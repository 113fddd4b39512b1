/**
 * Due times of slots: an indexed binary heap in typed arrays. At most one due time a slot; setting, moving and removing
 * are O(log n) and allocate nothing once the arrays have grown to the pool's size.
 */
export class TimerHeap {
  #length = 0;
  #dues: Float64Array;
  #slots: Int32Array;
  /** Position in the heap by slot, -1 when absent. */
  #positions: Int32Array;

  constructor(capacity = 256) {
    this.#dues = new Float64Array(capacity);
    this.#slots = new Int32Array(capacity);
    this.#positions = new Int32Array(capacity).fill(-1);
  }

  get size(): number {
    return this.#length;
  }

  /** The earliest due time, or Infinity. */
  get dueNs(): number {
    return this.#length === 0 ? Infinity : this.#dueAt(0);
  }

  /** The slot that is due first. Only valid while `size` is above 0. */
  get first(): number {
    return this.#slotAt(0);
  }

  set(slot: number, dueNs: number): void {
    if (slot >= this.#positions.length) this.#grow(slot + 1);
    const position = this.#positionOf(slot);
    if (position === -1) {
      this.#length++;
      this.#rise(this.#length - 1, slot, dueNs);
    } else if (dueNs < this.#dueAt(position)) {
      this.#rise(position, slot, dueNs);
    } else {
      this.#sink(position, slot, dueNs);
    }
  }

  /** Takes a slot's due time away, if it has one. */
  remove(slot: number): void {
    if (slot >= this.#positions.length) return;
    const position = this.#positionOf(slot);
    if (position === -1) return;
    this.#positions[slot] = -1;
    this.#length--;
    if (position === this.#length) return;
    const lastSlot = this.#slotAt(this.#length);
    const lastDue = this.#dueAt(this.#length);
    if (position > 0 && lastDue < this.#dueAt((position - 1) >> 1)) this.#rise(position, lastSlot, lastDue);
    else this.#sink(position, lastSlot, lastDue);
  }

  #rise(from: number, slot: number, dueNs: number): void {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      const parentDue = this.#dueAt(parent);
      if (parentDue <= dueNs) break;
      this.#put(position, this.#slotAt(parent), parentDue);
      position = parent;
    }
    this.#put(position, slot, dueNs);
  }

  #sink(from: number, slot: number, dueNs: number): void {
    let position = from;
    for (;;) {
      let child = 2 * position + 1;
      if (child >= this.#length) break;
      if (child + 1 < this.#length && this.#dueAt(child + 1) < this.#dueAt(child)) child++;
      const childDue = this.#dueAt(child);
      if (childDue >= dueNs) break;
      this.#put(position, this.#slotAt(child), childDue);
      position = child;
    }
    this.#put(position, slot, dueNs);
  }

  #put(position: number, slot: number, dueNs: number): void {
    this.#dues[position] = dueNs;
    this.#slots[position] = slot;
    this.#positions[slot] = position;
  }

  // Positions and slots asked for are always inside the arrays; the casts only state this to the compiler.
  #dueAt(position: number): number {
    return this.#dues[position] as number;
  }
  #slotAt(position: number): number {
    return this.#slots[position] as number;
  }
  #positionOf(slot: number): number {
    return this.#positions[slot] as number;
  }

  #grow(atLeast: number): void {
    const capacity = Math.max(atLeast, this.#positions.length * 2);
    const dues = new Float64Array(capacity);
    const slots = new Int32Array(capacity);
    const positions = new Int32Array(capacity).fill(-1);
    dues.set(this.#dues);
    slots.set(this.#slots);
    positions.set(this.#positions);
    this.#dues = dues;
    this.#slots = slots;
    this.#positions = positions;
  }
}
