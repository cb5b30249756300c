/** Sessions of coding agents, read block by block. */
import { integer, length, micros, need, type SlowRecord } from './slow-formats.js';
import { Refused, slowCells } from './slow-text.js';

interface SlowAgent {
  line: number | undefined;
  ids: number[];
}

const NAMES = ['session', 'agent', 'in', 'out', 'n_blocks', 'shared_prefix_blocks', 'new_block_runs', 'think_time'];

export function slowSessions(header: string, headerLine: number): SlowRecord {
  const names = (slowCells(header) ?? []).map((name) => name.trim());
  for (const name of NAMES) need(names.includes(name), headerLine);
  const sessions = new Map<string, { agents: Map<string, SlowAgent>; before: Map<number, number> }>();
  let current: string | undefined;

  return (text, line) => {
    const cells = slowCells(text);
    if (cells?.length !== names.length) throw new Refused(line);
    const [name, agent, input, output, stated, shared, runs, think] = NAMES.map((n) => cells[names.indexOf(n)]);
    const promptTokens = length(input, line);
    const outputTokens = integer(output, 0, 2 ** 31 - 1, line);
    const pause = think === '' ? 0 : micros(think, 1e6, line);
    need(name !== '' && (name === current || !sessions.has(name)), line);
    const session = sessions.get(name) ?? { agents: new Map<string, SlowAgent>(), before: new Map<number, number>() };
    const last = session.agents.get(agent) ?? { line: session.agents.get('main')?.line, ids: [] };
    const kept = integer(shared, 0, last.ids.length, line);
    const full = Math.floor(promptTokens / 64);
    need(integer(stated, 0, Number.MAX_SAFE_INTEGER, line) === full, line);
    const ids = [...last.ids.slice(0, kept), ...expand(runs, full, line)];
    need(ids.length === full, line);
    ids.forEach((id, k) => {
      const before = k ? ids[k - 1] : -1;
      need(id > before && (session.before.get(id) ?? before) === before, line);
    });
    for (const [k, id] of ids.entries()) session.before.set(id, k ? ids[k - 1] : -1);
    const failed = outputTokens === 0;
    session.agents.set(agent, { line: failed ? last.line : line, ids });
    sessions.set(name, session);
    current = name;
    if (failed) return null;
    const row = {
      line,
      promptTokens,
      outputTokens,
      blocks: ids.map((id) => `${name}/${id}`),
      rest: promptTokens % 64 > 0,
    };
    return last.line === undefined ? { ...row, arrival: 0 } : { ...row, follows: last.line, think: pause };
  };
}

function expand(runs: string, most: number, line: number): number[] {
  const ids: number[] = [];
  for (const run of runs === '' ? [] : runs.split(';')) {
    need(/^\d{1,15}(-\d{1,15})?$/.test(run), line);
    const [from, to = from] = run.split('-').map(Number);
    need(to >= from && to - from < most, line);
    for (let id = from; id <= to; id++) ids.push(id);
  }
  return ids;
}
