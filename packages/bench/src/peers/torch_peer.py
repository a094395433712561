"""PyTorch's side of the benchmark."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from peer import Model, Server

torch.set_num_threads(1)
torch.set_flush_denormal(True)  # Ours flushes them too; left on, they would only slow PyTorch down.

MODELS = {
    "mlp": lambda: nn.Sequential(
        nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10)
    ),
    "cnn": lambda: nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 8 * 8, 128), nn.ReLU(), nn.Linear(128, 10),
    ),
}


def stage(values):
    if values.dtype == np.int32:
        values = values.astype(np.int64)  # What cross_entropy takes
    return torch.from_numpy(values)


class Torch(Model):
    def __init__(self, name, weights, adam):
        self.model = MODELS[name]()
        with torch.no_grad():
            for parameter, values in zip(self.model.parameters(), weights):
                parameter.copy_(stage(values.T if values.ndim == 2 else values))  # PyTorch's are [out, in].
        rate, beta1, beta2, epsilon = adam
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=rate, betas=(beta1, beta2), eps=epsilon)

    def step(self, x, labels):
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.model(x), labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def classify(self, x):
        with torch.no_grad():
            return self.model(stage(x)).argmax(1).numpy()


Server(stage, lambda a, b: torch.matmul(a, b)[-1, -1].item(), Torch).serve(f"PyTorch {torch.__version__}")
