// The Model page: tabs over the held step, all at the one cursor, and a tensor inspector beside them. Knows no tab's inside.
import { button } from '../controls';
import { element, setAttribute, setText } from '../dom';
import type { Host } from '../host';
import { Inspector } from '../step/inspector';
import { paced, StandingStore } from '../step/standing';
import { stepViews, type MountedStepView, type StepContext, type StepView } from '../step/view';

export function modelPage(place: HTMLElement, host: Host): void {
  const standing = new StandingStore(host);
  const { chosen } = host.settings;
  const context: StepContext = {
    host,
    standing,
    inspect: (tensor, name, at) => inspector.open(tensor, name, at),
    redraw: () => changed(),
    chosen: (key) => chosen[key],
    choose: (key, value) => {
      chosen[key] = value;
      host.saveSettings();
    },
  };
  const inspector: Inspector = new Inspector(context, () => changed());
  const where = element('p', { class: 'where', role: 'status' });
  const empty = emptyPage(host);
  const tabs = stepViews.map((view) => new Tab(view, context));
  const list = element(
    'div',
    { class: 'tabs', role: 'tablist' },
    ...tabs.map(({ handle }) => handle),
  );
  const content = element(
    'div',
    { class: 'split' },
    element('div', { class: 'panels' }, ...tabs.map(({ panel }) => panel)),
    inspector.root,
  );
  place.classList.add('model');
  place.append(list, where, empty, content);

  let open = tabs.find(({ view }) => view.id === chosen.tab) ?? tabs[0]!;
  const select = (tab: Tab): void => {
    open = tab;
    context.choose('tab', tab.view.id);
    for (const each of tabs) each.toggle(each === tab);
    changed();
  };
  tabs.forEach((tab, i) => {
    tab.handle.addEventListener('click', () => select(tab));
    tab.handle.addEventListener('keydown', ({ key }) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
      const next = tabs[(i + step + tabs.length) % tabs.length]!;
      if (step === 0) return;
      next.handle.focus();
      select(next);
    });
  });
  host.on('tab', (id) => {
    const tab = tabs.find(({ view }) => view.id === id);
    if (tab) select(tab);
  });

  const changed = paced(async () => {
    const { held, cursor } = standing;
    const shows = held !== null || open.view.always === true;
    empty.hidden = shows;
    content.hidden = !shows;
    setText(where, held && cursor ? cursor.description : '');
    where.hidden = held === null;
    const [begin, waited] = [performance.now(), host.waited()];
    if (shows) await open.update();
    if (held) await inspector.update();
    // How long the page worked at its picture, its layout with it, beside waiting for answers; the bench reads it.
    place.getBoundingClientRect();
    const work = performance.now() - begin - (host.waited() - waited);
    // Set also when it is as before: whoever measures hears of each picture.
    place.setAttribute('data-work', work.toFixed(1));
    setAttribute(place, 'data-position', String(standing.position));
  });
  standing.onChange(changed);
  new MutationObserver(changed).observe(document.body, {
    attributes: true,
    attributeFilter: ['class'],
  });
  select(open);
}

/** What the page says while no step is held. */
function emptyPage(host: Host): HTMLElement {
  return element(
    'section',
    { class: 'empty' },
    element('h1', {}, 'No step to look into yet'),
    element(
      'p',
      {},
      'Recording one training step makes everything in it visible: each layer, each gradient, each number. Debug a model, or record a step of the one that trained last.',
    ),
    button('Record a Step', 'record', () => void host.request.holdStep({ step: 1 }), {
      primary: true,
    }),
  );
}

/** A view with its tab; mounted when it is first opened. */
class Tab {
  readonly handle: HTMLButtonElement;
  readonly panel: HTMLElement;
  private mounted: MountedStepView | undefined;

  constructor(
    readonly view: StepView,
    private readonly context: StepContext,
  ) {
    const { id, title } = view;
    this.handle = element(
      'button',
      { role: 'tab', id: `tab-${id}`, 'aria-controls': `panel-${id}`, 'aria-selected': 'false' },
      title,
    );
    this.panel = element('section', {
      role: 'tabpanel',
      id: `panel-${id}`,
      'aria-labelledby': `tab-${id}`,
      'data-view': id,
      hidden: '',
    });
  }

  toggle(open: boolean): void {
    this.panel.hidden = !open;
    this.handle.setAttribute('aria-selected', String(open));
    this.handle.tabIndex = open ? 0 : -1;
  }

  update(): Promise<void> | void {
    this.mounted ??= this.view.mount(this.panel, this.context);
    return this.mounted.update();
  }
}
