#!/usr/bin/env python3
"""Train and export the two Fashion-MNIST models of the TinyNano demo.

How to run (Debian: apt install dataset-fashion-mnist python3-torch):

    python3 train_fashion.py data      # test, calibration and label files only
    python3 train_fashion.py v1        # about 1 minute on one CPU core
    python3 train_fashion.py v2        # about 20 minutes on one CPU core
    python3 train_fashion.py all       # everything

It writes next to this script (or to --out):

    fashion_v1.onnx, fashion_v2.onnx   opset 13; "image" float32 [1,1,28,28] = pixel / 255,
                                       "probabilities" float32 [1,10] (softmax)
    fashion_test_1000.bin.gz           uint8 [1000][28*28], the first 1,000 test images
    fashion_test_1000.csv              index,file,label of these images
    fashion_calibration_256.bin.gz     uint8 [256][28*28], training images, balanced classes
    fashion_labels.txt                 the ten class names, one a line

The last epoch is exported. v1 is meant to be a mediocre model: its number of epochs (12, after
trying 6 and 20) was set so that it lands near 87 % on the test images. Nothing in v2 was chosen
by looking at test images.
"""
import argparse
import gzip
import math
import os
import time
import warnings
from collections import OrderedDict

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 2017
LABELS = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
          "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
# epochs, batch size, peak learning rate, weight decay, largest shift in pixels
RECIPES = {"v1": (12, 256, 0.10, 1e-4, 1),
           "v2": (24, 128, 0.10, 5e-4, 2)}


# ---------------------------------------------------------------- models

def conv(cin, cout, kernel=3, stride=1, groups=1):
    """Convolution without bias, batch norm, relu."""
    return nn.Sequential(OrderedDict(
        conv=nn.Conv2d(cin, cout, kernel, stride, kernel // 2, groups=groups, bias=False),
        bn=nn.BatchNorm2d(cout),
        relu=nn.ReLU()))


def separable(cin, cout, stride=1):
    """Depthwise 3x3, then pointwise 1x1."""
    return nn.Sequential(OrderedDict(
        depthwise=conv(cin, cin, 3, stride, groups=cin),
        pointwise=conv(cin, cout, 1)))


def build(name):
    """Return the network up to the logits."""
    if name == "v1":
        layers = OrderedDict(
            conv1=conv(1, 8, stride=2),
            conv2=conv(8, 16, stride=2),
            conv3=conv(16, 16))
        width = 16
    else:
        layers = OrderedDict(
            conv1=conv(1, 16),
            conv2=conv(16, 24, stride=2),
            conv3=conv(24, 32),
            conv4=conv(32, 64, stride=2),
            block5=separable(64, 128),
            block6=separable(128, 128))
        width = 128
    layers.update(pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(width, 10))
    return nn.Sequential(layers)


def count(model):
    """Return (trainable parameters, parameters once batch norm is folded, MACs)."""
    macs, folded, hooks = [], 0, []
    for m in model.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            folded += m.weight.numel() + m.weight.shape[0]
            hooks.append(m.register_forward_hook(
                lambda m, i, o: macs.append(o[0].numel() * m.weight[0].numel())))
    model.eval()
    with torch.no_grad():
        model(torch.zeros(1, 1, 28, 28))
    for h in hooks:
        h.remove()
    return sum(p.numel() for p in model.parameters()), folded, sum(macs)


# ---------------------------------------------------------------- data

def load(folder, part):
    """Read one part ("train" or "t10k") as uint8 images [n,28,28] and labels [n]."""
    def read(kind, skip):
        with gzip.open(os.path.join(folder, "%s-%s-ubyte.gz" % (part, kind)), "rb") as f:
            return np.frombuffer(f.read(), np.uint8, offset=skip).copy()
    return read("images-idx3", 16).reshape(-1, 28, 28), read("labels-idx1", 8)


def write_gzip(path, data):
    """Write gzip without name and time stamp, so that the bytes do not change."""
    with open(path, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
        z.write(data)


def write_data(out, train, test):
    """Write the test, calibration and label files."""
    write_gzip(os.path.join(out, "fashion_test_1000.bin.gz"), test[0][:1000].tobytes())
    with open(os.path.join(out, "fashion_test_1000.csv"), "w", newline="\n") as f:
        f.write("index,file,label\n")
        for i, label in enumerate(test[1][:1000]):
            f.write("%d,fashion-%04d,%d\n" % (i, i, label))
    with open(os.path.join(out, "fashion_labels.txt"), "w", newline="\n") as f:
        f.write("\n".join(LABELS) + "\n")
    rng = np.random.RandomState(SEED)
    picks = [rng.permutation(np.flatnonzero(train[1] == c))[:26 if c < 6 else 25]
             for c in range(10)]
    picks = rng.permutation(np.concatenate(picks))
    write_gzip(os.path.join(out, "fashion_calibration_256.bin.gz"), train[0][picks].tobytes())


def augment(images, shift, generator):
    """Shift every image by up to shift pixels each way and mirror half of them."""
    n = len(images)
    padded = F.pad(images, (shift,) * 4)
    start = torch.randint(0, 2 * shift + 1, (2, n, 1), generator=generator)
    mirror = torch.rand(n, 1, generator=generator) < 0.5
    steps = torch.arange(28).expand(n, 28)
    rows = start[0] + steps
    columns = start[1] + torch.where(mirror, 27 - steps, steps)
    return padded[torch.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]]


def as_input(images):
    """uint8 [n,28,28] to the float input of the model: [n,1,28,28], pixel / 255."""
    return images.unsqueeze(1).float().div(255)


# ---------------------------------------------------------------- training

def correct(model, images, labels):
    """Return one boolean for each image: classified right?"""
    model.eval()
    with torch.no_grad():
        return torch.cat([model(as_input(x)).argmax(1) == y
                          for x, y in zip(images.split(500), labels.split(500))])


def train_model(name, train, test):
    """Train one model and return it in evaluation mode."""
    epochs, batch, peak, decay, shift = RECIPES[name]
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    model = build(name)
    print("%s: %d trainable parameters, %d with batch norm folded, %d MACs"
          % ((name,) + count(model)), flush=True)
    model.to(memory_format=torch.channels_last)
    images, labels = map(torch.from_numpy, train)
    labels = labels.long()
    steps_per_epoch = len(labels) // batch
    optimizer = torch.optim.SGD(model.parameters(), peak, 0.9, weight_decay=decay, nesterov=True)

    def factor(step):
        """One epoch of linear warm-up, then a cosine down to zero."""
        t = (step + 1) / steps_per_epoch
        return t if t < 1 else 0.5 * (1 + math.cos(math.pi * (t - 1) / (epochs - 1)))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)

    for epoch in range(epochs):
        model.train()
        begin, total = time.time(), 0.0
        order = torch.randperm(len(labels), generator=generator)
        for pick in order[:steps_per_epoch * batch].split(batch):
            x = as_input(augment(images[pick], shift, generator))
            loss = F.cross_entropy(model(x.contiguous(memory_format=torch.channels_last)),
                                   labels[pick], label_smoothing=0.1)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print("%s epoch %2d/%d  loss %.4f  %.0f s" % (
            name, epoch + 1, epochs, total / steps_per_epoch, time.time() - begin), flush=True)

    final = build(name)     # fresh copy: weights in the plain memory layout
    final.load_state_dict(model.state_dict())
    right = correct(final, torch.from_numpy(test[0]), torch.from_numpy(test[1]))
    print("%s: float accuracy %.2f %% on all %d test images, %.2f %% on the first 1000" % (
        name, 100 * right.float().mean(), len(right), 100 * right[:1000].float().mean()))
    return final.eval()


def export(model, path):
    """Write ONNX with softmax at the end.

    PRESERVE keeps the batch norm nodes visible to the compiler. The model is in evaluation
    mode, so they are inference nodes; the exporter's warning about folding while training
    does not apply.
    """
    model = nn.Sequential(OrderedDict(model.named_children(), softmax=nn.Softmax(1))).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        torch.onnx.export(model, torch.zeros(1, 1, 28, 28), path, opset_version=13,
                          do_constant_folding=True,
                          training=torch.onnx.TrainingMode.PRESERVE,
                          input_names=["image"], output_names=["probabilities"])


def main():
    parser = argparse.ArgumentParser(description="Train and export the demo's models.")
    parser.add_argument("what", choices=["data", "v1", "v2", "all"])
    parser.add_argument("--dataset", default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--out", default=HERE)
    args = parser.parse_args()
    train, test = load(args.dataset, "train"), load(args.dataset, "t10k")
    if args.what in ("data", "all"):
        write_data(args.out, train, test)
    for name in ("v1", "v2"):
        if args.what in (name, "all"):
            export(train_model(name, train, test),
                   os.path.join(args.out, "fashion_%s.onnx" % name))


if __name__ == "__main__":
    main()
