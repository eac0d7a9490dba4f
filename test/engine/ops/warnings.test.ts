// Broadcasting that is seldom meant is told of, once; broadcasting that is meant is not.
import assert from 'node:assert/strict';
import { F, nn, ones, randn, tensor, where, type Tensor } from '../../../engine/index';
import { warnings, type Warning } from '../../../engine/tape/warnings';

/** The warnings that come of it. */
function heard(body: () => unknown): string[] {
  const messages: string[] = [];
  const before = warnings.receive;
  warnings.receive = ({ kind, message }: Warning) => {
    assert.equal(kind, 'broadcast');
    messages.push(message);
  };
  try {
    body();
  } finally {
    warnings.receive = before;
  }
  return messages;
}

describe('warnings about broadcasting', () => {
  it('tell of both shapes when both operands expand, once', () => {
    const [column, row] = [ones([11, 1]), ones([11])];
    const message = (name: string): string =>
      `${name}: [11, 1] and [11] both expand, to [11, 11]; if that is not meant, reshape one of them`;
    for (const name of [
      'add',
      'sub',
      'mul',
      'div',
      'pow',
      'maximum',
      'atan2',
      'eq',
      'lt',
    ] as const) {
      assert.deepEqual(
        heard(() => [column[name](row), column[name](row)]),
        [message(name)],
      );
    }
    assert.deepEqual(
      heard(() => column.logicalAnd(row)),
      [message('logicalAnd')],
    );
    assert.deepEqual(
      heard(() => where(column.gt(0), row, 0)),
      [message('where')],
    );
  });

  it('come of the forward pass alone', () => {
    const [column, row] = [randn([17, 1], { requiresGrad: true }), randn([17])];
    assert.deepEqual(
      heard(() => column.minimum(row).sum().backward()).map((message) => message.split(':')[0]),
      ['minimum'],
    );
  });

  it('tell of a loss over [N, 1] and [N], once, by the name of the loss', () => {
    const [input, target] = [randn([13, 1]), randn([13])];
    for (const name of ['mseLoss', 'l1Loss', 'smoothL1Loss', 'huberLoss', 'klDiv'] as const) {
      assert.deepEqual(
        heard(() => [F[name](input, target), F[name](input, target)]),
        [
          `${name}: input [13, 1] and target [13] differ and are broadcast against each other; ` +
            'reshape one so that they are equal',
        ],
      );
    }
  });

  it('say nothing where one side expands, or equal shapes meet', () => {
    const x = randn([5, 7], { requiresGrad: true });
    const silent: (() => unknown)[] = [
      () => x.add(randn([7])),
      () => x.mul(randn([5, 1])),
      () => randn([1]).sub(x),
      () => x.mul(2).add(x),
      () => ones([1, 1]).add(ones([3])),
      () => x.softmax(1).sum().backward(),
      () => F.mseLoss(randn([5, 1]), randn([5, 1])),
      () => new nn.Linear(7, 3).forward(x),
      () => new nn.Conv2d(2, 3, 3).forward(randn([2, 2, 5, 5])),
      () => new nn.BatchNorm1d(7).forward(x),
      () => new nn.LayerNorm(7).forward(x),
    ];
    for (const body of silent) assert.deepEqual(heard(body), []);
  });

  it('say nothing of what layers and ops broadcast on purpose', () => {
    const [query, keys] = [randn([2, 6, 3]), randn([2, 5, 4])];
    const x = randn([4, 2, 8]);
    const padding = tensor([
      [false, false, false, true],
      [false, false, false, false],
    ]);
    const silent: (() => unknown)[] = [
      () => new nn.AdditiveAttention(3, 4, 5).forward(query, keys),
      () =>
        new nn.MultiheadAttention(8, 2).forward(x, x, x, {
          isCausal: true,
          keyPaddingMask: padding,
        }),
      () => F.scaledDotProductAttention(x, x, x, { isCausal: true }),
      () => randn([3]).outer(randn([4])),
      () => randn([4, 6]).tril().triu(),
      () => F.oneHot(tensor([0, 2, 1])),
      () => F.crossEntropy(randn([4, 3]), tensor([0, 1, 2, 0])),
      () => nn.utils.rnn.padPackedSequence(nn.utils.rnn.packPaddedSequence(x, [4, 2])),
      () => nn.Transformer.generateSquareSubsequentMask(4),
      (): Tensor =>
        nn.utils.beamSearch(() => randn([6, 9]), tensor([[1], [2]]), {
          maxLength: 3,
          end: 0,
          beamWidth: 3,
        }).scores,
    ];
    for (const body of silent) assert.deepEqual(heard(body), []);
  });
});
