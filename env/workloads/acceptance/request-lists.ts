/** One list a request, made from its key and length when first asked for, and kept while there is room. */
import type { Luck, Stream } from '../../random.js';
import type { Workload } from '../workload.js';

/** Keys and true output lengths by row: all that a generator asks of a workload. */
export type KeyedLengths = Pick<Workload, 'key' | 'outputTokens'>;

/** Room for lists, bytes: about 90,000 answers of 728 tokens. */
export const KEPT_BYTES = 64 * 2 ** 20;

/**
 * The list of a row, one byte a token. When `keptBytes` are full all lists are forgotten, and made again when asked for:
 * of a long episode only live requests are.
 */
export function requestLists(
  { key, outputTokens }: KeyedLengths,
  make: (key: number, outputTokens: number) => Uint8Array,
  keptBytes: number,
): (row: number) => Uint8Array {
  const lists: (Uint8Array | undefined)[] = new Array(key.length);
  let bytes = 0;
  return (row) => {
    const known = lists[row];
    if (known) return known;
    const made = make(key[row], outputTokens[row]);
    if (bytes + made.length > keptBytes) {
      lists.fill(undefined);
      bytes = 0;
    }
    bytes += made.length;
    lists[row] = made;
    return made;
  };
}

/** Lets a stream begin where the request's own luck says, at four draws from `position` on. */
export function restart(from: Stream, own: Luck, key: number, position: number): void {
  for (let k = 0; k < 4; k++) from.state[k] = Math.floor(4294967296 * own(key, position + k)) | 1; // never all zero
}
