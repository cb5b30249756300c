/** The engine as text that is redrawn in place: memory, the batch, who runs, who waits, what was decided last. */
import type { Engine } from '../../serving/engine.js';
import { usedBlocks } from '../../serving/kv-use.js';
import type { RequestId } from '../../serving/policy.js';
import type { Replica } from '../../serving/replica.js';
import { State } from '../../serving/requests.js';
import type { Film } from './film.js';
import { apart, bar, clip, count, duration, short } from './words.js';

/** Characters and lines that a frame may take. */
export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
}

/** Lines that are always there: title, memory, batch, everyone, head of the table, decision. */
const FIXED = 6;
const LEAST = { columns: 48, rows: FIXED + 4 };

/**
 * A frame of an open turn, lines without colour, none longer than the size. It shows what a policy may see: an answer's
 * length is the believed one.
 */
export function ansiFrame({ replica: s, setup }: Engine, film: Film, size: FrameSize): string {
  const columns = Math.max(LEAST.columns, size.columns);
  const rows = Math.max(LEAST.rows, size.rows) - FIXED;
  const running = Array.from(s.running.ids.subarray(0, s.running.n));
  const inBatch = new Set(running);
  const { rank } = s.decision;
  const waiting = Array.from(s.live.ids.subarray(0, s.live.n))
    .filter((r) => !inBatch.has(r))
    .sort((a, b) => rank[a] - rank[b] || a - b);
  const most = Math.max(Math.ceil(rows / 2), rows - waiting.length);
  const upper = listed(s, running, Math.min(running.length, most), columns, 'running');
  const lower = listed(s, waiting, rows - upper.length, columns, 'waiting');
  return [
    apart(`${setup.workload.name} · ${s.rules.name}`, `${duration(s.now)} · step ${count(film.steps)}`, columns),
    clip(`KV     ${memoryLine(s)}`, columns),
    clip(`batch  ${batchLine(s)}`, columns),
    clip(`here   ${hereLine(s, waiting.length)}`, columns),
    clip(HEAD, columns),
    ...upper,
    ...lower,
    clip(`last   ${lastLine(s, film)}`, columns),
  ].join('\n');
}

const HEAD = '     id       age   prompt  answer of believed length                 KV  γ';

function memoryLine(s: Replica): string {
  const { blocks } = s.rules;
  if (blocks === Infinity) return 'without limit';
  const used = usedBlocks(s);
  return `${bar(used / blocks, 30)} ${String(Math.round((100 * used) / blocks)).padStart(3)} %  ${count(used)} of ${count(blocks)} blocks`;
}

function batchLine({ plan, rules }: Replica): string {
  if (plan.n === 0) return 'none yet';
  let tokens = 0;
  for (let k = 0; k < plan.n; k++) tokens += plan.tokens[k];
  const seats = rules.maxBatch < Infinity ? ` of ${count(rules.maxBatch)} seats` : ' requests';
  return `${plan.n}${seats}, ${count(tokens)} tokens, ${duration(plan.length)}`;
}

function hereLine({ live, running, totals }: Replica, waiting: number): string {
  const { finished, aborted, rejected, evictions } = totals;
  const left = aborted + rejected;
  return (
    `${live.n}: ${running.n} running, ${waiting} waiting · ${count(finished)} finished` +
    `${left > 0 ? `, ${count(left)} left unserved` : ''} · ${count(evictions)} evictions`
  );
}

/** The last action in short, what the decision says of everyone, rewards. */
function lastLine(
  { decision, live, rules }: Replica,
  { steps, action, tokenBudget, headroom, reward, total }: Film,
): string {
  if (steps === 0) return 'nothing was decided yet';
  let held = 0;
  for (let k = 0; k < live.n; k++) held += decision.hold[live.ids[k]];
  const parts = [`action ${actionText(action)}`, `reward ${short(reward)} (${short(total)} so far)`];
  if (held > 0) parts.push(`${held} held`);
  if (tokenBudget < rules.tokenBudget) parts.push(`budget ${short(tokenBudget)} tokens`);
  if (headroom > 0) parts.push(`headroom ${short(headroom)} blocks`);
  return parts.join(' · ');
}

/** Numbers of an action as their count and range, a choice as itself. */
function actionText(action: unknown): string {
  if (ArrayBuffer.isView(action)) {
    const values = Array.from(action as Float32Array);
    if (values.length <= 4) return `[${values.map(short).join(', ')}]`;
    return `${values.length} numbers ${short(Math.min(...values))} … ${short(Math.max(...values))}`;
  }
  if (typeof action !== 'object' || action === null) return String(action);
  const parts = Object.entries(action).map(([name, value]) => `${name} ${actionText(value)}`);
  return parts.join(', ');
}

/** A line a request, and one for those who find no room. */
function listed(s: Replica, ids: readonly RequestId[], room: number, columns: number, what: string): string[] {
  const shown = ids.length <= room ? ids.length : Math.max(0, room - 1);
  const rows = ids.slice(0, shown).map((r) => clip(requestLine(s, r), columns));
  return shown < ids.length && room > 0
    ? [...rows, clip(`        … ${ids.length - shown} more ${what}`, columns)]
    : rows;
}

const MARKS: Readonly<Record<number, string>> = { [State.running]: '▶', [State.waiting]: '·' };
const BAR = 16;

function requestLine({ requests, beliefs, decision, now }: Replica, r: RequestId): string {
  const { arrival, promptTokens, computed, generated, known, blocks, state } = requests;
  const mark = decision.hold[r] === 1 ? '‖' : (MARKS[state[r]] ?? '‖');
  const prefills = generated[r] === 0 && computed[r] > 0;
  const believed = Math.max(Math.round(beliefs.length[r]), generated[r]);
  const [done, of] = prefills ? [computed[r], known[r]] : [generated[r], believed];
  const progress = `${bar(of > 0 ? done / of : 0, BAR, prefills ? '▒' : '█')} ${prefills ? 'prompt ' : ''}${count(done)} of ${short(of)}`;
  return (
    `${mark}${`#${r}`.padStart(6)}  ${duration(now - arrival[r]).padStart(8)}  ${count(promptTokens[r]).padStart(7)}  ` +
    `${progress.padEnd(BAR + 20)}${String(blocks[r]).padStart(6)}  ${decision.draft[r]}`
  );
}
