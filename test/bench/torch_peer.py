"""PyTorch's side of the bench: runs what it is asked for, one JSON line in, one out."""
import json
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(sys.argv[1]))


def series(count, salt):
    """The same numbers between -1 and 1 as the engine's side makes."""
    i = np.arange(1, count + 1, dtype=np.uint64)
    word = np.uint64(0xFFFFFFFF)
    mixed = ((i * np.uint64(0x9E3779B1)) & word) ^ np.uint64(((salt + 1) * 0x85EBCA6B) & 0xFFFFFFFF)
    bits = (((mixed ^ (mixed >> np.uint64(15))) * np.uint64(0x2C1B3C6D)) & word) >> np.uint64(8)
    return (bits.astype(np.float64) / 2**23 - 1).astype(np.float32)


def floats(shape, salt):
    return torch.from_numpy(series(int(np.prod(shape)), salt).reshape(shape))


def classes(count, size, salt):
    values = series(count, salt).astype(np.float64)
    return torch.from_numpy(np.floor((values + 1) / 2 * size).astype(np.int64))


class CharacterModel(nn.Module):
    def __init__(self, cell, vocabulary, embedding, hidden):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, embedding)
        self.rnn = cell(embedding, hidden)
        self.head = nn.Linear(hidden, vocabulary)

    def forward(self, tokens):
        return self.head(self.rnn(self.embed(tokens))[0]).flatten(0, 1)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x, mask):
        n = self.norm1(x)
        x = x + self.attention(n, n, n, attn_mask=mask, need_weights=False)[0]
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class GPT(nn.Module):
    def __init__(self, width=128, heads=4, context=64):
        super().__init__()
        self.symbols = nn.Embedding(65, width)
        self.places = nn.Embedding(context, width)
        self.blocks = nn.ModuleList([Block(width, heads) for _ in range(4)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 65, bias=False)

    def forward(self, tokens):
        at = torch.arange(tokens.size(1))
        mask = at.unsqueeze(0) > at.unsqueeze(1)
        x = self.symbols(tokens) + self.places(at)
        for block in self.blocks:
            x = block(x, mask)
        return self.head(self.norm(x)).flatten(0, 1)


class Encoder(nn.Module):
    def __init__(self, width=128):
        super().__init__()
        self.symbols = nn.Embedding(65, width)
        self.layers = nn.ModuleList([
            nn.TransformerEncoderLayer(width, 4, 4 * width, dropout=0, batch_first=True)
            for _ in range(2)
        ])
        self.head = nn.Linear(width, 65)

    def forward(self, tokens):
        x = self.symbols(tokens)
        for layer in self.layers:
            x = layer(x)
        return self.head(x).flatten(0, 1)


class Translator(nn.Module):
    def __init__(self, vocabulary=16, state=64):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, state)
        self.encoder = nn.GRU(state, state, batch_first=True)
        self.cell = nn.GRUCell(2 * state, state)
        self.head = nn.Linear(state, vocabulary)

    def forward(self, tokens):
        x = self.embed(tokens)
        memory, last = self.encoder(x)
        h = last[0]
        outputs = []
        for t in range(tokens.size(1)):
            weights = (memory @ h.unsqueeze(2)).squeeze(2).softmax(1)
            seen = (weights.unsqueeze(1) @ memory).squeeze(1)
            h = self.cell(torch.cat([x[:, t], seen], 1), h)
            outputs.append(self.head(h))
        return torch.stack(outputs, 1).flatten(0, 1)


def sequential(shape, kinds, *layers):
    return nn.Sequential(*layers), lambda b: (
        floats(shape, 100 + b), classes(shape[0], kinds, 200 + b)
    )


def predictor(model, rows, columns, vocabulary):
    count = rows * columns
    return model, lambda b: (
        classes(count, vocabulary, 300 + b).reshape(rows, columns),
        classes(count, vocabulary, 400 + b),
    )


def convolutions(channels, padding):
    return [
        nn.Conv2d(channels, 6, 5, padding=padding), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
    ]


def large(cell):
    return predictor(CharacterModel(cell, 65, 64, 128), 64, 32, 65)


def small(cell):
    return predictor(CharacterModel(cell, 64, 32, 32), 25, 8, 64)


workloads = {
    'spiral': lambda: sequential(
        [32, 2], 2, nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 2)
    ),
    'mlp': lambda: sequential(
        [64, 784], 10,
        nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10),
    ),
    'lenet': lambda: sequential(
        [64, 1, 28, 28], 10, *convolutions(1, 2),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    ),
    'cnn': lambda: sequential([32, 3, 32, 32], 10, *convolutions(3, 0), nn.Linear(400, 10)),
    'charRNN': lambda: large(nn.RNN),
    'gru': lambda: large(nn.GRU),
    'lstm': lambda: large(nn.LSTM),
    'rnnSmall': lambda: small(nn.RNN),
    'gruSmall': lambda: small(nn.GRU),
    'lstmSmall': lambda: small(nn.LSTM),
    'seq2seq': lambda: predictor(Translator(), 32, 12, 16),
    'encoder': lambda: predictor(Encoder(), 16, 64, 65),
    'gpt': lambda: predictor(GPT(), 12, 64, 65),
}


class Workload:
    def __init__(self, name):
        self.model, data = workloads[name]()
        self.batches = [data(batch) for batch in range(4)]
        with torch.no_grad():
            for index, parameter in enumerate(self.model.parameters()):
                parameter.copy_(floats(list(parameter.shape), 1000 + index) * 0.08)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)
        self.steps = 0

    def step(self):
        x, y = self.batches[self.steps % 4]
        self.steps += 1
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss


def timed(seconds, call):
    calls = 0
    start = time.perf_counter()
    while True:
        call()
        calls += 1
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            return elapsed / calls * 1000


ready = {}


def answer(request):
    what, name, seconds = request['do'], request['name'], request['seconds']
    if what == 'gemm':
        m, n, k = map(int, name.split('x'))
        a, b = torch.randn(m, k), torch.randn(k, n)
        return 2 * m * n * k / timed(seconds, lambda: a @ b) / 1e6
    if name not in ready:
        ready[name] = Workload(name)
    if what == 'losses':
        return [ready[name].step().item() for _ in range(10)]
    return timed(seconds, ready[name].step)


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
