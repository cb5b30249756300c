/** Vitest's own report, and behind it one line that scripts can read: `N passed, N failed`. */
import { DefaultReporter, type Reporter, type TestModule, type TestSuite } from 'vitest/node';

type RunEnd = Parameters<NonNullable<Reporter['onTestRunEnd']>>;

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** A file or group that broke outside its tests (an import, a hook) counts as one failure of its own. */
function add(tally: Tally, group: TestModule | TestSuite): void {
  if (group.errors().length > 0) tally.failed++;
  for (const child of group.children) {
    if (child.type === 'suite') {
      add(tally, child);
      continue;
    }
    const { state } = child.result();
    // A test that never came to its end is no success either.
    tally[state === 'pending' ? 'failed' : state]++;
  }
}

/** A skipped test says in its name what it needs: the first one of a file is shown. */
function tellSkipped(module: TestModule): void {
  const [first, ...more] = module.children.allTests('skipped');
  if (!first) return;
  console.log(
    `skipped: ${module.relativeModuleId}: ${first.fullName}${more.length > 0 ? ` (and ${more.length} more)` : ''}`,
  );
}

export default class TallyReporter extends DefaultReporter {
  override onTestRunEnd(...[modules, errors, reason]: RunEnd): void {
    super.onTestRunEnd(modules, errors, reason);
    const tally: Tally = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) add(tally, module);
    if (tally.failed > 0) process.exitCode = 1;
    const { passed, failed, skipped } = tally;
    const filtered = this.ctx.config.testNamePattern !== undefined;
    const tell = (): void => {
      if (!filtered) for (const module of modules) tellSkipped(module);
      if (skipped > 0) console.log(`${skipped} skipped`);
      console.log(`${passed} passed, ${failed} failed`);
    };
    if (this.ctx.config.watch) tell();
    else process.once('exit', tell); // whatever Vitest says while it closes comes before
  }
}
