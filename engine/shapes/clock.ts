// How long this thread has worked: what others do on a busy machine counts against nobody's time. Knows no run.

const { threadCpuUsage } = process as {
  threadCpuUsage?: () => { readonly user: number; readonly system: number };
};

/** Milliseconds of the processor that this thread has had; of the clock, where Node cannot tell. */
export function worked(): number {
  if (threadCpuUsage === undefined) return performance.now();
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
}
