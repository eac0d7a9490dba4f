// Everything under `optim`. Knows nothing itself.
export { Adam, type AdamOptions } from './adam';
export { Optimizer, type ParameterGroup } from './optimizer';
export { SGD, type SGDOptions } from './sgd';
