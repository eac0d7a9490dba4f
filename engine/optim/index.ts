// Everything under `optim`. Knows nothing itself.
export { Adagrad, type AdagradOptions } from './adagrad';
export { Adam, type AdamOptions } from './adam';
export { AdamW } from './adamw';
export { Optimizer, type ParameterGroup } from './optimizer';
export type { OptimizerState } from './state';
export { RMSprop, type RMSpropOptions } from './rmsprop';
export { SGD, type SGDOptions } from './sgd';
export * as lrScheduler from './schedule';
