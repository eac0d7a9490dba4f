// What a model logs as matrices and pictures, such as a confusion matrix or samples: the latest under each name.
import type { LoggedPicture } from '../../engine/protocol';
import { element } from '../dom';
import { Matrix } from '../draw/matrix';
import { grouped, shapeText } from '../text';
import type { View } from './view';

/** A matrix with at most so many rows has its numbers beside it. */
const labelled = 32;

export const pictures: View = {
  title: 'Logged',
  mount(place, _host, store) {
    const drawn = new Map<string, { matrix: Matrix; picture: LoggedPicture }>();
    const list = element('div', { class: 'planes' });
    place.append(list);

    const show = (name: string, picture: LoggedPicture, matrix: Matrix): void => {
      const { shape, step, heatMap } = picture;
      const plain = shape.length === 2;
      const count = (size: number): string[] =>
        plain && size <= labelled ? Array.from({ length: size }, (_, i) => String(i)) : [];
      matrix.show(heatMap, {
        title: `${name} ${shapeText(shape)}, step ${grouped(step)}`,
        most: 340,
        cell: 34,
        rowLabels: count(heatMap.height),
        columnLabels: count(heatMap.width),
      });
    };
    const update = (): void => {
      const all = store.latest?.pictures ?? {};
      place.hidden = Object.keys(all).length === 0;
      for (const [name, { matrix }] of drawn) {
        if (name in all) continue;
        matrix.root.remove();
        drawn.delete(name);
      }
      for (const [name, picture] of Object.entries(all)) {
        const known = drawn.get(name);
        if (known?.picture === picture) continue;
        const matrix = known?.matrix ?? new Matrix();
        if (!known) list.append(matrix.root);
        drawn.set(name, { matrix, picture });
        show(name, picture, matrix);
      }
    };
    return {
      update,
      restyle: () => {
        for (const [name, { matrix, picture }] of drawn) show(name, picture, matrix);
      },
    };
  },
};
