// Everything under `nn.utils`. Knows nothing itself.
export { clipGradNorm, clipGradValue } from './clip';
export * as rnn from './packed';
