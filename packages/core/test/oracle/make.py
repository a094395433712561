"""Computes values and gradients of layers with PyTorch, for oracle.test.ts of core and of nn.

    python3 packages/core/test/oracle/make.py && pnpm format

The gradients are those of the sum of output * outputGradient. An input without a gradient comes after those that have one.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F

torch.manual_seed(2)
torch.set_default_dtype(torch.float64)
PACKAGES = Path(__file__).resolve().parents[3]
SOURCE = f"PyTorch {torch.__version__.split('a')[0]}, float64"


def draw(*shape):
    return torch.randn(shape)


def values(t):
    return {"shape": list(t.shape), "data": [float(f"{x:.9g}") for x in t.detach().reshape(-1).tolist()]}


def rounded(t):
    """What the test reads, so that both compute from the same numbers."""
    return torch.tensor(values(t)["data"]).reshape(t.shape)


def case(op, compute, inputs, fixed=(), **args):
    """`compute` gets the inputs, which have gradients, then the `fixed` ones, which have none."""
    leaves = [rounded(x).requires_grad_() for x in inputs]
    constants = [rounded(x) for x in fixed]
    y = compute(*leaves, *constants)
    dy = rounded(draw(*y.shape))
    has_gradient = y.requires_grad
    if has_gradient:
        (y * dy).sum().backward()
    return {
        "op": op,
        "args": args,
        "inputs": [values(x) for x in [*leaves, *constants]],
        "output": values(y),
        "outputGradient": values(dy),
        "inputGradients": [values(x.grad) for x in leaves] if has_gradient else [],
    }


def sign(x):
    return torch.sign(x.detach())


def conv(x_shape, kernel, stride, padding):
    inputs = [draw(*x_shape), draw(*kernel), draw(kernel[0])]
    compute = lambda x, w, b: F.conv2d(x, w, b, stride=stride, padding=padding)
    return case("conv2d", compute, inputs, stride=stride, padding=padding)


def masked_softmax(x, mask):
    """Softmax where hidden scores are minus infinity; a row that is hidden as a whole is 0."""
    mask = mask.expand_as(x) > 0
    seen = mask.any(-1, keepdim=True)
    scores = torch.where(seen, x.masked_fill(~mask, -torch.inf), torch.zeros_like(x))
    return torch.softmax(scores, -1) * seen


def normalized(x, scale, shift, mean, variance):
    def along(t):
        return t.reshape([1, -1] + [1] * (x.dim() - 2))

    return (x - along(mean)) / torch.sqrt(along(variance) + 0.01) * along(scale) + along(shift)


def batch_norm(*shape, eps):
    inputs = [draw(*shape) * 3 + 5, draw(shape[1]), draw(shape[1])]
    compute = lambda x, a, b: F.batch_norm(x, None, None, a, b, training=True, eps=eps)
    return case("batchNorm", compute, inputs, eps=eps, training=True)


def layer_norm(*shape, axes, eps):
    inputs = [draw(*shape) * 3 + 5, draw(*shape[-axes:]), draw(*shape[-axes:])]
    return case("layerNorm", lambda x, a, b: F.layer_norm(x, shape[-axes:], a, b, eps), inputs, eps=eps)


def cross_entropy(logits, labels, classes=None, ignore=None, each=False):
    """`classes` are weights of the classes, which make a weight for each example."""
    options = {"weight": classes, "ignore_index": -100 if ignore is None else ignore}
    compute = lambda x: F.cross_entropy(x, torch.tensor(labels), reduction="none" if each else "mean", **options)
    args = {"labels": labels, "each": each}
    if classes is not None:
        args["weights"] = classes[torch.tensor(labels)].tolist()
    if ignore is not None:
        args["ignore"] = ignore
    return case("crossEntropy", compute, [logits], **args)


def embedding(table, indices, shape):
    at = torch.tensor(indices).reshape(shape)
    return case("embedding", lambda t: F.embedding(at, t), [table], indices=indices, shape=shape)


def attention(size, heads, mask):
    """torch.nn.MultiheadAttention; the weights of its layers are transposed to ours, [in, out]."""
    layer = torch.nn.MultiheadAttention(size, heads, batch_first=True)
    B, T = mask.shape

    def compute(x, *parts):
        w, b = list(parts[0:8:2]), list(parts[1:8:2])
        return F.multi_head_attention_forward(
            *[x.transpose(0, 1)] * 3, size, heads, torch.cat([m.T for m in w[:3]]), torch.cat(b[:3]), None, None,
            False, 0.0, w[3].T, b[3], key_padding_mask=parts[8] == 0,
        )[0].transpose(0, 1)  # fmt: skip

    weights = [t for _ in range(4) for t in (draw(size, size) / size**0.5, draw(size))]
    return case("MultiHeadAttention", compute, [draw(B, T, size), *weights], [mask], heads=heads)


def write(package, name, cases):
    path = PACKAGES / package / "test" / "oracle" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"source": SOURCE, "seed": 2, "ops": cases}))


ties = torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0])
words = torch.tensor([[1.0, 1, 1, 0, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]])
write("core", "pytorch-layers.json", [
    case("sign", sign, [ties]),
    case("clamp", lambda x: torch.clamp(x, -0.5, 1), [ties], min=-0.5, max=1),
    case("clamp", lambda x: torch.clamp(x, min=0.1), [draw(3, 4)], min=0.1),
    case("clamp", lambda x: torch.clamp(x, max=0.1), [draw(3, 4)], max=0.1),
    case("minimum", torch.minimum, [draw(2, 3), draw(2, 3)]),
    case("minimum", torch.minimum, [draw(2, 1, 4), draw(3, 1)]),
    case("erf", torch.erf, [draw(4, 4) * 2]),
    case("gelu", F.gelu, [torch.linspace(-7, 7, 57)]),
    embedding(draw(5, 3), [4, 0, 4, 4, 1, 2], [2, 3]),
    case("maskedSoftmax", masked_softmax, [draw(3, 5)], [words]),
    case("maskedSoftmax", masked_softmax, [draw(3, 2, 4, 5) * 20], [words.reshape(3, 1, 1, 5)]),
    cross_entropy(draw(5, 4), [3, 0, 1, 0, 2], classes=torch.tensor([1.0, 0.5, 3, 0.25])),
    cross_entropy(draw(5, 4) * 30, [3, 0, 1, 0, 2], each=True),
    cross_entropy(draw(5, 4), [3, 0, 1, 0, 2], ignore=0),
    cross_entropy(draw(5, 4), [3, 0, 1, 0, 2], classes=torch.tensor([1.0, 0.5, 3, 0.25]), ignore=2, each=True),
    case("mean", lambda x: F.adaptive_avg_pool2d(x, 1).reshape(3, 4), [draw(3, 4, 5, 2)], axis=[2, 3]),
    conv([2, 3, 8, 8], [5, 3, 3, 3], 2, 1),
    conv([2, 3, 9, 7], [4, 3, 3, 3], 2, 1),
    conv([2, 4, 6, 6], [3, 4, 1, 1], 2, 0),
    conv([1, 2, 8, 10], [3, 2, 5, 5], 2, 2),
    conv([2, 2, 10, 9], [3, 2, 4, 3], 3, 1),
    batch_norm(6, 3, eps=1e-5),
    batch_norm(4, 2, 3, 5, eps=0.1),
    case("batchNorm", normalized, [draw(3, 2, 2, 3), draw(2), draw(2), draw(2), draw(2) ** 2], eps=0.01, training=False),
    layer_norm(5, 7, axes=1, eps=1e-5),
    layer_norm(2, 3, 4, axes=2, eps=0.1),
])  # fmt: skip
write("nn", "pytorch-attention.json", [attention(6, 3, words[:2]), attention(4, 1, words[:2])])
