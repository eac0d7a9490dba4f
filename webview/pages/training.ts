// The Training page: mounts its views, and draws them with rests between. Knows no step.
import { element } from '../dom';
import { followRuns } from '../follow-runs';
import type { Host } from '../host';
import { withRests } from '../rests';
import { RunStore } from '../store';
import { emptyState } from '../views/empty';
import { mountHeader } from '../views/header';
import { views } from '../views/view';

export function trainingPage(place: HTMLElement, host: Host): void {
  const store = new RunStore();
  const empty = emptyState(host);
  const header = element('header');
  const sections = views.map(({ title }) =>
    element('section', { 'aria-label': title, 'data-view': title.toLowerCase() }),
  );
  const body = element('div', { class: 'body' }, ...sections);
  place.append(empty, header, body);
  const mounted = [
    mountHeader(header, host, store),
    ...views.map((view, i) => view.mount(sections[i]!, host, store)),
  ];

  const draw = (): void => {
    const none = store.runs.length === 0;
    empty.hidden = !none;
    header.hidden = none;
    body.hidden = none;
    if (!none) for (const view of mounted) view.update();
  };
  const invalidate = withRests(draw);

  new MutationObserver(() => {
    for (const view of mounted) view.restyle();
  }).observe(document.body, { attributes: true, attributeFilter: ['class'] });

  invalidate();
  followRuns(host, store, invalidate);
}
