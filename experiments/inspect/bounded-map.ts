/** A map of numbers to whole numbers that cannot outgrow a limit. */

export interface BoundedMap {
  readonly size: number;
  /** The value of a key; undefined if it is not there. */
  get(key: number): number | undefined;
  /** Returns whether it is in: a new key is refused when the map is full. */
  set(key: number, value: number): boolean;
  /** Keeps the keys of which `keep` is true. */
  retain(keep: (key: number) => boolean): void;
}

const SMALLEST = 1024;

/**
 * Open addressing in typed arrays: at most 32 bytes an entry, half of what a `Map` takes.
 * @param most entries
 */
export function createBoundedMap(most: number): BoundedMap {
  let keys = new Float64Array(SMALLEST).fill(Number.NaN);
  let values = new Int32Array(SMALLEST);
  let size = 0;

  /** Where a key is, or where it would be. */
  function placeOf(key: number): number {
    const mask = keys.length - 1;
    let place = (Math.imul(key | 0, 0x9e3779b1) ^ Math.imul(Math.floor(key / 4294967296) | 0, 0x85ebca6b)) >>> 0;
    place = (place ^ (place >>> 15)) & mask;
    while (!Number.isNaN(keys[place]) && keys[place] !== key) place = (place + 1) & mask;
    return place;
  }

  function rebuild(slots: number, keep: (key: number) => boolean): void {
    const [oldKeys, oldValues] = [keys, values];
    keys = new Float64Array(slots).fill(Number.NaN);
    values = new Int32Array(slots);
    size = 0;
    oldKeys.forEach((key, k) => {
      if (Number.isNaN(key) || !keep(key)) return;
      const place = placeOf(key);
      keys[place] = key;
      values[place] = oldValues[k];
      size++;
    });
  }

  return {
    get size() {
      return size;
    },
    get(key) {
      const place = placeOf(key);
      return keys[place] === key ? values[place] : undefined;
    },
    set(key, value) {
      let place = placeOf(key);
      if (keys[place] !== key) {
        if (size >= most) return false;
        if (4 * (size + 1) > 3 * keys.length) {
          rebuild(2 * keys.length, () => true);
          place = placeOf(key);
        }
        keys[place] = key;
        size++;
      }
      values[place] = value;
      return true;
    },
    retain: (keep) => rebuild(keys.length, keep),
  };
}
