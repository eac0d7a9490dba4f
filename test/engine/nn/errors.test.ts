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
    'embedding: 3 is not one of 3 symbols (0 to 2) of weight [3, 2]',
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
    "dropout: unknown option 'inplace' (it takes p, training)",
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
    "RNN: unknown option 'projSize' (it takes numLayers, nonlinearity, bias, batchFirst, dropout, bidirectional)",
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
    'crossEntropy: target 3 is not one of 3 classes (0 to 2) of input [4, 3]',
  ],
  [
    () => F.crossEntropy(zeros([0, 3]), zeros([0], { dtype: 'int32' })),
    'crossEntropy: the batch is empty: there is no mean over [0, 3], which has no elements',
  ],
  [
    () => F.mseLoss(zeros([0, 3]), zeros([0, 3])),
    'mseLoss: the batch is empty: there is no mean over [0, 3], which has no elements',
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
  [
    () => new nn.LSTM(3, 4, untyped({ nonlinearity: 'relu' })),
    "LSTM: unknown option 'nonlinearity' (it takes numLayers, bias, batchFirst, dropout, bidirectional)",
  ],
  [
    () => new nn.LSTM(3, 4).forward(zeros([5, 2, 3]), [zeros([1, 2, 4]), zeros([1, 2, 5])]),
    'LSTM: the initial state is [1, 2, 5], but it must be [1, 2, 4]',
  ],
  [
    () => new nn.GRUCell(3, 4).forward(zeros([2, 3]), zeros([1, 4])),
    'GRUCell: the state is [1, 4], but it must be [2, 4]',
  ],
  [
    () => new nn.LSTMCell(3, 4).forward(zeros([2, 2, 3])),
    'LSTMCell: input [2, 2, 3] must be [N, 3] or [3]',
  ],
  [
    () => new nn.BatchNorm1d(3).forward(zeros([1, 3])),
    'batchNorm: training needs more than one value per channel, but input [1, 3] has 1',
  ],
  [
    () => new nn.BatchNorm2d(3).forward(zeros([2, 4, 5, 5])),
    'BatchNorm2d: input [2, 4, 5, 5] must be [N, 3, *, *]',
  ],
  [
    () => new nn.LayerNorm([3, 4]).forward(zeros([2, 4])),
    'layerNorm: input [2, 4] does not end with [3, 4]',
  ],
  [() => new nn.GroupNorm(2, 3), 'GroupNorm: 2 groups must divide 3 channels'],
  [
    () => F.groupNorm(zeros([2, 3, 4]), 2),
    'groupNorm: input [2, 3, 4] must be [N, C, …] with C divisible by 2 groups',
  ],
  [
    () => new nn.InstanceNorm2d(3, untyped({ trackRunningStats: true })),
    "InstanceNorm2d: unknown option 'trackRunningStats' (it takes eps, affine)",
  ],
  [
    () => new nn.MultiheadAttention(10, 3),
    'MultiheadAttention: 3 heads do not divide embedDim 10 (remainder 1)',
  ],
  [
    () => new nn.MultiheadAttention(4, 2, untyped({ addBiasKv: true })),
    "MultiheadAttention: unknown option 'addBiasKv' (it takes dropout, bias, kdim, vdim, batchFirst)",
  ],
  [
    () =>
      new nn.MultiheadAttention(4, 2).forward(zeros([3, 2, 4]), zeros([3, 2, 5]), zeros([3, 2, 4])),
    'MultiheadAttention: key [3, 2, 5] must be [T, N, 4] or [T, 4]',
  ],
  [
    () => {
      const x = zeros([3, 2, 4]);
      return new nn.MultiheadAttention(4, 2).forward(x, x, x, { attnMask: zeros([2, 3]) });
    },
    'MultiheadAttention: attnMask must be [3, 3] or [4, 3, 3], bool or float, but it is float32 [2, 3]',
  ],
  [
    () => F.scaledDotProductAttention(zeros([2, 3]), zeros([4, 2]), zeros([4, 2])),
    'scaledDotProductAttention: query [2, 3], key [4, 2] and value [4, 2] must be [*, T, E], [*, S, E] and [*, S, V]',
  ],
  [
    () => new nn.TransformerEncoderLayer(4, 2, untyped({ activation: 'tanh' })),
    "TransformerEncoderLayer: activation must be 'relu', 'gelu' or a function, but it is 'tanh'",
  ],
  [
    () => new nn.Transformer({ dModel: 4, nhead: 3 }),
    'MultiheadAttention: 3 heads do not divide embedDim 4 (remainder 1)',
  ],
  [
    () => new nn.PositionalEncoding(4, { maxLen: 3 }).forward(zeros([5, 1, 4])),
    'PositionalEncoding: input [5, 1, 4] must be [T, N, 4] with T at most 3',
  ],
  [
    () => new nn.MultiplicativeAttention(3, 4, { score: 'dot' }),
    "MultiplicativeAttention: score 'dot' needs equal widths, but they are 3 and 4",
  ],
  [
    () => F.nllLoss(zeros([2, 3]), zeros([2])),
    "nllLoss: class numbers must be int32, but they are float32; use to('int32')",
  ],
  [
    () => F.binaryCrossEntropy(tensor([1.5]), tensor([1], { dtype: 'float32' })),
    'binaryCrossEntropy: input 1.5 is not between 0 and 1; apply sigmoid first, or use binaryCrossEntropyWithLogits',
  ],
  [
    () => F.binaryCrossEntropyWithLogits(zeros([2, 1]), zeros([2])),
    'binaryCrossEntropyWithLogits: the target must be floating point and [2, 1] like the input, but it is float32 [2]',
  ],
  [
    () => F.huberLoss(zeros([1]), zeros([1]), { delta: 0 }),
    'huberLoss: delta must be above 0, but it is 0',
  ],
  [() => new nn.Upsample({}), 'Upsample: needs either size or scaleFactor'],
  [
    () => new nn.Sequential(new nn.ReLU(), untyped(zeros([1]))),
    'Sequential: entry 1 is not a module',
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
    () => new optim.Adam([zeros([1])], untyped({ fused: true })),
    "Adam: unknown option 'fused' (it takes lr, betas, eps, weightDecay, amsgrad, maximize)",
  ],
  [
    () => new optim.SGD([{ params: [zeros([1])], momntum: 1 } as never], { lr: 1 }),
    "SGD: unknown option 'momntum' (it takes initialLr, lr, momentum, dampening, weightDecay, nesterov, maximize)",
  ],
  [
    () => new optim.SGD(untyped(new nn.Linear(1, 1))),
    'SGD: needs a list of parameters, such as model.parameters(), but got a Linear',
  ],
  [
    () => new nn.LSTM(3, 4).forward(zeros([5, 2, 3]), untyped(zeros([1, 2, 4]))),
    'LSTM: the state must be a pair [h, c], but got a Tensor',
  ],
  [
    () => new nn.ReLU(untyped({ inplace: true })),
    "ReLU: unknown option 'inplace' (it takes no options)",
  ],
  [
    () => new nn.CTCLoss(),
    'ctcLoss: connectionist temporal classification is not implemented; align targets with inputs and use crossEntropy',
  ],
  [
    () => nn.init.normal(zeros([2]), untyped({ mean: 0, sd: 1 })),
    "normal: unknown option 'sd' (it takes mean, std)",
  ],
  [() => new optim.AdamW([zeros([1])], { eps: -1 }), 'AdamW: eps must be ≥ 0, but it is -1'],
  [
    () => new optim.RMSprop([zeros([1])], untyped({ foreach: true })),
    "RMSprop: unknown option 'foreach' (it takes lr, alpha, eps, weightDecay, momentum, centered, maximize)",
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
