// Everything under `data`. Knows nothing itself.
export { Batches, Epochs } from './batches';
export type { Collated } from './collate';
export { corpus } from './corpus';
export { csv, Table, type CsvOptions } from './csv';
export { randomSplit, Subset, TensorDataset, type Batch, type Dataset } from './dataset';
export { digits, type DigitOptions } from './digits';
export { DataLoader, loader, type LoaderOptions } from './loader';
export { circles, gaussians, linear, spiral, xor } from './points';
export { end, pad, pairs, PairDataset, AnswerDataset, start } from './pairs';
export { adding, brackets, copyMemory, parity, sine } from './memory';
export { scenes } from './scenes';
export { reviews, SentenceDataset, sentences, TaggedDataset } from './sentences';
export { addition, copy, dates, numberWords, reverse, sort, spelledNumbers } from './tasks';
export { text, Text, TextChunks, type Chunk } from './text';
export { Vocabulary } from './vocabulary';
