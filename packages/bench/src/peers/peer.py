"""The Python side of the benchmark, the same for every library: works through requests until standard input ends.

A request is one line of JSON and then as many bytes as its "bytes" says; an answer is one line of JSON.
The clock runs here, so the pipe costs nothing. Before its libraries are imported, a peer has one thread: see python.ts.
"""

import json
import signal
import sys
import time

import numpy as np

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the benchmark, which then ends this process.

PIXELS = 784
TESTS_AT_ONCE = 1000
CLOCKS = {"elapsed": time.perf_counter, "processor": time.process_time}


class Reader:
    """Takes arrays off the bytes of a request, one after the other."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, shape, dtype=np.float32):
        count = int(np.prod(shape))
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values.reshape(shape)


class Model:
    """What a peer derives from: a model with its optimizer. Arrays are NumPy's except those that `stage` returns."""

    def __init__(self, name, weights, adam):
        """The weights as ours: dense ones [in, out], those of a convolution [out, in, height, width]"""
        raise NotImplementedError

    def step(self, x, labels):
        """One training step on staged arrays → the loss"""
        raise NotImplementedError

    def classify(self, x):
        """→ the most likely class of each example"""
        raise NotImplementedError

    def epoch(self, images, labels, order, batch):
        """Steps through the images in this order → the mean loss"""
        total = 0.0
        for first in range(0, len(order), batch):
            picked = order[first : first + batch]
            total += self.step(self.stage(images[picked]), self.stage(labels[picked])) * len(picked)
        return total / len(order)


class Server:
    """Answers requests with one library: `stage` copies an array to its device, `product` → the last number of a b"""

    def __init__(self, stage, product, model):
        self.stage, self.product, self.model = stage, product, model
        model.stage = staticmethod(stage)
        self.models, self.digits, self.now = [], {}, time.perf_counter

    def multiply(self, request, data):
        """{size, count} and a, b of each sample → the time and the last number of each product"""
        shape = [request["size"]] * 2
        pairs = [[self.stage(data.take(shape)) for _ in "ab"] for _ in range(request["count"])]
        return {"timed": [self.timed(self.product, a, b) for a, b in pairs]}

    def hold(self, request, data):
        """{train, test}: how many; and images, labels of both"""
        for name in ("train", "test"):
            images = data.take([request[name], PIXELS], np.uint8) / np.float32(255)
            self.digits[name] = images, data.take([request[name]], np.uint8).astype(np.int32)
        return {}

    def start(self, request, data):
        """{model, shapes, adam} and the weights → the number of the training"""
        weights = [data.take(shape) for shape in request["shapes"]]
        self.models.append(self.model(request["model"], weights, request["adam"]))
        return {"training": len(self.models) - 1}

    def steps(self, request, data):
        """{training, shape, count} and x, labels of each batch → the time and the loss of each step"""
        model, shape, results = self.models[request["training"]], request["shape"], []
        for _ in range(request["count"]):
            x = self.stage(data.take(shape))
            labels = self.stage(data.take(shape[:1], np.uint8).astype(np.int32))
            results.append(self.timed(model.step, x, labels))
        return {"timed": results}

    def epoch(self, request, data):
        """{training, batch, count} and the order of the images → the time and the mean loss"""
        order = data.take([request["count"]], np.int32)
        return {"timed": [self.timed(self.models[request["training"]].epoch, *self.digits["train"], order, request["batch"])]}

    def test(self, request, _data):
        """{training} → the time and the share of the test images that are classified correctly"""
        return {"timed": [self.timed(self.share_of_right, self.models[request["training"]])]}

    def share_of_right(self, model):
        images, labels = self.digits["test"]
        parts = range(0, len(labels), TESTS_AT_ONCE)
        found = [model.classify(images[first : first + TESTS_AT_ONCE]) for first in parts]
        return float(np.mean(np.concatenate(found) == labels))

    def timed(self, work, *arguments):
        start = self.now()
        result = work(*arguments)
        return [self.now() - start, result]

    def serve(self, version):
        print(json.dumps({"version": version}), flush=True)
        while line := sys.stdin.buffer.readline():
            request = json.loads(line)
            self.now = CLOCKS[request.get("clock", "elapsed")]
            data = Reader(bytearray(sys.stdin.buffer.read(request["bytes"])))
            try:
                reply = getattr(self, request["do"])(request, data)
            except Exception as error:  # Whatever it is, the other side has to hear of it.
                reply = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(reply), flush=True)
