// What PyTorch has and this has not: calling it says so. Knows nothing else.
import { ArgumentError } from '../tensor/errors';

/** Connectionist temporal classification (torch.nn.functional.ctc_loss): not here. */
export function ctcLoss(): never {
  throw new ArgumentError(
    'ctcLoss: connectionist temporal classification is not implemented; align targets with inputs and use crossEntropy',
  );
}
