/** Prompts as lists of numbered blocks, written as few segments: what two prompts share is a common start of their lists. */
import { BadRow } from './row.js';

/** Blocks `from` … `to`, both included. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** A start of a sequence: blocks `first`, `first` + 1, … */
export interface Piece {
  readonly first: number;
  readonly blocks: number;
  /** Name of the sequence, and tokens. */
  readonly segment: readonly [string, number];
}

/**
 * The blocks of all prompts so far. A number names a block together with all before it, and is given when it is first seen: so
 * blocks form a tree whose paths ascend. A sequence is a path of consecutive numbers; every block lies in one sequence.
 */
export interface BlockTree {
  readonly name: string;
  readonly blockTokens: number;
  /** By sequence, ascending: its first block and its last one, and the block before the first; −1 = none. */
  readonly first: number[];
  readonly last: number[];
  readonly before: number[];
}

/** @param name what the names of sequences begin with */
export const createBlockTree = (name: string, blockTokens: number): BlockTree => ({
  name,
  blockTokens,
  first: [],
  last: [],
  before: [],
});

const pieceOf = ({ blockTokens }: BlockTree, sequence: string, first: number, blocks: number): Piece => ({
  first,
  blocks,
  segment: [sequence, blocks * blockTokens],
});

const endOf = ({ first, blocks }: Piece): number => first + blocks - 1;
const endOfLast = (pieces: readonly Piece[]): number => (pieces.length ? endOf(pieces[pieces.length - 1]) : -1);
const nameOf = (block: number): string => (block < 0 ? 'no other' : `block ${block}`);

/**
 * The pieces of a prompt that begins with the pieces `start` and goes on with `runs`. New blocks enter the tree; it is left as it
 * was if this throws.
 * @throws BadRow if numbers do not ascend, or a block stands behind another one than before
 */
export function grow(tree: BlockTree, start: readonly Piece[], runs: readonly Run[], column: string): Piece[] {
  const pieces = [...start];
  for (const { from, to } of runs) {
    const before = endOfLast(pieces);
    if (from <= before) throw new BadRow(column, `a block above ${before}, which stands before it`, `${from}`);
    for (let block = from; block <= to; ) block = put(block, to);
  }
  for (let k = Math.max(0, start.length - 1); k < pieces.length; k++)
    enter(tree, pieces[k], k ? endOf(pieces[k - 1]) : -1);
  return pieces;

  /** Puts `block` and what follows it in its sequence. Returns the next block. */
  function put(block: number, to: number): number {
    const at = sequenceAt(tree, block);
    const known = at >= 0 && tree.last[at] >= block;
    const end = Math.min(to, known ? tree.last[at] : (tree.first[at + 1] ?? Infinity) - 1);
    const tail = pieces.at(-1);
    const before = endOfLast(pieces);
    if (tail && before === block - 1 && tree.first[at] === tail.first && tree.last[at] >= block - 1) {
      pieces[pieces.length - 1] = pieceOf(tree, tail.segment[0], tail.first, end - tail.first + 1);
    } else if (known && (tree.first[at] !== block || tree.before[at] !== before)) {
      const usual = tree.first[at] === block ? tree.before[at] : block - 1;
      throw new BadRow(column, `block ${block} behind ${nameOf(usual)}, as in a request above`, nameOf(before));
    } else pieces.push(pieceOf(tree, `${tree.name}/${block}`, block, end - block + 1));
    return end + 1;
  }
}

/** The first `blocks` blocks of a prompt, which has as many. */
export function startOf(tree: BlockTree, pieces: readonly Piece[], blocks: number): Piece[] {
  const start: Piece[] = [];
  let left = blocks;
  for (const piece of pieces) {
    if (left <= 0) break;
    start.push(piece.blocks <= left ? piece : pieceOf(tree, piece.segment[0], piece.first, left));
    left -= piece.blocks;
  }
  return start;
}

/** The last sequence that begins at or before a block; −1 = none. */
function sequenceAt({ first }: BlockTree, block: number): number {
  let low = 0;
  let high = first.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (first[middle] <= block) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function enter(tree: BlockTree, piece: Piece, before: number): void {
  const at = sequenceAt(tree, piece.first);
  if (tree.first[at] === piece.first) {
    tree.last[at] = Math.max(tree.last[at], endOf(piece));
  } else {
    tree.first.splice(at + 1, 0, piece.first);
    tree.last.splice(at + 1, 0, endOf(piece));
    tree.before.splice(at + 1, 0, before);
  }
}
