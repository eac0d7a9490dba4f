// Everything under `F`: layers' computations as plain functions. Knows nothing itself.
export { conv2d } from './ops/conv';
export { relu, sigmoid, tanh } from './ops/elementwise';
export { crossEntropy, mseLoss } from './ops/loss';
export { maxPool2d } from './ops/pool';
export { dropout } from './ops/random';
export { logSoftmax, softmax } from './ops/reduce';
