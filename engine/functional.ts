// Everything under `F`: layers' computations as plain functions. Knows nothing itself.
export { gelu, glu, logsigmoid, mish, silu, softplus, softsign } from './ops/activation';
export {
  elu,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  prelu,
  relu6,
  selu,
} from './ops/rectifiers';
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
export { groupNorm, instanceNorm, layerNorm, rmsNorm } from './ops/normalize';
export { batchNorm } from './ops/batch-norm';
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
