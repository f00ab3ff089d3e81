/** Multiplier of the hash: the golden ratio in 32 bits, odd, so that neighbouring keys spread over the table. */
const SPREAD = 0x9e3779b1;
const HALF = 2 ** 32;

/**
 * Rows by a whole-number key below 2^53: open addressing over typed arrays. A million rows take 24 MB and no object. The first row of a
 * key stays; later ones are told to be repeats.
 */
export class RowTable {
  private readonly keys: Float64Array;
  private readonly rows: Int32Array;
  private readonly mask: number;

  constructor(size: number) {
    let slots = 16;
    while (slots < size * 2) slots *= 2;
    this.mask = slots - 1;
    this.keys = new Float64Array(slots);
    this.rows = new Int32Array(slots).fill(-1);
  }

  /** Puts a row under its key; gives the row that was there before, or -1. */
  add(key: number, row: number): number {
    let slot = this.slotOf(key);
    for (;;) {
      const held = this.rows[slot] ?? -1;
      if (held === -1) {
        this.keys[slot] = key;
        this.rows[slot] = row;
        return -1;
      }
      if (this.keys[slot] === key) return held;
      slot = (slot + 1) & this.mask;
    }
  }

  /** The row of a key, or -1. */
  find(key: number): number {
    let slot = this.slotOf(key);
    for (;;) {
      const held = this.rows[slot] ?? -1;
      if (held === -1 || this.keys[slot] === key) return held;
      slot = (slot + 1) & this.mask;
    }
  }

  private slotOf(key: number): number {
    const low = key >>> 0;
    const high = (key / HALF) >>> 0;
    const mixed = Math.imul(low ^ Math.imul(high, SPREAD), SPREAD);
    return ((mixed ^ (mixed >>> 15)) >>> 0) & this.mask;
  }
}
