"""PyTorch's side of the benchmark: works through requests until standard input ends.

A request is one line of JSON and then as many bytes as its "bytes" says; an answer is one line of JSON.
The clock runs here, so the pipe costs nothing.
"""

import json
import signal
import sys
import time

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the benchmark, which then ends this process.

try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError as error:
    print(json.dumps({"error": str(error)}), flush=True)
    sys.exit(0)

torch.set_num_threads(1)
torch.set_flush_denormal(True)  # Ours flushes them too; left on, they would only slow PyTorch down.

PIXELS = 784
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


class Reader:
    """Takes typed arrays off the bytes of a request, one after the other."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, shape, dtype=torch.float32):
        count = 1
        for size in shape:
            count *= size
        values = torch.frombuffer(self.data, dtype=dtype, count=count, offset=self.at)
        self.at += count * values.element_size()
        return values.reshape(shape).clone()


def multiply(request, data):
    """{size, count} and a, b of each sample → the time and the last number of each product"""
    size, timed = request["size"], []
    for _ in range(request["count"]):
        a, b = data.take([size, size]), data.take([size, size])
        start = time.perf_counter()
        last = torch.matmul(a, b)[-1, -1].item()
        timed.append([time.perf_counter() - start, last])
    return {"timed": timed}


digits = {}


def hold(request, data):
    """{train, test}: how many; and images, labels of both"""
    for name in ("train", "test"):
        images = data.take([request[name], PIXELS], torch.uint8).float() / 255
        digits[name] = images, data.take([request[name]], torch.uint8).long()
    return {}


class Training:
    """A model with its optimizer."""

    def __init__(self, request, data):
        """{model, shapes, adam} and the weights; dense ones are [in, out], and PyTorch has [out, in]"""
        self.model = MODELS[request["model"]]()
        with torch.no_grad():
            for parameter, shape in zip(self.model.parameters(), request["shapes"]):
                values = data.take(shape)
                parameter.copy_(values.t() if len(shape) == 2 else values)
        rate, beta1, beta2, epsilon = request["adam"]
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=rate, betas=(beta1, beta2), eps=epsilon)

    def step(self, x, labels):
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.model(x), labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def steps(self, request, data):
        """{shape, count} and x, labels of each batch → the time and the loss of each step"""
        shape, timed = request["shape"], []
        for _ in range(request["count"]):
            x = data.take(shape)
            labels = data.take(shape[:1], torch.uint8).long()
            start = time.perf_counter()
            loss = self.step(x, labels)
            timed.append([time.perf_counter() - start, loss])
        return {"timed": timed}

    def epoch(self, request, data):
        """{batch, count} and the order of the images → the time and the mean loss"""
        images, labels = digits["train"]
        order = data.take([request["count"]], torch.int32).long()
        start, total = time.perf_counter(), 0.0
        for picked in order.split(request["batch"]):
            total += self.step(images[picked], labels[picked]) * len(picked)
        return {"timed": [[time.perf_counter() - start, total / len(order)]]}

    def test(self, _request, _data):
        """→ the time and the part of the test images that are read rightly"""
        images, labels = digits["test"]
        start = time.perf_counter()
        with torch.no_grad():
            right = sum(
                (self.model(x).argmax(1) == y).sum().item() for x, y in zip(images.split(1000), labels.split(1000))
            )
        return {"timed": [[time.perf_counter() - start, right / len(labels)]]}


def answer(request, data, trainings):
    do = request["do"]
    if do in ("multiply", "hold"):
        return {"multiply": multiply, "hold": hold}[do](request, data)
    if do == "start":
        trainings.append(Training(request, data))
        return {"training": len(trainings) - 1}
    return getattr(trainings[request["training"]], do)(request, data)


def main():
    print(json.dumps({"torch": torch.__version__}), flush=True)
    trainings = []
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        data = Reader(bytearray(sys.stdin.buffer.read(request["bytes"])))
        try:
            reply = answer(request, data, trainings)
        except Exception as error:  # Whatever it is, the other side has to hear of it.
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


main()
