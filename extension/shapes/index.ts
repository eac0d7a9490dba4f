// All that a model file shows while one types, put together. Knows no engine.
import { Disposable } from 'vscode';
import type { EngineClient } from '../engine-client';
import { shapeHover } from './hover';
import { shapeInlayHints } from './inlay-hints';
import { shapeLens } from './lens';
import type { Observations } from './observed';
import { shapeProblems } from './problems';
import { Shapes } from './shapes';

/**
 * Hovers, hints, lenses and squiggles; `start` makes an engine for them alone, so that no run holds them up.
 * `observations` tell hovers what real runs have seen.
 */
export function shapesWhileTyping(
  start: (whenGone: () => void) => EngineClient,
  observations: Observations,
): Disposable {
  const shapes = new Shapes(start);
  return Disposable.from(
    shapes,
    shapeHover(shapes, observations),
    shapeInlayHints(shapes),
    shapeLens(shapes),
    shapeProblems(shapes),
  );
}
