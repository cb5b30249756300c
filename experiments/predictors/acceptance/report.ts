/** The whole evaluation as data: every set and proposer, at two draft lengths, after 8, 16 and 32 steps. */
import {
  DRAFT_KINDS,
  type DraftKind,
  generatedRequests,
  RECORDED_SETS,
  type RecordedSet,
} from '../../../predictors/acceptance/generated.js';
import type { RecordedRequest } from '../../../predictors/acceptance/recorded.js';
import type { Weights } from '../../../predictors/weights.js';
import { learnArms } from './arms.js';
import { type AcceptanceCell, type CellOptions, evaluateCell, FOLDS } from './evaluate.js';
import { type LearningRow, learningCurve } from './learning.js';
import { recordedRequests } from './requests.js';
import { judgeStability, type StabilityRow } from './stability.js';

/** Of one set and proposer. */
interface Of {
  readonly set: RecordedSet;
  readonly draft: DraftKind;
}

export interface AcceptanceReport {
  /** On recorded requests. */
  readonly cells: readonly AcceptanceCell[];
  /** On as many generated ones at the moment that counts: there the network was trained on the very process that it meets. */
  readonly twins: readonly AcceptanceCell[];
  /** Seen at 3 drafts, asked about 5. */
  readonly transfer: readonly AcceptanceCell[];
  readonly learning: readonly (Of & { readonly rows: readonly LearningRow[] })[];
  readonly stability: readonly (Of & { readonly rows: readonly StabilityRow[] })[];
}

interface ReportOptions extends Omit<CellOptions, 'network'> {
  /** γ [3, 5] */
  readonly drafts?: readonly number[];
  /** Steps seen [8, 16, 32]. */
  readonly after?: readonly number[];
  /** Generated requests of each set and proposer [600]. */
  readonly twins?: number;
  onProgress?(done: number, total: number): void;
}

/** Steps after which the bar stands. */
export const BAR_AFTER = 16;

/**
 * @param root folder of data with specdecode-bench in it
 * @param network weights by proposer: `shippedNetwork`, or fresh ones
 */
export async function evaluateAcceptance(
  root: string,
  network: (draft: DraftKind) => Weights,
  { drafts = [3, 5], after = [8, BAR_AFTER, 32], twins = 600, onProgress, ...rest }: ReportOptions = {},
): Promise<AcceptanceReport> {
  const options = (draft: DraftKind): CellOptions => ({ ...rest, network: network(draft) });
  const sets: (Of & { requests: RecordedRequest[] })[] = [];
  for (const draft of DRAFT_KINDS)
    for (const set of RECORDED_SETS) sets.push({ set, draft, requests: await recordedRequests(root, draft, set) });
  const moments = drafts.flatMap((gamma) => after.map((n) => ({ drafts: gamma, after: n })));
  const work = sets.length * (moments.length + drafts.length + 3);
  let done = 0;
  const counted = <T>(value: T): T => {
    onProgress?.(++done, work);
    return value;
  };
  const first = { drafts: drafts[0], after: BAR_AFTER };
  return {
    cells: sets.flatMap((of) =>
      moments.map((moment) => counted(evaluateCell(of, of.requests, moment, options(of.draft)))),
    ),
    twins: sets.flatMap((of) => {
      const requests = generatedRequests(of.draft, of.set, twins, 'twins');
      return drafts.map((gamma) => counted(evaluateCell(of, requests, { ...first, drafts: gamma }, options(of.draft))));
    }),
    transfer: sets.map((of) =>
      counted(evaluateCell(of, of.requests, { drafts: 5, seen: 3, after: BAR_AFTER }, options(of.draft))),
    ),
    learning: sets.map(({ requests, ...of }) => counted({ ...of, rows: learningCurve(requests, first) })),
    stability: sets.map(({ requests, ...of }) => counted({ ...of, rows: stabilityOf(requests, first.drafts) })),
  };
}

/** Learnt from four fifths of the requests, judged on the rest. */
function stabilityOf(requests: readonly RecordedRequest[], drafts: number): StabilityRow[] {
  const arms = learnArms(
    requests.filter((_, k) => k % FOLDS !== 0),
    { drafts, after: BAR_AFTER },
  );
  const held = requests.filter((_, k) => k % FOLDS === 0);
  const beliefs = Object.fromEntries(
    ['prefix mean', 'shrinkage', 'regression'].map((name) => [name, arms[name]] as const),
  );
  return judgeStability(held, drafts, beliefs);
}
