"""Configurations of phi^4 as numpy arrays, every one of them checked.

    python3 subscribe.py 127.0.0.1:7420 --model phi4-continuous-16x16 --count 20000

Needs grpcio, numpy, crc32c and the classes that protoc makes of proto/ (see ../README.md).
"""
import argparse
import sys
import time

import crc32c
import grpc
import numpy as np
from fieldstream.v1 import common_pb2, model_pb2, sampler_pb2

EXACTNESS = {
    "METROPOLIS": common_pb2.EXACTNESS_METROPOLIS,  # states of a chain: plain means are exact
    "REWEIGHT": common_pb2.EXACTNESS_REWEIGHT,  # independent draws, to be weighted with exp(w)
}


def action(phi, m2, lam):
    """S = sum_x [(2D + m2) phi^2 - 2 sum_mu phi_x phi_{x+mu} + lambda phi^4], periodic.

    phi: [n, L0, L1, ...] in double; returns [n].
    """
    axes = range(1, phi.ndim)
    hop = sum(np.roll(phi, -1, axis) for axis in axes)
    square = phi * phi
    site = (2 * len(axes) + m2 + lam * square) * square - 2 * phi * hop
    return site.reshape(len(phi), -1).sum(axis=1)


def target(args, channel):
    """The target on the command line, or else the one that the model was trained for."""
    if args.extents:
        couplings = dict(c.split("=") for c in args.coupling)
        return common_pb2.Target(
            theory="phi4",
            extents=[int(n) for n in args.extents.split("x")],
            couplings={name: float(value) for name, value in couplings.items()})
    get = channel.unary_unary(
        "/fieldstream.v1.ModelService/GetModel",
        model_pb2.GetModelRequest.SerializeToString, model_pb2.GetModelResponse.FromString)
    return get(model_pb2.GetModelRequest(model=args.model)).model.target


def check(batch, couplings):
    """The batch's fields as [n, L0, L1, ...] in double; raises where a promise is broken."""
    if crc32c.crc32c(batch.fields) != batch.crc32c:
        raise ValueError(f"crc32c: configuration {batch.first_index} and those after it are damaged")
    raw = np.frombuffer(batch.fields, "<f4").reshape(batch.shape)  # [n, components, L0, L1, ...]
    phi = raw[:, 0].astype(np.float64)
    told = np.array(batch.action)
    own = action(phi, couplings["m2"], couplings["lambda"])
    # S passes through 0, its rounding does not: sqrt(V) is the size of its fluctuations.
    scale = np.maximum(np.abs(told), np.sqrt(phi[0].size))
    worst = np.max(np.abs(own - told) / scale)
    if not worst < 1e-5:
        raise ValueError(f"action: off by {worst:.1e} relative (expected: below 1e-5)")
    return phi, worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("server", nargs="?", default="127.0.0.1:7420")
    parser.add_argument("--model", default="phi4-continuous-16x16")
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--exactness", choices=EXACTNESS, default="METROPOLIS")
    parser.add_argument("--extents", help="such as 16x16, where the model asks for a target")
    parser.add_argument("--coupling", action="append", default=[], help="such as m2=-4")
    args = parser.parse_args()

    channel = grpc.insecure_channel(args.server, [("grpc.max_receive_message_length", 64 << 20)])
    wanted = target(args, channel)
    subscribe = channel.unary_stream(
        "/fieldstream.v1.SamplerService/Subscribe",
        sampler_pb2.SubscribeRequest.SerializeToString, sampler_pb2.SubscribeResponse.FromString)
    stream = subscribe(sampler_pb2.SubscribeRequest(
        model=args.model, target=wanted, seed=args.seed, count=args.count,
        exactness=EXACTNESS[args.exactness]))

    volume = int(np.prod(wanted.extents))
    count, size, worst, checking, accepted = 0, 0, 0.0, 0.0, 0
    weights, squares = [], []
    begin, cpu = time.perf_counter(), time.process_time()
    for batch in stream:
        arrived = time.perf_counter()
        phi, deviation = check(batch, wanted.couplings)
        count += batch.count
        size += len(batch.fields)
        worst = max(worst, deviation)
        accepted += sum(batch.accepted)
        if args.exactness == "REWEIGHT":
            weights.append(np.array(batch.log_weight))
        squares.append(np.mean(phi.reshape(len(phi), -1) ** 2, axis=1))
        checking += time.perf_counter() - arrived
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu

    if count != args.count:
        raise ValueError(f"count: {count} (expected: {args.count})")
    w = np.ones(count)
    if weights:
        logs = np.concatenate(weights)
        w = np.exp(logs - logs.max())
    mean = np.sum(w * np.concatenate(squares)) / np.sum(w)
    print(f"{count} configurations of {volume} sites, {size / 1e6:.1f} MB in {seconds:.2f} s: "
          f"{size / 1e6 / seconds:.1f} MB/s, all checked")
    print(f"waited {seconds - checking:.2f} s for the stream; {size / 1e6 / cpu:.0f} MB per "
          f"CPU-second of this process; action within {worst:.1e} relative")
    print(f"<phi^2> = {mean:.6f}" + (f", acceptance {accepted / count:.3f}" if accepted else
                                     f", ESS/N {np.sum(w) ** 2 / np.sum(w * w) / count:.3f}"))


if __name__ == "__main__":
    try:
        main()
    except grpc.RpcError as error:  # the sentence names the field at fault and what was expected
        sys.exit(f"{error.code().name}: {error.details()}")
