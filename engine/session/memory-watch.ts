// Ends a run before its memory harms the process around it. Knows no tensor and no thread.
import { formatBytes } from '../tensor/arena';

const pollEvery = 25;

/**
 * Calls `exceeded` once when the process has grown by more than `budget` bytes since now. A thread's
 * own limits do not protect its process: V8 aborts all of it on one large allocation.
 */
export function watchMemory(budget: number, exceeded: (message: string) => void): () => void {
  const before = process.memoryUsage.rss();
  const timer = setInterval(() => {
    const grown = process.memoryUsage.rss() - before;
    if (grown <= budget) return;
    clearInterval(timer);
    exceeded(
      `the model used ${formatBytes(grown)}, more than its budget of ${formatBytes(budget)}, and was ended. ` +
        'Is an array growing with every step? The setting retrograd.engine.memoryBudget allows more',
    );
  }, pollEvery);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
