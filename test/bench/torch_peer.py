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
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(65, 64)
        self.rnn = nn.RNN(64, 128)
        self.head = nn.Linear(128, 65)

    def forward(self, tokens):
        return self.head(self.rnn(self.embed(tokens))[0]).reshape(-1, 65)


def model_of(name):
    if name == 'mlp':
        return nn.Sequential(
            nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
        ), lambda b: (floats([64, 784], 100 + b), classes(64, 10, 200 + b))
    if name == 'lenet':
        return nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
        ), lambda b: (floats([64, 1, 28, 28], 100 + b), classes(64, 10, 200 + b))
    return CharacterModel(), lambda b: (
        classes(64 * 32, 65, 300 + b).reshape(64, 32), classes(64 * 32, 65, 400 + b)
    )


class Workload:
    def __init__(self, name):
        self.model, data = model_of(name)
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
