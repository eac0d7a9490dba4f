// How each layer fares over the whole training: the norm of its gradient, and how far each update moves its weights.
import { element } from '../dom';
import { livedCurves } from '../draw/branch-lines';
import { LayerChart } from './layer-chart';
import type { View } from './view';

export const health: View = {
  title: 'Learning',
  mount(place, _host, store) {
    const gradients = new LayerChart('Gradient norm of each layer');
    const ratios = new LayerChart('Update over weight of each layer');
    const hint = element(
      'p',
      { class: 'hint' },
      'An update of about 1e−3 of the weights is usual: far more is restless, far less learns slowly. Gradients that shrink from the last layer to the first vanish.',
    );
    const charts = [gradients, ratios];
    const sizes = new ResizeObserver(() => {
      for (const chart of charts) chart.resize();
    });
    for (const { root } of charts) sizes.observe(root);
    place.append(element('div', { class: 'charts' }, gradients.root, ratios.root), hint);
    return {
      update: () => {
        const run = store.latest;
        const norms = run ? livedCurves(run, 'gradients') : {};
        place.hidden = Object.keys(norms).length === 0;
        if (!run || place.hidden) return;
        gradients.show(norms);
        ratios.show(livedCurves(run, 'ratios'));
      },
      restyle: () => {
        for (const chart of charts) chart.restyle();
      },
    };
  },
};
