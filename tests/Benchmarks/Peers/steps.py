"""Full training steps of the cases g, h and i in Python's own PyTorch: what `peers --device cuda` is held against.

python3 steps.py [cuda|cpu] [threads] [tf32|no-tf32]
"""
import statistics
import sys
import time

import torch

CASES = {"g": (32, 50, 64, 128, 64, 1), "h": (64, 100, 128, 256, 128, 1), "i": (64, 64, 512, 512, 512, 2)}


class Model(torch.nn.Module):
    def __init__(self, kind, features, units, classes, layers):
        super().__init__()
        self.cell = kind(features, units, layers, batch_first=True)
        self.dense = torch.nn.Linear(units, classes)

    def forward(self, x):
        return self.dense(self.cell(x)[0])


def main():
    device = sys.argv[1] if len(sys.argv) > 1 else "cpu"
    torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    torch.backends.cudnn.allow_tf32 = len(sys.argv) <= 3 or sys.argv[3] == "tf32"
    for cell, kind in (("lstm", torch.nn.LSTM), ("gru", torch.nn.GRU)):
        for name, (batch, steps, features, units, classes, layers) in CASES.items():
            torch.manual_seed(1)
            model = Model(kind, features, units, classes, layers).to(device)
            optimizer = torch.optim.Adam(model.parameters())
            x = torch.rand(batch, steps, features, device=device)
            y = torch.randint(0, classes, (batch, steps), device=device)

            def step():
                optimizer.zero_grad()
                loss = torch.nn.functional.cross_entropy(model(x).reshape(-1, classes), y.reshape(-1))
                loss.backward()
                optimizer.step()
                return loss.item()

            for _ in range(5):
                step()
            times = []
            for _ in range(9):
                began = time.perf_counter()
                for _ in range(5):
                    step()
                times.append((time.perf_counter() - began) / 5)
            print(f"{cell} {name}: {statistics.median(times) * 1e6:,.0f} us (python, {device})", flush=True)


main()
