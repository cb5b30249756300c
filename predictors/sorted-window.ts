/** The last numbers of a row, as they came and sorted. They lie in cells of a Float64Array, 2·size of them from `at` on: so they fork. */

/** Puts one more in, instead of the oldest if it is full. @param seen how many there were before */
export function slide(cells: Float64Array, at: number, size: number, seen: number, value: number): void {
  const newest = at + (seen % size);
  const sorted = at + size;
  let n = Math.min(seen, size);
  if (n === size) {
    const oldest = firstNotBelow(cells, sorted, n, cells[newest]);
    cells.copyWithin(oldest, oldest + 1, sorted + n--);
  }
  const place = firstNotBelow(cells, sorted, n, value);
  cells.copyWithin(place + 1, place, sorted + n);
  cells[place] = value;
  cells[newest] = value;
}

/** The k-th smallest of them, from 0 on. */
export const kthOf = (cells: Float64Array, at: number, size: number, k: number): number => cells[at + size + k];

function firstNotBelow(cells: Float64Array, from: number, n: number, value: number): number {
  let [low, high] = [from, from + n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cells[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
