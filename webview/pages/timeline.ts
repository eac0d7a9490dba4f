// The Timeline page: all training steps on the loss curve, and below it the held step, moment by moment. Knows no debugger.
import type { Timeline } from '../../engine/protocol';
import { button, iconButton } from '../controls';
import { element, setAttribute, setText } from '../dom';
import { followRuns } from '../follow-runs';
import type { Host } from '../host';
import { isSeen } from '../seen';
import { MomentLine } from '../step/moment-line';
import { paced, StandingStore } from '../step/standing';
import { StepLine } from '../step/step-line';
import { RunStore } from '../store';

/** Moments a second, while it plays. */
const speed = 8;

export function timelinePage(place: HTMLElement, host: Host): void {
  const standing = new StandingStore(host);
  const runs = new RunStore();
  const steps = new StepLine((step) => void host.request.holdStep({ step }));
  const moments = new MomentLine((position) => standing.goTo(position));
  const where = element('p', { class: 'where', role: 'status' });
  const hint = element('p', { class: 'hint' });
  let direction = 0;
  const play = (wanted: 1 | -1) => (): void => {
    direction = direction === wanted ? 0 : wanted;
    forwards.setAttribute('aria-pressed', String(direction === 1));
    backwards.setAttribute('aria-pressed', String(direction === -1));
  };
  const backwards = iconButton('Play back', 'reverse', play(-1));
  const forwards = iconButton('Play', 'play', play(1));
  const tools = element(
    'div',
    { class: 'tools' },
    iconButton('One back', 'back', () => standing.goTo(standing.position - 1)),
    backwards,
    forwards,
    iconButton('One on', 'forward', () => standing.goTo(standing.position + 1)),
    button('Go on training', 'play', () => void host.request.letGo()),
    where,
  );
  place.classList.add('timeline');
  place.append(steps.root, hint, tools, moments.root);
  setInterval(() => {
    const { held, position } = standing;
    if (direction === 0 || !held || !isSeen()) return;
    const next = position + direction;
    if (next < 0 || next >= held.moments) play(direction as 1 | -1)();
    else standing.goTo(next);
  }, 1000 / speed);

  let timeline: Timeline | undefined;
  let known = -1;
  const changed = paced(async () => {
    const { held, cursor } = standing;
    const run = runs.latest;
    steps.show(run, held?.step);
    tools.hidden = held === null;
    moments.root.hidden = held === null;
    setText(hint, held ? '' : hintText(run !== undefined));
    hint.hidden = held !== null;
    if (!held || !cursor) return;
    if (known !== standing.generation) {
      timeline = await host.request.timeline();
      known = standing.generation;
    }
    setText(where, cursor.description);
    if (timeline) moments.show(timeline, standing.position);
    setAttribute(place, 'data-position', String(standing.position));
  });
  standing.onChange(changed);
  new ResizeObserver(changed).observe(place);
  new MutationObserver(changed).observe(document.body, {
    attributes: true,
    attributeFilter: ['class'],
  });
  followRuns(host, runs, changed);
}

const hintText = (any: boolean): string =>
  any
    ? 'Press a step on the curve to look into it: the model runs there again, bit for bit, and stops.'
    : 'Train a model: its steps appear here, and each can be looked into.';
