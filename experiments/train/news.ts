/** News of something that goes on, as a stream. */

/**
 * What is told meanwhile, and then what came of it. Who reads no further still waits for its end.
 * @param everyMs news that come sooner after the last ones are dropped
 */
export async function* withNews<News, Result>(
  go: (tell: (news: News) => void) => Promise<Result>,
  everyMs: number,
): AsyncGenerator<News | Result> {
  const unread: News[] = [];
  let over = false;
  let last = Number.NEGATIVE_INFINITY;
  let wake = (): void => {};
  const result = go((news) => {
    const now = performance.now();
    if (now - last < everyMs) return;
    last = now;
    unread.push(news);
    wake();
  }).finally(() => {
    over = true;
    wake();
  });
  result.catch(() => {}); // it may fail while nobody listens, and is asked below
  try {
    while (!over || unread.length > 0) {
      yield* unread.splice(0);
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (over || unread.length > 0) resolve();
      });
    }
    yield await result;
  } finally {
    await result.catch(() => {});
  }
}
