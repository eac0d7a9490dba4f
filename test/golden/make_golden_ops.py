# Makes ops.json: what PyTorch gives for every op, with gradients, in float32 and float64.
# Run in the repository: python3 test/golden/make_golden_ops.py (Debian's python3-torch, 1.13).
import re

import torch
import torch.nn.functional as F

from make_golden import NAMES, number, write

torch.manual_seed(7)
INF, NAN = float('inf'), float('nan')


def f(*shape, low=-2.0, high=2.0):
    """Numbers of four decimals, so that the file stays short and both sides round them alike."""
    return (low + (high - low) * torch.rand(shape, dtype=torch.float64)).mul(1e4).round().div(1e4)


def p(*shape):
    return f(*shape, low=0.1, high=3.0)


def i(size, *shape):
    return torch.randint(size, shape)


def m(*shape):
    return torch.rand(shape) < 0.5


def digits(value, count):
    value = number(value)
    return float(f'{value:.{count}g}') if isinstance(value, float) else value


def tensor(value, count=17):
    return {'shape': list(value.shape), 'dtype': NAMES[value.dtype], 'values': [digits(v, count) for v in value.flatten().tolist()]}


def encode(value):
    if isinstance(value, torch.Tensor):
        coded = tensor(value)
        return {**coded, 'dtype': 'float'} if value.dtype == torch.float64 else coded
    if isinstance(value, (list, tuple)):
        return [encode(v) for v in value]
    return number(value) if isinstance(value, float) else value


def cast(value, dtype):
    if isinstance(value, torch.Tensor):
        return value.detach().clone().to(dtype).requires_grad_() if value.dtype == torch.float64 else value
    if isinstance(value, (list, tuple)):
        return [cast(v, dtype) for v in value]
    return value


def leaves(value):
    if isinstance(value, torch.Tensor):
        return [value] if value.requires_grad else []
    return [leaf for v in value for leaf in leaves(v)] if isinstance(value, (list, tuple)) else []


def outcome(fn, args, kwargs, dtype):
    args, kwargs = cast(args, dtype), {k: cast(v, dtype) for k, v in kwargs.items()}
    result = fn(*args, **kwargs)
    outputs = [result] if isinstance(result, torch.Tensor) else list(result)
    inputs = leaves(list(args) + list(kwargs.values()))
    smooth = [o for o in outputs if o.requires_grad]
    coded = {'outputs': [tensor(o.detach(), 9 if dtype == torch.float32 else 12) for o in outputs]}
    if smooth and inputs:
        # Weights that tell the elements apart.
        loss = sum((o * torch.arange(o.numel(), dtype=torch.float64).cos().to(o.dtype).reshape(o.shape)).sum() for o in smooth)
        grads = torch.autograd.grad(loss, inputs, allow_unused=True)
        coded['grads'] = [None if g is None else [digits(v, 9 if dtype == torch.float32 else 12) for v in g.flatten().tolist()] for g in grads]
    return coded


def camel(name):
    return re.sub(r'_([a-z0-9])', lambda match: match.group(1).upper(), name)


ROWS = []


def case(op, fn, *args, zeros=False, **options):
    """One call: positional arguments, then options by their PyTorch names."""
    coded = [encode(a) for a in args]
    if options:
        coded.append({camel(k): encode(v) for k, v in options.items()})
    row = {'op': op, 'args': coded}
    if zeros:
        row['zeros'] = True
    for dtype in (torch.float32, torch.float64):
        row[NAMES[dtype]] = outcome(fn, args, options, dtype)
    ROWS.append(row)


SPECIAL = torch.tensor([NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.75, 10.0, -10.0, 25.0, -25.0, 1e10, -1e10], dtype=torch.float64)
FEW = torch.tensor([NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 2.5, -3.0], dtype=torch.float64)


def bare(fn):
    """Gradients at infinity and NaN are nobody's contract."""
    return lambda *a, **k: fn(*[x.detach() if isinstance(x, torch.Tensor) else x for x in a], **k)


UNARY = {
    'neg': torch.neg, 'abs': torch.abs, 'sign': torch.sign, 'exp': torch.exp, 'sin': torch.sin, 'cos': torch.cos, 'tanh': torch.tanh,
    'sigmoid': torch.sigmoid, 'relu': torch.relu, 'square': torch.square, 'floor': torch.floor, 'ceil': torch.ceil,
    'trunc': torch.trunc, 'round': torch.round, 'frac': torch.frac, 'expm1': torch.expm1, 'exp2': torch.exp2, 'erf': torch.erf, 'atan': torch.atan,
    'sinh': torch.sinh, 'cosh': torch.cosh, 'gelu': F.gelu, 'silu': F.silu, 'mish': F.mish, 'softplus': F.softplus,
    'logsigmoid': F.logsigmoid, 'leakyRelu': F.leaky_relu, 'elu': F.elu, 'selu': F.selu, 'hardtanh': F.hardtanh, 'relu6': F.relu6,
    'hardsigmoid': F.hardsigmoid, 'hardswish': F.hardswish, 'softsign': F.softsign,
}
POSITIVE = {'log': torch.log, 'sqrt': torch.sqrt, 'reciprocal': torch.reciprocal, 'rsqrt': torch.rsqrt, 'log1p': torch.log1p, 'log2': torch.log2, 'log10': torch.log10}
WITHIN_ONE = {'asin': torch.asin, 'acos': torch.acos, 'tan': torch.tan}
TRUTH = {'isnan': torch.isnan, 'isinf': torch.isinf, 'isfinite': torch.isfinite, 'logicalNot': torch.logical_not}
# Results for a sign of zero differ between PyTorch's own vector and scalar code here.
UNSIGNED = {'frac', 'mish', 'gelu', 'silu', 'hardswish', 'relu', 'softsign', 'elu', 'selu'}
# 0 · ∞ in a formula that PyTorch writes otherwise.
FINITE = {'gelu', 'silu', 'mish', 'hardswish', 'frac', 'softsign', 'hardsigmoid'}


def unary():
    for op, fn in UNARY.items():
        case(op, fn, f(3, 4))
        case(op, fn, f())
        values = SPECIAL[torch.isfinite(SPECIAL)] if op in FINITE else SPECIAL
        case(op, bare(fn), values.clone(), zeros=op not in UNSIGNED)
    for op, fn in POSITIVE.items():
        case(op, fn, p(3, 4))
        case(op, bare(fn), SPECIAL.clone(), zeros=True)
    for op, fn in WITHIN_ONE.items():
        case(op, fn, f(3, 4, low=-0.9, high=0.9))
    for op, fn in TRUTH.items():
        case(op, fn, SPECIAL.clone())
    case('square', torch.square, torch.tensor([50000, -3], dtype=torch.int32))
    case('exp', torch.exp, i(4, 3))
    case('round', torch.round, f(5) * 1, decimals=1)
    case('gelu', F.gelu, f(6), approximate='tanh')
    case('softplus', F.softplus, f(6), beta=3, threshold=2)
    case('leakyRelu', F.leaky_relu, f(6), negative_slope=0.3)
    case('elu', F.elu, f(6), alpha=0.5)
    case('hardtanh', F.hardtanh, f(6), min_val=-0.5, max_val=1.5)
    case('prelu', F.prelu, f(2, 3, 2), f(3))
    case('glu', F.glu, f(3, 4))
    case('clamp', torch.clamp, f(6), min=-1.0, max=0.5)
    case('clamp', torch.clamp, f(6), min=0.5)
    case('clamp', bare(torch.clamp), SPECIAL.clone(), min=-1.0, max=2.0)
    case('clamp', torch.clamp, i(9, 6), min=3, max=5)
    case('clamp', torch.clamp, f(2, 3), min=f(3), max=p(2, 1))
    case('clamp', torch.clamp, f(2, 3), max=f(2, 3))
    for op in ('celu', 'hardshrink', 'softshrink', 'tanhshrink'):
        case(op, getattr(F, op), f(3, 4))
    case('celu', F.celu, f(6), alpha=0.5)
    case('hardshrink', F.hardshrink, f(6), lambd=1.0)
    case('softshrink', F.softshrink, f(6), lambd=1.0)
    case('threshold', F.threshold, f(6), 0.5, -1.0)
    case('softmin', F.softmin, f(2, 3), 1)
    for op in ('asinh', 'atanh', 'acosh'):
        case(op, getattr(torch, op), f(2, 3, low=1.1, high=3.0) if op == 'acosh' else f(2, 3, low=-0.9, high=0.9))
    case('nanToNum', bare(torch.nan_to_num), FEW.clone(), nan=7.0, posinf=1.0, neginf=-1.0)
    case('nanToNum', torch.nan_to_num, f(3))


BINARY = {
    'add': torch.add, 'sub': torch.sub, 'mul': torch.mul, 'div': torch.div, 'maximum': torch.maximum, 'minimum': torch.minimum,
    'remainder': torch.remainder, 'fmod': torch.fmod, 'atan2': torch.atan2, 'floorDivide': lambda a, b: torch.div(a, b, rounding_mode='floor'),
}
COMPARE = {'eq': torch.eq, 'ne': torch.ne, 'gt': torch.gt, 'ge': torch.ge, 'lt': torch.lt, 'le': torch.le, 'logicalAnd': torch.logical_and, 'logicalOr': torch.logical_or, 'logicalXor': torch.logical_xor}


def binary():
    left, right = FEW.repeat_interleave(len(FEW)), FEW.repeat(len(FEW))
    for op, fn in BINARY.items():
        grads = bare(fn) if op == 'floorDivide' else fn
        case(op, grads, f(2, 3), f(3))
        case(op, grads, f(2, 1), p(1, 3))
        case(op, bare(fn), left, right, zeros=op not in ('floorDivide', 'maximum', 'minimum'))
    for op in ('add', 'sub', 'mul', 'div', 'remainder', 'fmod', 'floorDivide', 'maximum', 'minimum'):
        case(op, BINARY[op], torch.tensor([7, -7, 7, -7, 100000], dtype=torch.int32), torch.tensor([2, 2, -2, -2, 90000], dtype=torch.int32))
        case(op, bare(BINARY[op]), f(2, 3), i(4, 3) + 1)
    for op in ('add', 'mul', 'maximum', 'minimum'):
        case(op, BINARY[op], torch.tensor([True, True, False]), torch.tensor([True, False, False]))
    for op, fn in COMPARE.items():
        case(op, fn, left, right)
    case('add', torch.add, f(2, 3), f(3), alpha=-1.5)
    case('sub', torch.sub, f(2, 3), f(3), alpha=2)
    for mode in ('trunc', 'floor'):
        case('div', bare(torch.div), left, right, rounding_mode=mode)
        case('div', torch.div, torch.tensor([7, -7, 7, -7, 2000000001], dtype=torch.int32), torch.tensor([2, 2, -2, -2, 2], dtype=torch.int32), rounding_mode=mode)
    case('lerp', torch.lerp, f(2, 3), f(3), 0.3)
    case('lerp', torch.lerp, f(2, 3), f(2, 3), f(3, low=0.0, high=1.0))
    case('logaddexp', torch.logaddexp, f(2, 3), f(3))
    case('logaddexp', bare(torch.logaddexp), left, right)
    case('pow', torch.pow, p(2, 3), f(3))
    case('pow', torch.pow, f(4), 3)
    case('pow', torch.pow, f(4), 0)
    case('pow', bare(torch.pow), left, right)
    case('pow', torch.pow, i(5, 4), 3)
    case('isclose', bare(torch.isclose), left, right)
    case('isclose', bare(torch.isclose), left, right, rtol=0.1, atol=0.5, equal_nan=True)
    case('where', torch.where, m(2, 3), f(2, 3), f(3))
    # Ties: how the gradient is shared.
    tied = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    case('maximum', torch.maximum, tied, tied.clone())
    case('minimum', torch.minimum, tied, tied.clone())


def reduced():
    full = {'sum': torch.sum, 'mean': torch.mean, 'prod': torch.prod, 'amax': torch.amax, 'amin': torch.amin, 'var': torch.var, 'std': torch.std, 'any': bare(torch.any), 'all': bare(torch.all)}
    for op, fn in full.items():
        case(op, fn, f(2, 3, 4)) if op not in ('amax', 'amin') else case(op, fn, f(2, 3, 4), [0, 1, 2])
        case(op, fn, f(2, 3, 4), 1)
        case(op, fn, f(2, 3), -1, keepdim=True)
    for op in ('sum', 'mean', 'amax', 'amin'):
        case(op, full[op], f(2, 3, 4), [0, 2])
        case(op, full[op], torch.tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]], dtype=torch.float64), 1)
    for op in ('sum', 'mean', 'prod', 'any', 'all'):
        case(op, full[op], f(0, 3), 0)
    for correction in (0, 1, 2):
        case('var', torch.var, f(3, 4), 1, correction=correction)
        case('std', torch.std, f(3, 4), 0, correction=correction)
    case('prod', torch.prod, torch.tensor([[2.0, 0.0, 3.0], [0.0, 0.0, 1.0]], dtype=torch.float64), 1)
    for op in ('sum', 'prod'):
        case(op, full[op], i(5, 2, 3), 1)
        case(op, full[op], m(2, 3))
    for op in ('max', 'min'):
        fn = getattr(torch, op)
        case(op, fn, f(3, 4))
        case(op, fn, f(3, 4), 1)
        case(op, fn, f(3, 4), 0, keepdim=True)
        case(op, bare(fn), torch.tensor([[1.0, NAN, 2.0], [INF, INF, 1.0]], dtype=torch.float64), 1)
    for op in ('argmax', 'argmin'):
        fn = getattr(torch, op)
        case(op, fn, f(3, 4))
        case(op, fn, f(3, 4), 1)
        case(op, fn, f(3, 4), 0, keepdim=True)
    for op, fn in (('softmax', torch.softmax), ('logSoftmax', torch.log_softmax)):
        case(op, fn, f(2, 3), 1)
        case(op, fn, f(2, 3, 2), 1)
        case(op, bare(fn), torch.tensor([[1e4, 1.0, -1e4], [-INF, 0.0, 1.0], [NAN, 0.0, 1.0]], dtype=torch.float64), 1)
    case('logsumexp', torch.logsumexp, f(2, 3), 1)
    case('logsumexp', torch.logsumexp, f(2, 3, 2), [0, 2], keepdim=True)
    case('logsumexp', bare(torch.logsumexp), torch.tensor([[1e4, 1e4], [-INF, -INF], [INF, 1.0]], dtype=torch.float64), 1)
    for power in (0, 1, 2, 3, INF, -INF):
        case('norm', torch.norm, f(3, 4), power, 1)
    case('norm', torch.norm, f(3, 4))
    case('norm', torch.norm, f(3, 4), p=1, dim=[0, 1], keepdim=True)
    case('norm', lambda x: torch.norm(x), torch.zeros(3, dtype=torch.float64))
    case('median', torch.median, f(5))
    case('median', torch.median, f(2, 3))
    case('median', torch.median, f(3, 4), 1)
    case('median', torch.median, f(3, 5), dim=0, keepdim=True)
    case('median', bare(torch.median), torch.tensor([3.0, NAN, 1.0, 2.0], dtype=torch.float64))
    case('max', torch.max, f(2, 3), f(2, 3))
    case('min', torch.min, f(2, 3), f(2, 3))
    case('argmax', torch.argmax, f(2, 3), keepdim=True)
    case('sumTo', lambda x, shape: x.sum_to_size(shape), f(2, 3), [1, 3])
    for op in ('cumsum', 'cumprod'):
        fn = getattr(torch, op)
        case(op, fn, f(3, 4), 1)
        case(op, fn, f(3, 4), 0)
        case(op, fn, i(4, 5), 0)
    case('cumprod', torch.cumprod, torch.tensor([2.0, 0.0, 3.0, 0.0, 1.0], dtype=torch.float64), 0)
    case('sort', torch.sort, f(3, 4))
    case('sort', torch.sort, f(3, 4), 0, descending=True)
    # Only the order of values: which of two NaN comes first is open.
    case('sort', bare(lambda x: torch.sort(x, stable=True)), torch.tensor([1.0, NAN, -INF, 2.0, INF], dtype=torch.float64))
    case('argsort', torch.argsort, f(3, 4), 1)
    case('topk', torch.topk, f(3, 5), 2)
    case('topk', torch.topk, f(5, 3), 2, 0, largest=False)


def moved():
    case('reshape', torch.reshape, f(2, 6), [3, -1])
    case('view', lambda x, s: x.view(s), f(2, 6), [3, 4])
    case('permute', torch.permute, f(2, 3, 4), [2, 0, 1])
    case('transpose', torch.transpose, f(2, 3, 4), 0, -1)
    case('swapaxes', torch.swapaxes, f(2, 3, 4), 0, -1)
    case('t', torch.t, f(2, 3))
    case('expand', lambda x, s: x.expand(s), f(3, 1), [2, 3, 4])
    case('flatten', torch.flatten, f(2, 3, 4), 1)
    case('unsqueeze', torch.unsqueeze, f(2, 3), -1)
    case('squeeze', torch.squeeze, f(1, 3, 1))
    case('squeeze', torch.squeeze, f(1, 3, 1), 0)
    case('slice', lambda x, d, a, b, s: x[:, a:b:s], f(2, 6), 1, -5, -1, 2)
    case('select', torch.select, f(2, 3), 1, -1)
    case('narrow', torch.narrow, f(2, 5), 1, 1, 3)
    case('cat', lambda x, d: torch.cat(x, d), [f(2, 3), f(1, 3)], 0)
    case('stack', lambda x, d: torch.stack(x, d), [f(2, 3), f(2, 3)], 1)
    case('split', torch.split, f(5, 2), 2)
    case('split', torch.split, f(2, 5), [1, 4], 1)
    case('chunk', torch.chunk, f(5, 2), 2)
    case('hstack', torch.hstack, [f(2), f(3)])
    case('hstack', torch.hstack, [f(2, 1), f(2, 3)])
    case('vstack', torch.vstack, [f(2, 3), f(3)])
    case('ravel', torch.ravel, f(2, 3))
    case('unflatten', lambda x, d, s: x.unflatten(d, s), f(2, 6), 1, [2, 3])
    case('broadcastTo', torch.broadcast_to, f(3, 1), [2, 3, 4])
    case('trace', torch.trace, f(3, 4))
    case('countNonzero', torch.count_nonzero, torch.tensor([[0, 1, 2], [0, 0, 3]]))
    case('countNonzero', torch.count_nonzero, torch.tensor([[0, 1, 2], [0, 0, 3]]), dim=1)
    case('unbind', torch.unbind, f(2, 3), 1)
    case('contiguous', lambda x: x.contiguous(), f(2, 3))
    case('clone', torch.clone, f(2, 3))
    case('detach', lambda x: x.detach(), f(2, 3))
    case('to', lambda x, _: x.to(torch.int32), torch.tensor([1.9, -1.9, 0.0], dtype=torch.float64), 'int32')
    case('to', lambda x, _: x.to(torch.bool), torch.tensor([1.9, NAN, 0.0, -0.0], dtype=torch.float64), 'bool')
    case('to', lambda x, _: x.to(torch.float64), f(2, 3), 'float64')
    case('flip', torch.flip, f(2, 3), [0, 1])
    case('roll', torch.roll, f(2, 3), 2)
    case('roll', torch.roll, f(2, 3), [1, -1], [0, 1])
    case('repeat', lambda x, s: x.repeat(s), f(2, 3), [2, 1, 2])
    case('tile', torch.tile, f(2, 3), [2])
    case('repeatInterleave', torch.repeat_interleave, f(2, 3), 2, 1)
    case('repeatInterleave', torch.repeat_interleave, f(2, 3), 2)
    case('pad', F.pad, f(2, 3), [1, 2])
    case('pad', F.pad, f(2, 3), [1, -1, 2, 0], value=1.5)
    case('pad', F.pad, f(1, 2, 4), [2, 3], mode='reflect')
    case('pad', F.pad, f(1, 1, 3, 4), [2, 1, 1, 2], mode='reflect')
    case('pad', F.pad, f(1, 2, 3), [4, 1], mode='replicate')
    case('pad', F.pad, f(1, 2, 3), [2, 3], mode='circular')
    case('unfold', lambda x, d, n, s: x.unfold(d, n, s), f(2, 7), 1, 3, 2)
    case('movedim', torch.movedim, f(2, 3, 4), [0, 1], [2, 0])
    case('moveaxis', torch.moveaxis, f(2, 3, 4), 0, -1)
    for op in ('tril', 'triu'):
        case(op, getattr(torch, op), f(3, 4))
        case(op, getattr(torch, op), f(2, 4, 3), diagonal=-1)
    case('diagonal', torch.diagonal, f(3, 4), offset=1)
    case('diagonal', torch.diagonal, f(2, 3, 4), dim1=-1, dim2=0)
    case('diag', torch.diag, f(3), diagonal=-1)
    case('diag', torch.diag, f(2, 3))


def indexed():
    case('indexSelect', torch.index_select, f(4, 3), 0, i(4, 5))
    case('indexAdd', torch.index_add, f(3, 2), 0, i(3, 5), f(5, 2))
    case('indexAdd', torch.index_add, f(2, 3), 1, i(3, 2), f(2, 2), alpha=-2)
    case('scatterRows', lambda g, d, idx, n: torch.zeros(n, 2, dtype=g.dtype).index_add(d, idx, g), f(5, 2), 0, i(3, 5), 3)
    case('gather', torch.gather, f(3, 4), 1, i(4, 3, 2))
    case('scatterAdd', torch.scatter_add, f(3, 4), 1, i(4, 3, 2), f(3, 2))
    case('scatter', torch.scatter, f(3, 4), 0, torch.tensor([[0, 1, 2, 0]]), f(1, 4))
    case('scatter', torch.scatter, f(3, 4), 1, i(4, 3, 1), 2.5)
    case('scatter', bare(torch.scatter), f(3, 4), 0, i(3, 2, 4), f(2, 4), reduce='add')
    case('scatter', bare(torch.scatter), f(3, 4), 0, i(3, 2, 4), f(2, 4), reduce='multiply')
    for fold in ('sum', 'prod', 'mean', 'amax', 'amin'):
        case('scatterReduce', torch.scatter_reduce, f(3, 4), 1, i(4, 3, 5), f(3, 5), fold)
        case('scatterReduce', torch.scatter_reduce, f(4), 0, i(3, 5), f(5), fold, include_self=False)
    case('scatterReduce', torch.scatter_reduce, torch.tensor([2.0, 0.0, 3.0], dtype=torch.float64), 0, torch.tensor([0, 0, 1, 2]), torch.tensor([0.0, 4.0, 0.0, 5.0], dtype=torch.float64), 'prod')
    case('scatterReduce', torch.scatter_reduce, torch.tensor([2.0, 1.0], dtype=torch.float64), 0, torch.tensor([0, 0, 1]), torch.tensor([2.0, 2.0, 0.0], dtype=torch.float64), 'amax')
    case('takeAlongDim', torch.take_along_dim, f(1, 4), i(4, 3, 2), 1)
    case('oneHot', F.one_hot, i(4, 2, 3), num_classes=5)
    case('oneHot', F.one_hot, torch.tensor([0, 3, 1]))
    case('nonzero', torch.nonzero, m(3, 4))
    case('nonzero', torch.nonzero, torch.tensor(3))
    case('maskedSelect', torch.masked_select, f(2, 3), m(3))
    case('maskedFill', lambda x, mask, v: x.masked_fill(mask, v), f(2, 3), m(3), -1.0)
    case('at', lambda x, a, b: x[1, 1:-1], f(3, 4), 1, [1, -1])
    case('at', lambda x, a, b: x[:, -1], f(3, 4), None, -1)
    case('at', lambda x, a: x[a], f(3, 4), i(3, 5))
    case('at', lambda x, a: x[a], f(3, 4), torch.tensor([True, False, True]))


def products():
    for a, b in ((f(2, 3), f(3, 4)), (f(3), f(3)), (f(3), f(2, 3, 2)), (f(2, 1, 2, 3), f(4, 3, 2)), (f(2, 0), f(0, 3))):
        case('matmul', torch.matmul, a, b)
    case('mm', torch.mm, f(2, 3), f(3, 2))
    case('bmm', torch.bmm, f(2, 2, 3), f(2, 3, 2))
    case('dot', torch.dot, f(3), f(3))
    case('outer', torch.outer, f(2), f(3))
    case('mv', torch.mv, f(2, 3), f(3))
    case('addmm', torch.addmm, f(2), f(2, 3), f(3, 2), beta=2.0, alpha=-0.5)
    case('linear', F.linear, f(2, 2, 3), f(4, 3), bias=f(4))
    case('linear', F.linear, f(2, 3), f(4, 3))
    case('embedding', F.embedding, i(4, 2, 3), f(4, 3))
    case('embedding', F.embedding, torch.tensor([[1, 2], [0, 1]]), f(4, 3), padding_idx=1)
    case('normalize', F.normalize, f(2, 3))
    case('normalize', F.normalize, f(3, 2), p=1, dim=0)
    case('cosineSimilarity', F.cosine_similarity, f(2, 3), f(2, 3))
    case('cosineSimilarity', F.cosine_similarity, f(2, 3), f(2, 3), dim=0)
    for equation, *shapes in (
        ('ij,jk', (2, 3), (3, 2)), ('bhqd,bhkd->bhqk', (2, 1, 2, 3), (2, 1, 2, 3)), ('ii->i', (3, 3)), ('ii', (3, 3)), ('ij->ji', (2, 3)),
        ('...ij,...jk->...ik', (2, 1, 2, 3), (3, 3, 2)), ('ij,jk,kl->il', (2, 3), (3, 2), (2, 2)), ('b,ib', (3,), (2, 3)),
    ):
        case('einsum', torch.einsum, equation, *[f(*shape) for shape in shapes])


def images():
    case('conv2d', F.conv2d, f(2, 3, 4, 5), f(2, 3, 3, 2))
    case('conv2d', F.conv2d, f(1, 2, 5, 5), f(2, 2, 3, 3), bias=f(2), stride=2, padding=1)
    case('conv2d', F.conv2d, f(1, 4, 5, 5), f(4, 2, 2, 3), stride=[1, 2], padding=[1, 0], dilation=[2, 1], groups=2)
    case('conv2d', F.conv2d, f(1, 2, 4, 4), f(2, 2, 2, 3), padding='same', dilation=[1, 2])
    case('conv1d', F.conv1d, f(2, 4, 6), f(2, 2, 3), bias=f(2), stride=2, padding=1, groups=2)
    case('conv1d', F.conv1d, f(1, 2, 6), f(1, 2, 2), padding='same', dilation=3)
    case('convTranspose1d', F.conv_transpose1d, f(1, 4, 3), f(4, 1, 3), bias=f(2), stride=2, padding=1, output_padding=1, groups=2)
    case('maxPool1d', F.max_pool1d, f(1, 2, 7), 3, stride=2, padding=1)
    case('avgPool1d', F.avg_pool1d, f(1, 2, 7), 3, stride=2, padding=1, count_include_pad=False)
    case('adaptiveAvgPool1d', F.adaptive_avg_pool1d, f(1, 2, 5), 3)
    case('adaptiveMaxPool1d', F.adaptive_max_pool1d, f(1, 2, 5), 3)
    case('convTranspose2d', F.conv_transpose2d, f(2, 3, 2, 3), f(3, 2, 2, 2))
    case('convTranspose2d', F.conv_transpose2d, f(1, 4, 3, 3), f(4, 2, 3, 2), bias=f(4), stride=[2, 1], padding=1, output_padding=[1, 0], groups=2)
    case('convTranspose2d', F.conv_transpose2d, f(1, 2, 3, 3), f(2, 1, 2, 2), dilation=2)
    case('conv2dInputGrad', lambda g, w, s, o: torch.nn.grad.conv2d_input(s, w, g, stride=(1, 2), padding=(1, 0)), f(1, 2, 4, 2), f(2, 3, 3, 2), [1, 3, 4, 4], GEOMETRY)
    case('conv2dWeightGrad', lambda g, x, s, o: torch.nn.grad.conv2d_weight(x, s, g, stride=(1, 2), padding=(1, 0)), f(1, 2, 4, 2), f(1, 3, 4, 4), [2, 3, 3, 2], GEOMETRY)
    case('maxPool2d', F.max_pool2d, f(1, 2, 4, 4), 2)
    case('maxPool2d', F.max_pool2d, f(2, 1, 5, 5), [3, 2], stride=2, padding=1, ceil_mode=True)
    case('maxPool2d', F.max_pool2d, f(1, 1, 6, 5), 2, stride=1, dilation=2)
    case('maxPool2d', F.max_pool2d, torch.tensor([[[[1.0, 1.0], [NAN, 1.0]]]], dtype=torch.float64), [1, 2], stride=1)
    case('maxPool2dWithIndices', lambda x, k: F.max_pool2d(x, k, return_indices=True), f(1, 2, 4, 4), 2)
    case('avgPool2d', F.avg_pool2d, f(1, 2, 4, 4), 2)
    case('avgPool2d', F.avg_pool2d, f(1, 1, 5, 5), [3, 2], stride=2, padding=1, ceil_mode=True)
    case('avgPool2d', F.avg_pool2d, f(1, 1, 5, 6), 3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)
    case('avgPool2d', F.avg_pool2d, f(1, 1, 4, 4), 2, divisor_override=3)
    case('adaptiveAvgPool2d', F.adaptive_avg_pool2d, f(1, 2, 5, 4), [3, 3])
    case('adaptiveMaxPool2d', F.adaptive_max_pool2d, f(1, 2, 5, 4), [3, 3])
    case('interpolate', F.interpolate, f(1, 2, 2, 3), scale_factor=2)
    case('interpolate', F.interpolate, f(1, 1, 4, 5), size=[3, 7])
    case('interpolate', F.interpolate, f(1, 1, 3, 3), scale_factor=1.5, mode='bilinear')
    case('interpolate', F.interpolate, f(1, 1, 3, 2), size=[5, 4], mode='bilinear', align_corners=True)
    case('interpolate', F.interpolate, f(1, 1, 5, 4), size=[2, 3], mode='bilinear')


GEOMETRY = {'stride': [1, 2], 'padding': [1, 0], 'dilation': [1, 1], 'groups': 1, 'paddingTotal': [2, 0]}


def created():
    case('arange', lambda a, b, s: torch.arange(a, b, s), 1.0, 2.0, 0.25)
    case('arange', lambda a, b, s: torch.arange(a, b, s), 3, -3, -2)
    case('linspace', torch.linspace, -1.0, 2.0, 7)
    case('eye', torch.eye, 2, 3)
    case('zeros', torch.zeros, [2, 3])
    case('ones', torch.ones, [2, 3])
    case('full', torch.full, [2], 1.5)
    case('zerosLike', torch.zeros_like, f(2, 3))
    case('onesLike', torch.ones_like, f(2, 3))
    case('fullLike', torch.full_like, f(2, 3), 2.5)
    case('newZeros', lambda x, s: x.new_zeros(s), f(2), [3])


def probed():
    """What was once wrong, or had no row: found by calling both with odd arguments."""
    tied = torch.tensor([[1.0, 2.0, 2.0], [3.0, 2.0, 0.0]], dtype=torch.float64)
    case('clip', torch.clip, f(2, 3), -0.5, 0.5)
    case('clamp', torch.clamp, f(2, 3), 0.5, -0.5)
    case('div', torch.div, f(2, 3), f(2, 3), rounding_mode='floor')
    case('div', torch.div, f(2, 3), f(3), rounding_mode='trunc')
    for mode in ('floor', 'trunc'):
        case('div', torch.div, i(9, 2, 3), p(3), rounding_mode=mode)
        case('div', torch.div, i(9, 6), 2.5, rounding_mode=mode)
    case('median', torch.median, tied)
    case('median', torch.median, tied, 1)
    case('nanToNum', torch.nan_to_num, i(9, 3))
    case('nanToNum', bare(torch.nan_to_num), FEW.clone(), 1.0, 2.0, 3.0)
    for op in ('tril', 'triu'):
        case(op, getattr(torch, op), m(3, 3), 1)
    case('prelu', F.prelu, f(), f(1))
    case('full', torch.full, [2], 3)
    case('full', torch.full, [2], True)
    case('full', torch.full, [], 2.5)
    case('where', torch.where, m(2, 3), 1.5, f(2, 3))
    case('reshape', lambda x, *s: x.reshape(*s), f(2, 6), 3, -1)
    case('view', lambda x, *s: x.view(*s), f(2, 6), 12)
    case('permute', lambda x, *s: x.permute(*s), f(2, 3, 4), 1, -1, 0)
    case('expand', lambda x, *s: x.expand(*s), f(3, 1), 2, -1, 4)
    case('repeat', lambda x, *s: x.repeat(*s), f(2, 3), 2, 1)
    case('tile', lambda x, *s: x.tile(*s), f(2, 3), 2, 2)
    case('flip', lambda x, *s: x.flip(*s), f(2, 3), 0, -1)
    case('zeros', torch.zeros, 2, 3)
    case('narrow', torch.narrow, f(2, 5), 1, -3, 2)
    case('softmax', torch.softmax, f(2, 3), dim=0)
    case('logsumexp', torch.logsumexp, f(2, 3), dim=0, keepdim=True)
    case('cumsum', torch.cumsum, f(2, 3), dim=1)
    case('sum', torch.sum, f(2, 3), 1, True)
    case('var', torch.var, f(2, 3), 1, False, True)
    case('sort', torch.sort, f(2, 3), 0, True)
    case('conv2d', F.conv2d, f(1, 2, 4, 4), f(2, 2, 2, 2), f(2), 2, 1)
    case('conv2d', F.conv2d, f(1, 2, 4, 5), f(2, 1, 4, 2), padding='same', groups=2, dilation=[1, 2])
    case('conv1d', F.conv1d, f(1, 2, 6), f(2, 2, 3), None, [2], [1])
    case('linear', F.linear, f(2, 3), f(4, 3), f(4))
    case('maxPool2d', F.max_pool2d, f(1, 1, 5, 5), 3, 2, 1)
    case('avgPool2d', F.avg_pool2d, f(1, 1, 5, 5), [4, 5], 3, [2, 1], True)
    case('pad', F.pad, f(2, 3), [1, 1], 'constant', 2)
    case('leakyRelu', F.leaky_relu, f(2, 3), 0.3)
    case('interpolate', F.interpolate, f(1, 2, 4), scale_factor=2)
    case('interpolate', F.interpolate, f(1, 2, 4), size=6, mode='linear')
    case('interpolate', F.interpolate, f(1, 2, 4), scale_factor=1.6, mode='linear', align_corners=True)

    case('at', lambda x, a: x[a], f(3, 4), m(3, 4))
    case('at', lambda x, _, a: x[:, a], f(3, 4), None, torch.tensor([[0, -1], [2, 1]]))
    case('einsum', lambda e, x: torch.einsum(e, x), 'ij,jk->ik', [f(2, 3), f(3, 2)])
    case('hardswish', F.hardswish, torch.tensor([-3.0, 3.0, 0.0, 5.0, -5.0], dtype=torch.float64))
    for op in ('eq', 'mul', 'add', 'logicalAnd'):
        fn = torch.logical_and if op == 'logicalAnd' else getattr(torch, op)
        case(op, (lambda x, y: fn(x, torch.tensor(y))) if op == 'logicalAnd' else fn, m(4), True)
    case('mul', torch.mul, i(5, 3), True)
    case('maskedFill', lambda x, mask, v: x.masked_fill(mask, v), m(4), m(4), False)
    # A window beyond the input by less than a stride: only where sizes are rounded up.
    case('maxPool2d', F.max_pool2d, f(1, 2, 8, 6), 4, stride=2, dilation=2, ceil_mode=True)
    case('avgPool2d', F.avg_pool2d, f(1, 2, 3, 4), [4, 3], stride=[2, 1], ceil_mode=True)
    case('maxPool1d', F.max_pool1d, f(2, 3), 4, stride=3, ceil_mode=True)
    case('avgPool1d', F.avg_pool1d, f(1, 2, 3), 4, stride=2, ceil_mode=True, count_include_pad=False)


for family in (unary, binary, reduced, moved, indexed, products, images, created, probed):
    family()
write('ops', ROWS)
