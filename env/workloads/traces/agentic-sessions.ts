/**
 * Sessions of coding agents (github.com/callanjfox/kv-cache-tester, Apache-2.0) as one CSV, a line a request, the lines of a session
 * together. Columns that are read:
 *
 *     session                 name
 *     agent                   `main`, or the name of a sub-agent
 *     in, out                 tokens of prompt and answer; an answer of none failed
 *     n_blocks                full blocks of 64 tokens in the prompt
 *     shared_prefix_blocks    leading blocks equal to those of the agent's last request
 *     new_block_runs          the others: 248-250;300;302-305. A number, local to the session, names a block with all before it
 *     think_time              s between the agent's last answer and this request; empty where it is not known: 0
 *
 * The load is a closed loop: an agent's request follows its last one, a sub-agent's first request that of `main` before it in the file,
 * which called it. Sessions themselves begin at once, or as arrivals say. Blocks become segments for prefix caching; a prompt's
 * last tokens, which fill no block, are its own. What answers say is not known: no prompt quotes one.
 */
import { UNDECLARED } from '../workload.js';
import { type BlockTree, createBlockTree, grow, type Piece, type Run, startOf } from './block-tree.js';
import { csvTable, hasColumns } from './csv.js';
import { count, time, tokens, valueAs, whole } from './kinds.js';
import type { RowReader, TraceReader } from './reader.js';
import { BadRow, shown } from './row.js';

const BLOCK = 64;
const COLUMNS = [
  'session',
  'agent',
  'in',
  'out',
  'n_blocks',
  'shared_prefix_blocks',
  'new_block_runs',
  'think_time',
] as const;
const RUN = /^(\d{1,15})(?:-(\d{1,15}))?$/;
const SECONDS = time('s');
const ANSWER = whole(0, UNDECLARED, `a whole number in 0 … ${UNDECLARED}`);

interface Agent {
  /** Line of its last request that did not fail. */
  line: number | undefined;
  pieces: readonly Piece[];
  blocks: number;
}

interface Session {
  readonly name: string;
  readonly tree: BlockTree;
  readonly agents: Map<string, Agent>;
}

export const agenticSessions: TraceReader = {
  name: 'agentic-sessions',
  summary: 'sessions of coding agents (CSV): closed loop with think times, prompts share blocks of 64 tokens',
  header: true,
  detect: ([first]) => hasColumns(first, 'session', 'agent', 'shared_prefix_blocks', 'new_block_runs'),
  start: sessionRows,
};

function sessionRows(header: string): RowReader {
  const { names, cells, goesOn } = csvTable(header);
  const [session, agent, input, output, blocks, shared, runs, think] = COLUMNS.map((column) => {
    const at = names.indexOf(column);
    if (at < 0) throw new BadRow(undefined, `a header with the column ${column}`, shown(header));
    return at;
  });
  const seen = new Set<string>();
  let current: Session = { name: '', tree: createBlockTree('', BLOCK), agents: new Map() };

  return {
    calendar: false,
    mayFollow: true,
    blockTokens: BLOCK,
    unused: names.filter((name) => !(COLUMNS as readonly string[]).includes(name)),
    columnOf: (field) => field,
    goesOn,
    read(record, line) {
      const cell = cells(record);
      const promptTokens = valueAs(tokens, 'in', cell[input]);
      const outputTokens = valueAs(ANSWER, 'out', cell[output]);
      const pause = cell[think] === '' ? 0 : valueAs(SECONDS, 'think_time', cell[think]);
      const of = sessionOf(cell[session]);
      const before = of.agents.get(cell[agent]) ?? { line: of.agents.get('main')?.line, pieces: [], blocks: 0 };
      const sharedBlocks = valueAs(count, 'shared_prefix_blocks', cell[shared]);
      if (sharedBlocks > before.blocks) {
        const expected = `at most ${before.blocks}, the blocks of the agent's last request`;
        throw new BadRow('shared_prefix_blocks', expected, `${sharedBlocks}`);
      }
      const added = parseRuns(cell[runs]);
      const total = added.reduce((sum, { from, to }) => sum + to - from + 1, sharedBlocks);
      checkBlocks(valueAs(count, 'n_blocks', cell[blocks]), total, promptTokens);
      const pieces = grow(of.tree, startOf(of.tree, before.pieces, sharedBlocks), added, 'new_block_runs');
      const failed = outputTokens === 0;
      of.agents.set(cell[agent], { line: failed ? before.line : line, pieces, blocks: total });
      if (of !== current) {
        seen.add(of.name);
        current = of;
      }
      if (failed) return undefined;
      const segments = segmentsOf(pieces, promptTokens, line);
      if (before.line === undefined) return { arrival: 0, promptTokens, outputTokens, segments };
      return { promptTokens, outputTokens, segments, follows: before.line, think: pause };
    },
  };

  function sessionOf(name: string): Session {
    if (name === '') throw new BadRow('session', 'a name', 'nothing');
    if (name === current.name) return current;
    if (seen.has(name)) throw new BadRow('session', 'the lines of a session together', `${shown(name)} again`);
    return { name, tree: createBlockTree(name, BLOCK), agents: new Map() };
  }
}

/** `248-250;300` as runs; empty = none. */
function parseRuns(text: string): Run[] {
  if (text === '') return [];
  return text.split(';').map((part) => {
    const [, from, to = from] = RUN.exec(part) ?? [];
    if (from === undefined || Number(to) < Number(from))
      throw new BadRow('new_block_runs', 'runs of blocks like 248-250;300', shown(text));
    return { from: Number(from), to: Number(to) };
  });
}

function checkBlocks(stated: number, found: number, promptTokens: number): void {
  const full = Math.floor(promptTokens / BLOCK);
  if (stated !== full) throw new BadRow('n_blocks', `${full}, the blocks of ${promptTokens} tokens`, `${stated}`);
  if (found !== full) throw new BadRow('new_block_runs', `${full} blocks with the shared ones`, `${found}`);
}

function segmentsOf(pieces: readonly Piece[], promptTokens: number, line: number): Piece['segment'][] {
  const segments = pieces.map(({ segment }) => segment);
  const rest = promptTokens % BLOCK;
  if (rest > 0) segments.push([`end of line ${line}`, rest]);
  return segments;
}
