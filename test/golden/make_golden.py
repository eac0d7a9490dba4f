# Makes the golden files from PyTorch, the judge of what every op, layer and optimizer should give.
# Run in the repository: python3 test/golden/make_golden.py (Debian's python3-torch, 1.13).
import json
import math
import os

import torch

FOLDER = os.path.dirname(os.path.abspath(__file__))
NAMES = {torch.float32: 'float32', torch.float64: 'float64', torch.int32: 'int32', torch.int64: 'int32', torch.bool: 'bool'}


def number(value):
    """A number as JSON can hold it, with no more digits than it has."""
    if isinstance(value, (bool, int)):
        return int(value)
    if math.isnan(value):
        return 'nan'
    if math.isinf(value):
        return 'inf' if value > 0 else '-inf'
    return value


def write(name, rows):
    """One row a line, so that a change is seen where it is."""
    lines = ',\n'.join(json.dumps(row, separators=(',', ':'), allow_nan=False) for row in rows)
    with open(os.path.join(FOLDER, name + '.json'), 'w') as file:
        file.write('[\n' + lines + '\n]\n')
    print(f'{name}.json: {len(rows)} rows')


def promotion():
    """torch.result_type of every pair of a tensor, a scalar tensor and a plain number."""
    operands = [
        (f'{standing} {NAMES[dtype]}', torch.zeros(shape, dtype=dtype))
        for standing, shape in (('tensor', [2]), ('scalar', []))
        for dtype in (torch.bool, torch.int32, torch.float32, torch.float64)
    ] + [('number int32', 1), ('number float64', 0.5)]
    # A plain whole number beside bool gives int64 in PyTorch; here int32 is the whole type.
    return [
        [left, right, NAMES[torch.result_type(a, b)]]
        for left, a in operands
        for right, b in operands
    ]


if __name__ == '__main__':
    write('promotion', promotion())
