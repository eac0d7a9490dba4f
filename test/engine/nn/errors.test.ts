// What layers, losses and optimizers say to arguments that do not fit: who, what, which numbers.
import assert from 'node:assert/strict';
import { F, nn, optim, randn, tensor, zeros } from '../../../engine/index';
import { EngineError } from '../../../engine/tensor/errors';

/** The layer's call with arguments that its types refuse. */
const untyped = (value: unknown): never => value as never;

const rows: readonly [run: () => unknown, message: string][] = [
  [() => new nn.Linear(0, 2), 'Linear: inFeatures must be a whole number ≥ 1, but it is 0'],
  [() => new nn.Linear(2, 1.5), 'Linear: outFeatures must be a whole number ≥ 1, but it is 1.5'],
  [
    () => new nn.Linear(2, 2, untyped({ device: 'cuda' })),
    "Linear: unknown option 'device' (it takes bias)",
  ],
  [
    () => new nn.Linear(3, 2).forward(zeros([5, 4])),
    'Linear: input [5, 4] ends with 4, but inFeatures is 3',
  ],
  [
    () => new nn.Linear(3, 2).forward(zeros([])),
    'Linear: input [] ends with nothing, but inFeatures is 3',
  ],
  [
    () => new nn.Embedding(3, 2).forward(zeros([2])),
    "Embedding: the input must be int32, but it is float32; use to('int32')",
  ],
  [
    () => new nn.Embedding(3, 2).forward(tensor([[0, 3]])),
    'indexSelect: index 3 is out of range for dim 0 of [3, 2] (0 to 2)',
  ],
  [
    () => new nn.Embedding(3, 2, { paddingIdx: 3 }),
    'Embedding: paddingIdx 3 is not one of 3 symbols',
  ],
  [
    () => new nn.Embedding(3, 2, untyped({ maxNorm: 1 })),
    "Embedding: unknown option 'maxNorm' (it takes paddingIdx)",
  ],
  [
    () => new nn.Conv2d(3, 4, 3, { groups: 2 }),
    'Conv2d: 2 groups must divide both inChannels 3 and outChannels 4',
  ],
  [
    () => new nn.Conv2d(3, 4, 0),
    'Conv2d: kernelSize must be a whole number ≥ 1, or a pair of them, but got 0',
  ],
  [
    () => new nn.Conv2d(3, 4, 3, { stride: 0 }),
    'Conv2d: stride must be a whole number ≥ 1, or a pair of them, but got 0',
  ],
  [
    () => new nn.Conv2d(3, 4, 3, untyped({ paddingMode: 'reflect' })),
    "Conv2d: unknown option 'paddingMode' (it takes stride, padding, dilation, groups, bias)",
  ],
  [
    () => new nn.Conv2d(3, 4, 3, { padding: 'same', stride: 2 }),
    "Conv2d: padding 'same' needs stride 1, but stride is [2, 2]",
  ],
  [
    () => new nn.MaxPool2d(2, untyped({ returnIndices: true })),
    "MaxPool2d: unknown option 'returnIndices' (it takes stride, padding, dilation, ceilMode)",
  ],
  [
    () => new nn.MaxPool2d(2, { padding: 2 }),
    'MaxPool2d: padding [2, 2] is more than half of the window [2, 2]',
  ],
  [() => new nn.Dropout(1.5), 'Dropout: p must lie between 0 and 1, but it is 1.5'],
  [() => F.dropout(zeros([1]), -1), 'dropout: p must lie between 0 and 1, but it is -1'],
  [
    () => F.dropout(zeros([1]), 0.5, untyped({ inplace: true })),
    "dropout: unknown option 'inplace' (it takes training)",
  ],
  [
    () => new nn.RNN(3, 4, { numLayers: 0 }),
    'RNN: numLayers must be a whole number ≥ 1, but it is 0',
  ],
  [() => new nn.RNN(3, 4, { dropout: 2 }), 'RNN: dropout must lie between 0 and 1, but it is 2'],
  [
    () => new nn.RNN(3, 4, untyped({ nonlinearity: 'gelu' })),
    "RNN: nonlinearity must be 'tanh' or 'relu', but it is 'gelu'",
  ],
  [
    () => new nn.RNN(3, 4, untyped({ projSize: 2 })),
    "RNN: unknown option 'projSize' (it takes numLayers, bias, batchFirst, dropout, bidirectional, nonlinearity)",
  ],
  [
    () => new nn.RNN(3, 4).forward(zeros([5, 2, 2])),
    'RNN: input [5, 2, 2] must be [T, N, 3] (or [N, T, 3] with batchFirst, or [T, 3])',
  ],
  [
    () => new nn.RNN(3, 4).forward(zeros([5, 2, 3]), zeros([1, 3, 4])),
    'RNN: the initial state is [1, 3, 4], but it must be [1, 2, 4]',
  ],
  [
    () => new nn.RNN(3, 4).forward(zeros([5, 3]), zeros([2, 4])),
    'RNN: the initial state is [2, 4], but it must be [1, 4]',
  ],
  [
    () => new nn.RNN(3, 4).forward(zeros([0, 2, 3])),
    'RNN: input [0, 2, 3] has no time steps; it needs at least 1',
  ],
  [
    () => new nn.CrossEntropyLoss(untyped({ sizeAverage: true })),
    "CrossEntropyLoss: unknown option 'sizeAverage' (it takes weight, ignoreIndex, reduction, labelSmoothing)",
  ],
  [
    () => F.crossEntropy(zeros([4, 3]), tensor([0, 1, 2, 3])),
    'crossEntropy: target 3 is not one of 3 classes (0 to 2)',
  ],
  [
    () => F.crossEntropy(zeros([4, 3]), tensor([[0], [1], [2], [0]])),
    'crossEntropy: input [4, 3] needs a target of [4], but got [4, 1]',
  ],
  [
    () => F.crossEntropy(zeros([4, 3]), zeros([4])),
    "crossEntropy: probabilities need the input's shape [4, 3], but got [4]; class numbers need dtype int32",
  ],
  [
    () => F.crossEntropy(zeros([4, 3]), tensor([0, 1, 2, 0]), { labelSmoothing: 2 }),
    'crossEntropy: labelSmoothing must lie between 0 and 1, but it is 2',
  ],
  [
    () => F.crossEntropy(zeros([4, 3]), tensor([0, 1, 2, 0]), { weight: zeros([4]) }),
    'crossEntropy: the weight must be [3], one number per class, but it is [4]',
  ],
  [
    () => F.crossEntropy(zeros([]), tensor(0)),
    'crossEntropy: the input must be [N, C], but it is a scalar',
  ],
  [
    () => F.mseLoss(zeros([2]), zeros([2]), untyped({ reduction: 'average' })),
    "mseLoss: reduction must be 'mean', 'sum' or 'none', but it is 'average'",
  ],
  [() => new optim.SGD([]), 'SGD: there are no parameters to optimize'],
  [
    () => new optim.SGD([zeros([1]).mul(randn([1], { requiresGrad: true }))]),
    'SGD: can only optimize leaf tensors, such as model.parameters()',
  ],
  [() => new optim.SGD([zeros([1])], { lr: -1 }), 'SGD: lr must be ≥ 0, but it is -1'],
  [
    () => new optim.SGD([zeros([1])], { momentum: -0.1 }),
    'SGD: momentum must be ≥ 0, but it is -0.1',
  ],
  [
    () => new optim.SGD([zeros([1])], { nesterov: true }),
    'SGD: nesterov needs momentum above 0 and dampening 0',
  ],
  [
    () => new optim.Adam([zeros([1])], { betas: [0.9, 1] }),
    'Adam: betas must lie in [0, 1), but they are [0.9, 1]',
  ],
  [
    () => new optim.Adam([zeros([1])], untyped({ amsgrad: true })),
    "Adam: unknown option 'amsgrad' (it takes lr, betas, eps, weightDecay, maximize)",
  ],
];

describe('bad input', () => {
  for (const [run, message] of rows) {
    it(message, () => {
      assert.throws(run, (error: unknown) => {
        assert.ok(error instanceof EngineError, String(error));
        assert.equal(error.message, message);
        return true;
      });
    });
  }
});
