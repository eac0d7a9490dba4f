// Everything under `F`: layers' computations as plain functions. Knows nothing itself.
export {
  elu,
  gelu,
  glu,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logsigmoid,
  mish,
  prelu,
  relu6,
  selu,
  silu,
  softplus,
  softsign,
} from './ops/activation';
export { ctcLoss } from './ops/absent';
export { fold, unfold } from './ops/fold';
export { embedding, linear } from './ops/linear';
export { scaledDotProductAttention } from './ops/attention';
export { conv2d } from './ops/conv';
export { conv1d, convTranspose1d, convTranspose2d } from './ops/conv-variants';
export { relu, sigmoid, tanh } from './ops/elementwise';
export {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  huberLoss,
  klDiv,
  l1Loss,
  mseLoss,
  nllLoss,
  smoothL1Loss,
} from './ops/loss';
export { batchNorm, groupNorm, instanceNorm, layerNorm, rmsNorm } from './ops/normalize';
export { maxPool2d, maxPool2dWithIndices } from './ops/pool';
export { adaptiveAvgPool1d, adaptiveMaxPool1d, avgPool1d, maxPool1d } from './ops/pool-1d';
export { dropout } from './ops/random';
export { pad } from './ops/pad';
export { logSoftmax, softmax } from './ops/softmax';
export { adaptiveAvgPool2d, adaptiveMaxPool2d, avgPool2d } from './ops/resample';
export { interpolate } from './ops/interpolate';
export { oneHot } from './ops/select';
export { celu, hardshrink, softmin, softshrink, tanhshrink, threshold } from './ops/shrink';
export { cosineSimilarity, normalize } from './ops/similarity';
