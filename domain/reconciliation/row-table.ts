/** Multiplier of the hash: the golden ratio in 32 bits, odd, so that neighbouring keys spread over the table. */
const SPREAD = 0x9e3779b1;
const HALF = 2 ** 32;

/** A key space this many times the rows is still addressed directly: 4 bytes a key, and no second look at it. */
const DIRECT_FACTOR = 16;

/**
 * Rows by a whole-number key below 2^53. Where the keys are dense, an array with a place per key; else open addressing over typed
 * arrays, 24 MB for a million rows and no object. The first row of a key stays; later ones are told to be repeats.
 */
export class RowTable {
  private readonly isDirect: boolean;
  private readonly keys: Float64Array;
  private readonly rows: Int32Array;
  private readonly mask: number;

  /** `keySpace`: every key is below it. */
  constructor(size: number, keySpace: number) {
    this.isDirect = keySpace <= size * DIRECT_FACTOR;
    let slots = 16;
    while (slots < size * 2) slots *= 2;
    this.mask = slots - 1;
    this.keys = new Float64Array(this.isDirect ? 0 : slots);
    this.rows = new Int32Array(this.isDirect ? keySpace : slots).fill(-1);
  }

  /** Puts a row under its key; gives the row that was there before, or -1. */
  add(key: number, row: number): number {
    const slot = this.isDirect ? key : this.freeOrOwn(key);
    const held = this.rows[slot] ?? -1;
    if (held !== -1) return held;
    this.rows[slot] = row;
    if (!this.isDirect) this.keys[slot] = key;
    return -1;
  }

  /** The row of a key, or -1. */
  find(key: number): number {
    return this.rows[this.isDirect ? key : this.freeOrOwn(key)] ?? -1;
  }

  private freeOrOwn(key: number): number {
    let slot = this.slotOf(key);
    while (this.rows[slot] !== -1 && this.keys[slot] !== key) slot = (slot + 1) & this.mask;
    return slot;
  }

  private slotOf(key: number): number {
    const low = key >>> 0;
    const high = (key / HALF) >>> 0;
    const mixed = Math.imul(low ^ Math.imul(high, SPREAD), SPREAD);
    return ((mixed ^ (mixed >>> 15)) >>> 0) & this.mask;
  }
}
