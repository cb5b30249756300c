/** Runs claims one after the other, their seeds on worker threads, sample by sample into a journal. */
import { extname } from 'node:path';
import type { Talk } from '../cli/command.js';
import { Interrupted } from '../cli/exit.js';
import { runJobs, type Work } from '../pool.js';
import { type Journal, openJournal } from '../results.js';
import type { Findings, Paper } from './paper.js';
import { sentenceOf, type Verdict, verdictOf } from './verdict.js';

/** What a run of one claim ends with; without findings it could not be run here. */
export interface Outcome {
  readonly name: string;
  readonly paper: Paper;
  readonly seeds: number;
  readonly verdict: Verdict | 'not run';
  /** The verdict with its reason. */
  readonly sentence: string;
  readonly findings: Findings | null;
}

interface RunOptions {
  readonly folder: string;
  /** Of what all samples depend on: what was sampled under another one is discarded. */
  readonly hash: string;
  readonly quick: boolean;
  /** Seeds of every claim [its own number]. */
  readonly seeds?: number | undefined;
  /** The first one; the others follow it. */
  readonly seed: number;
  readonly talk: Talk;
  /** Called as soon as a claim is through. */
  readonly onOutcome: (outcome: Outcome) => Promise<void> | void;
}

/** One seed of one claim. */
interface Sampled {
  readonly paper: string;
  readonly seed: number;
  readonly sample: unknown;
}

/**
 * Runs what an interrupted run has not.
 * @throws Interrupted on Ctrl-C; finished samples are kept and the outcomes that there are were handed over
 */
export async function runPapers(
  chosen: readonly (readonly [name: string, paper: Paper])[],
  options: RunOptions,
): Promise<Outcome[]> {
  const { folder, hash, talk } = options;
  const journal = openJournal<Sampled>(folder, 'samples', hash, talk.run.resume);
  const known = new Map(journal.before.map((each) => [sampleName(each), each]));
  if (known.size > 0) talk.note(`${known.size} samples of an interrupted run are kept`);
  const outcomes: Outcome[] = [];
  try {
    for (const [name, paper] of chosen) {
      const outcome = await runPaper(name, paper, known, journal, options);
      outcomes.push(outcome);
      await options.onOutcome(outcome);
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(
      `${outcomes.length} of ${chosen.length} claims are through, ${known.size} samples are kept in ${journal.file}; the same command goes on from there`,
    );
  }
  const used = outcomes.flatMap(({ name, seeds }) => sampledOf(known, name, seedsFrom(options.seed, seeds)));
  journal.finish(used);
  return outcomes;
}

async function runPaper(
  name: string,
  paper: Paper,
  known: Map<string, Sampled>,
  journal: Journal<Sampled>,
  { quick, seeds: wanted, seed: first, talk }: RunOptions,
): Promise<Outcome> {
  const missing = paper.missing?.();
  if (missing !== undefined)
    return { name, paper, seeds: 0, verdict: 'not run', sentence: `not run: ${missing}`, findings: null };
  const count = wanted ?? paper.seeds[quick ? 'quick' : 'full'];
  const seeds = seedsFrom(first, count);
  const left = seeds.filter((seed) => !known.has(sampleName({ paper: name, seed })));
  const progress = talk.progress(`${name}: seeds`, count);
  let done = count - left.length;
  try {
    await runJobs<PaperSetup, number, Omit<Sampled, 'paper'>>(left, {
      module: new URL(`./worker${extname(import.meta.url)}`, import.meta.url),
      setup: { name, quick },
      here: () => openSampler(paper, quick),
      workers: talk.run.workers,
      signal: talk.signal,
      onResult(result) {
        const sampled = JSON.parse(JSON.stringify({ paper: name, ...result })) as Sampled; // as it will be read back
        known.set(sampleName(sampled), sampled);
        journal.add(sampled);
        progress.at(++done);
      },
    });
  } finally {
    progress.end();
  }
  const samples = sampledOf(known, name, seeds).map(({ sample }) => sample);
  const findings = paper.conclude(samples);
  return { name, paper, seeds: count, verdict: verdictOf(findings.figures), sentence: sentenceOf(findings), findings };
}

/** What a worker is made from. */
export interface PaperSetup {
  readonly name: string;
  readonly quick: boolean;
}

export async function openSampler(paper: Paper, quick: boolean): Promise<Work<number, Omit<Sampled, 'paper'>>> {
  const sampleOf = await paper.open(quick);
  return function* (seed) {
    yield { seed, sample: sampleOf(seed) };
  };
}

const seedsFrom = (first: number, count: number): number[] => Array.from({ length: count }, (_, k) => first + k);

/** Those of one claim, in the order of the seeds. */
const sampledOf = (known: ReadonlyMap<string, Sampled>, paper: string, seeds: readonly number[]): Sampled[] =>
  seeds.map((seed) => known.get(sampleName({ paper, seed }))).filter((each) => each !== undefined);

const sampleName = ({ paper, seed }: Pick<Sampled, 'paper' | 'seed'>): string => `${paper} / ${seed}`;
