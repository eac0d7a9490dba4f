// What every layer last put out, as a list of small heat maps that follows the training.
import type { LayerActivation } from '../../engine/protocol';
import { element, isDark, setAttribute, setText } from '../dom';
import { cssGradient } from '../draw/color-map';
import { drawHeatMap, scaleOf } from '../draw/heat-map';
import type { Host } from '../host';
import { isSeen, onSeen } from '../seen';
import type { RunStore } from '../store';
import { grouped, layerText, parameterText, percent, short } from '../text';
import type { View } from './view';

/** The next picture is asked for when the last one is on the screen, and not earlier than this. */
const interval = 100;
/** Pause before another try, when there was no answer. */
const retry = 500;

export const activations: View = {
  title: 'Layers',
  mount(place, host, store) {
    const list = element('ul', { class: 'tiles', 'aria-label': 'Layers' });
    const hint = element('p', { class: 'hint' }, 'Layers appear after the first step.');
    place.append(list, hint);
    const tiles = new Map<string, Tile>();
    moveByKeys(list);
    let layers: LayerActivation[] = [];

    const draw = (): void => {
      hint.hidden = layers.length > 0;
      const paths = new Set(layers.map(({ path }) => path));
      for (const [path, tile] of tiles) {
        if (paths.has(path)) continue;
        tile.root.remove();
        tiles.delete(path);
      }
      for (const layer of layers) {
        let tile = tiles.get(layer.path);
        if (tile === undefined) {
          tile = new Tile();
          tile.root.tabIndex = tiles.size === 0 ? 0 : -1;
          tiles.set(layer.path, tile);
          list.append(tile.root);
        }
        tile.show(layer);
      }
      if (!list.querySelector('[tabindex="0"]'))
        list.querySelector('li')?.setAttribute('tabindex', '0');
    };
    const follower = follow(host, store, (answer) => {
      layers = answer;
      draw();
    });
    return { update: follower, restyle: draw };
  },
};

/**
 * Asks for activations again and again, one answer at a time, while the latest run moves on and the
 * page is visible. Returns what to call when something may have changed.
 */
function follow(
  host: Host,
  store: RunStore,
  show: (layers: LayerActivation[]) => void,
): () => void {
  let busy = false;
  let shown = '';
  const wake = (): void => {
    const run = store.latest;
    if (busy || !isSeen() || !run || run.state === 'loading') return;
    const now = `${run.id} ${run.step} ${run.state}`;
    if (now === shown) return;
    busy = true;
    const again = (delay: number): void => {
      setTimeout(() => {
        busy = false;
        wake();
      }, delay);
    };
    host.request.activations().then(
      ({ layers }) => {
        shown = now;
        requestAnimationFrame(() => {
          show(layers);
          again(interval);
        });
      },
      () => {
        // A run that has ended without an answer has none: its last picture stays.
        if (run.state === 'ended') shown = now;
        again(retry);
      },
    );
  };
  onSeen(wake);
  return wake;
}

/** The side of a picture in device pixels, about. */
const pictureSize = 256;

class Tile {
  readonly root: HTMLLIElement;
  private readonly path = element('span', { class: 'path' });
  private readonly kind = element('span', { class: 'kind' });
  private readonly canvas = element('canvas', { role: 'img', 'aria-label': 'not drawn yet' });
  private readonly low = element('span');
  private readonly ramp = element('span', { class: 'ramp' });
  private readonly high = element('span');
  private readonly shape = element('span', { class: 'shape' });
  private readonly parameters = element('span', { class: 'parameters' });
  private readonly statistics = element('span', { class: 'statistics' });
  private readonly warning = element('span', { class: 'warning' });

  constructor() {
    this.root = element(
      'li',
      {},
      element('div', { class: 'head' }, this.path, this.kind),
      this.canvas,
      element('div', { class: 'scale', 'aria-hidden': 'true' }, this.low, this.ramp, this.high),
      this.shape,
      this.statistics,
      this.parameters,
      this.warning,
    );
  }

  show(layer: LayerActivation): void {
    const { path, kind, summary, heatMap, parameters } = layer;
    const text = layerText(layer);
    setText(this.path, path === '' ? 'model' : path);
    setText(this.kind, kind);
    setText(this.shape, `[${summary.shape.join(', ')}]`);
    setText(this.parameters, parameters > 0 ? parameterText(parameters) : '');
    const parts = [
      `mean ${short(summary.mean)}`,
      `std ${short(summary.std)}`,
      `${percent(summary.zeros / Math.max(1, summary.count))} zeros`,
    ];
    // Lines break between the parts, never within one.
    setText(this.statistics, parts.map((part) => part.replaceAll(' ', '\u00a0')).join(' · '));
    const broken = summary.nan + summary.infinite;
    setText(this.warning, broken > 0 ? `${grouped(broken)} not finite` : '');
    setAttribute(this.canvas, 'aria-label', text);
    setAttribute(this.root, 'title', text.replaceAll('; ', '\n'));
    this.draw(layer);
    this.root.dataset.shapeless = String(
      heatMap.width / heatMap.height > 4 || heatMap.height / heatMap.width > 4,
    );
  }

  private draw({ heatMap }: LayerActivation): void {
    const scale = scaleOf(heatMap.values, isDark());
    const longest = Math.max(heatMap.width, heatMap.height, 1);
    const pixels = drawHeatMap(heatMap, scale, Math.max(1, Math.floor(pictureSize / longest)));
    if (this.canvas.width !== pixels.width) this.canvas.width = pixels.width;
    if (this.canvas.height !== pixels.height) this.canvas.height = pixels.height;
    if (pixels.width * pixels.height > 0) {
      const image = new ImageData(pixels.data, pixels.width, pixels.height);
      this.canvas.getContext('2d')?.putImageData(image, 0, 0);
    }
    setText(this.low, short(scale.low));
    setText(this.high, short(scale.high));
    this.ramp.style.backgroundImage = cssGradient(scale.map);
  }
}

/** Arrow keys, Home and End move through a list of which one item at a time can be tabbed to. */
function moveByKeys(list: HTMLElement): void {
  const focus = (item: HTMLElement): void => {
    for (const other of list.querySelectorAll('li')) other.tabIndex = other === item ? 0 : -1;
    item.focus();
  };
  list.addEventListener('keydown', (event) => {
    const items = [...list.querySelectorAll('li')];
    const at = items.indexOf(event.target as HTMLLIElement);
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
    };
    const next = event.key === 'End' ? items.length - 1 : to[event.key as keyof typeof to];
    const item = next === undefined ? undefined : items[next];
    if (item === undefined) return;
    event.preventDefault();
    focus(item);
  });
  list.addEventListener('click', (event) => {
    const item = (event.target as Element).closest('li');
    if (item) focus(item);
  });
}
