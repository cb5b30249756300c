/** What one row of a log of iterations says, and whether it can be. */
import { BadRow, shown } from '../../env/workloads/traces/row.js';

export const phases = ['decode', 'prefill', 'mixed'] as const;
export type Phase = (typeof phases)[number];

/** What is read of a log, by the names that users give to their columns. */
export const logFields = {
  seqs: { names: ['seqs', 'sequences', 'num_seqs', 'batch_size'], doc: 'sequences in the batch' },
  seconds: { names: ['seconds', 'iter_s', 'duration_s'], doc: 'time of the iteration, s' },
  tokens: { names: ['tokens', 'num_tokens'], doc: 'tokens computed in it' },
  context: {
    names: ['context', 'kv_tokens'],
    doc: 'tokens of its sequences computed before (mixed rows: of those that decode)',
  },
  tot_tokens: { names: ['tot_tokens'], doc: 'in place of both: context of a decode row, tokens of a prefill row' },
  longest: { names: ['longest', 'max_seqlen'], doc: 'tokens of its longest sequence' },
  decodes: { names: ['decodes', 'num_decodes'], doc: 'sequences of it that decode' },
  phase: { names: ['phase'], doc: 'decode, prefill or mixed' },
} as const;
export type Field = keyof typeof logFields;
export type NumberField = Exclude<Field, 'phase'>;

/** One iteration. */
export interface LogRow {
  readonly line: number;
  readonly phase: Phase;
  readonly seqs: number;
  readonly decodes: number;
  readonly tokens: number;
  readonly context: number;
  readonly longest: number;
  readonly seconds: number;
}

/**
 * Makes a row of what its columns say; none of an iteration without sequences.
 * @param readers the columns there are; an empty cell is NaN
 * @param columns their names, for errors
 * @param word the cell of the phase
 * @throws BadRow
 */
export function checkedRow(
  line: number,
  readers: Partial<Record<NumberField, () => number>>,
  columns: Partial<Record<Field, string>>,
  word: string | undefined,
): LogRow | undefined {
  const value = (field: NumberField): number => readers[field]?.() ?? Number.NaN;
  const bad = (field: Field, expected: string, found: unknown): never => {
    throw new BadRow(columns[field], expected, Number.isNaN(found) ? 'nothing' : shown(found));
  };
  const whole = (field: NumberField, least: number, most = Number.MAX_SAFE_INTEGER): number => {
    const found = value(field);
    if (Number.isInteger(found) && found >= least && found <= most) return found;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `in ${least} … ${most}`;
    return bad(field, `${field}, a whole number ${range}`, found);
  };
  const seconds = value('seconds');
  if (!(seconds > 0 && seconds < Infinity)) bad('seconds', 'seconds > 0', seconds);
  const seqs = whole('seqs', 0);
  if (seqs === 0) return undefined;
  const known = readers.decodes ? whole('decodes', 0, seqs) : undefined;
  const phase = word === undefined ? derivedPhase(known, seqs, value('tokens')) : phaseOf(word, columns.phase);
  if (phase === 'mixed' && known === undefined)
    bad('phase', 'decode or prefill, as there is no column for decodes', word);
  if (known !== undefined && phase !== derivedPhase(known, seqs, 0))
    bad('phase', `${derivedPhase(known, seqs, 0)}, as ${known} of ${seqs} sequences decode`, word);
  const decodes = known ?? (phase === 'decode' ? seqs : 0);
  const own: NumberField = phase === 'decode' ? 'context' : 'tokens';
  const field = readers[own] ? own : 'tot_tokens';
  const longest = readers.longest ? whole('longest', 1) : Number.NaN;
  if (phase === 'decode') {
    const context = whole(field, 0);
    return {
      line,
      phase,
      seqs,
      decodes,
      tokens: readers.tokens ? whole('tokens', seqs) : seqs,
      context,
      longest,
      seconds,
    };
  }
  const tokens = whole(field, seqs);
  const context = readers.context ? whole('context', 0) : 0;
  return { line, phase, seqs, decodes, tokens, context, longest, seconds };
}

function derivedPhase(decodes: number | undefined, seqs: number, tokens: number): Phase {
  if (decodes !== undefined) return decodes === seqs ? 'decode' : decodes === 0 ? 'prefill' : 'mixed';
  return tokens === seqs ? 'decode' : 'prefill';
}

/** `decoding`, `Prefill`, `m` … */
function phaseOf(word: string, column: string | undefined): Phase {
  const phase = phases.find((name) => word.toLowerCase().startsWith(name.slice(0, word.length < 3 ? 1 : 3)));
  if (phase === undefined) throw new BadRow(column, phases.join(', '), shown(word));
  return phase;
}
