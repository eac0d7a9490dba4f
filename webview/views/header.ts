// The head of the Training view: which run, how far, its hyperparameters, and the buttons.
import type { RunRecord } from '../../engine/protocol';
import { button } from '../controls';
import { element, setAttribute, setText } from '../dom';
import type { Host } from '../host';
import type { RunStore } from '../store';
import { progressText, stateWord } from '../text';
import type { Mounted } from './view';

export function mountHeader(place: HTMLElement, host: Host, store: RunStore): Mounted {
  const { request } = host;
  const badge = element('span', { class: 'badge' });
  const name = element('h1');
  const progress = element('span', { class: 'progress-text' });
  const bar = element('div', { class: 'bar' });
  const track = element('div', { class: 'track', role: 'progressbar', 'aria-label': 'Steps' }, bar);
  const problem = element('button', { class: 'problem', title: 'Go to the line' });
  const hyper = element('ul', { class: 'hyper', 'aria-label': 'Hyperparameters' });
  const announcer = element('span', { class: 'hidden-text', role: 'status' });

  const pause = button('Pause', 'pause', () => void request.pause());
  const resume = button('Resume', 'play', () => void request.resume(), { primary: true });
  const stop = button('Stop', 'stop', () => void request.stop());
  const restart = button('Restart', 'restart', () => void request.restart());
  const train = button('Train', 'play', () => void request.train(), { primary: true });
  const buttons = { pause, resume, stop, restart, train };
  problem.addEventListener('click', () => {
    if (store.latest) void request.showProblem(store.latest.id);
  });

  place.append(
    element('div', { class: 'title' }, badge, name, progress),
    element('div', { class: 'buttons' }, ...Object.values(buttons)),
    track,
    problem,
    hyper,
    announcer,
  );

  return {
    update() {
      const run = store.latest;
      if (run === undefined) return;
      const word = stateWord(run);
      setText(badge, word);
      setAttribute(badge, 'data-state', word);
      setText(announcer, `${run.label}: ${word}`);
      setText(name, run.label);
      setText(progress, progressText(run));
      const part = partDone(run);
      bar.style.width = `${100 * part}%`;
      track.classList.toggle('unknown', run.totalSteps === undefined && run.state === 'running');
      setAttribute(track, 'aria-valuenow', String(Math.round(100 * part)));
      setText(problem, run.problem ?? '');
      problem.hidden = run.problem === undefined;
      showHyper(hyper, run);
      const shown = buttonsFor(run);
      for (const [key, control] of Object.entries(buttons)) control.hidden = !shown.includes(key);
    },
    restyle: () => undefined,
  };
}

/** From 0 to 1; 0 while nobody knows. */
function partDone({ step, totalSteps, ended }: RunRecord): number {
  if (ended?.reason === 'done') return 1;
  return totalSteps ? step / totalSteps : 0;
}

function buttonsFor({ state }: RunRecord): string[] {
  if (state === 'ended') return ['train', 'restart'];
  if (state === 'paused') return ['resume', 'stop', 'restart'];
  return state === 'running' ? ['pause', 'stop', 'restart'] : ['stop'];
}

function showHyper(list: HTMLElement, { hyper, seed }: RunRecord): void {
  const items = [...hyper, { name: 'seed', value: seed, default: seed }];
  const key = JSON.stringify(items);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(
    ...items.map(({ name, value, default: usual }) => {
      const item = element('li', {}, `${name} `, element('b', {}, String(value)));
      item.classList.toggle('changed', value !== usual);
      return item;
    }),
  );
}
