// The status bar item of the run under way. Knows no engine.
import { StatusBarAlignment, window, Disposable } from 'vscode';
import type { RunRecord } from '../engine/protocol';
import type { Training } from './training';

/** The text would flicker, and its spinner start anew, if it followed every report. */
const interval = 250;

export function statusBar(training: Training): Disposable {
  const item = window.createStatusBarItem('retrograd.run', StatusBarAlignment.Left, 100);
  item.name = 'Retrograd Run';
  item.command = 'retrograd.showTraining';
  let timer: NodeJS.Timeout | undefined;
  let shownState = '';
  const show = (): void => {
    timer = undefined;
    const record = training.latest?.record;
    shownState = record?.state ?? '';
    if (record === undefined || record.state === 'ended') {
      item.hide();
      return;
    }
    item.text = statusText(record);
    item.tooltip = `${record.label}: click to show the Training view`;
    item.accessibilityInformation = {
      label: `Retrograd, ${item.text.replace(/\$\(.*?\)\s*/, '')}`,
    };
    item.show();
  };
  const subscription = training.onChange(({ state }) => {
    if (state !== shownState) {
      clearTimeout(timer);
      show();
    } else timer ??= setTimeout(show, interval);
  });
  return new Disposable(() => {
    clearTimeout(timer);
    subscription.dispose();
    item.dispose();
  });
}

/** Such as `step 120/2000 · loss 0.21`, with an icon in front. */
export function statusText(record: RunRecord): string {
  if (record.state === 'loading') return '$(sync~spin) loading model';
  const total = record.totalSteps === undefined ? '' : `/${record.totalSteps}`;
  const { curves } = record.branches.find(({ branch }) => branch === record.branch) ?? record;
  const name = 'loss' in curves ? 'loss' : Object.keys(curves)[0];
  const value = name === undefined ? undefined : curves[name]?.values.at(-1);
  const metric = value === undefined ? '' : ` · ${name} ${Number(value.toPrecision(3))}`;
  const paused = record.state === 'paused';
  const icon = paused ? '$(debug-pause)' : '$(sync~spin)';
  return `${icon} step ${record.step}${total}${metric}${paused ? ' · paused' : ''}`;
}
