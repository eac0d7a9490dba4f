// Everything under `nn`. Knows nothing itself.
export { Buffer, Module, Parameter } from './module';
export { Embedding, Linear } from './linear';
export { Conv2d, MaxPool2d } from './conv';
export { RNN } from './recurrent';
export {
  CrossEntropyLoss,
  Dropout,
  Flatten,
  MSELoss,
  ReLU,
  Sequential,
  Sigmoid,
  Tanh,
} from './simple';
