// Young objects are collected when they are asked to be, without a flag of V8's.
import assert from 'node:assert/strict';
import { getHeapSpaceStatistics } from 'node:v8';
import { collectYoung } from '../../../engine/shapes/collect';

const young = () => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')!;

describe('Collecting between two shape runs', () => {
  it('leaves nothing of what is no longer in use', () => {
    // What survives two collections is young no more.
    collectYoung();
    collectYoung();
    const { space_size: size, space_used_size: before } = young();
    const made: number[][] = [];
    for (let bytes = 0; bytes < size / 4; bytes += 8192) made.push(new Array<number>(1024).fill(7));
    const full = young().space_used_size;
    assert.ok(full - before > size / 5, `${full - before} of ${size} bytes were made`);
    assert.equal(made[0][0], 7);
    made.length = 0;
    collectYoung();
    const left = young().space_used_size;
    assert.ok(left - before < size / 8, `${before} bytes at first, then ${full}, then ${left}`);
  });
});
