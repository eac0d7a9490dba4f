// All that a model file may import from 'retrograd'. Knows no editor and no process.
import './ops/table';

export * as nn from './nn/index';
export * as optim from './optim/index';
export * as data from './data/index';
export * as F from './functional';
export { hyper, log } from './run';
export { Tensor } from './tensor/tensor';
export type { DType } from './tensor/dtype';
export { dim } from './tensor/dimension';
export { manualSeed } from './tensor/random';
export { enableGrad, noGrad } from './tape/tape';
export { grad } from './tape/backward';
export * from './functions';
