/** What a request list is like, in words and one table. */

import { telling } from '../inspect/dispersion.js';
import type { WorkloadStatistics } from '../inspect/inspection.js';
import type { SpreadSummary } from '../inspect/spread.js';
import type { TallySummary } from '../inspect/tally.js';
import { figure, textTable } from './table.js';

export function workloadText(statistics: WorkloadStatistics): string {
  const s = statistics;
  const spreads: [string, SpreadSummary | undefined][] = [
    ['prompt, tokens', s.prompt],
    ['output, tokens', s.output],
    ['max_tokens', s.declared],
    ['requests of a session', s.sessions?.rounds],
    ['think time, s', s.sessions?.think],
    ['deadline after arrival, s', s.deadlines],
    ['client gives up after, s', s.timeouts],
  ];
  const columns = [
    { title: '', align: 'left' as const },
    ...['mean', 'sd', 'p50', 'p90', 'p99', 'max'].map((title) => ({ title })),
  ];
  const rows = spreads.flatMap(([name, spread]) => (spread ? [[name, ...figuresOf(spread)]] : []));
  return `${textTable({ columns, rows })}\n${factsOf(s).join('\n')}\n`;
}

const figuresOf = ({ mean, sd, p50, p90, p99, max }: SpreadSummary): string[] =>
  [mean, sd, p50, p90, p99, max].map((value) => figure(value));

const whole = (count: number): string => count.toLocaleString('en-US');
const signed = (value: number): string => figure(Math.round(100 * value) / 100, 2);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function factsOf({ arrivals, logCorrelation, declared, reuse, sessions, ...s }: WorkloadStatistics): string[] {
  const facts: string[] = [];
  if (arrivals && arrivals.span > 0) {
    const { cv, lag1 } = arrivals.gaps;
    facts.push(
      `arrivals: ${figure(arrivals.rate)} ${sessions ? 'sessions' : 'requests'}/s over ${figure(arrivals.span)} s, CV of gaps ${figure(cv)}, correlation of a gap with the next ${signed(lag1)}`,
    );
    const windows = telling(arrivals.dispersion).map(({ window, ratio }) => `${figure(ratio)} at ${window} s`);
    if (windows.length > 0) facts.push(`variance/mean of counts (Poisson: 1): ${windows.join(' · ')}`);
  } else facts.push(arrivals ? 'arrivals: all at once' : 'arrivals: the file has no times');
  facts.push(`correlation of ln(prompt) and ln(output): ${signed(logCorrelation)}`);
  if (declared) {
    facts.push(
      `max_tokens: ${percent(declared.count / s.requests)} declare it (${valuesOf(declared.values)}), ${percent(declared.reached)} of these outputs end there`,
    );
  }
  if (reuse) {
    facts.push(
      `prefixes: a cache that forgets nothing hits ${percent(reuse.tokens)} of prompt tokens, ${percent(reuse.blocks)} of blocks of ${reuse.blockTokens}; ` +
        `${percent(reuse.mostlyHit)} of requests find more than half${reuse.sampled < 1 ? ` (estimated from ${percent(reuse.sampled)} of the prefixes)` : ''}`,
    );
  }
  if (sessions) {
    const lost = sessions.unplaced ? ` (${whole(sessions.unplaced)} could not be placed)` : '';
    facts.push(`sessions: ${whole(sessions.sessions)}, ${whole(sessions.followers)} requests follow another${lost}`);
  }
  const classes = [
    ['tenants', s.tenants],
    ['priorities', s.priorities],
    ['SLO classes', s.sloClasses],
  ] as const;
  for (const [name, tally] of classes) if (tally) facts.push(`${name}: ${tally.distinct} (${valuesOf(tally)})`);
  return facts;
}

/** `1024: 30.1 %, 512: 20.0 %, …` */
const valuesOf = ({ distinct, top }: TallySummary): string =>
  top.map(({ value, share }) => `${value}: ${percent(share)}`).join(', ') + (distinct > top.length ? ', …' : '');
