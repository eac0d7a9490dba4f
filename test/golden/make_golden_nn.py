"""Writes nn.json and optim.json: what PyTorch computes for layers, losses, optimizers and schedules.

Run with Debian's python3-torch (1.13): /usr/bin/python3 test/golden/make_golden_nn.py
Weights and inputs come from `fill`, which the tests repeat, so only PyTorch's answers are stored.
"""
import json
import os
import re
import warnings

import torch
from torch import nn

warnings.filterwarnings('ignore')
here = os.path.dirname(os.path.abspath(__file__))


def numbers_from(seed, count):
    """Lehmer's generator: exact in double precision, so the same in every language."""
    state, values = seed * 7919 + 1, []
    for _ in range(count):
        state = state * 48271 % 2147483647
        values.append(state / 2147483647)
    return values


def count_of(shape):
    count = 1
    for size in shape:
        count *= size
    return count


def fill(shape, seed, low=-1.0, high=1.0, dtype=torch.float64):
    values = [low + (high - low) * u for u in numbers_from(seed, count_of(shape))]
    return torch.tensor(values, dtype=torch.float64).reshape(shape).to(dtype)


def T(*shape, seed=1, low=-1.0, high=1.0):
    """A tensor of floats, as its recipe."""
    return {'shape': list(shape), 'seed': seed, 'low': low, 'high': high}


def I(size, *shape, seed=1):
    """A tensor of whole numbers below size."""
    return {'shape': list(shape), 'seed': seed, 'size': size}


def V(values, dtype='float'):
    """These very values."""
    return {'values': values, 'dtype': dtype}


def L(layer, *args, **options):
    """A layer as an argument of another."""
    return {'layer': layer, 'args': list(args), 'options': options}


def make(spec):
    if isinstance(spec, list):
        return [make(item) for item in spec]
    if not isinstance(spec, dict):
        return spec
    if 'layer' in spec:
        return getattr(nn, spec['layer'])(*make(spec['args']), **{k: make(v) for k, v in spec['options'].items()})
    if 'values' in spec:
        types = {'float': torch.float64, 'int': torch.int64, 'bool': torch.bool}
        return torch.tensor(spec['values'], dtype=types[spec['dtype']])
    if 'size' in spec:
        values = [int(u * spec['size']) for u in numbers_from(spec['seed'], count_of(spec['shape']))]
        return torch.tensor(values).reshape(spec['shape'])
    return fill(spec['shape'], spec['seed'], spec['low'], spec['high'])


def camel(name):
    return re.sub(r'_(\w)', lambda match: match.group(1).upper(), name[:1].lower() + name[1:] if name.startswith('T_') else name)


def camel_keys(value):
    if isinstance(value, list):
        return [camel_keys(item) for item in value]
    if isinstance(value, dict):
        return {camel(key): camel_keys(item) for key, item in value.items()}
    return value


def short(value, digits=10):
    if value != value or value in (float('inf'), float('-inf')):
        return {'nan': 'nan', 'inf': 'inf', '-inf': '-inf'}[str(value)]
    number = float(f'%.{digits}g' % value)
    return int(number) if number == int(number) and abs(number) < 1e9 else number


def numbers(tensor, digits=10):
    return [short(value, digits) for value in tensor.detach().double().flatten().tolist()]


def tensors_of(result):
    if isinstance(result, torch.Tensor):
        return [result]
    if isinstance(result, (tuple, list)):
        return [tensor for item in result for tensor in tensors_of(item)]
    return []


def is_float_input(spec):
    return isinstance(spec, dict) and ('seed' in spec and 'size' not in spec or spec.get('dtype') == 'float')


cases = {}


def record(name, entry, run, inputs, module=None):
    tensors = [make(spec) for spec in inputs]
    wanted = []
    for spec, tensor in zip(inputs, tensors):
        for leaf, leaf_spec in zip(tensor, spec) if isinstance(spec, list) else [(tensor, spec)]:
            if is_float_input(leaf_spec):
                leaf.requires_grad_()
                wanted.append(leaf)
    outputs = tensors_of(run(*tensors))
    entry['inputs'] = camel_keys(inputs)
    entry['outputs'] = [{'shape': list(output.shape), 'values': numbers(output)} for output in outputs]
    floats = [output for output in outputs if output.is_floating_point() and output.requires_grad]
    if floats:
        sum((output * fill(output.shape, 50 + i)).sum() for i, output in enumerate(floats)).backward()
        entry['gradients'] = [numbers(leaf.grad) if leaf.grad is not None else None for leaf in wanted]
    if module is not None:
        entry['parameters'] = {camel(path): list(p.shape) for path, p in module.named_parameters()}
        entry['parameterGradients'] = {
            camel(path): numbers(p.grad) for path, p in module.named_parameters() if p.grad is not None}
        entry['buffers'] = {camel(path): numbers(b) for path, b in module.named_buffers()}
    assert name not in cases, name
    cases[name] = {key: value for key, value in entry.items() if value not in ({}, [], None, False)}


def layer(name, kind, args, options, inputs, call=None, evaluate=False, unshuffled=True):
    """Runs a layer of torch.nn forward and backward."""
    module = make(L(kind, *args, **options)).double()
    for index, parameter in enumerate(module.parameters()):
        with torch.no_grad():
            parameter.copy_(fill(parameter.shape, 11 + index, -0.5, 0.5))
    module.train(not evaluate)
    call = call or {}
    made = {key: make(value) for key, value in call.items()}
    entry = {'layer': kind, 'args': camel_keys(args), 'options': camel_keys(options),
             'call': camel_keys(call), 'eval': evaluate}
    record(name, entry, lambda *tensors: module(*tensors, **made), inputs, module)


def function(name, kind, inputs, options=None, run=None):
    """Runs a function of torch.nn.functional forward and backward; inputs include plain numbers."""
    options = options or {}
    made = {key: make(value) for key, value in options.items()}
    entry = {'function': camel(kind), 'options': camel_keys(options)}
    call = run or getattr(nn.functional, kind)
    record(name, entry, lambda *tensors: call(*tensors, **made), inputs)


def packed(name, cell, bidirectional):
    """A recurrent layer over sequences of lengths 4, 2 and 1."""
    lengths = [4, 2, 1]
    module = make(L(cell, 3, 2, bidirectional=bidirectional)).double()
    for index, parameter in enumerate(module.parameters()):
        with torch.no_grad():
            parameter.copy_(fill(parameter.shape, 11 + index, -0.5, 0.5))

    def run(x):
        output, state = module(nn.utils.rnn.pack_padded_sequence(x, lengths))
        return nn.utils.rnn.pad_packed_sequence(output)[0], state

    entry = {'layer': cell, 'args': [3, 2], 'options': {'bidirectional': bidirectional}, 'lengths': lengths}
    record(name, entry, run, [T(4, 3, 3)], module)


# Layers -------------------------------------------------------------------------------------------
layer('linear', 'Linear', [4, 3], {}, [T(2, 4)])
layer('linear without bias', 'Linear', [4, 3], {'bias': False}, [T(2, 5, 4)])
layer('linear on a vector', 'Linear', [4, 3], {}, [T(4)])
layer('embedding', 'Embedding', [5, 3], {}, [I(5, 2, 4)])
layer('embedding with paddingIdx', 'Embedding', [5, 3], {'padding_idx': 1}, [V([[1, 2], [4, 1]], 'int')])
layer('conv2d', 'Conv2d', [3, 4, 3], {}, [T(2, 3, 5, 6)])
layer('conv2d strided', 'Conv2d', [2, 4, [3, 2]],
      {'stride': [2, 1], 'padding': [1, 0], 'dilation': [1, 2], 'groups': 2, 'bias': False}, [T(2, 2, 7, 6)])
layer('conv2d same', 'Conv2d', [2, 3, 4], {'padding': 'same'}, [T(2, 5, 5)])
layer('maxPool2d', 'MaxPool2d', [2], {}, [T(1, 2, 5, 6)])
layer('maxPool2d padded', 'MaxPool2d', [3], {'stride': 2, 'padding': 1, 'ceil_mode': True}, [T(1, 2, 6, 6)])
layer('flatten', 'Flatten', [], {}, [T(2, 3, 2)])
layer('flatten from 0', 'Flatten', [0, 1], {}, [T(2, 3, 2)])
layer('relu', 'ReLU', [], {}, [T(2, 3)])
layer('tanh', 'Tanh', [], {}, [T(2, 3)])
layer('sigmoid', 'Sigmoid', [], {}, [T(2, 3, low=-4, high=4)])
layer('softplus', 'Softplus', [], {'beta': 3.0, 'threshold': 2.0}, [T(2, 3)])
layer('prelu', 'PReLU', [], {}, [T(2, 3)])
layer('prelu per channel', 'PReLU', [], {'num_parameters': 3}, [T(2, 3, 2)])
layer('hardtanh', 'Hardtanh', [], {'min_val': -0.5, 'max_val': 0.3}, [T(2, 3)])
layer('celu', 'CELU', [], {'alpha': 0.5}, [T(2, 3)])
layer('glu', 'GLU', [], {}, [T(2, 4)])
layer('softmin', 'Softmin', [1], {}, [T(2, 3)])
for plain in ['ReLU6', 'SELU', 'Mish', 'Hardsigmoid', 'Hardswish', 'LogSigmoid', 'Softsign', 'Tanhshrink']:
    layer(plain, plain, [], {}, [T(2, 3, low=-4, high=7)])
layer('maxPool1d', 'MaxPool1d', [3], {'stride': 2, 'padding': 1}, [T(1, 2, 7)])
layer('avgPool1d', 'AvgPool1d', [3], {'stride': 2, 'padding': 1, 'count_include_pad': False}, [T(1, 2, 7)])
layer('adaptiveAvgPool1d', 'AdaptiveAvgPool1d', [3], {}, [T(1, 2, 5)])
layer('adaptiveMaxPool2d', 'AdaptiveMaxPool2d', [[2, 3]], {}, [T(1, 2, 5, 7)])
layer('sequential', 'Sequential', [L('Linear', 3, 4), L('Tanh'), L('Linear', 4, 2)], {}, [T(5, 3)])
layer('dropout in eval', 'Dropout', [0.5], {}, [T(2, 3)], evaluate=True)

for cell, states in [('RNN', 1), ('LSTM', 2), ('GRU', 1)]:
    first = T(1, 4, seed=2) if states == 1 else [T(1, 4, seed=2), T(1, 4, seed=3)]
    both = T(4, 2, 2, seed=2) if states == 1 else [T(4, 2, 2, seed=2), T(4, 2, 2, seed=3)]
    one = T(1, 1, 4, seed=2) if states == 1 else [T(1, 1, 4, seed=2), T(1, 1, 4, seed=3)]
    rows = T(2, 4, seed=2) if states == 1 else [T(2, 4, seed=2), T(2, 4, seed=3)]
    layer(f'{cell}', cell, [3, 4], {}, [T(5, 2, 3)])
    layer(f'{cell} unbatched', cell, [3, 4], {}, [T(5, 3), first])
    layer(f'{cell} of two layers, both ways', cell, [3, 2], {'num_layers': 2, 'bidirectional': True, 'batch_first': True},
          [T(2, 4, 3), both])
    layer(f'{cell} without bias', cell, [3, 4], {'bias': False}, [T(3, 1, 3), one])
    layer(f'{cell}Cell', f'{cell}Cell', [3, 4], {}, [T(2, 3), rows])
    layer(f'{cell}Cell from nothing', f'{cell}Cell', [3, 4], {'bias': False}, [T(3)])
    for way in [False, True]:
        packed(f'{cell} over lengths{" both ways" if way else ""}', cell, way)
layer('RNN with relu', 'RNN', [3, 4], {'nonlinearity': 'relu', 'num_layers': 2}, [T(5, 2, 3)])

layer('BatchNorm1d', 'BatchNorm1d', [3], {}, [T(4, 3)])
layer('BatchNorm1d of sequences', 'BatchNorm1d', [3], {'momentum': None, 'eps': 0.01}, [T(2, 3, 2)])
layer('BatchNorm1d in eval', 'BatchNorm1d', [3], {}, [T(4, 3)], evaluate=True)
layer('BatchNorm1d without running values', 'BatchNorm1d', [3], {'affine': False, 'track_running_stats': False},
      [T(4, 3)], evaluate=True)
layer('BatchNorm2d', 'BatchNorm2d', [2], {'momentum': 0.3}, [T(2, 2, 2, 3)])
layer('LayerNorm', 'LayerNorm', [4], {}, [T(2, 3, 4)])
layer('LayerNorm over two', 'LayerNorm', [[3, 4]], {'eps': 0.01}, [T(2, 3, 4)])
layer('LayerNorm without weights', 'LayerNorm', [4], {'elementwise_affine': False}, [T(2, 4)])
layer('GroupNorm', 'GroupNorm', [2, 4], {}, [T(2, 4, 3)])
layer('InstanceNorm1d', 'InstanceNorm1d', [3], {'affine': True}, [T(2, 3, 4)])
layer('InstanceNorm2d', 'InstanceNorm2d', [2], {}, [T(2, 2, 2, 3)])

layer('Conv1d', 'Conv1d', [2, 4, 3], {'stride': 2, 'padding': 1, 'groups': 2}, [T(2, 2, 7)])
layer('Conv1d same', 'Conv1d', [2, 3, 4], {'padding': 'same', 'dilation': 2, 'bias': False}, [T(2, 9)])
layer('ConvTranspose2d', 'ConvTranspose2d', [2, 3, [3, 2]], {}, [T(2, 2, 3, 3)])
layer('ConvTranspose2d strided', 'ConvTranspose2d', [4, 2, 3],
      {'stride': 2, 'padding': 1, 'output_padding': 1, 'groups': 2, 'bias': False}, [T(1, 4, 3, 3)])
layer('AvgPool2d', 'AvgPool2d', [2], {}, [T(1, 2, 4, 5)])
layer('AvgPool2d padded', 'AvgPool2d', [3], {'stride': 2, 'padding': 1, 'ceil_mode': True, 'count_include_pad': False},
      [T(1, 2, 6, 6)])
layer('AdaptiveAvgPool2d', 'AdaptiveAvgPool2d', [[2, 3]], {}, [T(2, 5, 7)])
layer('Upsample', 'Upsample', [], {'scale_factor': 2}, [T(1, 2, 2, 3)])
layer('Upsample bilinear', 'Upsample', [], {'size': [5, 4], 'mode': 'bilinear', 'align_corners': True}, [T(1, 2, 2, 3)])

# Attention ----------------------------------------------------------------------------------------
padding = V([[False, False, True], [False, False, False]], 'bool')
later = V([[False, True, True], [False, False, True], [False, False, False]], 'bool')
layer('MultiheadAttention', 'MultiheadAttention', [4, 2], {}, [T(3, 2, 4), T(3, 2, 4, seed=2), T(3, 2, 4, seed=3)],
      {'key_padding_mask': padding, 'attn_mask': later})
layer('MultiheadAttention with each head', 'MultiheadAttention', [4, 2], {'batch_first': True, 'bias': False},
      [T(2, 2, 4), T(2, 3, 4, seed=2), T(2, 3, 4, seed=3)], {'average_attn_weights': False})
layer('MultiheadAttention with own widths', 'MultiheadAttention', [4, 2], {'kdim': 3, 'vdim': 5},
      [T(2, 4), T(3, 3, seed=2), T(3, 5, seed=3)])
layer('MultiheadAttention with an added mask', 'MultiheadAttention', [4, 2], {},
      [T(2, 1, 4), T(3, 1, 4, seed=2), T(3, 1, 4, seed=3)], {'attn_mask': T(2, 2, 3, seed=4), 'need_weights': True})
small = {'dim_feedforward': 3, 'dropout': 0.0}
for norm_first in [False, True]:
    for activation in ['relu', 'gelu']:
        options = {**small, 'norm_first': norm_first, 'activation': activation, 'batch_first': norm_first}
        named = f'{"pre" if norm_first else "post"}-norm, {activation}'
        layer(f'TransformerEncoderLayer {named}', 'TransformerEncoderLayer', [4, 2], options, [T(3, 2, 4)])
        layer(f'TransformerDecoderLayer {named}', 'TransformerDecoderLayer', [4, 2], options,
              [T(3, 2, 4), T(3, 2, 4, seed=2)])
layer('TransformerEncoder', 'TransformerEncoder', [L('TransformerEncoderLayer', 4, 2, **small), 2],
      {'norm': L('LayerNorm', 4)}, [T(3, 2, 4)], {'mask': later, 'src_key_padding_mask': padding})
layer('TransformerDecoder', 'TransformerDecoder', [L('TransformerDecoderLayer', 4, 2, **small), 2], {},
      [T(3, 2, 4), T(3, 2, 4, seed=2)], {'tgt_mask': later, 'memory_key_padding_mask': padding})
layer('Transformer', 'Transformer', [], {'d_model': 4, 'nhead': 2, 'num_encoder_layers': 1, 'num_decoder_layers': 2,
                                         **small}, [T(3, 2, 4), T(3, 2, 4, seed=2)], {'tgt_mask': later})

# Normalizations and attention as functions ---------------------------------------------------------
affine = {'weight': T(3, seed=5), 'bias': T(3, seed=6)}
function('layerNorm', 'layer_norm', [T(2, 4, 3), [3]], {**affine, 'eps': 0.01})
function('groupNorm', 'group_norm', [T(2, 3, 4), 3], affine)
function('instanceNorm', 'instance_norm', [T(2, 3, 4)], affine)


def batch_norm(x, mean, var, **options):
    # PyTorch has no gradient for running values.
    return nn.functional.batch_norm(x, mean.detach(), var.detach(), **options)


running = [T(3, seed=2), T(3, seed=3, low=0.5)]
function('batchNorm', 'batch_norm', [T(4, 3), *running], affine, batch_norm)
function('batchNorm in training', 'batch_norm', [T(4, 3, 2), *running], {**affine, 'training': True}, batch_norm)


def attention(q, k, v, attn_mask=None):
    # As scaled_dot_product_attention is defined; PyTorch 1.13 does not have it yet.
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    if attn_mask is not None:
        scores = scores.masked_fill(~attn_mask, float('-inf')) if attn_mask.dtype == torch.bool else scores + attn_mask
    return scores.softmax(-1) @ v


heads = [T(2, 3, 4), T(2, 5, 4, seed=2), T(2, 5, 3, seed=3)]
function('attention', 'scaled_dot_product_attention', heads, {}, attention)
function('attention with a mask', 'scaled_dot_product_attention', heads,
         {'attn_mask': V([[True, False, True, True, True]] * 3, 'bool')}, attention)
function('attention with an added mask', 'scaled_dot_product_attention', heads, {'attn_mask': T(3, 5, seed=4)}, attention)

# Losses -------------------------------------------------------------------------------------------
labels = V([2, 0, 1, 2], 'int')
weights = V([0.2, 1.5, 0.8])
for reduction in ['mean', 'sum', 'none']:
    function(f'crossEntropy {reduction}', 'cross_entropy', [T(4, 3, high=3), labels], {'reduction': reduction})
    function(f'crossEntropy all options {reduction}', 'cross_entropy', [T(4, 3, high=3), labels],
             {'weight': weights, 'label_smoothing': 0.1, 'ignore_index': 1, 'reduction': reduction})
    function(f'crossEntropy weighted probabilities {reduction}', 'cross_entropy',
             [T(4, 3), T(4, 3, seed=2, low=0)], {'weight': weights, 'reduction': reduction, 'label_smoothing': 0.2})
    function(f'crossEntropy in two dimensions {reduction}', 'cross_entropy', [T(2, 3, 2, 2), I(3, 2, 2, 2)],
             {'reduction': reduction, 'weight': weights})
    function(f'mseLoss {reduction}', 'mse_loss', [T(3, 2), T(3, 2, seed=2)], {'reduction': reduction})
function('crossEntropy of one', 'cross_entropy', [T(3), V(1, 'int')])
function('crossEntropy of one probability', 'cross_entropy', [T(3), T(3, seed=2, low=0)])
function('crossEntropy of probabilities in one dimension', 'cross_entropy', [T(2, 3, 2), T(2, 3, 2, seed=2, low=0)])
function('crossEntropy where all are ignored', 'cross_entropy', [T(2, 3), V([-100, -100], 'int')])
layer('CrossEntropyLoss', 'CrossEntropyLoss', [], {'label_smoothing': 0.1}, [T(4, 3), labels])
layer('MSELoss', 'MSELoss', [], {'reduction': 'sum'}, [T(4, 3), T(4, 3, seed=2)])

yes = V([[0.0, 1.0], [0.3, 1.0], [0.0, 0.6]])
for reduction in ['mean', 'sum', 'none']:
    function(f'nllLoss {reduction}', 'nll_loss', [T(4, 3), labels],
             {'weight': weights, 'ignore_index': 0, 'reduction': reduction})
    function(f'l1Loss {reduction}', 'l1_loss', [T(3, 2), T(3, 2, seed=2)], {'reduction': reduction})
    function(f'smoothL1Loss {reduction}', 'smooth_l1_loss', [T(3, 2), T(3, 2, seed=2)],
             {'reduction': reduction, 'beta': 0.5})
    function(f'huberLoss {reduction}', 'huber_loss', [T(3, 2), T(3, 2, seed=2)], {'reduction': reduction, 'delta': 0.5})
    function(f'binaryCrossEntropy {reduction}', 'binary_cross_entropy', [T(3, 2, low=0.1, high=0.9), yes],
             {'reduction': reduction, 'weight': T(3, 2, seed=3)})
    function(f'binaryCrossEntropyWithLogits {reduction}', 'binary_cross_entropy_with_logits',
             [T(3, 2, low=-5, high=5), yes],
             {'reduction': reduction, 'weight': T(3, 2, seed=3), 'pos_weight': V([2.0, 0.5])})
for reduction in ['mean', 'sum', 'none', 'batchmean']:
    function(f'klDiv {reduction}', 'kl_div', [T(3, 2), T(3, 2, seed=2, low=0.1)], {'reduction': reduction})
    function(f'klDiv of logarithms {reduction}', 'kl_div', [T(3, 2), T(3, 2, seed=2)],
             {'reduction': reduction, 'log_target': True})
function('unfold', 'unfold', [T(1, 2, 4, 5), 3], {'stride': 2, 'padding': 1})
function('unfold one image', 'unfold', [T(2, 5, 4), [2, 3]], {'dilation': [2, 1]})
function('fold', 'fold', [T(2, 8, 6), [4, 3], 2])
function('fold padded', 'fold', [T(12, 6), [5, 4], [2, 3]], {'stride': 2, 'padding': 1, 'dilation': [2, 1]})
function('binaryCrossEntropy at the ends', 'binary_cross_entropy', [V([0.0, 1.0, 1.0]), V([1.0, 0.0, 1.0])])
function('binaryCrossEntropyWithLogits at 0', 'binary_cross_entropy_with_logits', [V([0.0, 200.0, -200.0]), V([1.0, 0.0, 1.0])])
layer('NLLLoss', 'NLLLoss', [], {}, [T(4, 3), labels])
layer('L1Loss', 'L1Loss', [], {}, [T(3), T(3, seed=2)])
layer('SmoothL1Loss', 'SmoothL1Loss', [], {}, [T(3), T(3, seed=2)])
layer('HuberLoss', 'HuberLoss', [], {}, [T(3), T(3, seed=2)])
layer('BCELoss', 'BCELoss', [], {}, [T(3, low=0.1), V([1.0, 0.0, 1.0])])
layer('BCEWithLogitsLoss', 'BCEWithLogitsLoss', [], {}, [T(3), V([1.0, 0.0, 1.0])])
layer('KLDivLoss', 'KLDivLoss', [], {'reduction': 'batchmean'}, [T(3, 2), T(3, 2, seed=2, low=0.1)])
for name, args, options in [('GELU', [], {}), ('GELU', [], {'approximate': 'tanh'}), ('SiLU', [], {}), ('ELU', [0.5], {}),
                            ('LeakyReLU', [0.1], {}), ('Softplus', [], {}), ('Softmax', [1], {}), ('LogSoftmax', [0], {})]:
    layer(f'{name} {args or ""}{"tanh" if options else ""}'.strip(), name, args, options, [T(3, 4, low=-4, high=4)])

# Optimizers ---------------------------------------------------------------------------------------
curves = {}


def optimizer(name, kind, options):
    """Fifty steps from gradients that depend on the step and on where the parameter stands."""
    entry = {'optimizer': kind, 'options': camel_keys(options), 'steps': {}}
    parameters = [nn.Parameter(fill([2, 3], 1)), nn.Parameter(fill([4], 2))]
    rule = getattr(torch.optim, kind)(parameters, **options)
    for step in range(50):
        for index, parameter in enumerate(parameters):
            parameter.grad = fill(parameter.shape, 100 + 2 * step + index) + 0.5 * parameter.detach()
        rule.step()
        if step in (0, 1, 9, 49):
            entry['steps'][step + 1] = [numbers(parameter) for parameter in parameters]
    curves[name] = entry


optimizer('SGD', 'SGD', {'lr': 0.1})
optimizer('SGD with momentum', 'SGD', {'lr': 0.1, 'momentum': 0.9})
optimizer('SGD with everything', 'SGD', {'lr': 0.05, 'momentum': 0.8, 'dampening': 0.3, 'weight_decay': 0.1})
optimizer('SGD with Nesterov', 'SGD', {'lr': 0.05, 'momentum': 0.9, 'nesterov': True, 'weight_decay': 0.01})
optimizer('SGD uphill', 'SGD', {'lr': 0.01, 'maximize': True, 'momentum': 0.5})
optimizer('Adam', 'Adam', {})
optimizer('Adam with options', 'Adam', {'lr': 0.05, 'betas': [0.8, 0.95], 'eps': 1e-6, 'weight_decay': 0.1})
optimizer('Adam uphill', 'Adam', {'lr': 0.01, 'maximize': True})

optimizer('AdamW', 'AdamW', {'lr': 0.05, 'weight_decay': 0.2})
optimizer('AdamW as it is', 'AdamW', {})
optimizer('Adam with amsgrad', 'Adam', {'lr': 0.05, 'betas': [0.8, 0.9], 'amsgrad': True})
optimizer('AdamW with amsgrad', 'AdamW', {'lr': 0.05, 'amsgrad': True, 'weight_decay': 0.1})
optimizer('RMSprop', 'RMSprop', {})
optimizer('RMSprop with everything', 'RMSprop',
          {'lr': 0.02, 'alpha': 0.9, 'eps': 1e-6, 'weight_decay': 0.1, 'momentum': 0.5, 'centered': True})
optimizer('RMSprop centered', 'RMSprop', {'lr': 0.02, 'centered': True})
optimizer('Adagrad', 'Adagrad', {})
optimizer('Adagrad with everything', 'Adagrad',
          {'lr': 0.1, 'lr_decay': 0.05, 'weight_decay': 0.1, 'initial_accumulator_value': 0.5, 'eps': 1e-6})

# Schedules ----------------------------------------------------------------------------------------
schedules = {}


def schedule(name, kind, args, options, rule='SGD', momentum=0.9, metrics=None, steps=25):
    entry = {'scheduler': kind, 'args': [] if args and callable(args[0]) else args, 'options': {key: camel(value) if isinstance(value, str) else value for key, value in camel_keys(options).items()},
             'optimizer': rule, 'momentum': momentum, 'rates': [], 'momenta': []}
    parameter = nn.Parameter(torch.zeros(1))
    given = {'lr': 0.1, 'momentum': momentum} if rule == 'SGD' else {'lr': 0.1}
    optimizer = getattr(torch.optim, rule)([parameter], **given)
    rules = torch.optim.lr_scheduler
    if kind == 'SequentialLR':
        # A warm-up, then a cosine, then steps; the tests build the same.
        parts = [rules.LinearLR(optimizer, 0.1, total_iters=5), rules.CosineAnnealingLR(optimizer, 10), rules.StepLR(optimizer, 3)]
        scheduler = rules.SequentialLR(optimizer, parts, [5, 15])
    elif kind == 'ChainedScheduler':
        parts = [rules.LinearLR(optimizer, 0.1, total_iters=5), rules.CosineAnnealingLR(optimizer, 6, 0.01), rules.StepLR(optimizer, 4, 0.5)]
        scheduler = rules.ChainedScheduler(parts)
    else:
        scheduler = getattr(rules, kind)(optimizer, *args, **options)
    for step in range(steps):
        group = optimizer.param_groups[0]
        entry['rates'].append(short(group['lr']))
        entry['momenta'].append(short(group['betas'][0] if 'betas' in group else group['momentum']))
        if step < steps - 1:
            optimizer.step()
            scheduler.step(*([metrics[step % len(metrics)]] if metrics else []))
    if metrics:
        entry['metrics'] = [metrics[step % len(metrics)] for step in range(steps - 1)]
    schedules[name] = entry


schedule('StepLR', 'StepLR', [4], {'gamma': 0.5})
schedule('ExponentialLR', 'ExponentialLR', [0.9], {})
schedule('CosineAnnealingLR', 'CosineAnnealingLR', [10], {'eta_min': 0.01}, steps=35)
schedule('CosineAnnealingWarmRestarts', 'CosineAnnealingWarmRestarts', [6], {}, steps=20)
schedule('CosineAnnealingWarmRestarts, longer each time', 'CosineAnnealingWarmRestarts', [3], {'T_mult': 2, 'eta_min': 0.01}, steps=30)
schedule('MultiStepLR', 'MultiStepLR', [[3, 7, 12]], {'gamma': 0.5})
schedule('ConstantLR', 'ConstantLR', [], {'factor': 0.25, 'total_iters': 6})
schedule('ConstantLR as it is', 'ConstantLR', [], {})
schedule('PolynomialLR', 'PolynomialLR', [], {'total_iters': 12, 'power': 2.0})
schedule('SequentialLR', 'SequentialLR', [], {})
schedule('LinearLR', 'LinearLR', [], {'start_factor': 0.1, 'total_iters': 8})
schedule('LinearLR as it is', 'LinearLR', [], {})
schedule('LambdaLR', 'LambdaLR', [lambda epoch: (epoch + 1) ** -0.5], {})
schedule('OneCycleLR', 'OneCycleLR', [0.5], {'total_steps': 25})
schedule('OneCycleLR with Adam', 'OneCycleLR', [0.5], {'epochs': 5, 'steps_per_epoch': 5, 'anneal_strategy': 'linear'},
         rule='Adam')
schedule('OneCycleLR in three phases', 'OneCycleLR', [0.5],
         {'total_steps': 25, 'three_phase': True, 'div_factor': 10.0, 'pct_start': 0.4, 'cycle_momentum': False})
schedule('MultiplicativeLR', 'MultiplicativeLR', [lambda epoch: (epoch + 1) ** -0.5], {})
schedule('ChainedScheduler', 'ChainedScheduler', [], {})
schedule('CyclicLR', 'CyclicLR', [0.01, 0.1], {'step_size_up': 4})
schedule('CyclicLR lower and lower', 'CyclicLR', [0.01, 0.1, 3, 5], {'mode': 'triangular2', 'cycle_momentum': False})
schedule('CyclicLR by gamma', 'CyclicLR', [0.01, 0.1], {'step_size_up': 4, 'mode': 'exp_range', 'gamma': 0.9})
schedule('ReduceLROnPlateau', 'ReduceLROnPlateau', [], {'patience': 2, 'cooldown': 1}, metrics=[1.0, 0.9, 0.95, 0.9, 0.9])
schedule('ReduceLROnPlateau upwards', 'ReduceLROnPlateau', [],
         {'mode': 'max', 'factor': 0.5, 'patience': 0, 'threshold_mode': 'abs', 'threshold': 0.1, 'min_lr': 0.02},
         metrics=[0.1, 0.3, 0.35, 0.5])


def write(name, table):
    lines = [f'{json.dumps(key)}:{json.dumps(value, separators=(",", ":"))}' for key, value in table.items()]
    with open(os.path.join(here, f'{name}.json'), 'w') as file:
        file.write('{\n' + ',\n'.join(lines) + '\n}\n')


write('nn', cases)
write('optim', curves)
write('schedules', schedules)

# Training -----------------------------------------------------------------------------------------
training = {}
STEPS = 200


def start(module):
    """First weights that the tests repeat: by order of names, so that both sides agree."""
    for index, (_, parameter) in enumerate(sorted(module.named_parameters(), key=lambda pair: camel(pair[0]))):
        with torch.no_grad():
            width = parameter.shape[-1] if parameter.dim() > 1 else 4 * parameter.shape[0]
            parameter.copy_(fill(list(parameter.shape), 11 + index, -width ** -0.5, width ** -0.5))
    return module


def whole(size, shape, seed):
    return make(I(size, *shape, seed=seed))


def train(name, module, optimizer, loss_of, clip=None):
    module.float()
    curve = []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(step)
        loss.backward()
        if clip:
            nn.utils.clip_grad_norm_(module.parameters(), clip)
        optimizer.step()
        curve.append(short(loss.item(), 7))
    training[name] = curve


f32 = {'dtype': torch.float32}
F = nn.functional

mlp = start(nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 2)))


def mlp_loss(step):
    x = fill([16, 2], 1000 + step, **f32)
    return F.cross_entropy(mlp(x), (x[:, 0] * x[:, 1] > 0).long())


train('MLP', mlp, torch.optim.SGD(mlp.float().parameters(), lr=0.1, momentum=0.9), mlp_loss)

cnn = start(nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
                          nn.Conv2d(4, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(32, 3)))


def cnn_loss(step):
    x = fill([8, 1, 8, 8], 2000 + step, **f32)
    thirds = torch.stack([x[:, 0, :, 0:2].mean((1, 2)), x[:, 0, :, 3:5].mean((1, 2)), x[:, 0, :, 6:8].mean((1, 2))], 1)
    return F.cross_entropy(cnn(x), thirds.argmax(1))


train('CNN', cnn, torch.optim.AdamW(cnn.float().parameters(), lr=0.003), cnn_loss)


class Adder(nn.Module):
    """The adding problem: the sum of two marked numbers."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(2, 12, num_layers=2, batch_first=True)
        self.head = nn.Linear(12, 1)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1]).squeeze(-1)


adder = start(Adder())


def adder_loss(step):
    values = fill([8, 10], 3000 + step, 0.0, 1.0, **f32)
    marks = torch.zeros(8, 10)
    first, second = whole(5, [8], 4000 + step), 5 + whole(5, [8], 5000 + step)
    marks[torch.arange(8), first] = 1
    marks[torch.arange(8), second] = 1
    return F.mse_loss(adder(torch.stack([values, marks], 2)), (values * marks).sum(1))


train('LSTM', adder, torch.optim.Adam(adder.float().parameters(), lr=0.005), adder_loss, clip=1.0)


class Reverser(nn.Module):
    """Sequence to sequence: a GRU reads, a GRU cell with additive attention and input feeding writes."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(6, 8)
        self.encoder = nn.GRU(8, 12)
        self.decoder = nn.GRUCell(8 + 12, 12)
        self.query = nn.Linear(12, 10, bias=False)
        self.key = nn.Linear(12, 10, bias=False)
        self.energy = nn.Linear(10, 1, bias=False)
        self.head = nn.Linear(24, 6)

    def forward(self, source, target):
        states, last = self.encoder(self.embed(source))
        keys = states.transpose(0, 1)
        h, context, logits = last[0], torch.zeros(source.shape[1], 12), []
        for symbol in target:
            h = self.decoder(torch.cat([self.embed(symbol), context], 1), h)
            scores = self.energy(torch.tanh(self.query(h).unsqueeze(1) + self.key(keys))).squeeze(-1)
            context = (scores.softmax(-1).unsqueeze(1) @ keys).squeeze(1)
            logits.append(self.head(torch.cat([h, context], 1)))
        return torch.stack(logits)


reverser = start(Reverser())


def reverser_loss(step):
    source = 1 + whole(5, [5, 8], 6000 + step)
    goal = source.flip(0)
    given = torch.cat([torch.zeros(1, 8).long(), goal[:-1]])
    return F.cross_entropy(reverser(source, given).flatten(0, 1), goal.flatten())


train('seq2seq', reverser, torch.optim.Adam(reverser.float().parameters(), lr=0.01), reverser_loss, clip=1.0)


class Copier(nn.Module):
    """An encoder-decoder Transformer with learned positions."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(6, 16)
        self.positions = nn.Embedding(6, 16)
        self.transformer = nn.Transformer(16, 2, 1, 1, 32, dropout=0.0, activation='gelu', norm_first=True)
        self.head = nn.Linear(16, 6)

    def forward(self, source, target):
        places = self.positions(torch.arange(source.shape[0])).unsqueeze(1)
        mask = torch.triu(torch.full((target.shape[0], target.shape[0]), float('-inf')), 1)
        return self.head(self.transformer(self.embed(source) + places, self.embed(target) + places, tgt_mask=mask))


copier = start(Copier())


def copier_loss(step):
    source = 1 + whole(5, [5, 8], 7000 + step)
    given = torch.cat([torch.zeros(1, 8).long(), source[:-1]])
    return F.cross_entropy(copier(source, given).flatten(0, 1), source.flatten(), label_smoothing=0.1)


warmup = torch.optim.AdamW(copier.float().parameters(), lr=0.005)
train('Transformer', copier, warmup, copier_loss, clip=1.0)
write('training', training)
