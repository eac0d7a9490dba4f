// Numbers and states in words. Knows no DOM.
import {
  arithmeticText,
  type BranchPlace,
  type LayerActivation,
  type RunRecord,
} from '../engine/protocol';

/** Three significant digits, such as `0.21`, `1.23e-7`, `−4`, `NaN`. */
export function short(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e5)
      ? value.toExponential(1)
      : String(Number(value.toPrecision(3)));
  return text.replaceAll('-', '−').replace('e+', 'e');
}

/** Six significant digits, such as `0.104145`: enough to check by hand. */
export function precise(value: number): string {
  if (!Number.isFinite(value)) return short(value);
  return String(Number(value.toPrecision(6))).replaceAll('-', '−');
}

/** Said of pictures that the recording has, and the cursor not yet. */
export const aheadText = 'Faint is what lies ahead of the cursor.';

/** `t = 3` or `t = 1·2`; nothing outside of loops. */
export const iterationText = (iteration: readonly number[]): string =>
  iteration.length > 0 ? `t = ${iteration.join('·')}` : '';

export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

export const grouped = (count: number): string => count.toLocaleString('en');

export const parameterText = (count: number): string =>
  `${grouped(count)} ${count === 1 ? 'parameter' : 'parameters'}`;

export const percent = (part: number): string =>
  `${part > 0 && part < 0.01 ? '<1' : String(Math.round(part * 100))} %`;

/** Such as `8 s`, `3 min 05 s`, `1 h 12 min`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.floor((whole % 3600) / 60);
  return `${Math.floor(whole / 3600)} h ${String(minutes).padStart(2, '0')} min`;
}

/** How a run stands, in one word. */
export function stateWord({ state, ended }: RunRecord): string {
  return state === 'ended' ? (ended?.reason ?? 'ended') : state;
}

/** Steps, rate and time: as much as is known. */
export function progressText(run: RunRecord): string {
  const total = run.totalSteps === undefined ? '' : ` / ${grouped(run.totalSteps)}`;
  const parts = [`step ${grouped(run.step)}${total}`];
  if (run.state === 'running' && run.stepsPerSecond > 0) {
    parts.push(`${short(run.stepsPerSecond)} steps/s`);
    if (run.totalSteps !== undefined) {
      parts.push(`${duration((run.totalSteps - run.step) / run.stepsPerSecond)} left`);
    }
  }
  if (run.ended && run.ended.milliseconds > 0) parts.push(duration(run.ended.milliseconds / 1000));
  if (run.ended && run.ended.parameters > 0) {
    parts.push(parameterText(run.ended.parameters));
    // Equal runs end in equal states, here and on the command line.
    if (run.ended.hash) parts.push(`state ${run.ended.hash}`);
    const { arithmetic } = run.ended;
    if (arithmetic) parts.push(arithmeticText(arithmetic));
  }
  return parts.join(' · ');
}

/** What a picture of a layer shows, for those who do not see it. */
export function layerText({ path, kind, summary, parameters, calls }: LayerActivation): string {
  const { shape, mean, std, min, max, zeros, count, nan, infinite } = summary;
  return [
    `${path === '' ? 'whole model' : path}, ${kind}`,
    `shape ${shape.join(' by ') || 'scalar'}`,
    `mean ${short(mean)}, standard deviation ${short(std)}`,
    `from ${short(min)} to ${short(max)}`,
    `${percent(zeros / Math.max(1, count))} zeros`,
    ...(nan > 0 ? [`${grouped(nan)} not a number`] : []),
    ...(infinite > 0 ? [`${grouped(infinite)} infinite`] : []),
    ...(parameters > 0 ? [parameterText(parameters)] : []),
    ...(calls > 1 ? [`ran ${calls} times in this step`] : []),
  ].join('; ');
}

/** Such as `branch 1 from step 40`. */
export const branchText = ({ branch, begins }: BranchPlace): string =>
  branch === 0 ? 'trunk' : `branch ${branch} from step ${grouped(begins)}`;

/** What a chart shows, for those who do not see it. */
export function curveText(
  name: string,
  steps: ArrayLike<number>,
  values: ArrayLike<number>,
): string {
  const all = Array.from(values);
  const finite = all.filter(Number.isFinite);
  if (all.length === 0) return `${name}: nothing logged yet`;
  const missing = all.length - finite.length;
  let low = Infinity;
  let high = -Infinity;
  for (const value of finite) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [
    `${name}: ${short(all.at(-1) ?? NaN)} at step ${grouped(steps[steps.length - 1] ?? 0)}`,
    `${short(all[0] ?? NaN)} at the start`,
    ...(finite.length > 0 ? [`lowest ${short(low)}, highest ${short(high)}`] : []),
    ...(missing > 0 ? [`not finite at ${grouped(missing)} steps`] : []),
  ].join('; ');
}
