// Has a thread's young objects collected while nobody waits for it. Knows no program and no shapes.
import { getHeapSpaceStatistics } from 'node:v8';

/** No thread's young generation is larger; a guard, should a collection not show. */
const most = 256 * 2 ** 20;
const pieceBytes = 2 ** 16;
/** What is allocated must be held somewhere, or it is never made. */
const heap: { at: unknown } = { at: undefined };

const young = () => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')!;

/**
 * V8 collects when its young generation is full, which is in the middle of some run, when most of what a run has made
 * is still in use and must be copied. Between two runs nothing is. There is no call for it without process-wide
 * flags, so the rest of the generation is filled up.
 */
export function collectYoung(): void {
  const { space_size: size, space_used_size: used } = young();
  // Looking costs something, and a collection that is looked for too late may be followed by others.
  const pieces = Math.ceil(size / 32 / pieceBytes);
  let before = used;
  for (let filled = 0; filled < most; filled += pieces * pieceBytes) {
    for (let i = 0; i < pieces; i++) heap.at = new Array<unknown>(pieceBytes / 8);
    const now = young().space_used_size;
    if (now < before) break;
    before = now;
  }
  heap.at = undefined;
}
