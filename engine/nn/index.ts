// Everything under `nn`. Knows nothing itself.
export { Module } from './module';
export { Buffer, Parameter } from './parameter';
export { ModuleDict, ModuleList, Sequential } from './container';
export { Embedding, Linear } from './linear';
export { Conv1d, Conv2d, ConvTranspose2d } from './conv';
export { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d, Upsample } from './pool';
export { BatchNorm1d, BatchNorm2d } from './batchnorm';
export { GroupNorm, InstanceNorm1d, InstanceNorm2d, LayerNorm, RMSNorm } from './normalization';
export { GRU, LSTM, RNN } from './rnn';
export { GRUCell, LSTMCell, RNNCell } from './cells';
export { MultiheadAttention } from './attention';
export { AdditiveAttention, MultiplicativeAttention } from './alignment';
export { PositionalEncoding } from './position';
export { TransformerDecoderLayer, TransformerEncoderLayer } from './transformer-layers';
export { Transformer, TransformerDecoder, TransformerEncoder } from './transformer';
export {
  CELU,
  GLU,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  LogSigmoid,
  Mish,
  PReLU,
  ReLU6,
  SELU,
  Softmin,
  Softsign,
  Tanhshrink,
} from './activation-more';
export { AdaptiveAvgPool1d, AdaptiveMaxPool2d, AvgPool1d, MaxPool1d } from './pool-1d';
export * as init from './init';
export * as utils from './utils';
export {
  ELU,
  GELU,
  LeakyReLU,
  LogSoftmax,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from './activation';
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  CTCLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
} from './loss';
export { Dropout, Flatten, Identity } from './simple';
